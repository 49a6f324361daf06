"""Groups of censored thresholds against R, and by their properties."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.stats import SUPERIORITY, NotComparable, adjust, compare_censored, mann_whitney
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.analytics.stats.survival_reference import near
from tests.reference.answers import reference

CASES = reference("censored")
SAMPLE = st.tuples(st.integers(1, 9), st.integers(0, 1))
GROUP = st.lists(SAMPLE, min_size=1, max_size=8)


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def columns(*groups):
    """Thresholds, whether they were detected, and groups named a, b, c …"""
    rows = [(value, seen, "abcdef"[code]) for code, group in enumerate(groups) for value, seen in group]
    return tuple(zip(*rows, strict=True))


def compared(*arguments, **keywords):
    """The comparison, or the code of its refusal."""
    try:
        return compare_censored(*arguments, **keywords)
    except NotComparable as refusal:
        return refusal.note.code


def counted(first, second):
    """The probability of superiority by looking at every pair: the lower threshold is the higher expression."""

    def score(one, other):
        (x, x_seen), (y, y_seen) = one, other
        if x_seen and (x < y or (x == y and not y_seen)):
            return 1.0
        return 0.0 if y_seen and (y < x or (x == y and not x_seen)) else 0.5

    return np.mean([score(one, other) for one in first for other in second])


def test_test_equals_r(case):
    """``survival::survdiff(rho = 1)``."""
    result = compare_censored(case["value"], case["detected"], case["group"])
    assert result.test.statistic == pytest.approx(case["statistic"], rel=1e-9)
    assert result.test.degrees_of_freedom == case["degrees_of_freedom"]
    assert result.test.p_value == pytest.approx(case["p"], rel=1e-9)


def test_medians_equal_r(case):
    """``quantile(survfit(conf.type = "log-log"), 0.5)``."""
    result = compare_censored(case["value"], case["detected"], case["group"])
    for group, expected in zip(result.groups, case["groups"], strict=True):
        assert (group.label, group.n, group.detected) == (expected["label"], expected["n"], expected["detected"])
        assert [group.median] == near([expected["median"]])
        interval = (None, None) if group.interval is None else bounds(group.interval)
        assert list(interval) == near(expected["interval"])


def test_pairs_equal_r(case):
    result = compare_censored(case["value"], case["detected"], case["group"])
    undecided = 0
    for pair, expected in zip(result.pairs, case["pairs"], strict=True):
        effect = pair.effect(SUPERIORITY)
        undecided += expected["undecided"]
        assert (pair.first, pair.second) == (expected["first"], expected["second"])
        assert pair.statistic == pytest.approx(expected["statistic"], rel=1e-9)
        assert effect.estimate == pytest.approx(expected["estimate"], rel=1e-12)
        if effect.interval is not None:
            assert bounds(effect.interval) == pytest.approx(np.clip(expected["interval"], 0, 1), rel=1e-9)
    assert [pair.adjusted_p for pair in result.pairs] == pytest.approx(
        adjust([pair.p_value for pair in result.pairs], "holm"), rel=1e-12
    )
    (note,) = (note for note in result.warnings if note.code == "undecided-pairs")
    assert note.values["count"] == undecided


def test_more_than_two_groups_are_among_the_cases():
    assert max(len(case["groups"]) for case in CASES.values()) > 2


@given(GROUP, GROUP)
def test_superiority_counts_every_pair(first, second):
    result = compared(*columns(first, second))
    assume(not isinstance(result, str))
    (effect,) = result.effects
    assert effect.estimate == pytest.approx(counted(first, second), abs=1e-12)
    if effect.interval is not None:
        assert 0 <= effect.interval.low <= effect.estimate <= effect.interval.high <= 1
    assert survives_json(result)


@given(GROUP, GROUP)
def test_exchange_of_the_groups_turns_the_effect_around(first, second):
    threshold, detected, group = columns(first, second)
    one, other = (compared(threshold, detected, group, order=order) for order in (["a", "b"], ["b", "a"]))
    if isinstance(one, str):
        assert one == other
        return
    assert one.effects[0].estimate == pytest.approx(1 - other.effects[0].estimate, abs=1e-12)
    assert one.test.statistic == pytest.approx(other.test.statistic, rel=1e-9, abs=1e-12)
    assert one.groups == other.groups[::-1]


@given(GROUP, GROUP, GROUP, st.randoms(use_true_random=False))
def test_order_of_the_samples_and_monotone_transformation_change_nothing(first, second, third, random):
    rows = list(zip(*columns(first, second, third), strict=True))
    one = compared(*zip(*rows, strict=True))
    moved = [(math.exp(value), seen, label) for value, seen, label in random.sample(rows, len(rows))]
    other = compared(*zip(*moved, strict=True))
    if isinstance(one, str):
        assert one == other
        return
    assert one.test.statistic == pytest.approx(other.test.statistic, rel=1e-9, abs=1e-12)
    for pair, same in zip(one.pairs, other.pairs, strict=True):
        assert pair.effects[0].estimate == pytest.approx(same.effects[0].estimate, abs=1e-12)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=8), st.lists(st.integers(1, 9), min_size=2, max_size=8))
def test_one_limit_beyond_all_values_is_a_tie_of_the_undetected(first, second):
    """The classical treatment, with any number above the detected ones in place of the undetected."""
    limit = 6
    groups = [[(min(value, limit), int(value < limit)) for value in group] for group in (first, second)]
    result = compared(*columns(*groups))
    assume(not isinstance(result, str))
    expected = mann_whitney(*([-min(value, limit) for value in group] for group in (first, second)))
    assert result.effects[0].estimate == pytest.approx(expected.effect(SUPERIORITY).estimate, abs=1e-12)
    interval, plain = result.effects[0].interval, expected.effect(SUPERIORITY).interval
    assert (interval is None) == (plain is None)
    if interval is not None:
        assert bounds(interval) == pytest.approx(bounds(plain), abs=1e-9)


def test_without_limits_every_pair_is_decided():
    result = compare_censored([1, 2, 3, 4], [1, 1, 1, 1], ["a", "b", "a", "b"])
    assert codes(result) == []
    assert result.effects[0].estimate == 0.75


def test_a_group_without_any_detected_sample():
    result = compare_censored([1, 2, 3, 5, 5, 5], [1, 1, 1, 0, 0, 0], list("aaabbb"))
    assert (result.groups[1].detected, result.groups[1].median, result.groups[1].interval) == (0, None, None)
    assert (result.effects[0].estimate, codes(result)) == (1, ["complete-separation", "all-undetected-in-group"])
    assert result.test.p_value < 0.05


def test_groups_that_never_overlap_name_the_higher_one():
    result = compare_censored([5, 6, 1, 2], [1, 0, 1, 1], list("aabb"))
    assert (result.effects[0].estimate, codes(result)) == (0, ["complete-separation"])
    assert str(result.warnings[0]).startswith("Every sample of b has the higher expression than every sample of a")


def test_two_of_three_groups_without_any_detected_sample():
    result = compare_censored([1, 2, 5, 5, 5, 5], [1, 1, 0, 0, 0, 0], list("aabbcc"))
    pair = result.pairs[2]
    assert (pair.first, pair.second, pair.p_value, pair.adjusted_p) == ("b", "c", 1, 1)
    assert (pair.effects[0].estimate, pair.effects[0].interval) == (0.5, None)
    assert codes(result)[0] == "undecided-pairs"
    assert codes(result)[-1] == "intervals-unadjusted"
    assert "b minus c: probability of superiority 0.5 (interval not estimable)" in str(result)


def test_equal_values_have_nothing_to_compare():
    result = compare_censored([2, 2, 2, 2], [1, 1, 1, 1], list("aabb"))
    assert (result.test.statistic, result.test.p_value) == (0, 1)
    assert (result.effects[0].estimate, result.effects[0].interval) == (0.5, None)
    assert codes(result) == ["no-variation"]


def test_one_sample_in_a_group_has_no_interval():
    result = compare_censored([1, 2, 3], [1, 1, 0], list("abb"))
    assert (result.effects[0].estimate, result.effects[0].interval) == (1, None)


def test_reads_as_a_statistician_writes_it():
    case = CASES["durable"]
    lines = str(compare_censored(case["value"], case["detected"], case["group"])).splitlines()
    assert lines[0] == "Peto–Peto test of censored measurements (log-rank, weighted by Kaplan–Meier)"
    assert lines[1].startswith("older: n = ")
    assert lines[3].startswith("probability of superiority ")
    assert lines[4].startswith("chi-square = ")


@pytest.mark.parametrize(
    ("threshold", "detected", "group", "sentence"),
    [
        ([5, 5, 4], [0, 0, 0], list("aab"), "None of the 3 samples is detected"),
        ([5, 6], [1, 1], list("aa"), "at least two groups"),
        ([5, 5, 30, 31], [0, 0, 1, 1], list("aabb"), "limits of detection are below every detected value"),
        ([5, math.nan], [1, 1], list("ab"), "Group thresholds has values that are missing"),
        ([5, 6], [1, 2], list("ab"), "1 samples are neither detected"),
        ([], [], [], "Group thresholds has no values"),
    ],
)
def test_refusals(threshold, detected, group, sentence):
    with pytest.raises(NotComparable, match=sentence):
        compare_censored(threshold, detected, group)


def test_columns_of_different_length():
    with pytest.raises(ValueError, match="same length"):
        compare_censored([1, 2], [1], list("ab"))
