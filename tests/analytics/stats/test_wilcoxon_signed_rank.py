"""The Wilcoxon signed-rank test with the pseudomedian against R, and by its properties."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.stats import NotComparable, wilcoxon_signed_rank
from analytics.stats.signed_rank import WalshAverages, pseudomedian_interval
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("groups")["paired"]
DIFFERENCES = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=9)


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def test_equals_r(case):
    result = wilcoxon_signed_rank(case["first"], case["second"])
    assert result.statistic == case["statistic"]
    assert result.unchanged == case["unchanged"]
    assert result.p_kind == "exact"
    assert result.p_value == pytest.approx(case["exact_p_coin"], rel=1e-9)
    assert result.p_value == pytest.approx(case["exact_p_exactRankTests"], rel=1e-9)
    assert result.asymptotic_p == pytest.approx(case["asymptotic_p"], rel=1e-9)


def test_pseudomedian_equals_r(case):
    (effect,) = wilcoxon_signed_rank(case["first"], case["second"]).effects
    assert effect.estimate == pytest.approx(case["pseudomedian"], abs=1e-12)
    assert bounds(effect.interval) == pytest.approx(case["interval"], abs=1e-12)


def test_without_ties_equals_wilcox_test():
    untied = [case for case in CASES.values() if case["untied"]]
    assert untied
    for case in untied:
        result = wilcoxon_signed_rank(case["first"], case["second"])
        assert result.p_value == pytest.approx(case["exact_p_stats"], rel=1e-12)
        assert bounds(result.effects[0].interval) == pytest.approx(case["interval_stats"], abs=1e-12)


@given(DIFFERENCES)
def test_exact_p_equals_the_enumeration_of_all_signs(differences):
    changed = np.array([value for value in differences if value])
    result = wilcoxon_signed_rank(differences, np.zeros(len(differences)))
    ranks = stats.rankdata(np.abs(changed))
    sums = np.array([sum(ranks[list(signs)]) for signs in product([False, True], repeat=changed.size)])
    mean = ranks.sum() / 2
    assert result.p_value == pytest.approx(np.mean(np.abs(sums - mean) >= abs(result.statistic - mean)), rel=1e-12)
    assert survives_json(result)


@given(DIFFERENCES)
def test_swapping_changes_the_sign_only(differences):
    nothing = np.zeros(len(differences))
    one, other = wilcoxon_signed_rank(differences, nothing), wilcoxon_signed_rank(nothing, differences)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-12)
    assert one.effects[0].estimate == pytest.approx(-other.effects[0].estimate, abs=1e-12)
    if one.effects[0].interval:
        low, high = bounds(other.effects[0].interval)
        assert bounds(one.effects[0].interval) == pytest.approx((-high, -low), abs=1e-12)


@given(DIFFERENCES, st.randoms(use_true_random=False))
def test_order_of_the_pairs_changes_nothing(differences, random):
    before = wilcoxon_signed_rank(differences, np.zeros(len(differences)))
    random.shuffle(differences)
    assert wilcoxon_signed_rank(differences, np.zeros(len(differences))) == before


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12))
def test_walsh_averages_by_rank(differences):
    values = np.array(differences)
    averages = np.sort((np.add.outer(values, values) / 2)[np.tril_indices(values.size)])
    walsh = WalshAverages(values)
    found = [walsh.of_rank(rank) for rank in range(1, walsh.size + 1)]
    assert found == pytest.approx(averages, abs=1e-12)
    assert walsh.median() == pytest.approx(np.median(averages), abs=1e-12)


def test_large_samples_are_asymptotic():
    generator = np.random.default_rng(2)
    differences = generator.normal(0.02, size=20_000)
    result = wilcoxon_signed_rank(differences, np.zeros(20_000))
    other = stats.wilcoxon(differences, method="asymptotic", correction=True)
    assert result.p_kind == "asymptotic"
    assert result.p_value == pytest.approx(other.pvalue, rel=1e-9)
    low, high = bounds(result.effects[0].interval)
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(np.pi / 3 / 20_000), rel=0.03)


def test_asymptotic_and_exact_interval_agree_where_both_are_feasible(monkeypatch):
    values = np.random.default_rng(1).normal(size=1000)
    exact = pseudomedian_interval(values, WalshAverages(values), confidence=0.95)
    monkeypatch.setattr("analytics.stats.signed_rank.LARGEST_EXACT_WORK", 0)
    rough = pseudomedian_interval(values, WalshAverages(values), confidence=0.95)
    assert bounds(rough) == pytest.approx(bounds(exact), abs=1e-3)


def test_pairs_without_a_difference_are_counted():
    result = wilcoxon_signed_rank([3, 5, 7, 2, 9, 9], [3, 4, 5, 5, 5, 4])
    assert (result.unchanged, result.pairs) == (1, 6)
    assert str(result.warnings[0]) == (
        "1 of 6 pairs has no difference: it is not in the test, but in the pseudomedian."
    )


def test_no_difference_at_all():
    result = wilcoxon_signed_rank([1, 2, 3], [1, 2, 3])
    assert (result.p_value, result.statistic, result.effects[0].estimate) == (1, 0, 0)
    assert codes(result) == ["no-variation", "no-interval"]


def test_few_pairs_cannot_reach_95_percent():
    result = wilcoxon_signed_rank([3, 5, 8], [1, 1, 1])
    assert result.p_value == 0.25
    assert result.effects[0].interval.level == 0.75
    assert bounds(result.effects[0].interval) == (2, 7)
    assert codes(result) == ["level-not-reached"]


def test_one_pair():
    result = wilcoxon_signed_rank([3], [1])
    assert (result.p_value, result.effects[0].interval) == (1, None)
    assert codes(result) == ["no-interval"]


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ([1, 2], [1], "before has 2 values and after has 1: each unit needs both."),
        ([], [], "Group before has no values."),
        ([np.nan], [1], "Group before has values that are missing or not finite"),
    ],
)
def test_refusals(first, second, sentence):
    with pytest.raises(NotComparable, match=sentence):
        wilcoxon_signed_rank(first, second, labels=("before", "after"))
