"""Cohen's kappa, plain and weighted, against R, and by its properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa as by_statsmodels

from analytics.stats import KAPPA, OBSERVED_AGREEMENT, WEIGHTED_KAPPA, NotComparable, cohens_kappa, icc, proportion
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("agreement")["kappa"]
WEIGHTS = ["none", "linear", "quadratic"]
RATINGS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20)
SCALE = [0, 1, 2, 3]


def rated(table):
    """Both observers' ratings of the units a table counts."""
    counts = np.array(table)
    first, second = np.indices(counts.shape)
    return np.repeat(first.ravel(), counts.ravel()).tolist(), np.repeat(second.ravel(), counts.ravel()).tolist()


def kappa_or_refusal(first, second, weights):
    try:
        return cohens_kappa(first, second, weights=weights, categories=SCALE)
    except NotComparable as refusal:
        return refusal.note.code


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("name", CASES)
def test_equals_r(name, weights):
    """``vcd::Kappa`` with its standard error, and the test of Fleiss, Cohen and Everitt."""
    table, answer = CASES[name]["table"], CASES[name][weights]
    result = cohens_kappa(*rated(table), weights=weights, categories=range(len(table)))
    assert result.table == tuple(map(tuple, table))
    assert result.effects[0].estimate == pytest.approx(answer["estimate"], rel=1e-12)
    assert bounds(result.effects[0].interval) == pytest.approx(answer["interval"], rel=1e-9)
    assert result.statistic == pytest.approx(answer["z"], rel=1e-10)
    assert result.p_value == pytest.approx(answer["p"], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_the_error_with_quadratic_weights_is_statsmodels_and_not_psychs(name):
    """vcd, statsmodels and the published formula agree; psych's cohen.kappa gives another variance."""
    case = CASES[name]
    published = by_statsmodels(np.array(case["table"]), wt="quadratic").std_kappa
    assert case["quadratic"]["standard_error"] == pytest.approx(published, rel=1e-9)
    assert case["psych_quadratic"]["estimate"] == pytest.approx(case["quadratic"]["estimate"], rel=1e-12)
    assert case["psych_quadratic"]["standard_error"] != pytest.approx(published, rel=1e-2)


@pytest.mark.parametrize("name", CASES)
def test_observed_agreement_is_a_proportion(name):
    table = np.array(CASES[name]["table"])
    effect = cohens_kappa(*rated(table)).effect(OBSERVED_AGREEMENT)
    (expected,) = proportion(int(np.trace(table)), int(table.sum())).effects
    assert (effect.estimate, effect.interval) == (expected.estimate, expected.interval)


@given(RATINGS, st.sampled_from(WEIGHTS))
def test_exchange_of_the_observers_changes_nothing(pairs, weights):
    first, second = zip(*pairs, strict=True)
    one, other = kappa_or_refusal(first, second, weights), kappa_or_refusal(second, first, weights)
    if isinstance(one, str):
        assert one == other == "one-category"
        return
    assert one.effects[0].estimate == pytest.approx(other.effects[0].estimate, abs=1e-12)
    assert one.p_value == (other.p_value if one.p_value is None else pytest.approx(other.p_value, rel=1e-9))
    assert survives_json(one)


@given(RATINGS, st.sampled_from(WEIGHTS), st.randoms(use_true_random=False))
def test_order_of_the_units_and_of_the_scale_change_nothing(pairs, weights, random):
    one = kappa_or_refusal(*zip(*pairs, strict=True), weights)
    reversed_scale = [(3 - a, 3 - b) for a, b in random.sample(pairs, len(pairs))]
    other = kappa_or_refusal(*zip(*reversed_scale, strict=True), weights)
    if isinstance(one, str):
        assert one == other
        return
    assert one.effects[0].estimate == pytest.approx(other.effects[0].estimate, abs=1e-12)
    if one.effects[0].interval is not None:
        assert bounds(one.effects[0].interval) == pytest.approx(bounds(other.effects[0].interval), abs=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=20))
def test_names_of_categories_do_not_matter(pairs):
    first, second = zip(*pairs, strict=True)
    one = kappa_or_refusal(first, second, "none")
    named = {True: "sclerotic", False: "not"}
    text = [[named[rating] for rating in ratings] for ratings in (first, second)]
    if isinstance(one, str):
        with pytest.raises(NotComparable):
            cohens_kappa(*text)
    else:
        assert cohens_kappa(*text).effects[0].estimate == pytest.approx(one.effects[0].estimate, abs=1e-12)


def test_quadratic_kappa_is_an_intraclass_correlation_of_large_samples():
    """Fleiss & Cohen 1973: they differ by terms of the order 1/n."""
    table = np.array(CASES["satisfaction"]["table"]) * 200
    first, second = rated(table)
    kappa = cohens_kappa(first, second, weights="quadratic", categories=SCALE).effect(WEIGHTED_KAPPA)
    assert icc(np.column_stack([first, second])).effects[0].estimate == pytest.approx(kappa.estimate, abs=1e-3)


def test_perfect_agreement_has_no_interval():
    result = cohens_kappa(["a", "b", "a"], ["a", "b", "a"])
    assert (result.effect(KAPPA).estimate, result.effect(KAPPA).interval) == (1, None)
    assert codes(result) == ["perfect-agreement"]
    assert 0 < result.p_value < 1


@pytest.mark.parametrize("weights", WEIGHTS)
def test_an_observer_with_one_category_has_no_interval(weights):
    result = cohens_kappa([1, 1, 1, 1], [0, 1, 2, 1], weights=weights, categories=SCALE)
    assert result.effects[0].estimate == pytest.approx(0, abs=1e-12)
    assert (result.effects[0].interval, result.statistic, result.p_value) == (None, None, None)
    assert codes(result) == ["no-variation"]
    assert "p " not in str(result)


def test_categories_nobody_gave_count_in_the_distance():
    first, second = [0, 3, 0, 3, 0], [0, 3, 1, 3, 3]
    wide = cohens_kappa(first, second, weights="linear", categories=[0, 1, 2, 3])
    narrow = cohens_kappa(first, second, weights="linear", categories=[0, 1, 3])
    assert wide.effects[0].estimate > narrow.effects[0].estimate


def test_reads_as_a_statistician_writes_it():
    table = CASES["diagnoses"]["table"]
    assert str(cohens_kappa(*rated(table), weights="quadratic", categories=[0, 1, 2])).splitlines() == [
        "Cohen's kappa with quadratic weights, normal interval",
        "first observer and second observer: n = 200, categories 0, 1, 2",
        "weighted kappa 0.5667 (95% CI 0.4576 to 0.6758)",
        "observed agreement 0.7 (95% CI 0.6332 to 0.7593)",
        "z = 8.036, p < 0.001 (asymptotic)",
    ]


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ([1, 1], [1, 1], "Both observers gave 1 to all 2 units"),
        ([1, 2], [1], "first observer has 2 values and second observer has 1"),
        ([], [], "no units that both observers rated"),
        ([1, None], [1, float("nan")], "2 ratings are missing or none of the categories"),
    ],
)
def test_refusals(first, second, sentence):
    with pytest.raises(NotComparable, match=sentence):
        cohens_kappa(first, second)


def test_unknown_categories_are_refused():
    with pytest.raises(NotComparable, match="1 ratings are missing or none of the categories"):
        cohens_kappa([1, 2], [1, 5], categories=[1, 2])


@pytest.mark.parametrize(
    "arguments", [{"weights": "linear"}, {"weights": "cubic"}, {"categories": [1, 1, 2]}, {"labels": ("x", "x")}]
)
def test_arguments_that_make_no_sense(arguments):
    with pytest.raises(ValueError, match=r"order|Unknown|once|different"):
        cohens_kappa([1, 2], [1, 2], **arguments)
