"""Mann–Whitney with its effects against R, published values, and by its properties."""

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.nonparametric import rank_compare_2indep

from analytics.stats import DELTA, SHIFT, SUPERIORITY, Interval, NotComparable, Result, TwoGroupResult, mann_whitney
from analytics.stats.dominance import Dominance
from tests.reference.answers import reference

CASES = reference("mann_whitney") | reference("synthetic_expression")
WITHOUT_TIES = [name for name, case in CASES.items() if not case["ties"]]
# In lung exactRankTests leaves out arrangements as far from the mean on the other side (README of the answers).
EXACT_RANK_TESTS_P = [name for name in CASES if name != "lung"]

# Few distinct values give many ties; the wide range gives almost none.
TIED = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=12)
WIDE = st.lists(st.integers(-10_000, 10_000).map(lambda value: value / 8), min_size=1, max_size=12)
GROUP = TIED | WIDE
SMALL_GROUP = st.lists(st.integers(-6, 6).map(float), min_size=4, max_size=7)


def codes(result: TwoGroupResult) -> list[str]:
    return [note.code for note in result.warnings]


def bounds(interval: Interval | None) -> tuple[float | None, float | None]:
    assert interval is not None
    return interval.low, interval.high


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def test_reference_has_cases_with_and_without_ties():
    assert len(WITHOUT_TIES) >= 2
    assert len(CASES) - len(WITHOUT_TIES) >= 2


def test_statistic_and_p_values_equal_r(case):
    result = mann_whitney(case["x"], case["y"])
    assert result.statistic == case["statistic"]
    assert result.p_kind == "exact"
    assert result.p_value == pytest.approx(case["exact_p_coin"], abs=1e-14)
    assert result.asymptotic_p == pytest.approx(case["asymptotic_p"], abs=1e-14)


@pytest.mark.parametrize("name", EXACT_RANK_TESTS_P)
def test_exact_p_equals_exact_rank_tests(name):
    result = mann_whitney(CASES[name]["x"], CASES[name]["y"])
    assert result.p_value == pytest.approx(CASES[name]["exact_p"], abs=1e-14)


@pytest.mark.parametrize("name", WITHOUT_TIES)
def test_without_ties_equals_wilcox_test(name):
    case = CASES[name]
    result = mann_whitney(case["x"], case["y"])
    assert result.p_value == pytest.approx(case["exact_p_stats"], abs=1e-14)
    assert bounds(result.effect(SHIFT).interval) == pytest.approx(case["exact_interval_stats"], abs=1e-9)
    assert bounds(result.effect(SHIFT).interval) == pytest.approx(case["exact_interval_exactRankTests"], abs=1e-9)


def test_shift_and_its_intervals_equal_r(case):
    exact = mann_whitney(case["x"], case["y"]).effect(SHIFT)
    asymptotic = mann_whitney(case["x"], case["y"], exact=False).effect(SHIFT)
    assert exact.estimate == asymptotic.estimate == pytest.approx(case["shift"], abs=1e-12)
    assert exact.estimate == pytest.approx(case["shift_coin"], abs=1e-12)
    assert bounds(exact.interval) == pytest.approx(case["exact_interval"], abs=1e-9)
    assert bounds(asymptotic.interval) == pytest.approx(case["asymptotic_interval"], abs=1e-9)


def test_probability_of_superiority_equals_the_formula_in_r(case):
    effect = mann_whitney(case["x"], case["y"]).effect(SUPERIORITY)
    assert effect.estimate == pytest.approx(case["superiority"]["estimate"], abs=1e-12)
    assert bounds(effect.interval) == pytest.approx(np.clip(case["superiority"]["interval"], 0, 1), abs=1e-12)


def test_probability_of_superiority_equals_statsmodels(case):
    effect = mann_whitney(case["x"], case["y"]).effect(SUPERIORITY)
    other = rank_compare_2indep(case["x"], case["y"])
    assert effect.estimate == pytest.approx(other.prob1, abs=1e-12)
    assert bounds(effect.interval) == pytest.approx(np.clip(other.conf_int(alpha=0.05), 0, 1), abs=1e-12)


def test_probability_of_superiority_as_published():
    """Brunner & Munzel 2000, pain scores: 0.788961 (0.5952169 to 0.9827052) for the second treatment over the first."""
    pain = CASES["pain"]
    effect = mann_whitney(pain["y"], pain["x"]).effect(SUPERIORITY)
    assert effect.estimate == pytest.approx(0.788961, abs=5e-7)
    assert bounds(effect.interval) == pytest.approx([0.5952169, 0.9827052], abs=5e-8)


def test_cliffs_delta_equals_the_dominance_matrix_in_r(case):
    effect = mann_whitney(case["x"], case["y"]).effect(DELTA)
    dominance = Dominance(np.array(case["x"]), np.array(case["y"]))
    assert effect.estimate == pytest.approx(case["cliff"]["estimate"], abs=1e-12)
    assert dominance.delta_variance() == pytest.approx(case["cliff"]["variance"], rel=1e-12)
    assert bounds(effect.interval) == pytest.approx(case["cliff"]["interval"], abs=1e-12)


@pytest.fixture
def ssx(shared_data):
    """RANKL (TNFSF11) of the samples with SSX1 and with SSX2."""
    table = np.genfromtxt(
        shared_data / "rank_axis" / "synovial_sarcoma_log2tpm.csv",
        delimiter=",",
        names=True,
        dtype=None,
        encoding="utf-8",
    )
    return tuple(table["TNFSF11"][table["SS18_fusion_partner"] == partner] for partner in ("SSX1", "SSX2"))


def test_rankl_by_fusion_partner_in_measured_synovial_sarcomas(ssx):
    """``exactRankTests::wilcox.exact`` and ``wilcox.test(exact = FALSE)`` on samples."""
    ssx1, ssx2 = ssx
    result = mann_whitney(ssx1, ssx2, labels=("SSX1", "SSX2"), unit="log2(TPM+1)")
    shift = result.effect(SHIFT)
    assert [group.n for group in result.groups] == [24, 11]
    assert result.p_value == pytest.approx(0.159841687680463, abs=1e-9)
    assert result.asymptotic_p == pytest.approx(0.160153553810253, abs=1e-9)
    assert bounds(shift.interval) == pytest.approx([-0.027221468735, 0.477662708453], abs=1e-9)
    assert shift.estimate == pytest.approx(np.median(np.subtract.outer(ssx1, ssx2)), abs=1e-15)
    assert shift.unit == "log2(TPM+1)"


def test_exact_p_equals_full_enumeration():
    x, y = [1.0, 1.0, 2.0, 5.0], [1.0, 2.0, 2.0, 6.0, 7.0]
    enumerated = stats.permutation_test(
        (x, y),
        lambda x, y: abs(Dominance(x, y).doubled_u - x.size * y.size),
        alternative="greater",
        n_resamples=np.inf,
    )
    assert mann_whitney(x, y).p_value == pytest.approx(enumerated.pvalue, abs=1e-12)


@given(GROUP, GROUP)
def test_swapping_the_groups_changes_the_sign_only(x, y):
    one, other = mann_whitney(x, y), mann_whitney(y, x)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-12)
    assert one.asymptotic_p == other.asymptotic_p
    assert one.statistic == len(x) * len(y) - other.statistic
    for name, mirror in ((SHIFT, 0), (SUPERIORITY, 1), (DELTA, 0)):
        effect, swapped = one.effect(name), other.effect(name)
        assert effect.estimate == pytest.approx(mirror - swapped.estimate, abs=1e-12)
        assert (effect.interval is None) == (swapped.interval is None)
        if effect.interval and swapped.interval:
            low, high = bounds(swapped.interval)
            assert bounds(effect.interval) == pytest.approx([mirror - high, mirror - low], abs=1e-9)
            assert effect.interval.level == pytest.approx(swapped.interval.level, abs=1e-12)


@given(GROUP, GROUP, st.randoms(use_true_random=False))
def test_order_within_a_group_changes_nothing(x, y, random):
    before = mann_whitney(x, y)
    random.shuffle(x)
    random.shuffle(y)
    assert mann_whitney(x, y) == before


@given(GROUP, GROUP)
def test_a_monotone_transformation_changes_only_the_shift(x, y):
    before, after = mann_whitney(x, y), mann_whitney(np.arctan(x), np.arctan(y))
    assert (after.statistic, after.p_value, after.asymptotic_p) == (
        before.statistic,
        before.p_value,
        before.asymptotic_p,
    )
    assert after.effects[1:] == before.effects[1:]


@given(GROUP, GROUP, st.integers(-20, 20))
def test_moving_a_group_moves_the_shift(x, y, distance):
    before, after = mann_whitney(x, y).effect(SHIFT), mann_whitney(np.add(x, distance), y).effect(SHIFT)
    assert after.estimate == pytest.approx(before.estimate + distance, abs=1e-9)


@given(GROUP, GROUP, st.sampled_from([None, False]), st.sampled_from([0.8, 0.95, 0.99]))
def test_every_answer_is_finite_and_coherent(x, y, exact, confidence):
    result = mann_whitney(x, y, exact=exact, confidence=confidence)
    assert 0 < result.p_value <= 1
    assert 0 < result.asymptotic_p <= 1
    for effect in result.effects:
        if effect.interval:
            assert effect.interval.low - 1e-12 <= effect.estimate <= effect.interval.high + 1e-12
            assert 0 < effect.interval.level <= confidence
    text = json.dumps(result.to_dict(), allow_nan=False)
    assert Result.from_dict(json.loads(text)) == result
    assert "nan" not in str(result).lower()


@given(SMALL_GROUP, SMALL_GROUP)
def test_exact_interval_holds_the_shifts_that_are_not_rejected(x, y):
    """By definition, with the tail probabilities of the observed ties enumerated over every difference and between."""
    assume(np.ptp([*x, *y]) > 0)
    effect = mann_whitney(x, y).effect(SHIFT)
    assume(effect.interval is not None and effect.interval.level == 0.95)
    ranks = stats.rankdata([*x, *y])
    u = _all_u(ranks, len(x))
    differences = np.unique(np.subtract.outer(x, y))
    tried = np.sort([*differences, *(differences[1:] + differences[:-1]) / 2])
    moved = [Dominance(np.subtract(x, shift), np.asarray(y)).doubled_u / 2 for shift in tried]
    accepted = tried[[min(np.mean(u <= value), np.mean(u >= value)) >= 0.025 - 1e-12 for value in moved]]
    # The interval is closed, so it ends at most half a step beyond the outermost shifts tried.
    next_below = tried[max(np.searchsorted(tried, accepted.min()) - 1, 0)]
    next_above = tried[min(np.searchsorted(tried, accepted.max()) + 1, tried.size - 1)]
    low, high = bounds(effect.interval)
    assert next_below <= low <= accepted.min()
    assert accepted.max() <= high <= next_above


def _all_u(ranks, n):
    return np.array([sum(chosen) for chosen in combinations(ranks, n)]) - n * (n + 1) / 2


def test_complete_separation():
    result = mann_whitney(range(10), range(20, 40), labels=("low", "high"))
    assert result.p_value == pytest.approx(2 / 30045015, rel=1e-12)
    assert (result.effect(SUPERIORITY).estimate, result.effect(DELTA).estimate) == (0, -1)
    # z²/(n + z²) and (z² − n)/(n + z²) with n = 10 and z = 1.959964.
    assert bounds(result.effect(SUPERIORITY).interval) == pytest.approx([0, 0.2775328], abs=1e-7)
    assert bounds(result.effect(DELTA).interval) == pytest.approx([-1, -0.4449344], abs=1e-7)
    assert [str(note) for note in result.warnings] == [
        "Every value of high is above every value of low; the intervals of probability of superiority and "
        "Cliff's delta then rest on the group sizes alone."
    ]


@pytest.mark.parametrize("exact", [True, False])
def test_no_variation(exact):
    result = mann_whitney([3, 3], [3, 3, 3], exact=exact)
    assert (result.p_value, result.asymptotic_p) == (1, 1)
    assert [(effect.estimate, effect.interval) for effect in result.effects] == [(0, None), (0.5, None), (0, None)]
    assert codes(result) == ["no-variation"]


def test_one_value_against_several():
    result = mann_whitney([10], [1, 2, 3, 4])
    assert result.p_value == pytest.approx(2 / 5)
    assert result.effect(SHIFT).estimate == 7.5
    assert result.effect(SHIFT).interval == Interval(6, 9, pytest.approx(0.6))
    assert result.effect(SUPERIORITY).interval is None
    assert result.effect(DELTA).interval is None
    assert codes(result) == ["single-value", "level-not-reached"]


def test_one_value_against_one():
    result = mann_whitney([10], [1])
    assert (result.p_value, result.effect(SHIFT).estimate, result.effect(SHIFT).interval) == (1, 9, None)
    assert codes(result) == ["single-value", "single-value", "no-shift-interval"]


def test_three_against_three_cannot_reach_95_percent():
    interval = mann_whitney([1, 2, 3], [4, 5, 6]).effect(SHIFT).interval
    assert interval == Interval(-5, -1, pytest.approx(0.9))


def test_mostly_zeros_have_no_interval_without_width():
    result = mann_whitney([0] * 20 + [5, 6], [0] * 15)
    assert (result.effect(SHIFT).estimate, result.effect(SHIFT).interval) == (0, None)
    assert codes(result) == ["mostly-equal", "no-shift-interval"]


def test_p_and_interval_that_disagree_are_pointed_out():
    assert codes(mann_whitney(CASES["insects"]["x"], CASES["insects"]["y"])) == ["interval-disagrees"]


@pytest.mark.parametrize(
    ("x", "y", "code", "sentence"),
    [
        ([], [1], "empty-group", "Group SSX1 has no values."),
        ([1], [], "empty-group", "Group SSX2 has no values."),
        (
            [1, np.nan, 2],
            [1],
            "not-finite",
            "Group SSX1 has values that are missing or not finite numbers (1). Exclude them first.",
        ),
        (
            [1],
            [np.inf, -np.inf],
            "not-finite",
            "Group SSX2 has values that are missing or not finite numbers (2). Exclude them first.",
        ),
    ],
)
def test_refusals(x, y, code, sentence):
    with pytest.raises(NotComparable) as refusal:
        mann_whitney(x, y, labels=("SSX1", "SSX2"))
    assert refusal.value.note.code == code
    assert str(refusal.value) == sentence


def test_exact_on_demand_is_refused_where_it_is_not_feasible():
    with pytest.raises(NotComparable, match="An exact test of 400 against 500 values is not feasible"):
        mann_whitney(range(400), range(500), exact=True)


@pytest.mark.parametrize("wrong", [{"confidence": 95}, {"labels": ("a", "a")}])
def test_mistakes_of_a_programmer(wrong):
    with pytest.raises(ValueError, match=r"confidence|labels"):
        mann_whitney([1, 2], [3, 4], **wrong)


def test_large_groups_are_asymptotic_and_equal_scipy():
    generator = np.random.default_rng(11)
    x, y = generator.normal(0.01, size=100_000).round(5), generator.normal(size=90_000).round(5)
    result = mann_whitney(x, y)
    other = stats.mannwhitneyu(x, y, method="asymptotic")
    assert result.p_kind == "asymptotic"
    assert result.p_value == result.asymptotic_p == pytest.approx(other.pvalue, rel=1e-9)
    assert result.statistic == other.statistic
    low, high = bounds(result.effect(SHIFT).interval)
    # Near-normal values: the interval of the shift has about √(π/3) times the width of the mean's.
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(np.pi / 3 * (1 / 100_000 + 1 / 90_000)), rel=0.02)
    assert low < 0.01 < high
