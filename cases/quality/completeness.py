"""What is not there: of each form and each field that matters, by site.

A blank field without a reason is told apart from one with a coded reason (:class:`cases.models.Missing`) or with a
word of its own for unknown. The numbers of one form are one query.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.access import StudyRights, countable
from cases.models import (
    AdverseEvent,
    Diagnosis,
    LaboratoryResult,
    Lesion,
    Patient,
    ResponseAssessment,
    SkeletalEvent,
    Specimen,
    Treatment,
)
from cases.quality.registry import Text

NO_RECORD = "no-record"
"""In the place of a field: patients without any record of the form."""

WORDS_FOR_UNKNOWN = ("unknown", "not_stated", "not_assessed")
"""Values of columns with choices that say that nobody knows."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """A kind of record and its fields that matter. ``patient`` is the path to the patient, ``""`` for a patient."""

    name: str
    model: type[models.Model]
    fields: tuple[str, ...]
    patient: str = "patient"

    @property
    def title(self) -> Text:
        return self.model._meta.verbose_name_plural or self.name

    def label(self, field: str) -> str:
        """The name of a field."""
        column: Any = self.model._meta.get_field(field)
        return str(column.verbose_name)

    def blank(self, field: str) -> Q:
        """The field holds nothing and nobody said why."""
        column: Any = self.model._meta.get_field(field)
        nothing = Q(**{f"{field}__isnull": True}) if column.null else Q(**{field: ""})
        return nothing & ~Q(missing__has_key=column.name)

    def said(self, field: str) -> Q:
        """The field holds nothing, and why is coded; or it holds a word for unknown."""
        column: Any = self.model._meta.get_field(field)
        words = [word for word in WORDS_FOR_UNKNOWN if word in dict(column.choices or ())]
        coded = Q(missing__has_key=column.name)
        return coded | Q(**{f"{field}__in": words}) if words else coded

    def path(self, name: str) -> str:
        return f"{self.patient}__{name}" if self.patient else name


FORMS = (
    Form(
        name="patient",
        model=Patient,
        patient="",
        fields=(
            "site",
            "sex",
            "birth_year",
            "vital_status",
            "last_follow_up_date",
            "consent_status",
            "consent_date",
            "ecog_at_entry",
        ),
    ),
    Form(
        name="diagnosis",
        model=Diagnosis,
        fields=("primary_site", "giant_cells", "grade", "stage", "date"),
    ),
    Form(name="lesion", model=Lesion, fields=("site", "laterality", "radiographic_type", "largest_diameter_mm")),
    Form(name="treatment", model=Treatment, fields=("dose_mg", "route", "interval_days", "start")),
    Form(
        name="assessment",
        model=ResponseAssessment,
        fields=("mean_attenuation_hu", "region_mm2", "reader"),
    ),
    Form(name="skeletal-event", model=SkeletalEvent, fields=("lesion",)),
    Form(name="adverse-event", model=AdverseEvent, fields=("grade", "treatment", "resolved_date")),
    Form(name="laboratory-result", model=LaboratoryResult, fields=("value",)),
    Form(
        name="specimen",
        model=Specimen,
        fields=(
            "kind",
            "lesion",
            "procedure",
            "collection_date",
            "tumour_content_percent",
            "decalcification",
            "cold_ischaemia_minutes",
            "storage_place",
        ),
    ),
)
BY_NAME = {form.name: form for form in FORMS}


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How many records lack the field at one site: ``blank`` without, ``said`` with a reason."""

    site: str
    blank: int
    said: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One field of one form; ``whole`` is the sum over the sites."""

    field: str
    label: Text
    whole: Gap
    gaps: list[Gap]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One form: its number of records and a line for each field."""

    form: Form
    records: int
    lines: list[Line]


def completeness(*, rights: StudyRights, sites: list[str]) -> list[Part]:
    """What is there and what is not, of what the person may see. Two queries for each form, one for patients.

    ``sites`` are codes; ``""`` stands for patients without a site.
    """
    return [_part(form, rights=rights, sites=sites) for form in FORMS]


def incomplete(*, form: Form, field: str, patients: QuerySet[Patient], said: bool) -> QuerySet[Patient]:
    """Those of the patients who have a record that lacks the field; or who have no such record at all."""
    if field == NO_RECORD:
        return patients.exclude(Exists(_records(form).filter(**{form.patient: OuterRef("pk")})))
    lacking = form.said(field) if said else form.blank(field)
    if not form.patient:
        return patients.filter(lacking)
    return patients.filter(Exists(_records(form).filter(lacking, **{form.patient: OuterRef("pk")})))


def _part(form: Form, *, rights: StudyRights, sites: list[str]) -> Part:
    counts: dict[str, Any] = {"records": Count("pk")}
    for field in form.fields:
        counts[f"blank_{field}"] = Count("pk", filter=form.blank(field))
        counts[f"said_{field}"] = Count("pk", filter=form.said(field))
    records = countable(rights=rights, queryset=_records(form), patient=form.patient)
    numbers = {
        row["at"] or "": row for row in records.order_by().values(at=F(form.path("site__code"))).annotate(**counts)
    }
    lines = [
        _line(
            field=field,
            label=form.label(field),
            gaps=[
                Gap(
                    site=site,
                    blank=numbers.get(site, {}).get(f"blank_{field}", 0),
                    said=numbers.get(site, {}).get(f"said_{field}", 0),
                )
                for site in sites
            ],
        )
        for field in form.fields
    ]
    if form.patient:
        lines.insert(0, _without(form, rights=rights, sites=sites))
    return Part(form=form, records=sum(row["records"] for row in numbers.values()), lines=lines)


def _without(form: Form, *, rights: StudyRights, sites: list[str]) -> Line:
    """Patients who have no record of the form."""
    patients = countable(rights=rights, queryset=Patient.objects.order_by(), patient="")
    none = incomplete(form=form, field=NO_RECORD, patients=patients, said=False)
    numbers = {row["at"] or "": row["number"] for row in none.values(at=F("site__code")).annotate(number=Count("pk"))}
    gaps = [Gap(site=site, blank=numbers.get(site, 0), said=0) for site in sites]
    return _line(field=NO_RECORD, label=_("Patients without any"), gaps=gaps)


def _line(*, field: str, label: Text, gaps: list[Gap]) -> Line:
    whole = Gap(site="", blank=sum(gap.blank for gap in gaps), said=sum(gap.said for gap in gaps))
    return Line(field=field, label=label, whole=whole, gaps=gaps)


def _records(form: Form) -> QuerySet[Any]:
    return form.model._default_manager.all()
