"""What is read on specimens, as kinds of records beside those of the clinical record."""

from django.utils.translation import gettext_lazy as _

from cases.records import Kind, register
from expression import record_forms as forms
from expression.models import IhcReading, PathologyFinding

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
        form=forms.IhcReadingForm,
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
        related=("specimen", "core__microarray", "antibody"),
        new=lambda patient: IhcReading(study=patient.study, patient=patient),
        key=("specimen", "core", "antibody", "cell_type", "compartment", "reader", "is_consensus"),
        on_patient_page=False,
    )
)
