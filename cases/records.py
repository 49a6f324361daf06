"""The kinds of records of a patient: one declaration each makes the section of the patient page and its forms.

A higher app that knows further kinds has a module ``records`` which registers them; it is loaded when Django starts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import record_forms as forms
from cases.forms import RowForm, shown
from cases.models import (
    Administration,
    AdverseEvent,
    Diagnosis,
    LaboratoryResult,
    Lesion,
    MolecularAlteration,
    Patient,
    Record,
    ResponseAssessment,
    SkeletalEvent,
    Specimen,
    Treatment,
)
from cases.partial_date import PartialDate


def nothing_follows(row: Any) -> None:
    """No field of the row follows from others."""


@dataclass(frozen=True, kw_only=True)
class TakenFrom:
    """A blank text ``field`` is that of the row which ``reference`` names, its ``column``, where there is a ``value``.

    As :attr:`Kind.complete`; the declaration lets the database do the same for many rows.
    """

    field: str
    reference: str
    column: str
    value: str

    def __call__(self, row: Any) -> None:
        is_named = getattr(row, f"{self.reference}_id") is not None
        if is_named and not getattr(row, self.field) and getattr(row, self.value) is not None:
            setattr(row, self.field, getattr(getattr(row, self.reference), self.column))


@dataclass(frozen=True, kw_only=True)
class Kind:
    """``columns`` are fields of the model; ``new`` makes a row with sensible defaults for a patient.

    ``derived`` are properties of the model which lists and files show after its fields, each with its heading.
    ``filters`` narrow its list beside those of its fields. A kind that is not ``on_patient_page`` has its rows shown
    elsewhere. ``key`` names the fields that tell a patient's records apart when a file speaks of them again; where
    ``only_one_matches``, a file's only record of a patient is also the study's only one. ``complete`` fills in what
    follows from other fields of a row that no form made.
    """

    name: str
    model: type[Record]
    form: type[RowForm]
    heading: str | Promise
    empty: str | Promise
    columns: tuple[str, ...]
    related: tuple[str, ...]
    new: Callable[[Patient], Any]
    derived: dict[str, str | Promise] = field(default_factory=dict)
    filters: dict[str, Any] = field(default_factory=dict)
    on_patient_page: bool = True
    key: tuple[str, ...] = ()
    only_one_matches: bool = False
    complete: Callable[[Any], None] = nothing_follows

    @property
    def title(self) -> str:
        """Of one record."""
        return str(self.model._meta.verbose_name)

    @property
    def plural(self) -> str:
        """The name of all records of this kind in addresses of the API."""
        fields: Any = self.model._meta
        return str(fields.get_field("patient").remote_field.related_name).replace("_", "-")

    def blank(self, patient: Patient) -> Any:
        """A row of the patient about which nothing is said yet."""
        make: Any = self.model
        row = make(patient=patient)
        if hasattr(row, "study_id"):
            row.study = patient.study
        return row

    def label(self, column: str) -> str:
        """The heading of a column, with its unit."""
        if column in self.derived:
            return str(self.derived[column])
        declared: Any = self.model._meta.get_field(column)
        unit = forms.UNITS.get(column)
        return f"{declared.verbose_name} ({unit})" if unit else str(declared.verbose_name)

    @property
    def labels(self) -> list[str]:
        """The headings of the columns."""
        return [self.label(column) for column in self.columns]

    def rows(self, patient: Patient) -> Any:
        """The patient's records of this kind, in one query."""
        rows: Any = self.model._default_manager
        return rows.filter(patient=patient).select_related(*self.related)

    @property
    def list_columns(self) -> tuple[str, ...]:
        """Every field a person fills in: those of the patient's page first."""
        return (*self.columns, *(name for name in self.form._meta.fields or () if name not in self.columns))

    @property
    def has_pages(self) -> bool:
        """Whether each record has a page of its own beside that of its patient."""
        return hasattr(self.model, "get_absolute_url")

    @property
    def is_of_specimen(self) -> bool:
        """Whether each record is of a specimen, so that it can be added on the specimen's page."""
        return any(field.name == "specimen" for field in self.model._meta.get_fields() if field.concrete)

    def text(self, row: Any, column: str) -> str:
        """A value as people read it; of a blank field why it is blank."""
        if column in self.derived:
            return str(row.missing_label(column) or _in_words(getattr(row, column)))
        return str(row.missing_label(column) or shown(row, column))

    def cells(self, row: Any) -> list[tuple[str, str]]:
        """What the table shows of one record, each with its kind of cell."""
        return [(_cell_class(getattr(row, column)), self.text(row, column)) for column in self.columns]


def _in_words(value: Any) -> str:
    """A derived value as people read it."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, float):
        return f"{value:g}"
    return "–" if value in (None, "") else str(value)


def _cell_class(value: Any) -> str:
    """Dates stay on one line, numbers stand under each other."""
    if isinstance(value, PartialDate):
        return "date"
    return "number" if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else ""


def _new_diagnosis(patient: Patient) -> Diagnosis:
    return Diagnosis(patient=patient, is_index=not patient.diagnoses.filter(is_index=True).exists())


def _new_lesion(patient: Patient) -> Lesion:
    return Lesion(patient=patient, code=f"L{patient.lesions.count() + 1}")


def _new_assessment(patient: Patient) -> ResponseAssessment:
    """Of the lesion after the one assessed last, on the same day and by the same reader, as one reads a CT."""
    last = patient.assessments.order_by("-pk").first()
    lesions = list(patient.lesions.all())
    if last is None or not lesions:
        return ResponseAssessment(patient=patient, criterion="sclerosis", lesion=lesions[0] if lesions else None)
    following = [lesion for lesion in lesions if lesion.code > last.lesion.code]
    return ResponseAssessment(
        patient=patient,
        lesion=(following or lesions)[0],
        date=last.date if following else "",
        modality=last.modality,
        criterion=last.criterion,
        reader=last.reader,
    )


def _new_administration(patient: Patient) -> Administration:
    treatment = patient.treatments.order_by("-start").first()
    return Administration(patient=patient, treatment=treatment, dose_mg=treatment.dose_mg if treatment else None)


def _new_laboratory_result(patient: Patient) -> LaboratoryResult:
    """Of the day entered last, as one reads a sheet of results."""
    last = patient.laboratory_results.order_by("-pk").first()
    return LaboratoryResult(patient=patient, date=last.date if last else "")


KINDS = [
    Kind(
        name="diagnosis",
        model=Diagnosis,
        form=forms.DiagnosisForm,
        heading=_("Diagnoses"),
        empty=_("No diagnosis is recorded."),
        columns=("histology", "is_index", "category", "primary_site", "giant_cells", "grade", "stage", "date"),
        related=("histology", "primary_site", "patient"),
        new=_new_diagnosis,
        key=("histology", "date"),
        only_one_matches=True,
    ),
    Kind(
        name="alteration",
        model=MolecularAlteration,
        form=forms.AlterationForm,
        heading=_("Molecular alterations"),
        empty=_("No molecular test is recorded."),
        columns=("gene", "kind", "result", "partner", "hgvs", "method", "date"),
        related=(),
        new=lambda patient: MolecularAlteration(patient=patient),
        key=("gene", "kind", "partner", "hgvs", "date"),
    ),
    Kind(
        name="lesion",
        model=Lesion,
        form=forms.LesionForm,
        heading=_("Lesions"),
        empty=_("No lesion is recorded. Responses and specimens can be linked to one."),
        columns=(
            "code",
            "site",
            "site_detail",
            "laterality",
            "tissue",
            "radiographic_type",
            "largest_diameter_mm",
            "is_index",
        ),
        related=("site",),
        new=_new_lesion,
        key=("code",),
    ),
    Kind(
        name="treatment",
        model=Treatment,
        form=forms.TreatmentForm,
        heading=_("Treatments"),
        empty=_("No treatment is recorded."),
        columns=(
            "agent",
            "lesion",
            "dose_mg",
            "route",
            "interval_days",
            "loading_days",
            "start",
            "end",
            "stopping_reason",
        ),
        related=("agent", "lesion__site"),
        new=lambda patient: Treatment(patient=patient),
        key=("agent", "start"),
    ),
    Kind(
        name="administration",
        model=Administration,
        form=forms.AdministrationForm,
        heading=_("Administrations"),
        empty=_("No single dose is recorded."),
        columns=("treatment", "date", "dose_mg"),
        related=("treatment__agent",),
        new=_new_administration,
        key=("treatment", "date"),
    ),
    Kind(
        name="assessment",
        model=ResponseAssessment,
        form=forms.ResponseAssessmentForm,
        heading=_("Response assessments"),
        empty=_("No response is assessed. An assessment needs a lesion."),
        columns=(
            "date",
            "lesion",
            "modality",
            "criterion",
            "sclerosis",
            "category",
            "mean_attenuation_hu",
            "region_mm2",
            "reader",
        ),
        related=("lesion__site",),
        new=_new_assessment,
        key=("lesion", "date", "modality", "criterion", "reader"),
    ),
    Kind(
        name="skeletal-event",
        model=SkeletalEvent,
        form=forms.SkeletalEventForm,
        heading=_("Skeletal-related events"),
        empty=_("No skeletal-related event is recorded."),
        columns=("date", "type", "lesion"),
        related=("lesion__site",),
        new=lambda patient: SkeletalEvent(patient=patient),
        key=("type", "date", "lesion"),
    ),
    Kind(
        name="adverse-event",
        model=AdverseEvent,
        form=forms.AdverseEventForm,
        heading=_("Adverse events"),
        empty=_("No adverse event is recorded."),
        columns=("date", "term", "grade", "ctcae_version", "treatment", "resolved_date"),
        related=("term", "treatment__agent"),
        new=lambda patient: AdverseEvent(patient=patient),
        key=("term", "date"),
    ),
    Kind(
        name="laboratory-result",
        model=LaboratoryResult,
        form=forms.LaboratoryResultForm,
        heading=_("Laboratory results"),
        empty=_("No laboratory result is recorded."),
        columns=("date", "test", "comparator", "value", "unit"),
        related=("test",),
        new=_new_laboratory_result,
        key=("test", "date"),
        # The unit is the usual one of the test unless another is given.
        complete=TakenFrom(field="unit", reference="test", column="usual_unit", value="value"),
    ),
    Kind(
        name="specimen",
        model=Specimen,
        form=forms.SpecimenForm,
        heading=_("Specimens"),
        empty=_("No specimen is recorded."),
        columns=(
            "code",
            "kind",
            "lesion",
            "parent",
            "procedure",
            "collection_date",
            "tumour_content_percent",
            "decalcification",
            "rna_integrity_number",
        ),
        related=("study", "lesion__site", "parent"),
        new=lambda patient: Specimen(study=patient.study, patient=patient),
        key=("code",),
    ),
]
BY_NAME = {kind.name: kind for kind in KINDS}


def register(kind: Kind) -> None:
    """Add a kind after those of the clinical record. To be done while Django starts."""
    KINDS.append(kind)
    BY_NAME[kind.name] = kind
