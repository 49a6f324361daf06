"""Doses and times within blocks against R, published answers, at their limits, and by their properties."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.stats import (
    CONCORDANCE,
    FOLD,
    HALF_MAXIMAL_DOSE,
    MEAN_DIFFERENCE,
    RANK_CORRELATION,
    NotComparable,
    compare_with_control,
    dose_response,
    friedman,
    half_maximal_dose,
    page_trend,
)
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("dose_response")
COTTON = CASES["cotton"]
TABLES = st.integers(2, 4).flatmap(
    lambda doses: st.lists(
        st.lists(st.integers(-4, 4).map(float), min_size=doses, max_size=doses), min_size=2, max_size=4
    )
)


def flat(table):
    """Values, doses 1, 2 … and blocks of a table with a row for each block; ``None`` is missing."""
    rows = [
        (value, dose, block)
        for block, row in enumerate(table, start=1)
        for dose, value in enumerate(row, start=1)
        if value is not None
    ]
    return tuple(zip(*rows, strict=True))


def data_of(name):
    case = CASES[name]
    return case["values"], case["doses"], case["blocks"]


@pytest.mark.parametrize("name", CASES)
def test_page_equals_r(name):
    expected = CASES[name]["page"]
    result = page_trend(*data_of(name))
    assert (result.statistic, result.blocks) == (pytest.approx(expected["L"]), CASES[name]["complete"])
    assert result.z == pytest.approx(expected["z"], rel=1e-9)
    assert result.asymptotic_p == pytest.approx(expected["asymptotic_p"], rel=1e-9)
    effect = result.effect(RANK_CORRELATION)
    assert effect.estimate == pytest.approx(expected["rho"], rel=1e-9)
    if "rho_interval" in expected:
        low, high = expected["rho_interval"]
        assert bounds(effect.interval) == pytest.approx((max(low, -1), min(high, 1)), rel=1e-9)
    else:
        assert effect.interval is None
    if "exact_p" in expected:
        assert result.p_kind == "exact"
        assert result.p_value == pytest.approx(expected["exact_p"], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_friedman_equals_r(name):
    expected = CASES[name]["friedman"]
    result = friedman(*data_of(name))
    assert result.statistic == pytest.approx(expected["statistic"], rel=1e-9)
    assert result.asymptotic_p == pytest.approx(expected["asymptotic_p"], rel=1e-9)
    assert result.effect(CONCORDANCE).estimate == pytest.approx(expected["concordance"], rel=1e-9)
    if "exact_p" in expected:
        assert result.p_kind == "exact"
        assert result.p_value == pytest.approx(expected["exact_p"], rel=1e-9)


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("name", CASES)
def test_comparison_with_the_control_equals_lm(name, scale):
    expected = CASES[name][scale]
    result = compare_with_control(*data_of(name), scale=scale)
    differences = [one.effect(MEAN_DIFFERENCE) for one in result.comparisons]
    assert [effect.estimate for effect in differences] == pytest.approx(expected["difference"], rel=1e-9, abs=1e-12)
    assert [effect.interval.low for effect in differences] == pytest.approx(expected["low"], rel=1e-8)
    assert [effect.interval.high for effect in differences] == pytest.approx(expected["high"], rel=1e-8)
    assert [one.standard_error for one in result.comparisons] == pytest.approx(expected["error"], rel=1e-9)
    assert [one.p_value for one in result.comparisons] == pytest.approx(expected["p"], rel=1e-8)
    assert [one.adjusted_p for one in result.comparisons] == pytest.approx(expected["holm"], rel=1e-8)
    assert result.denominator_degrees == expected["degrees"]
    assert result.statistic == pytest.approx(expected["F"], rel=1e-9)
    assert result.p_value == pytest.approx(expected["F_p"], rel=1e-8)
    if scale == "log":
        for one, difference in zip(result.comparisons, differences, strict=True):
            assert one.effect(FOLD).estimate == pytest.approx(2**difference.estimate)


def test_half_maximal_dose_equals_least_squares_in_r():
    expected = CASES["dnase"]["curves"]
    result = half_maximal_dose(*data_of("dnase"), unit="ng/ml")
    curves = result.curves
    doses = [curve.effect(HALF_MAXIMAL_DOSE) for curve in curves]
    assert [curve.at_zero for curve in curves] == pytest.approx(expected["at_zero"], rel=1e-8)
    assert [curve.at_infinity for curve in curves] == pytest.approx(expected["at_infinity"], rel=1e-8)
    assert [curve.steepness for curve in curves] == pytest.approx(expected["steepness"], rel=1e-8)
    assert [curve.residual_deviation for curve in curves] == pytest.approx(expected["deviation"], rel=1e-9)
    assert [dose.estimate for dose in doses] == pytest.approx(expected["half"], rel=1e-8)
    widths = [math.log(dose.interval.high / dose.interval.low) / 2 for dose in doses]
    # Student's t on four degrees of freedom.
    assert widths == pytest.approx([2.7764451051977934 * error for error in expected["error"]], rel=1e-7)
    over = result.effect(HALF_MAXIMAL_DOSE)
    assert over.estimate == pytest.approx(expected["over"], rel=1e-9)
    assert bounds(over.interval) == pytest.approx(expected["over_interval"], rel=1e-8)
    assert codes(result) == ["replicates-averaged"]


@pytest.mark.parametrize(
    ("blocks", "doses", "statistic", "p"),
    # Friedman 1937, tables V and VI.
    [(3, 3, 6.0, 0.028), (4, 3, 6.5, 0.042), (5, 3, 8.4, 0.0085), (2, 4, 6.0, 0.042), (3, 4, 7.4, 0.033)],
)
def test_exact_friedman_as_published(blocks, doses, statistic, p):
    generator = np.random.default_rng(4)
    for _attempt in range(2000):
        table = generator.permuted(np.tile(np.arange(doses), (blocks, 1)), axis=1)
        result = friedman(*flat(table))
        if result.statistic == pytest.approx(statistic):
            assert result.p_value == pytest.approx(p, abs=6e-4)
            return
    pytest.fail("no such table")


@pytest.mark.parametrize(
    ("blocks", "doses", "least", "one_sided"),
    # Page 1963, table 2: the least L with a one-sided p of at most 5, 1 and 0.1 in a hundred.
    [(3, 3, 41, 0.05), (3, 3, 42, 0.01), (4, 4, 111, 0.05), (4, 4, 114, 0.01), (3, 5, 150, 0.05), (3, 5, 155, 0.01)],
)
def test_exact_page_as_published(blocks, doses, least, one_sided):
    generator = np.random.default_rng(7)
    p_of = {}
    for _attempt in range(4000):
        # Orders near the ascending one give large L.
        table = np.argsort(np.arange(doses) + generator.normal(scale=1.2, size=(blocks, doses)), axis=1)
        result = page_trend(*flat(np.argsort(table, axis=1)))
        p_of[result.statistic] = result.p_value / 2
        if {least, least - 1} <= p_of.keys():
            break
    assert p_of[least] <= one_sided < p_of[least - 1]


def test_technical_replicates_are_averaged_and_never_n():
    values, doses, blocks = data_of("cotton")
    wells = np.repeat(values, 3) + np.tile([-0.01, 0, 0.01], len(values))
    single = dose_response(values, doses, blocks, scale="linear", curve=False)
    triple = dose_response(wells, np.repeat(doses, 3), np.repeat(blocks, 3), scale="linear", curve=False)
    assert triple.trend.p_value == pytest.approx(single.trend.p_value)
    assert triple.difference.p_value == pytest.approx(single.difference.p_value)
    assert triple.against_control.denominator_degrees == single.against_control.denominator_degrees == 8
    assert triple.against_control.p_value == pytest.approx(single.against_control.p_value)
    assert (triple.trend.wells, triple.trend.blocks) == (45, 3)
    assert str(triple.trend.warnings[0]) == (
        "45 technical replicates were averaged to 15 values, one per block and dose."
    )


def test_two_doses_are_the_paired_t_test():
    """Student's sleep data: t.test(extra ~ group, paired = TRUE) gives t = 4.0621, p = 0.002833."""
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    result = compare_with_control(*flat(list(zip(first, second, strict=True))), scale="linear", unit="h")
    (one,) = result.comparisons
    assert one.statistic == pytest.approx(4.062127683382037, rel=1e-12)
    assert one.p_value == pytest.approx(0.00283289019738427, rel=1e-9)
    assert str(one) == "2 minus 1: difference of means 1.58 h (95% CI 0.7001 to 2.46), t = 4.062, 9 df, p = 0.003"
    assert result.statistic == pytest.approx(one.statistic**2)
    assert codes(result) == []


def test_incomplete_blocks_are_left_out_by_ranks_and_modelled_against_the_control():
    table = [[1.0, 2.0, 4.0], [2.0, 2.5, None], [1.5, 3.0, 3.5], [2.2, 2.6, 5.0], [4.0, None, None]]
    values, doses, blocks = flat(table)
    trend, model = page_trend(values, doses, blocks), compare_with_control(values, doses, blocks, scale="linear")
    assert (trend.blocks, trend.left_out, codes(trend)) == (3, 2, ["incomplete-blocks"])
    assert model.blocks == 4
    assert codes(model) == ["incomplete-blocks", "blocks-left-out", "intervals-unadjusted"]
    assert model.denominator_degrees == 11 - 4 - 2
    without = compare_with_control(*flat(table[:4]), scale="linear")
    assert without.comparisons == model.comparisons


def test_all_values_equal():
    values, doses, blocks = flat([[2.0, 2.0, 2.0]] * 3)
    result = dose_response(values, doses, blocks)
    assert (result.trend.p_value, result.trend.z, result.trend.effects[0].estimate) == (1, 0, 0)
    assert (result.difference.p_value, result.difference.statistic) == (1, 0)
    assert result.against_control.p_value == 1
    assert [one.p_value for one in result.against_control.comparisons] == [1, 1]
    assert all(effect.interval is None for one in result.against_control.comparisons for effect in one.effects)
    assert result.curve is None
    assert codes(result) == ["no-curve"]
    assert codes(result.trend) == ["no-variation"]
    assert survives_json(result)


def test_one_block_answers_what_it_can():
    values, doses, blocks = flat([[1.0, 2.0, 4.0, 5.5, 7.0]])
    result = dose_response(values, doses, blocks, curve=False)
    assert result.trend.p_value == pytest.approx(2 / 120)
    assert result.difference.p_value == 1
    assert codes(result.trend) == ["single-block"]
    assert result.against_control is None
    assert [str(note) for note in result.warnings] == [
        "With so few blocks (experiments) the differences have no error. Repeat the experiment."
    ]
    assert survives_json(result)


def test_a_control_in_the_middle():
    result = compare_with_control(*data_of("cotton"), control=72)
    assert [(one.first, one.second) for one in result.comparisons] == [
        ("36", "72"),
        ("54", "72"),
        ("108", "72"),
        ("144", "72"),
    ]
    lowest = compare_with_control(*data_of("cotton"))
    assert result.statistic == pytest.approx(lowest.statistic)
    assert result.comparison("36").statistic == pytest.approx(-lowest.comparison("72").statistic)


@pytest.mark.parametrize(
    ("question", "table", "options", "code"),
    [
        (page_trend, [[1.0], [2.0]], {}, "one-dose"),
        (page_trend, [[1.0, None], [None, 2.0]], {}, "no-complete-block"),
        (friedman, [[1.0, np.nan], [2.0, 2.0]], {}, "not-finite"),
        (friedman, [[1.0, 0.0], [2.0, 2.0]], {"scale": "log"}, "no-logarithm"),
        (compare_with_control, [[1.0, 2.0]], {}, "too-few-blocks"),
        (compare_with_control, [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], {}, "no-spread"),
        (compare_with_control, [[1.0, 2.0], [2.0, 5.0]], {"control": 7}, "no-control"),
        (compare_with_control, [[1.0, None], [None, 2.0]], {}, "no-comparison"),
        (compare_with_control, [[1.0, 2.0, None, None], [None, None, 2.0, 3.0]], {}, "not-connected"),
        (half_maximal_dose, [[1.0, 2.0, 3.0, 4.0]], {}, "no-curve"),
        (half_maximal_dose, [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]], {}, "no-curve"),
        (half_maximal_dose, [[1.0, 1.0, 1.0, 9.0, 9.0, 9.0]], {}, "no-curve"),
    ],
)
def test_refusals(question, table, options, code):
    with pytest.raises(NotComparable) as refusal:
        question(*flat(table), **options)
    assert refusal.value.note.code == code


def test_more_refusals_and_mistakes_of_a_programmer():
    with pytest.raises(NotComparable, match="no values"):
        dose_response([], [], [])
    with pytest.raises(NotComparable, match="below 0"):
        half_maximal_dose([1, 2, 3], [-1, 2, 3], [1, 1, 1])
    with pytest.raises(NotComparable, match="have no group"):
        page_trend([1, 2], [1, 2], ["a", None])
    with pytest.raises(ValueError, match="There are 2 doses for 3 values"):
        page_trend([1, 2, 3], [1, 2], [1, 1, 1])
    with pytest.raises(ValueError, match="log or linear"):
        friedman([1, 2], [1, 2], [1, 1], scale="root")


@given(TABLES, st.randoms(use_true_random=False), st.integers(-20, 20), st.integers(1, 9))
def test_order_of_wells_shift_scale_and_reversed_doses(table, random, shift, factor):
    values, doses, blocks = map(np.array, flat(table))
    order = random.sample(range(values.size), values.size)
    trend, difference = page_trend(values, doses, blocks), friedman(values, doses, blocks)
    other = (factor * values[order] + shift, doses[order] ** 2, -blocks[order])
    assert page_trend(*other).p_value == pytest.approx(trend.p_value)
    assert friedman(*other).p_value == pytest.approx(difference.p_value)
    backwards = page_trend(values, -doses, blocks)
    assert (backwards.z, backwards.p_value) == pytest.approx((-trend.z, trend.p_value))
    assert friedman(values, -doses, blocks).statistic == pytest.approx(difference.statistic)
    assert 0 < trend.p_value <= 1
    assert survives_json(trend)
    assert survives_json(difference)


@given(TABLES, st.randoms(use_true_random=False), st.integers(-20, 20), st.integers(1, 9))
def test_model_moves_with_its_values(table, random, shift, factor):
    values, doses, blocks = map(np.array, flat(table))
    try:
        result = compare_with_control(values, doses, blocks, scale="linear")
    except NotComparable:
        assume(False)
        return
    order = random.sample(range(values.size), values.size)
    # A block that is higher as a whole changes nothing.
    moved = factor * (values + shift * blocks)
    other = compare_with_control(moved[order], doses[order], blocks[order], scale="linear")
    for one, two in zip(result.comparisons, other.comparisons, strict=True):
        assert two.statistic == pytest.approx(one.statistic, rel=1e-6, abs=1e-8)
        assert two.adjusted_p == pytest.approx(one.adjusted_p, rel=1e-6)
        assert one.adjusted_p >= one.p_value
    assert survives_json(result)


@given(st.floats(0.2, 5), st.floats(0.7, 3), st.booleans(), st.floats(1e-6, 1e6), st.integers(0, 10_000))
def test_curve_moves_with_its_doses_and_values(half, steepness, falling, unit, seed):
    doses = np.array([0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100])
    height = doses**steepness / (doses**steepness + half**steepness)
    values = 2 + 3 * (1 - height if falling else height) + 0.02 * np.random.default_rng(seed).normal(size=10)
    result = half_maximal_dose(values, doses, np.ones(10))
    curve = result.curves[0]
    estimate = curve.effects[0].estimate
    assert estimate == pytest.approx(half, rel=0.2)
    assert (curve.at_zero > curve.at_infinity) == falling
    assert codes(result) == ["single-block"]
    other = half_maximal_dose(7 * values - 1, unit * doses, np.ones(10))
    assert other.curves[0].effects[0].estimate == pytest.approx(unit * estimate, rel=1e-6)
    assert survives_json(result)


def test_answers_read_well():
    text = str(dose_response(*data_of("cotton"), curve=False))
    assert "L = 112, z = -2.656, p = 0.005 (exact)" in text
    assert (
        "144 minus 36: difference of means -0.07624 log2 (95% CI -0.1509 to -0.001545); "
        "ratio to the control 0.9485 (95% CI 0.9007 to 0.9989), t = -2.354, 8 df, p = 0.046"
    ) in text
    assert "half-maximal" not in text
