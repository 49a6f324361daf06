"""Values in clusters against lmerTest, clubSandwich and dense algebra in R, at their limits, and by properties."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.stats import (
    COVARIATE_SLOPE,
    INTRACLASS_CORRELATION,
    MEAN_DIFFERENCE,
    NotComparable,
    cluster_correlation,
    cluster_robust,
    mixed_model,
    welch_t,
)
from analytics.stats.groups.means import welch_statistic
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

GROUPS = reference("clustered")["groups"]
CORRELATIONS = reference("clustered")["correlation"]
ROWS = st.lists(
    st.tuples(st.integers(-40, 40).map(lambda value: value / 4), st.integers(0, 1), st.integers(0, 5)),
    min_size=6,
    max_size=24,
)
METHODS = [mixed_model, cluster_robust]


def answer(method, case, **options):
    return method(
        case["values"],
        case["group"],
        case["cluster"],
        order=case["order"],
        covariates=case.get("covariates"),
        **options,
    )


def answered(method, *arguments, **options):
    try:
        return method(*arguments, **options)
    except NotComparable:
        assume(False)


def columns(rows):
    return (np.array(column) for column in zip(*rows, strict=True))


def compare(result, expected, *, rel):
    pairs = result.comparisons
    differences = [pair.effect(MEAN_DIFFERENCE) for pair in pairs]
    assert [effect.estimate for effect in differences] == pytest.approx(expected["estimate"], rel=rel)
    assert [pair.standard_error for pair in pairs] == pytest.approx(expected["error"], rel=rel)
    assert [pair.degrees_of_freedom for pair in pairs] == pytest.approx(expected["degrees"], rel=rel)
    assert [pair.p_value for pair in pairs] == pytest.approx(expected["p"], rel=100 * rel)
    assert (result.statistic, result.denominator_degrees) == pytest.approx(
        (expected["F"], expected["denominator"]), rel=rel
    )


@pytest.mark.parametrize("name", GROUPS)
def test_mixed_model_equals_the_likelihood_solved_in_r(name):
    case = GROUPS[name]
    expected = case["mixed"]
    result = answer(mixed_model, case)
    compare(result, expected, rel=1e-9)
    assert result.p_value == pytest.approx(expected["F_p"], rel=1e-8)
    for pair, estimate, half in zip(result.comparisons, expected["estimate"], expected["half"], strict=True):
        assert bounds(pair.effect(MEAN_DIFFERENCE).interval) == pytest.approx(
            (estimate - half, estimate + half), rel=1e-8
        )
    slopes = result.slopes
    assert [one.effect(COVARIATE_SLOPE).estimate for one in slopes] == pytest.approx(expected["slope"], rel=1e-9)
    assert [one.standard_error for one in slopes] == pytest.approx(expected["slope_error"], rel=1e-9)
    assert [one.degrees_of_freedom for one in slopes] == pytest.approx(expected["slope_degrees"], rel=1e-9)
    variation = result.variation
    assert (variation.between_variance, variation.within_variance) == pytest.approx(
        (expected["between"], expected["within"]), rel=1e-9
    )
    correlation = variation.effect(INTRACLASS_CORRELATION)
    assert correlation.estimate == pytest.approx(expected["correlation"], rel=1e-9)
    # Where a likelihood ratio reaches its limit is less sharp than where the likelihood is largest.
    assert bounds(correlation.interval) == pytest.approx(expected["correlation_interval"], rel=1e-7)


@pytest.mark.parametrize("name", GROUPS)
def test_mixed_model_equals_lmer_as_far_as_lmer_goes(name):
    """lmer's optimiser and numerical derivatives leave 5 to 6 digits."""
    case = GROUPS[name]
    result = answer(mixed_model, case)
    compare(result, case["mixed"]["lmer"], rel=2e-5)
    lmer = case["mixed"]["lmer"]
    assert result.variation.within_variance == pytest.approx(lmer["within"], rel=1e-5)
    assert result.variation.between_variance == pytest.approx(lmer["between"], rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("name", GROUPS)
def test_cluster_robust_equals_club_sandwich(name):
    case = GROUPS[name]
    expected = case["robust"]
    result = answer(cluster_robust, case)
    compare(result, expected, rel=1e-9)
    slopes = result.slopes
    assert [one.effect(COVARIATE_SLOPE).estimate for one in slopes] == pytest.approx(expected["slope"], rel=1e-9)
    assert [one.standard_error for one in slopes] == pytest.approx(expected["slope_error"], rel=1e-9)
    assert [one.degrees_of_freedom for one in slopes] == pytest.approx(expected["slope_degrees"], rel=1e-9)


@pytest.mark.parametrize("name", CORRELATIONS)
def test_cluster_correlation_equals_r(name):
    case = CORRELATIONS[name]
    result = cluster_correlation(case["values"], case["cluster"])
    correlation = result.variation.effect(INTRACLASS_CORRELATION)
    assert result.statistic == pytest.approx(case["F"], rel=1e-9)
    assert result.p_value == pytest.approx(case["p"], rel=1e-8)
    assert result.variation.within_variance == pytest.approx(case["within"], rel=1e-9)
    assert correlation.estimate == pytest.approx(case["correlation"], rel=1e-9)
    assert bounds(correlation.interval) == pytest.approx(case["interval"], rel=1e-9)
    assert result.variation.effective_n == pytest.approx(case["effective_n"], rel=1e-9)


def test_balanced_clusters_within_groups_are_a_t_test_of_their_means():
    """With equally many values of each patient the mixed model is Student's t of the patients' means."""
    generator = np.random.default_rng(5)
    patients = np.repeat(np.arange(10), 4)
    values = np.repeat(3 * generator.normal(size=10), 4) + generator.normal(size=40)
    group = np.where(patients < 5, "a", "b")
    means = values.reshape(10, 4).mean(axis=1)
    (pair,) = mixed_model(values, group, patients).comparisons
    # With five patients each Welch's t is Student's; its degrees of freedom are not.
    assert pair.statistic == pytest.approx(welch_statistic(means[:5], means[5:])[0], rel=1e-9)
    assert pair.degrees_of_freedom == pytest.approx(8, rel=1e-9)
    (robust,) = cluster_robust(values, group, patients).comparisons
    assert robust.statistic == pytest.approx(pair.statistic, rel=1e-9)
    assert robust.degrees_of_freedom == pytest.approx(8, rel=1e-9)


def test_more_cores_of_the_same_patients_are_not_more_patients():
    generator = np.random.default_rng(8)
    level = generator.normal(size=12)
    errors = {}
    for cores in (2, 40):
        patients = np.repeat(np.arange(12), cores)
        values = level[patients] + 0.3 * generator.normal(size=patients.size)
        group = np.where(patients < 6, "a", "b")
        errors[cores] = mixed_model(values, group, patients).comparisons[0].standard_error
        naive = welch_t(values[patients < 6], values[patients >= 6]).effects[0].interval
    assert errors[40] > 0.8 * errors[2]
    assert naive.high - naive.low < errors[40]


def test_clusters_that_do_not_differ_are_said_to():
    case = GROUPS["dyes"]
    result = answer(mixed_model, case)
    assert result.variation.between_variance == 0
    assert result.variation.effective_n == pytest.approx(result.total)
    assert result.comparisons[0].degrees_of_freedom == result.total - 2
    assert codes(result) == ["no-variance-between"]
    negative = cluster_correlation(CORRELATIONS["dyes"]["values"], CORRELATIONS["dyes"]["cluster"])
    assert negative.variation.effect(INTRACLASS_CORRELATION).estimate < 0
    assert negative.variation.effective_n == pytest.approx(negative.total)
    assert codes(negative) == ["negative-correlation"]


def test_few_clusters_are_pointed_out():
    values, cluster = [1, 2, 4, 4.5, 3, 2, 6, 7.5], [1, 1, 2, 2, 3, 3, 4, 4]
    for method in METHODS:
        assert "few-clusters" in codes(method(values, [0, 0, 0, 0, 1, 1, 1, 1], cluster))


@pytest.mark.parametrize("method", METHODS)
def test_all_values_equal(method):
    result = method([2.5] * 8, [0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 2, 2, 3, 3, 4, 4])
    (pair,) = result.comparisons
    assert (result.statistic, result.p_value, pair.p_value) == (0, 1, 1)
    assert pair.effects[0].interval is None
    assert codes(result) == ["no-variation"]
    assert survives_json(result)


SIX = [1.0, 2.0, 4.0, 3.0, 6.0, 5.5]


@pytest.mark.parametrize(
    ("values", "group", "cluster", "options", "code"),
    [
        ([], [], [], {}, "empty-group"),
        ([1, np.nan, 3, 4], [0, 0, 1, 1], [1, 1, 2, 2], {}, "not-finite"),
        ([1, 2, 3, 4], [0, 0, 0, 0], [1, 1, 2, 2], {}, "one-group"),
        ([1, 2, 3, 4], [0, 0, 1, 1], [1, 1, 1, 1], {}, "one-cluster"),
        ([1, 2, 3, 4], [0, 0, 1, 1], [1, 2, 3, 4], {}, "single-values"),
        (SIX, [0, 0, 0, 1, 1, 1], [1, 1, 2, 3, 3, 4], {"reference": "2"}, "no-reference"),
        (SIX, [0, 0, 0, 1, 1, 1], [1, 1, 2, 3, 3, 4], {"covariates": {"x": [1] * 6}}, "constant-covariate"),
        (SIX, [0, 0, 0, 1, 1, 1], [1, 1, 2, 3, 3, 4], {"covariates": {"x": [2, 2, 2, 5, 5, 5]}}, "collinear"),
        (SIX, [0, 0, 0, None, 1, 1], [1, 1, 2, 3, 3, 4], {}, "missing-group"),
        (SIX, ["a", "a", "a", "b", "b", "b"], [1, 1, 2, 3, 3, 4], {"order": ["a", "b", "c"]}, "empty-group"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_refusals(method, values, group, cluster, options, code):
    with pytest.raises(NotComparable) as refusal:
        method(values, group, cluster, **options)
    assert refusal.value.note.code == code


@pytest.mark.parametrize(
    ("method", "values", "group", "cluster", "code"),
    [
        (mixed_model, [1, 2, 3, 5], [0, 0, 1, 1], [1, 1, 2, 2], "too-few-clusters"),
        (mixed_model, SIX, [0, 0, 0, 1, 0, 1], [1, 2, 3, 3, 4, 4], None),
        (mixed_model, [1, 1, 3, 3, 5, 5, 2, 2], [0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 2, 2, 3, 3, 4, 4], "no-spread-within"),
        (cluster_robust, [1, 2, 3, 5], [0, 0, 1, 1], [1, 1, 2, 2], "one-cluster-alone"),
        (cluster_robust, SIX, [0, 0, 0, 0, 1, 1], [1, 1, 2, 2, 3, 3], "one-cluster-alone"),
        (cluster_robust, [1, 1, 1, 1, 2, 2, 2, 2], [0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 2, 2, 3, 3, 4, 4], "no-spread"),
        (cluster_robust, SIX, [0, 0, 1, 1, 2, 2], [1, 2, 1, 2, 1, 2], "too-few-clusters"),
    ],
)
def test_refusals_of_one_method(method, values, group, cluster, code):
    if code is None:
        assert survives_json(method(values, group, cluster))
        return
    with pytest.raises(NotComparable) as refusal:
        method(values, group, cluster)
    assert refusal.value.note.code == code


@pytest.mark.parametrize(
    ("values", "cluster", "code"),
    [
        ([1, 2, 3], [1, 1, 1], "one-cluster"),
        ([1, 2, 3], [1, 2, 3], "single-values"),
        ([2, 2, 2, 2], [1, 1, 2, 2], "no-variation"),
        ([0.1, 0.1, 0.7, 0.7], [1, 1, 2, 2], "no-spread-within"),
        ([1, np.inf, 2, 2], [1, 1, 2, 2], "not-finite"),
        ([1, 3, 2, 2], [1, None, 2, 2], "missing-group"),
    ],
)
def test_correlation_refuses(values, cluster, code):
    with pytest.raises(NotComparable) as refusal:
        cluster_correlation(values, cluster)
    assert refusal.value.note.code == code


def test_mistakes_of_a_programmer():
    with pytest.raises(ValueError, match="Covariate x has 2 values for 6 rows"):
        mixed_model(SIX, [0, 0, 0, 1, 1, 1], [1, 1, 2, 3, 3, 4], covariates={"x": [1, 2]})
    with pytest.raises(ValueError, match="confidence"):
        cluster_robust(SIX, [0, 0, 0, 1, 1, 1], [1, 1, 2, 3, 3, 4], confidence=1)


@pytest.mark.parametrize("method", METHODS)
@given(rows=ROWS, random=st.randoms(use_true_random=False), shift=st.integers(-50, 50), factor=st.integers(1, 30))
def test_order_of_rows_names_shift_and_scale(method, rows, random, shift, factor):
    values, group, cluster = columns(rows)
    assume(np.ptp(values) > 0)
    result = answered(method, values, group, cluster)
    assert survives_json(result)
    # Close to a variance of 0 a digit decides between two formulas for the degrees of freedom.
    assume(result.variation is None or not 0 < result.variation.between_variance < 1e-6)
    order = random.sample(range(len(rows)), len(rows))
    other = method(factor * values[order] + shift, group[order], 5 - cluster[order])
    (one,), (two,) = result.comparisons, other.comparisons
    assert two.effects[0].estimate == pytest.approx(factor * one.effects[0].estimate, rel=1e-6, abs=1e-7)
    assert two.statistic == pytest.approx(one.statistic, rel=1e-6, abs=1e-7)
    assert two.p_value == pytest.approx(one.p_value, rel=1e-5, abs=1e-9)
    swapped = method(values, 1 - group, cluster).comparisons[0]
    assert swapped.statistic == pytest.approx(-one.statistic, rel=1e-6, abs=1e-7)
    assert swapped.p_value == pytest.approx(one.p_value, rel=1e-5, abs=1e-9)
    low, high = bounds(one.effects[0].interval)
    assert low <= one.effects[0].estimate <= high
    assert (low <= 0 <= high) == (one.p_value > 0.05) or math.isclose(one.p_value, 0.05, rel_tol=1e-6)


def test_names_of_several_groups_do_not_matter():
    case = GROUPS["machines"]
    renamed = {"A": "c", "B": "a", "C": "b"}
    for method in METHODS:
        one = method(case["values"], case["group"], case["cluster"])
        other = method(case["values"], [renamed[label] for label in case["group"]], case["cluster"])
        assert (other.statistic, other.denominator_degrees) == pytest.approx((one.statistic, one.denominator_degrees))
        assert other.comparison("a", "c").statistic == pytest.approx(-one.comparison("A", "B").statistic)


def test_every_group_against_a_reference():
    result = answer(mixed_model, GROUPS["pups"], reference="Control", unit="g")
    assert [(pair.first, pair.second) for pair in result.comparisons] == [("Low", "Control"), ("High", "Control")]
    assert str(result.comparisons[0]) == (
        "Low minus Control: difference of means -0.4287 g (95% CI -0.9346 to 0.07709), t = -1.761, 21.35 df, p = 0.093"
    )
    assert [note.code for note in result.warnings] == ["intervals-unadjusted"]
    first, second = sorted(result.comparisons, key=lambda pair: pair.p_value)
    assert first.adjusted_p == pytest.approx(2 * first.p_value)
    assert second.adjusted_p == pytest.approx(max(second.p_value, first.adjusted_p))


def test_many_rows_and_wide_numbers():
    generator = np.random.default_rng(1)
    cluster = generator.integers(0, 2000, 100_000)
    level = generator.normal(size=2000)
    group = cluster % 2
    values = 1e-120 * (level[cluster] + generator.normal(size=cluster.size) + group)
    for method in METHODS:
        result = method(values, group, cluster)
        assert -result.comparisons[0].effects[0].estimate * 1e120 == pytest.approx(1, abs=0.15)
        assert survives_json(result)
