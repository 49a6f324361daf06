"""ROC curves and areas against pROC, and by their properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import AREA_UNDER_CURVE, SUPERIORITY, NotComparable, auc, mann_whitney, roc_curve
from tests.analytics.stats.samples import GROUP, GROUP_OF_TWO, bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("prediction")["areas"]


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def units(with_event, without):
    """A marker and an outcome of two groups of values."""
    return [*with_event, *without], [1] * len(with_event) + [0] * len(without)


def test_area_equals_r(case):
    """``pROC::ci.auc(method = "delong")``, and ``wilcox.test(exact = FALSE)``."""
    result = auc(case["marker"], case["outcome"], higher=case["higher"])
    effect = result.effect(AREA_UNDER_CURVE)
    assert effect.estimate == pytest.approx(case["area"], rel=1e-12)
    assert bounds(effect.interval) == pytest.approx(case["interval"], rel=1e-9)
    assert result.statistic == case["statistic"]
    assert result.asymptotic_p == pytest.approx(case["asymptotic_p"], rel=1e-9)


def test_curve_equals_r(case):
    """The points of ``pROC::roc``, which run the other way."""
    curve = roc_curve(case["marker"], case["outcome"], higher=case["higher"])
    assert curve.sensitivity == pytest.approx(case["sensitivity"][::-1], abs=1e-12)
    assert curve.specificity == pytest.approx(case["specificity"][::-1], abs=1e-12)
    assert curve.auc == auc(case["marker"], case["outcome"], higher=case["higher"])


def test_every_point_counts_the_units_at_its_threshold(case):
    marker, outcome = np.array(case["marker"]), np.array(case["outcome"])
    curve = roc_curve(marker, outcome, higher=case["higher"])
    for threshold, true, false in zip(
        curve.threshold[1:], curve.true_positives[1:], curve.false_positives[1:], strict=True
    ):
        positive = marker >= threshold if case["higher"] else marker <= threshold
        assert (true, false) == (np.sum(positive & (outcome == 1)), np.sum(positive & (outcome == 0)))


@given(GROUP, GROUP)
def test_area_is_what_lies_under_the_curve_and_the_probability_of_superiority(with_event, without):
    curve = roc_curve(*units(with_event, without))
    under = np.trapezoid(curve.sensitivity, 1 - np.array(curve.specificity))
    (effect,) = curve.auc.effects
    other = mann_whitney(with_event, without)
    assert effect.estimate == pytest.approx(under, abs=1e-12)
    assert effect.estimate == pytest.approx(other.effect(SUPERIORITY).estimate, abs=1e-12)
    assert curve.auc.p_value == pytest.approx(other.p_value, rel=1e-9)
    assert survives_json(curve)
    assert survives_json(curve.auc)


@given(GROUP_OF_TWO, GROUP_OF_TWO)
def test_exchange_of_the_outcomes_and_of_the_direction_undo_each_other(with_event, without):
    marker, outcome = units(with_event, without)
    one = auc(marker, outcome)
    other = auc(marker, [1 - event for event in outcome], higher=False)
    assert one.effects[0].estimate == pytest.approx(other.effects[0].estimate, abs=1e-12)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    mirrored = auc(marker, outcome, higher=False).effects[0]
    assert mirrored.estimate == pytest.approx(1 - one.effects[0].estimate, abs=1e-12)
    if mirrored.interval is not None:
        low, high = bounds(mirrored.interval)
        assert bounds(one.effects[0].interval) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(GROUP, GROUP, st.randoms(use_true_random=False))
def test_order_of_the_units_and_monotone_transformation_change_nothing(with_event, without, random):
    pairs = list(zip(*units(with_event, without), strict=True))
    one = auc(*zip(*pairs, strict=True))
    moved = [(math.atan(value), event) for value, event in random.sample(pairs, len(pairs))]
    other = auc(*zip(*moved, strict=True))
    assert (one.effects[0].estimate, one.p_value) == (other.effects[0].estimate, other.p_value)


@pytest.mark.parametrize(("higher", "area"), [(True, 1), (False, 0)])
def test_a_marker_that_separates_has_no_interval(higher, area):
    result = auc([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], higher=higher, label="RANKL")
    assert (result.effects[0].estimate, result.effects[0].interval) == (area, None)
    assert result.p_value == pytest.approx(0.1)
    (note,) = result.warnings
    assert str(note).startswith("RANKL separates all units with the event from all without")


def test_one_unit_with_the_event_has_no_interval():
    result = auc([1, 2, 3, 2], [0, 0, 0, 1])
    assert (result.effects[0].estimate, result.effects[0].interval) == (0.5, None)
    assert codes(result) == ["single-value"]


def test_a_constant_marker_tells_nothing():
    result = auc([2, 2, 2, 2], [0, 1, 0, 1])
    assert (result.effects[0].estimate, result.effects[0].interval, result.p_value) == (0.5, None, 1)
    assert codes(result) == ["no-interval"]


def test_reads_as_a_statistician_writes_it():
    case = CASES["weight"]
    curve = roc_curve(case["marker"], case["outcome"], higher=False, label="weight")
    assert str(curve).splitlines() == [
        "ROC curve, empirical, 76 points",
        "Area under the ROC curve, DeLong's interval, exact Mann–Whitney test",
        "weight: 59 with the event, 130 without, expected at lower values",
        "area under the ROC curve 0.6131 (95% CI 0.5245 to 0.7017)",
        "U = 4702, p = 0.012 (exact)",
    ]


@pytest.mark.parametrize("method", [auc, roc_curve])
@pytest.mark.parametrize(
    ("marker", "outcome", "sentence"),
    [
        ([1, 2], [1, 1], "2 of 2 units have the event"),
        ([1, 2], [0, 0], "0 of 2 units have the event"),
        ([1, 2], [0, 2], "1 outcomes are neither 0"),
        ([1, 2], [0, math.nan], "1 outcomes are neither 0"),
        ([1, math.nan], [0, 1], "Group marker has values that are missing"),
        ([1, 2, 3], [0, 1], "There are 3 values of marker and 2 outcomes"),
        ([], [], "0 of 0 units have the event"),
    ],
)
def test_refusals(method, marker, outcome, sentence):
    with pytest.raises(NotComparable, match=sentence):
        method(marker, outcome)
