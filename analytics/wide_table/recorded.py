"""Variables as they are recorded: of the patient, the index diagnosis and the index lesions; groupings of analyses."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Model
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.groupings import GROUPINGS, in_all_languages
from analytics.wide_table.filled import Filled, Rows, Sentence, Variable
from cases.derived.age import age_at
from cases.derived.course import Course
from cases.derived.dates import day_of
from cases.exporting.columns import Birth, Column, DataType, column_of
from cases.models import Diagnosis, Lesion, Missing, Patient
from cases.privacy import Privacy
from cases.sentences import sentence

Label = str | Promise

PATIENT, DIAGNOSIS, LESION = _("Patient"), _("Index diagnosis"), _("Index lesions")
GROUPED: dict[str, Label] = {
    **dict.fromkeys(("site", "sex"), PATIENT),
    **dict.fromkeys(("histology", "category", "primary_site", "giant_cells", "age", "marrow_fibrosis"), DIAGNOSIS),
    "radiographic_type": LESION,
    "timing": _("Denosumab"),
}
"""Groupings of analyses that need nothing more, by the heading under which they are offered."""

OF_PATIENT = ("birth_year", "ecog_at_entry", "vital_status", "death_date", "last_follow_up_date", "consent_status")
OF_DIAGNOSIS = ("date", "grade", "stage")
OF_LESION = ("site", "laterality", "tissue", "largest_diameter_mm")
NO_DIAGNOSIS, NO_LESION = sentence("No index diagnosis"), sentence("No index lesion")
LESIONS_DIFFER = sentence("Index lesions differ")
AGE_LABEL, COUNT_LABEL = _("Age at diagnosis, ±1 year"), _("Number of index lesions")
AGE_UNKNOWN = sentence("Age at diagnosis not known")


def recorded_variables() -> Iterator[Variable]:
    """In the order of the page."""
    for name, group in GROUPED.items():
        yield grouping_variable(name, code=name, group=group)
    for name in OF_PATIENT:
        yield _field(Patient, name, code=name, group=PATIENT, rows=_of_patient, none=NO_DIAGNOSIS)
    for name in OF_DIAGNOSIS:
        code = f"diagnosis_{name}"
        yield _field(Diagnosis, name, code=code, group=DIAGNOSIS, rows=_index_diagnosis, none=NO_DIAGNOSIS)
    yield Variable(code="age_at_diagnosis", group=DIAGNOSIS, label=AGE_LABEL, fill=_ages)
    yield Variable(code="index_lesions", group=LESION, label=COUNT_LABEL, fill=_lesion_counts)
    for name in OF_LESION:
        yield _field(Lesion, name, code=f"lesion_{name}", group=LESION, rows=_index_lesions, none=NO_LESION)


def grouping_variable(name: str, *, code: str, group: Label, detail: str = "") -> Variable:
    """The group in which an analysis compares the patient, or its reason why there is none."""
    grouping = GROUPINGS[name]
    label = grouping.label(detail)

    def fill(rows: Rows) -> list[Filled]:
        assigned = grouping.assign(rows.selected, detail)
        codes = grouping.ordered(set(assigned.groups.values()), rows.selected)
        column = computed(column_name(code), label, DataType.CODE, codes=codes)
        return [Filled(column=column, values=assigned.groups, reasons=assigned.reasons, order=grouping.ordered)]

    return Variable(code=code, group=group, label=label, fill=fill)


def computed(name: str, label: object, type: DataType, **more: Any) -> Column:
    """A column that is no field of a model."""
    return Column(name=name, labels=in_all_languages(label), type=type, privacy=Privacy.CLINICAL.value, **more)


def column_name(code: str) -> str:
    """The code of a variable as statistics packages take the name of a column."""
    return "_".join(code.replace(":", " ").replace("-", "_").split())


def _field(
    model: type[Model],
    name: str,
    *,
    code: str,
    group: Label,
    rows: Callable[[Course], Iterable[Any]],
    none: Sentence,
) -> Variable:
    """A field of one row, or of several that agree."""
    declared: Any = model._meta.get_field(name)
    label = (
        format_lazy("{label}", label=declared.verbose_name)
        if model is Patient
        else format_lazy("{group} · {label}", group=group, label=declared.verbose_name)
    )

    def fill(table: Rows) -> list[Filled]:
        values: dict[int, Any] = {}
        reasons: dict[int, Sentence] = {}
        for patient, course in table.courses.items():
            found = list(rows(course))
            told = {getattr(row, name) for row in found}
            if len(told) > 1:
                reasons[patient] = LESIONS_DIFFER
            elif not found:
                reasons[patient] = none
            elif (value := told.pop()) not in (None, ""):
                values[patient] = _code(value)
            elif why := found[0].missing.get(name):
                reasons[patient] = recorded_reason(why)
        column = column_of(model, name, label=lambda: capfirst(str(label)))
        return [Filled(column=replace(column, name=code), values=values, reasons=reasons)]

    return Variable(code=code, group=group, label=label, fill=fill)


def _code(value: Any) -> Any:
    return (getattr(value, "code", "") or str(value)) if isinstance(value, Model) else value


def recorded_reason(code: str) -> Sentence:
    """A reason that is recorded in the place of a value, as a sentence."""
    with translation.override("en"):
        return sentence(str(Missing(code).label))


def _of_patient(course: Course) -> list[Patient]:
    return [course.patient]


def _index_diagnosis(course: Course) -> list[Diagnosis]:
    return [diagnosis for diagnosis in course.diagnoses if diagnosis.is_index]


def _index_lesions(course: Course) -> list[Lesion]:
    return [lesion for lesion in course.lesions if lesion.is_index]


def _ages(rows: Rows) -> list[Filled]:
    """From the birth year, as the grouping by age has it."""
    ages: dict[int, int] = {}
    for patient, course in rows.courses.items():
        day = day_of(next((one.date for one in _index_diagnosis(course)), ""))
        age = age_at(birth_year=course.patient.birth_year, day=day)
        if age is not None:
            ages[patient] = age
    column = computed("age_at_diagnosis", AGE_LABEL, DataType.INTEGER, unit="years", birth=Birth.AGE)
    return [Filled(column=column, values=ages, reasons=dict.fromkeys(rows.codes, AGE_UNKNOWN))]


def _lesion_counts(rows: Rows) -> list[Filled]:
    counts = {patient: len(_index_lesions(course)) for patient, course in rows.courses.items()}
    return [Filled(column=computed("index_lesions", COUNT_LABEL, DataType.INTEGER), values=counts)]
