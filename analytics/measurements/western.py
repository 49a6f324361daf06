"""Ratios of western blots: log2, relative to the calibrator lane of the same blot.

A band means something only beside the loading control of its own membrane, and a ratio only beside the calibrator lane
of its own blot, see :mod:`expression.scoring.western`. Blots stand together where their calibrator lanes hold the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from statistics import fmean
from typing import Any

import pandas as pd
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from analytics.groupings import in_all_languages
from analytics.measurements.measured import Measurements, Rejected
from analytics.spec import Measure
from analytics.stats import NotComparable
from analytics.stats.result import gettext_noop as _
from cases import access
from cases.access import Person
from cases.models import Specimen, Study
from cases.sentences import sentence
from expression.blot_ratios import LaneRatio, lane_ratios, visible_lanes
from expression.models import Band, BandForm, Lane
from expression.scoring import BlotReason, BlotStatus, RelativeRatio

PHOSPHO_UNIT = gettext_lazy("log2 of phosphorylated ÷ total, relative to the calibrator lane")
TOTAL_UNIT = gettext_lazy("log2 of protein ÷ loading control, relative to the calibrator lane")
DOUBLINGS = gettext_lazy("doublings")

SATURATED = sentence("A band is saturated")
BELOW_DETECTION = sentence("Band below detection")
UNUSABLE = {
    BlotReason.PHOSPHO_MISSING: sentence("No band of the phosphorylated protein"),
    BlotReason.TOTAL_MISSING: sentence("No band of the total protein"),
    BlotReason.TOTAL_ZERO: sentence("Total protein with a volume of zero"),
    BlotReason.SEVERAL_TOTALS: sentence("Total protein on several membranes"),
    BlotReason.CONTROL_MISSING: sentence("No loading control in the lane"),
    BlotReason.CONTROL_ZERO: sentence("Loading control with a volume of zero"),
    BlotReason.NO_CALIBRATOR: sentence("Blot without a calibrator lane"),
    BlotReason.CALIBRATOR_WITHOUT_VALUE: sentence("Calibrator lane without a ratio"),
}


def western_bands(*, study: str, by: Person) -> QuerySet[Band]:
    """The bands of proteins in lanes of patients that this person may see; loading controls are none."""
    bands = Band.objects.filter(lane__study__code=study, lane__specimen__isnull=False, marker__isnull=False)
    return access.rows(user=by, queryset=bands, patient="lane__specimen__patient")


def blotted_patients(*, measure: Measure, by: Person) -> QuerySet[Any, Any]:
    """The keys of patients with a band of the protein, as a subquery."""
    return _of_protein(measure=measure, by=by).values("lane__specimen__patient")


def western_unit(phospho_site: str) -> Any:
    """What the values are."""
    return PHOSPHO_UNIT if phospho_site else TOTAL_UNIT


def western_measurements(*, measure: Measure, by: Person, patients: Collection[int] | None = None) -> Measurements:
    """log2 ratios; a specimen in several lanes or blots has the mean of them. Saturated bands give none.

    Raises :class:`NotComparable` where the calibrator lanes of the blots hold different samples.
    """
    blots = _of_protein(measure=measure, by=by).values("lane__blot")
    visible = visible_lanes(user=by, study=Study.objects.get(code=measure.study)).filter(blot__in=blots)
    lanes = list(visible.select_related("specimen", "line").order_by("blot", "number"))
    _require_one_calibrator(lanes)
    found: dict[Specimen, list[RelativeRatio]] = defaultdict(list)
    for row in _lane_ratios(lanes):
        specimen = row.lane.specimen
        if specimen is None or not _is_of(measure, row):
            continue
        if patients is None or specimen.patient_id in patients:
            found[specimen].append(row.relative)
    values, rejected = [], []
    for specimen, ratios in found.items():
        if known := [ratio.analysed for ratio in ratios if ratio.analysed is not None]:
            values.append((specimen.patient_id, specimen.code, fmean(known), len(known) < len(ratios)))
        else:
            reason = _why_none(ratios[0])
            rejected.append(Rejected(patient_id=specimen.patient_id, sample=specimen.code, reason=reason))
    return Measurements(
        values=pd.DataFrame(values, columns=["patient_id", "sample", "value", "lanes_left_out"]),
        unit=in_all_languages(western_unit(measure.phospho_site)),
        difference_unit=in_all_languages(DOUBLINGS),
        rejected=rejected,
    )


def _of_protein(*, measure: Measure, by: Person) -> QuerySet[Band]:
    bands = western_bands(study=measure.study, by=by).filter(marker__symbol=measure.marker)
    if measure.phospho_site:
        return bands.filter(form=BandForm.PHOSPHO, phospho_site__residue=measure.phospho_site)
    return bands.filter(form=BandForm.TOTAL)


def _lane_ratios(lanes: list[Lane]) -> Iterable[LaneRatio]:
    """Every ratio of these lanes, blot by blot; one query."""
    bands = Band.objects.filter(lane__in=[lane.pk for lane in lanes])
    bands_of: dict[int, list[Band]] = defaultdict(list)
    for band in bands.select_related("membrane", "marker", "phospho_site__marker"):
        bands_of[band.blot_id].append(band)
    lanes_of: dict[int, list[Lane]] = defaultdict(list)
    for lane in lanes:
        lanes_of[lane.blot_id].append(lane)
    for blot, own in lanes_of.items():
        yield from lane_ratios(lanes=own, bands=bands_of[blot])


def _is_of(measure: Measure, row: LaneRatio) -> bool:
    probe = row.measure.leading
    site = probe.site.residue if probe.site else ""
    return probe.marker is not None and (probe.marker.symbol, site) == (measure.marker, measure.phospho_site)


def _require_one_calibrator(lanes: list[Lane]) -> None:
    """Relative to different samples, ratios are different quantities."""
    calibrators = {_loaded(lane) for lane in lanes if lane.is_calibrator}
    if len(calibrators) > 1:
        raise NotComparable(
            _(
                "The calibrator lanes of the blots hold different samples ({samples}), so that ratios to them cannot "
                "be compared."
            ),
            code="calibrators-differ",
            samples="; ".join(sorted(calibrators)),
        )


def _loaded(lane: Lane) -> str:
    """What the lane holds: a specimen by its code, or cells."""
    return lane.specimen.code if lane.specimen else f"{lane.line} {lane.treatment}".strip()


def _why_none(ratio: RelativeRatio) -> dict[str, Any]:
    if ratio.flags:
        return SATURATED
    if ratio.status == BlotStatus.BELOW_DETECTION:
        return BELOW_DETECTION
    return UNUSABLE[ratio.reason or BlotReason.CALIBRATOR_WITHOUT_VALUE]
