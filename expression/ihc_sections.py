"""Immunohistochemistry on the pages of a patient and of a specimen: values by rule, each beside its spread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases import access
from cases.access import Person, StudyRights
from cases.models import Patient, Specimen, Study
from cases.sections import Section, patient_sections, specimen_sections
from cases.sentences import render
from expression.consolidation import (
    Counts,
    PatientValue,
    Readings,
    RuleDoesNotFit,
    SpecimenValue,
    Stain,
    check_fit,
    read_of,
    values_of,
)
from expression.models import ConsolidationRule, IhcReading, Scale, Summary
from expression.models.scale import Compartment, StainedCell
from expression.scoring import Spread

WITHOUT_RULE = ConsolidationRule(cores_to_specimen=Summary.MEDIAN, specimens_to_patient=Summary.MEDIAN)
"""Until the study has a rule: spread and counts of the cores are the same by any, and values are not shown."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A patient's or a specimen's value in one stain, by one rule; ``text`` is the value, or why there is none.

    ``spread`` is that of scores: None of a patient whose specimens are positive or negative.
    """

    stain: Stain
    rule: ConsolidationRule | None
    specimen: Specimen | None
    text: str
    spread: Spread | None
    counts: Counts
    readers: tuple[str, ...]

    @property
    def cell_type(self) -> str:
        return str(StainedCell(self.stain.cell_type).label)

    @property
    def compartment(self) -> str:
        return str(Compartment(self.stain.compartment).label)

    @property
    def scale(self) -> str:
        return str(Scale(self.stain.scale).label)


@patient_sections.register
def ihc_of_patient(*, user: Person, rights: StudyRights, subject: Patient) -> Section | None:
    found = read_of(_seen(user).filter(patient=subject))
    context = _context(found, study=rights.study, with_patient=True)
    return _section(context) if found.readings or rights.enters else None


@specimen_sections.register
def ihc_of_specimen(*, user: Person, rights: StudyRights, subject: Specimen) -> Section | None:
    found = read_of(_seen(user).filter(specimen=subject))
    context = _context(found, study=rights.study, with_patient=False)
    offered = rights.enters and not subject.is_extract
    return _section(context | {"readings": found.readings}) if found.readings or offered else None


def _seen(user: Person) -> QuerySet[IhcReading]:
    return access.rows(user=user, queryset=IhcReading.objects.all(), patient="patient")


def _section(context: dict[str, Any]) -> Section:
    return Section(template="expression/sections/ihc.html", context=context)


def current_rules(study: Study) -> list[ConsolidationRule]:
    """The newest version of each rule. One query."""
    newest = study.consolidation_rules.order_by("name", "-version").distinct("name")
    return list(newest.select_related("cutoff__marker", "cutoff__antibody__marker"))


def _context(found: Readings, *, study: Study, with_patient: bool) -> dict[str, Any]:
    rules = current_rules(study) if found.readings else []
    return {"rules": rules, "lines": list(_lines(found, rules=rules, with_patient=with_patient))}


def _lines(found: Readings, *, rules: list[ConsolidationRule], with_patient: bool) -> Iterator[Line]:
    """Stain by stain and rule by rule: the patient where several specimens make its value, then each specimen."""
    for stain in _stains(found.readings):
        fitting: list[ConsolidationRule | None] = [rule for rule in rules if _fits(rule, stain)]
        for rule in fitting or [None]:
            for patient in values_of(found, stain=stain, rule=rule or WITHOUT_RULE):
                if with_patient and rule is not None and len(patient.specimens) > 1:
                    yield _line(patient, None, stain=stain, rule=rule)
                for value in patient.specimens:
                    yield _line(value, value.specimen, stain=stain, rule=rule)


def _line(
    value: PatientValue | SpecimenValue, specimen: Specimen | None, *, stain: Stain, rule: ConsolidationRule | None
) -> Line:
    return Line(
        stain=stain,
        rule=rule,
        specimen=specimen,
        text=_in_words(value, rule=rule),
        spread=None if _is_of_words(value, rule=rule) else value.spread,
        counts=value.counts,
        readers=value.readers,
    )


def _is_of_words(value: PatientValue | SpecimenValue, *, rule: ConsolidationRule | None) -> bool:
    of_patient = isinstance(value, PatientValue)
    return of_patient and rule is not None and rule.cores_to_specimen == Summary.ANY_POSITIVE


def _fits(rule: ConsolidationRule, stain: Stain) -> bool:
    try:
        check_fit(rule=rule, stain=stain)
    except RuleDoesNotFit:
        return False
    return True


def _stains(readings: Sequence[IhcReading]) -> list[Stain]:
    """What was scored, on the H-score where there are percentages and on every scale of which a score was recorded.

    Steps of a laboratory scale are no numbers to be consolidated.
    """
    found: dict[tuple[Any, ...], Stain] = {}
    for reading in readings:
        if reading.laboratory_scale_id is not None:
            continue
        scale = reading.recorded_scale or Scale.H_SCORE
        key = (reading.antibody_id, reading.cell_type, reading.compartment, scale)
        found[key] = found.get(key) or Stain(
            marker=reading.antibody.marker,
            antibody=reading.antibody,
            cell_type=reading.cell_type,
            compartment=reading.compartment,
            scale=scale,
        )
    return sorted(found.values(), key=_order)


def _order(stain: Stain) -> tuple[Any, ...]:
    antibody = stain.antibody.code if stain.antibody else ""
    return stain.marker.position, antibody, stain.cell_type, stain.compartment, stain.scale


def _in_words(value: PatientValue | SpecimenValue, *, rule: ConsolidationRule | None) -> str:
    """A number; after “any positive” the word, never without its cut-off; otherwise why there is none."""
    if rule is None:
        return _("no rule")
    if value.value is None:
        return render(value.reason)
    summary = rule.specimens_to_patient if isinstance(value, PatientValue) else rule.cores_to_specimen
    if summary != Summary.ANY_POSITIVE:
        return f"{value.value:.1f}".removesuffix(".0")
    word = _("positive by %(cutoff)s") if value.value else _("negative by %(cutoff)s")
    return word % {"cutoff": rule.cutoff}
