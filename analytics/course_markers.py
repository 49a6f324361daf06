"""What was measured of RANKL, RANK and OPG in a patient's specimens, as rows of the timeline, up meaning more.

A specimen has one value in each row: of a stain by a consolidation rule of the study, of qPCR the mean of its runs.
Whoever is blind to readings of others sees a value of none of them, see :mod:`expression.blinding`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from django.utils.translation import gettext as _

from analytics.measurements import QPCR_UNIT, gives_scores
from analytics.plots import theme
from analytics.plots.numbers import number
from analytics.plots.timeline import Mark, MarkLook, Row
from cases.access import Person
from cases.course_facts import TIMING
from cases.derived.course import Course
from cases.derived.dates import Days
from cases.derived.timing import Timing
from cases.models import Specimen
from cases.sentences import render
from expression.assays import IHC
from expression.consolidation import SpecimenValue, Stain, read_of, values_of
from expression.measurements import SampleDeltaCq
from expression.models import Antibody, Compartment, ConsolidationRule, Marker, QpcrRun, Scale, StainedCell, Summary
from expression.result_row import REASONS
from expression.specimen_values import SpecimenValues

SHOWN = ("TNFSF11", "TNFRSF11A", "TNFRSF11B")
HIGHEST_H_SCORE = 300
PLACES_OF_CYCLES = 1

LOOKS = {
    Timing.BEFORE: MarkLook(colour=theme.MEASURED, symbol="circle", hollow=True),
    Timing.ON: MarkLook(colour=theme.MEASURED, symbol="circle"),
    Timing.AFTER: MarkLook(colour=theme.MEASURED, symbol="diamond"),
}
OTHER_TIMES = MarkLook(colour=theme.REFERENCE, symbol="circle")
NO_VALUE = MarkLook(colour=theme.REFERENCE, symbol="x-thin-open")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one specimen shows in one row: a ``value``, or none; ``text`` names it with its unit and origin."""

    specimen: Specimen
    value: float | None
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class CourseMarkers:
    """The rows of one course for one person."""

    course: Course
    user: Person
    days: Callable[[str], Days | None]

    def rows(self) -> Iterator[Row]:
        """Stains, then qPCR; a row for each marker, and for each antibody and kind of cell of a stain."""
        specimens = Specimen.objects.filter(pk__in=[specimen.pk for specimen in self.course.specimens])
        values = SpecimenValues(user=self.user, specimens=specimens)
        yield from self._stains(values)
        yield from self._qpcr(values)

    def _stains(self, values: SpecimenValues) -> Iterator[Row]:
        found = read_of(values.rows(IHC).filter(antibody__marker__symbol__in=SHOWN))
        if not found.readings:
            return
        rule = rule_of(self.course)
        keys = {(one.antibody, one.cell_type, one.compartment): one.antibody.marker.position for one in found.readings}
        for antibody, cell_type, compartment in sorted(keys, key=lambda key: (keys[key], key[0].code, *key[1:])):
            stain = Stain(
                marker=antibody.marker,
                antibody=antibody,
                cell_type=cell_type,
                compartment=compartment,
                scale=Scale.H_SCORE,
            )
            measured = [
                _scored(value, stain=stain, antibody=antibody, rule=rule)
                for patient in values_of(found, stain=stain, rule=rule)
                for value in patient.specimens
            ]
            name = f"{antibody.marker.name} · {Scale.H_SCORE.label}, {StainedCell(cell_type).label}"
            yield self._row(name, measured, level=lambda value: value / HIGHEST_H_SCORE)

    def _qpcr(self, values: SpecimenValues) -> Iterator[Row]:
        found: dict[Marker, dict[Specimen, list[tuple[QpcrRun, SampleDeltaCq]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for run, row in values.qpcr:
            marker, specimen = row.target.marker, row.sample.specimen
            if marker is not None and specimen is not None and marker.symbol in SHOWN:
                found[marker][specimen].append((run, row))
        for marker in sorted(found, key=lambda marker: marker.position):
            measured = [_amplified(marker, specimen, repeats) for specimen, repeats in found[marker].items()]
            known = [one.value for one in measured if one.value is not None]
            yield self._row(f"{marker.name} · {QPCR_UNIT}", measured, level=_between(known))

    def _row(self, label: str, measured: Iterable[Measured], *, level: Callable[[float], float]) -> Row:
        marks = (self._mark(one, level=level) for one in measured)
        return Row(label=label, marks=tuple(mark for mark in marks if mark is not None), series=True)

    def _mark(self, one: Measured, *, level: Callable[[float], float]) -> Mark | None:
        taken = self._taken(one.specimen)
        days = self.days(taken.collection_date)
        if days is None:
            return None
        timing = self.course.timing(taken).timing
        return Mark(
            days=days,
            text=f"{one.text} · {one.specimen.code}, {TIMING[timing]}",
            date=taken.collection_date,
            look=NO_VALUE if one.value is None else LOOKS.get(timing, OTHER_TIMES),
            label=one.label,
            level=None if one.value is None else level(one.value),
        )

    def _taken(self, specimen: Specimen) -> Specimen:
        """The tissue it was made from, perhaps itself: an extract is of the day of its tissue."""
        by_key = {one.pk: one for one in self.course.specimens}
        while specimen.parent_id in by_key:
            specimen = by_key[specimen.parent_id]
        return specimen


def rule_of(course: Course) -> ConsolidationRule:
    """The study's first rule that makes scores, or the median of all evaluable cores where it has none."""
    rules = course.study.consolidation_rules.order_by("name", "-version")
    median = ConsolidationRule(
        study=course.study, cores_to_specimen=Summary.MEDIAN, specimens_to_patient=Summary.MEDIAN
    )
    return next((rule for rule in rules if gives_scores(rule)), median)


def _scored(value: SpecimenValue, *, stain: Stain, antibody: Antibody, rule: ConsolidationRule) -> Measured:
    origin = [
        f"{StainedCell(stain.cell_type).label}, {Compartment(stain.compartment).label}",
        f"{antibody.code} ({antibody.in_words})",
        _("rule {rule}").format(rule=rule) if rule.pk else _("median of all evaluable cores"),
    ]
    score = "" if value.value is None else number(value.value, 0)
    told = f"{stain.marker.name} {Scale.H_SCORE.label} {score}" if score else _no_value(stain.marker.name, value)
    return Measured(specimen=value.specimen, value=value.value, label=score, text=" · ".join([told, *origin]))


def _no_value(marker: str, value: SpecimenValue) -> str:
    return f"{marker}: {render(value.reason)}"


def _amplified(marker: Marker, specimen: Specimen, repeats: Sequence[tuple[QpcrRun, SampleDeltaCq]]) -> Measured:
    values = [-row.result.value for _run, row in repeats if row.result.value is not None]
    runs = ", ".join(sorted({run.code for run, _row in repeats}))
    value, label = (fmean(values), number(fmean(values), PLACES_OF_CYCLES)) if values else (None, "")
    told = f"{marker.name} {QPCR_UNIT} {label}" if values else f"{marker.name}: {_without(repeats)}"
    return Measured(
        specimen=specimen, value=value, label=label, text=" · ".join([told, _("run {run}").format(run=runs)])
    )


def _without(repeats: Sequence[tuple[QpcrRun, SampleDeltaCq]]) -> str:
    """A limit, or why there is no value."""
    limits = [-row.result.limit for _run, row in repeats if row.result.limit is not None]
    if limits:
        return f"{QPCR_UNIT} ≤ {number(max(limits), PLACES_OF_CYCLES)}"
    reasons = [str(REASONS[row.result.reason]) for _run, row in repeats if row.result.reason]
    return reasons[0] if reasons else _("not evaluable")


def _between(known: Sequence[float]) -> Callable[[float], float]:
    """The place of a value between the lowest and the highest; a lone one stands in the middle."""
    if len(set(known)) < 2:
        return lambda _value: 0.5
    low, high = min(known), max(known)
    return lambda value: (value - low) / (high - low)
