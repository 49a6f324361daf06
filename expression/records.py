"""What is read on specimens, as kinds of records beside those of the clinical record."""

from django.utils.translation import gettext_lazy as _

from cases.models import Patient
from cases.records import Kind, register
from expression import record_forms as forms
from expression.blinding import still_blind
from expression.ihc_filters import READING_FILTERS
from expression.ihc_forms import IhcReadingForm
from expression.models import IhcReading, PathologyFinding


def _new_ihc_reading(patient: Patient) -> IhcReading:
    """Like the one entered last, as one reads stain after stain and core after core."""
    # Not one that whoever enters may be blind to: it would name its reader.
    blind = still_blind(patient.ihc_readings.all()).values("pk")
    last = patient.ihc_readings.exclude(pk__in=blind).order_by("-pk").first()
    row = IhcReading(study=patient.study, patient=patient)
    if last is not None:
        for name in ("specimen_id", "antibody_id", "cell_type", "compartment", "reader", "read_on"):
            setattr(row, name, getattr(last, name))
    return row


register(
    Kind(
        name="pathology-finding",
        model=PathologyFinding,
        form=forms.PathologyFindingForm,
        heading=_("Pathology findings"),
        empty=_("No finding is recorded: giant cells, osteoclasts, fibrosis, necrosis. A finding needs a specimen."),
        columns=(
            "specimen",
            "read_on",
            "giant_cells",
            "osteoclasts_per_field",
            "marrow_fibrosis",
            "necrosis_percent",
            "reader",
        ),
        related=("specimen",),
        new=lambda patient: PathologyFinding(study=patient.study, patient=patient),
        key=("specimen", "reader", "read_on"),
    )
)

register(
    Kind(
        name="ihc-reading",
        model=IhcReading,
        form=IhcReadingForm,
        heading=_("IHC readings"),
        empty=_("No stain was scored. A reading needs a specimen and an antibody."),
        columns=(
            "specimen",
            "core",
            "antibody",
            "cell_type",
            "compartment",
            "evaluability",
            "percent_0",
            "percent_1",
            "percent_2",
            "percent_3",
            "intensity",
        ),
        related=("specimen", "core__microarray", "antibody", "laboratory_scale"),
        derived={
            "h_score": _("H-score"),
            "percent_positive": _("Positive cells, %"),
            "immunoreactive_score": _("Immunoreactive score"),
            "allred_score": _("Allred score"),
            "scored_intensity": _("Intensity in the scores"),
            "intensity_is_derived": _("Intensity derived"),
        },
        filters=READING_FILTERS,
        new=_new_ihc_reading,
        key=("specimen", "core", "antibody", "cell_type", "compartment", "reader", "is_consensus"),
        on_patient_page=False,
    )
)
