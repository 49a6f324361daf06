"""The value of each patient in one stain: cores → specimen → patient, by a consolidation rule.

The patient is the unit of every answer; cores, sections and readers are never counted as n. What they said stands
beside the value as spread and counts. The steps:

- A *place* is a core, or a whole section, in one antibody. A consensus replaces what its readers saw; otherwise those
  who could score are averaged (:func:`expression.scoring.place_of`).
- A core which the block has lost, or which holds no tumour, is no place with a score, whatever was read before.
- The places of a specimen make its value. It needs ``minimum_evaluable_cores``, or a section: a section shows more
  tissue than any number of cores.
- The specimens that have a value make that of the patient. Which specimens count, for instance only those taken before
  denosumab, is the caller's choice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import Core, CoreStatus, Patient, Specimen
from cases.sentences import sentence
from expression.models import (
    Antibody,
    ConsolidationRule,
    Evaluability,
    IhcReading,
    Marker,
    PositivityCutoff,
    Summary,
)
from expression.scoring import Place, PlaceReading, PlaceStatus, Spread, place_of, spread, summarised

Sentence = Mapping[str, Any]


class RuleDoesNotFit(ValueError):
    """The rule calls positive by a cut-off that is about something else; the message says so in words."""


@dataclass(frozen=True, kw_only=True)
class Stain:
    """What is scored, where, and on which scale.

    Without an ``antibody`` every antibody against the marker counts, each core once in each: clones may differ in what
    they show, so an answer names those it found (``PatientValue.antibodies``).
    """

    marker: Marker
    antibody: Antibody | None = None
    cell_type: str
    compartment: str
    scale: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Places by what could be said about them."""

    evaluable: int = 0
    not_on_scale: int = 0
    lost: int = 0
    no_tumour: int = 0
    not_assessable: int = 0

    @property
    def total(self) -> int:
        return self.evaluable + self.not_on_scale + self.lost + self.no_tumour + self.not_assessable


@dataclass(frozen=True, kw_only=True)
class SpecimenValue:
    """``value`` is None where there is a ``reason``, a stored sentence. ``spread`` is that of the evaluable places."""

    specimen: Specimen
    value: float | None
    spread: Spread | None
    counts: Counts
    readers: tuple[str, ...]
    antibodies: tuple[str, ...]
    reason: Sentence | None = None
    exact: Fraction | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class PatientValue:
    """``value`` is None where there is a ``reason``, a stored sentence.

    ``spread`` is that of the values of its specimens; each of ``specimens`` has that of its places. ``counts`` are of
    all places. After “any positive” the value is 1 or 0.
    """

    patient: Patient
    value: float | None
    spread: Spread | None
    counts: Counts
    readers: tuple[str, ...]
    antibodies: tuple[str, ...]
    specimens: tuple[SpecimenValue, ...]
    reason: Sentence | None = None


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What was read on some specimens, and which cores of arrays read in an antibody hold nothing to score."""

    readings: Sequence[IhcReading]
    empty_cores: Sequence[Core]


def consolidated(*, readings: QuerySet[IhcReading], stain: Stain, rule: ConsolidationRule) -> list[PatientValue]:
    """The value of every patient on whom the stain was read, by code. Two queries.

    ``readings`` are those the person may see or count, see :mod:`cases.access`, of the specimens that count. Patients
    without a reading are absent. Raises :class:`RuleDoesNotFit`.
    """
    check_fit(rule=rule, stain=stain)
    of = {"antibody": stain.antibody} if stain.antibody else {"antibody__marker": stain.marker}
    own = readings.filter(cell_type=stain.cell_type, compartment=stain.compartment, **of)
    return values_of(read_of(own), stain=stain, rule=rule)


AROUND = (
    "specimen__study",
    "patient__study",
    "core__microarray__study",
    "antibody__marker",
    "antibody__phospho_site__marker",
    "laboratory_scale",
)
"""Whatever a page shows beside a reading."""


def read_of(
    readings: QuerySet[IhcReading], *, patients: Collection[int] | None = None, around: Sequence[str] = AROUND
) -> Readings:
    """The readings of patients, or of these, with what is ``around`` them, of whatever stains. Two queries."""
    readings = readings.filter(patient__isnull=False)
    arrays = readings.filter(core__isnull=False).values("core__microarray")
    if patients is not None:
        readings = readings.filter(patient__in=patients)
    empty = Core.objects.filter(specimen__in=readings.values("specimen"), microarray__in=arrays)
    return Readings(
        readings=list(readings.select_related(*around).order_by("patient__code", "specimen__code", "pk")),
        empty_cores=list(empty.exclude(status=CoreStatus.EVALUABLE)),
    )


def check_fit(*, rule: ConsolidationRule, stain: Stain) -> None:
    """Raise :class:`RuleDoesNotFit` where the rule's cut-off cannot say what is positive in the stain."""
    cutoff = rule.cutoff
    if cutoff is None or Summary.ANY_POSITIVE not in (rule.cores_to_specimen, rule.specimens_to_patient):
        return
    if not cutoff_fits(cutoff, stain):
        raise RuleDoesNotFit(
            _("Rule %(rule)s calls positive by %(cutoff)s (%(says)s), which is about something else.")
            % {"rule": rule, "cutoff": cutoff, "says": cutoff.in_words}
        )


def cutoff_fits(cutoff: PositivityCutoff, stain: Stain) -> bool:
    """Whether the cut-off is about this marker, antibody, cell type, compartment and scale."""
    antibody = stain.antibody.pk if stain.antibody else None
    return (
        (cutoff.marker_id, cutoff.scale) == (stain.marker.pk, stain.scale)
        and cutoff.antibody_id in (None, antibody)
        and cutoff.cell_type in ("", stain.cell_type)
        and cutoff.compartment in ("", stain.compartment)
    )


def values_of(found: Readings, *, stain: Stain, rule: ConsolidationRule) -> list[PatientValue]:
    """The values of the patients in one of the stains that were read. No query."""
    own = [reading for reading in found.readings if _is_of(reading, stain)]
    of_specimen: dict[Specimen, list[IhcReading]] = defaultdict(list)
    for reading in own:
        of_specimen[reading.specimen].append(reading)  # type: ignore[index]
    empty: dict[int | None, list[Core]] = defaultdict(list)
    for core in found.empty_cores:
        empty[core.specimen_id].append(core)
    of_patient: dict[Patient, list[SpecimenValue]] = defaultdict(list)
    for specimen, readings in of_specimen.items():
        value = _specimen_value(specimen, readings, empty=empty[specimen.pk], scale=stain.scale, rule=rule)
        of_patient[readings[0].patient].append(value)  # type: ignore[index]
    return [_patient_value(patient, values, rule=rule) for patient, values in of_patient.items()]


def _is_of(reading: IhcReading, stain: Stain) -> bool:
    of_antibody = (
        reading.antibody_id == stain.antibody.pk if stain.antibody else reading.antibody.marker_id == stain.marker.pk
    )
    return of_antibody and (reading.cell_type, reading.compartment) == (stain.cell_type, stain.compartment)


def _specimen_value(
    specimen: Specimen,
    readings: Sequence[IhcReading],
    *,
    empty: Sequence[Core],
    scale: str,
    rule: ConsolidationRule,
) -> SpecimenValue:
    places = _places(readings, empty=empty, scale=scale)
    scores = [place.score for place in places.values() if place.score is not None]
    counts = _counts(place.status for place in places.values())
    has_section = any(core is None and place.score is not None for (core, _antibody), place in places.items())
    reason = _why_none(counts, has_section=has_section, rule=rule)
    exact = None if reason else summarised(scores, by=rule.cores_to_specimen, positive_from=_positive_from(rule))
    return SpecimenValue(
        specimen=specimen,
        value=None if exact is None else float(exact),
        spread=spread(scores),
        counts=counts,
        readers=tuple(sorted({reader for place in places.values() for reader in place.readers})),
        antibodies=tuple(sorted({reading.antibody.code for reading in readings})),
        reason=reason,
        exact=exact,
    )


def _patient_value(patient: Patient, specimens: Sequence[SpecimenValue], *, rule: ConsolidationRule) -> PatientValue:
    exact = [specimen.exact for specimen in specimens if specimen.exact is not None]
    reason = None
    if not exact:
        reason = specimens[0].reason if len(specimens) == 1 else sentence("None of its specimens has a value.")
    return PatientValue(
        patient=patient,
        value=float(_of_specimens(exact, rule=rule)) if exact else None,
        spread=spread(exact),
        counts=_together(specimen.counts for specimen in specimens),
        readers=tuple(sorted({reader for specimen in specimens for reader in specimen.readers})),
        antibodies=tuple(sorted({code for specimen in specimens for code in specimen.antibodies})),
        specimens=tuple(specimens),
        reason=reason,
    )


def _of_specimens(values: Sequence[Fraction], *, rule: ConsolidationRule) -> Fraction:
    """Specimens that are 1 or 0 already have met the cut-off or not."""
    already = rule.cores_to_specimen == Summary.ANY_POSITIVE
    positive_from = Fraction(1) if already else _positive_from(rule)
    return summarised(values, by=rule.specimens_to_patient, positive_from=positive_from)


def _places(
    readings: Sequence[IhcReading], *, empty: Sequence[Core], scale: str
) -> dict[tuple[int | None, int | None], Place]:
    """By core, None for a section, and antibody. An empty core that nobody read is in no antibody."""
    by_place: dict[tuple[int | None, int | None], list[IhcReading]] = defaultdict(list)
    for reading in readings:
        by_place[(reading.core_id, reading.antibody_id)].append(reading)
    nothing_there = {core.pk: Place(status=PlaceStatus(core.status), readers=()) for core in empty}
    places = {
        (core, antibody): nothing_there.get(core or 0) or place_of([_place_reading(reading, scale) for reading in here])
        for (core, antibody), here in by_place.items()
    }
    unread = nothing_there.keys() - {core for core, _antibody in by_place}
    return places | {(core, None): nothing_there[core] for core in unread}


def _place_reading(reading: IhcReading, scale: str) -> PlaceReading:
    score = reading.score(scale)
    status = PlaceStatus(reading.evaluability)
    if reading.evaluability == Evaluability.EVALUABLE and score is None:
        status = PlaceStatus.NOT_ON_SCALE
    return PlaceReading(
        reader=reading.reader,
        status=status,
        score=None if score is None else Fraction(score),
        is_consensus=reading.is_consensus,
    )


def _why_none(counts: Counts, *, has_section: bool, rule: ConsolidationRule) -> Sentence | None:
    if counts.evaluable >= rule.minimum_evaluable_cores or (has_section and counts.evaluable):
        return None
    if not counts.evaluable and counts.not_on_scale:
        return sentence("Only summary scores on another scale were recorded.")
    if not counts.evaluable:
        return sentence("Nothing was evaluable.")
    return sentence(
        "The rule needs {needed} evaluable cores, and there are {number}.",
        needed=rule.minimum_evaluable_cores,
        number=counts.evaluable,
    )


def _positive_from(rule: ConsolidationRule) -> Fraction | None:
    return Fraction(rule.cutoff.at_least) if rule.cutoff else None


def _counts(statuses: Iterable[PlaceStatus]) -> Counts:
    numbers: dict[str, int] = defaultdict(int)
    for status in statuses:
        numbers[status.value] += 1
    return Counts(**numbers)


def _together(counts: Iterable[Counts]) -> Counts:
    parts = list(counts)
    return Counts(**{each.name: sum(getattr(part, each.name) for part in parts) for each in fields(Counts)})
