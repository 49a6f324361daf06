"""DeLong's test of two areas against pROC, and by its properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import AREA_DIFFERENCE, AREA_UNDER_CURVE, NotComparable, auc, compare_auc
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("prediction")["comparisons"]
UNIT = st.tuples(st.integers(-4, 4), st.integers(-4, 4))
GROUP = st.lists(UNIT, min_size=2, max_size=8)


def markers(with_event, without):
    first, second = zip(*with_event, *without, strict=True)
    return list(first), list(second), [1] * len(with_event) + [0] * len(without)


def compared(*arguments, **keywords):
    """The comparison, or the code of its refusal."""
    try:
        return compare_auc(*arguments, **keywords)
    except NotComparable as refusal:
        return refusal.note.code


@pytest.mark.parametrize("name", CASES)
def test_equals_r(name):
    """``pROC::roc.test(method = "delong", paired = TRUE)``."""
    case = CASES[name]
    result = compare_auc(case["first"], case["second"], case["outcome"])
    assert [area.estimate for area in result.areas] == pytest.approx(case["areas"], rel=1e-12)
    assert result.statistic == pytest.approx(case["statistic"], rel=1e-9)
    assert result.p_value == pytest.approx(case["p"], rel=1e-9)
    assert bounds(result.effect(AREA_DIFFERENCE).interval) == pytest.approx(case["interval"], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_areas_are_those_of_each_marker(name):
    case = CASES[name]
    for area, marker in zip(
        compare_auc(case["first"], case["second"], case["outcome"]).areas, ("first", "second"), strict=True
    ):
        assert area == auc(case[marker], case["outcome"]).effect(AREA_UNDER_CURVE)


@given(GROUP, GROUP)
def test_exchange_of_the_markers_changes_the_sign_only(with_event, without):
    first, second, outcome = markers(with_event, without)
    one, other = compared(first, second, outcome), compared(second, first, outcome)
    if isinstance(one, str):
        assert one == other == "no-variation"
        return
    assert one.statistic == pytest.approx(-other.statistic, abs=1e-9)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    assert survives_json(one)


@given(GROUP, GROUP, st.randoms(use_true_random=False))
def test_order_of_the_units_and_monotone_transformation_change_nothing(with_event, without, random):
    units = list(zip(*markers(with_event, without), strict=True))
    one = compared(*zip(*units, strict=True))
    moved = [(math.atan(first), second**3, event) for first, second, event in random.sample(units, len(units))]
    other = compared(*zip(*moved, strict=True))
    if isinstance(one, str):
        assert one == other
    else:
        assert one.statistic == pytest.approx(other.statistic, rel=1e-9, abs=1e-12)


def test_direction_of_each_marker():
    case = CASES["diabetes"]
    turned = [-value for value in case["second"]]
    one = compare_auc(case["first"], case["second"], case["outcome"])
    other = compare_auc(case["first"], turned, case["outcome"], higher=(True, False))
    assert (one.areas, one.effects, one.p_value) == (other.areas, other.effects, other.p_value)


def test_markers_in_the_same_order_have_no_difference():
    result = compare_auc([1, 2, 3, 4], [10, 20, 30, 40], [0, 1, 0, 1])
    assert (result.effects[0].estimate, result.effects[0].interval, result.p_value) == (0, None, 1)
    assert codes(result) == ["no-variation"]


def test_a_difference_without_variance_is_refused():
    with pytest.raises(NotComparable, match="has no variance"):
        compare_auc([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 1, 1])


def test_reads_as_a_statistician_writes_it():
    case = CASES["markers"]
    text = str(compare_auc(case["first"], case["second"], case["outcome"], labels=("NDKA", "S100B")))
    assert text.splitlines() == [
        "DeLong's test of two areas under ROC curves of the same units, two-sided",
        "41 with the event, 72 without",
        "NDKA: area under the ROC curve 0.612 (95% CI 0.5012 to 0.7227)",
        "S100B: area under the ROC curve 0.7314 (95% CI 0.6301 to 0.8326)",
        "difference of the areas -0.1194 (95% CI -0.2877 to 0.04887)",
        "z = -1.391, p = 0.164 (asymptotic)",
    ]


@pytest.mark.parametrize(
    ("first", "second", "outcome", "sentence"),
    [
        ([1, 2, 3], [1, 2, 3], [0, 0, 1], "at least two units with the event"),
        ([1, 2, 3, 4], [1, 2, 3], [0, 0, 1, 1], "There are 3 values of second and 4 outcomes"),
        ([1, 2], [1, 2], [1, 1], "2 of 2 units have the event"),
    ],
)
def test_refusals(first, second, outcome, sentence):
    with pytest.raises(NotComparable, match=sentence):
        compare_auc(first, second, outcome)


def test_labels_differ():
    with pytest.raises(ValueError, match="different labels"):
        compare_auc([1, 2], [1, 2], [0, 1], labels=("RANKL", "RANKL"))
