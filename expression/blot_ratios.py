"""From the bands of a blot to ratios: which band is divided by which, lane by lane."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cases import access
from cases.access import Person
from cases.models import Study
from expression.models import Band, BandForm, Lane, Marker, Membrane, PhosphoSite
from expression.scoring import (
    BandRatio,
    BlotReason,
    BlotStatus,
    RelativeRatio,
    Signal,
    phospho_ratio,
    relative_ratio,
    total_ratio,
)

FORMS = (BandForm.PHOSPHO, BandForm.TOTAL, BandForm.LOADING_CONTROL)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a membrane was probed for: a column of the blot's table."""

    membrane: Membrane
    form: str
    marker: Marker | None = None
    site: PhosphoSite | None = None

    def __str__(self) -> str:
        return str(self.site or self.marker or self.membrane.loading_control)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is divided by what. Without ``phospho`` it is the total against the loading control of its membrane.

    ``totals`` has one probe; several on other membranes, or none, leave a phosphorylated band without a ratio.
    """

    phospho: Probe | None
    totals: tuple[Probe, ...]

    @property
    def leading(self) -> Probe:
        return self.phospho or self.totals[0]

    @property
    def on_one_membrane(self) -> bool:
        return self.phospho is not None and [each.membrane for each in self.totals] == [self.phospho.membrane]

    def __str__(self) -> str:
        below = self.leading.marker if self.phospho else self.leading.membrane.loading_control
        return f"{self.leading} ÷ {below}"


@dataclass(frozen=True, kw_only=True)
class LaneRatio:
    """One measure in one lane."""

    lane: Lane
    measure: Measure
    ratio: BandRatio
    relative: RelativeRatio


def visible_lanes(*, user: Person, study: Study) -> QuerySet[Lane]:
    """Lanes with cells, and those with specimens this person may see."""
    specimens = access.specimens(user).filter(study=study)
    return Lane.objects.filter(Q(specimen=None) | Q(specimen__in=specimens), study=study)


def probe_of(band: Band) -> Probe:
    return Probe(membrane=band.membrane, form=band.form, marker=band.marker, site=band.phospho_site)


def in_order(probes: Iterable[Probe]) -> list[Probe]:
    """Membrane by membrane; on each by marker, phosphorylated before total, the loading control last."""
    return sorted(
        dict.fromkeys(probes),
        key=lambda probe: (
            probe.membrane.name,
            probe.marker is None,
            probe.marker.position if probe.marker else 0,
            str(probe.marker or ""),
            FORMS.index(BandForm(probe.form)),
            str(probe),
        ),
    )


def measures(probes: Iterable[Probe]) -> list[Measure]:
    """Each phosphorylated protein against its total, and each marker without phospho-site against its loading control.

    The total of the same membrane comes before those of others.
    """
    ordered = in_order(probes)
    totals = [probe for probe in ordered if probe.form == BandForm.TOTAL]
    phospho = [probe for probe in ordered if probe.form == BandForm.PHOSPHO]
    found = []
    for probe in phospho:
        own = tuple(total for total in totals if total.marker == probe.marker)
        beside = tuple(total for total in own if total.membrane == probe.membrane)
        found.append(Measure(phospho=probe, totals=beside or own))
    with_site = {probe.marker for probe in phospho}
    return found + [Measure(phospho=None, totals=(total,)) for total in totals if total.marker not in with_site]


def lane_ratios(*, lanes: Sequence[Lane], bands: Sequence[Band]) -> list[LaneRatio]:
    """Every measure of the blot in every lane that has a band, measure by measure. No queries.

    ``lanes`` and ``bands``, with membranes, markers and sites, are those of one blot that the reader may see.
    """
    signals = {(band.lane_id, probe_of(band)): Signal(volume=band.volume, saturated=band.saturated) for band in bands}
    used = {band.lane_id for band in bands}
    calibrator = next((lane for lane in lanes if lane.is_calibrator), None)
    rows = []
    for measure in measures(probe for _lane, probe in signals):
        own = _ratio(measure, calibrator, signals) if calibrator else None
        for lane in lanes:
            if lane.pk in used:
                ratio = _ratio(measure, lane, signals)
                relative = relative_ratio(lane=ratio, calibrator=own)
                rows.append(LaneRatio(lane=lane, measure=measure, ratio=ratio, relative=relative))
    return rows


def _ratio(measure: Measure, lane: Lane, signals: dict[tuple[int, Probe], Signal]) -> BandRatio:
    def signal(probe: Probe | None) -> Signal | None:
        return signals.get((lane.pk, probe)) if probe else None

    def control(probe: Probe | None) -> Signal | None:
        return signal(Probe(membrane=probe.membrane, form=BandForm.LOADING_CONTROL)) if probe else None

    if len(measure.totals) > 1:
        return BandRatio(status=BlotStatus.NOT_EVALUABLE, reason=BlotReason.SEVERAL_TOTALS)
    total = measure.totals[0] if measure.totals else None
    if measure.phospho is None:
        return total_ratio(total=signal(total), control=control(total))
    return phospho_ratio(
        phospho=signal(measure.phospho),
        total=signal(total),
        phospho_control=control(measure.phospho),
        total_control=control(total),
        same_membrane=measure.on_one_membrane,
    )
