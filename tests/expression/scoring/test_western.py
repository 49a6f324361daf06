"""Ratios of western blots, by hand from the formula of Degasperi et al. 2014, doi:10.1371/journal.pone.0087293.

The four lanes: untreated cells (calibrator), 5, 15 and 60 minutes of a stimulus. On two membranes, with GAPDH on each::

    lane          p-STAT3   GAPDH 1   STAT3   GAPDH 2   (p/G1)÷(t/G2)                     relative   log2
    1  untreated     1000     20000    8000     10000   0.05 ÷ 0.8   = 0.0625               1          0
    2   5 min        4000     20000    8000     10000   0.20 ÷ 0.8   = 0.25                 4          2
    3  15 min        8000     10000    4000     10000   0.80 ÷ 0.4   = 2                   32          5
    4  60 min         500     40000    4000     20000   0.0125 ÷ 0.2 = 0.0625               1          0

On one membrane GAPDH cancels: p ÷ t = 0.125, 0.5, 2, 0.125, relative 1, 4, 16, 1.
"""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expression.scoring import (
    BandRatio,
    BlotFlag,
    BlotReason,
    BlotStatus,
    Signal,
    phospho_ratio,
    relative_ratio,
    total_ratio,
)

LANES = [(1000, 20000, 8000, 10000), (4000, 20000, 8000, 10000), (8000, 10000, 4000, 10000), (500, 40000, 4000, 20000)]


def bands(volumes):
    names = ("phospho", "phospho_control", "total", "total_control")
    return {name: Signal(volume=volume) for name, volume in zip(names, volumes, strict=True)}


def test_two_membranes() -> None:
    ratios = [phospho_ratio(**bands(lane), same_membrane=False) for lane in LANES]
    assert [ratio.value for ratio in ratios] == pytest.approx([0.0625, 0.25, 2, 0.0625], rel=1e-12)
    relative = [relative_ratio(lane=ratio, calibrator=ratios[0]) for ratio in ratios]
    assert [one.value for one in relative] == pytest.approx([1, 4, 32, 1], rel=1e-12)
    assert [one.log2 for one in relative] == pytest.approx([0, 2, 5, 0], abs=1e-12)


def test_one_membrane() -> None:
    ratios = [phospho_ratio(**bands(lane), same_membrane=True) for lane in LANES]
    assert [ratio.value for ratio in ratios] == pytest.approx([0.125, 0.5, 2, 0.125], rel=1e-12)
    relative = [relative_ratio(lane=ratio, calibrator=ratios[0]) for ratio in ratios]
    assert [one.log2 for one in relative] == pytest.approx([0, 2, 4, 0], abs=1e-12)


def test_total_against_control() -> None:
    """RANKL: 3000/20000 = 0.15 untreated, 9000/15000 = 0.6 stimulated: four times, log2 2."""
    untreated = total_ratio(total=Signal(volume=3000), control=Signal(volume=20000))
    stimulated = total_ratio(total=Signal(volume=9000), control=Signal(volume=15000))
    assert (untreated.value, stimulated.value) == pytest.approx((0.15, 0.6), rel=1e-12)
    assert relative_ratio(lane=stimulated, calibrator=untreated).log2 == pytest.approx(2, rel=1e-12)


ZERO = Signal(volume=0)


@pytest.mark.parametrize(
    ("changed", "same_membrane", "reason"),
    [
        ({"phospho": None}, True, BlotReason.PHOSPHO_MISSING),
        ({"total": None}, True, BlotReason.TOTAL_MISSING),
        ({"total": ZERO}, True, BlotReason.TOTAL_ZERO),
        ({"phospho_control": None}, False, BlotReason.CONTROL_MISSING),
        ({"total_control": None}, False, BlotReason.CONTROL_MISSING),
        ({"phospho_control": ZERO}, False, BlotReason.CONTROL_ZERO),
        ({"total_control": ZERO}, False, BlotReason.CONTROL_ZERO),
    ],
)
def test_not_evaluable(changed, same_membrane, reason) -> None:
    ratio = phospho_ratio(**bands(LANES[0]) | changed, same_membrane=same_membrane)
    assert (ratio.status, ratio.value, ratio.reason) == (BlotStatus.NOT_EVALUABLE, None, reason)
    relative = relative_ratio(lane=ratio, calibrator=phospho_ratio(**bands(LANES[0]), same_membrane=True))
    assert (relative.reason, relative.log2, relative.analysed) == (reason, None, None)


@pytest.mark.parametrize(("control", "reason"), [(None, BlotReason.CONTROL_MISSING), (ZERO, BlotReason.CONTROL_ZERO)])
def test_total_without_control(control, reason) -> None:
    assert total_ratio(total=Signal(volume=1), control=control).reason == reason


def test_total_that_is_not_there() -> None:
    assert total_ratio(total=None, control=Signal(volume=1)).reason == BlotReason.TOTAL_MISSING


@pytest.mark.parametrize("control", [None, ZERO])
def test_control_is_not_asked_for_on_one_membrane(control) -> None:
    lane = bands(LANES[1]) | {"phospho_control": control, "total_control": control}
    assert phospho_ratio(**lane, same_membrane=True).value == pytest.approx(0.5)


def test_zero_band_is_below_detection() -> None:
    ratio = phospho_ratio(**bands(LANES[0]) | {"phospho": ZERO}, same_membrane=True)
    assert (ratio.status, ratio.value) == (BlotStatus.BELOW_DETECTION, None)
    ours = phospho_ratio(**bands(LANES[0]), same_membrane=True)
    relative = relative_ratio(lane=ratio, calibrator=ours)
    assert (relative.status, relative.log2, relative.reason) == (BlotStatus.BELOW_DETECTION, None, None)
    against_nothing = relative_ratio(lane=ours, calibrator=ratio)
    assert against_nothing.reason == BlotReason.CALIBRATOR_WITHOUT_VALUE


def test_without_calibrator() -> None:
    ratio = phospho_ratio(**bands(LANES[0]), same_membrane=True)
    assert relative_ratio(lane=ratio, calibrator=None).reason == BlotReason.NO_CALIBRATOR


@pytest.mark.parametrize("name", ["phospho", "phospho_control", "total", "total_control"])
def test_a_saturated_band_is_shown_and_not_analysed(name) -> None:
    lane = bands(LANES[1])
    lane[name] = replace(lane[name], saturated=True)
    calibrator = phospho_ratio(**bands(LANES[0]), same_membrane=False)
    flagged = relative_ratio(lane=phospho_ratio(**lane, same_membrane=False), calibrator=calibrator)
    assert (flagged.flags, flagged.analysed) == ((BlotFlag.SATURATED,), None)
    assert flagged.log2 == pytest.approx(2)


def test_a_saturated_control_that_cancels_does_not_matter() -> None:
    lane = bands(LANES[1]) | {"phospho_control": Signal(volume=1, saturated=True)}
    assert not phospho_ratio(**lane, same_membrane=True).saturated


def test_a_saturated_calibrator_flags_every_lane() -> None:
    calibrator = BandRatio(status=BlotStatus.EVALUABLE, value=0.5, saturated=True)
    lane = BandRatio(status=BlotStatus.EVALUABLE, value=1.0)
    flagged = relative_ratio(lane=lane, calibrator=calibrator)
    assert (flagged.flags, flagged.log2, flagged.analysed) == ((BlotFlag.CALIBRATOR_SATURATED,), 1.0, None)


VOLUME = st.floats(min_value=1e-6, max_value=1e12)
LANE = st.tuples(VOLUME, VOLUME, VOLUME, VOLUME)


@given(lane=LANE, same_membrane=st.booleans())
def test_the_calibrator_is_one(lane, same_membrane) -> None:
    ratio = phospho_ratio(**bands(lane), same_membrane=same_membrane)
    relative = relative_ratio(lane=ratio, calibrator=ratio)
    assert (relative.value, relative.log2, relative.analysed) == (1, 0, 0)


@given(lane=LANE, first=st.floats(1e-3, 1e3), second=st.floats(1e-3, 1e3))
def test_scaling_the_bands_of_a_membrane_changes_nothing(lane, first, second) -> None:
    phospho, phospho_control, total, total_control = lane
    scaled = (phospho * first, phospho_control * first, total * second, total_control * second)
    before, after = (phospho_ratio(**bands(each), same_membrane=False).value for each in (lane, scaled))
    assert math.isclose(before, after, rel_tol=1e-9)
    one = (phospho * first, phospho_control * first, total * first, total_control * first)
    before, after = (phospho_ratio(**bands(each), same_membrane=True).value for each in (lane, one))
    assert math.isclose(before, after, rel_tol=1e-9)
