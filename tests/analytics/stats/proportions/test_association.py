"""Fisher's exact test and the chi-square test against R, enumeration, and by their properties."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import CRAMERS_V, ODDS_RATIO, NotComparable, chi_square, fisher_exact
from analytics.stats.proportions.exact_tables import exact_p, log_probability, simulated_p
from analytics.stats.proportions.odds import fisher_p
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

SQUARES = reference("proportions")["squares"]
TABLES = reference("proportions")["tables"]


def filled(table):
    return np.sum(table, axis=0).all() and np.sum(table, axis=1).all()


SMALL_TABLE = st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=2, max_size=3).filter(filled)
SQUARE = st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=2).filter(filled)


@pytest.mark.parametrize("name", SQUARES)
def test_two_by_two_equals_r(name):
    case = SQUARES[name]
    assert fisher_exact(case["table"]).p_value == pytest.approx(case["fisher_p"], rel=1e-9)
    for continuity, answer in ((True, case["yates"]), (False, case["pearson"])):
        result = chi_square(case["table"], continuity=continuity)
        assert result.statistic == pytest.approx(answer["statistic"], rel=1e-11)
        assert result.p_value == pytest.approx(answer["p"], rel=1e-9)


@pytest.mark.parametrize("name", TABLES)
def test_larger_tables_equal_r(name):
    case = TABLES[name]
    exact, asymptotic = fisher_exact(case["table"]), chi_square(case["table"])
    assert (exact.p_kind, exact.simulation) == ("exact", None)
    assert exact.p_value == pytest.approx(case["fisher_p"], rel=1e-9)
    assert asymptotic.statistic == pytest.approx(case["statistic"], rel=1e-11)
    assert asymptotic.degrees_of_freedom == case["degrees_of_freedom"]
    assert asymptotic.p_value == pytest.approx(case["p"], rel=1e-9)
    assert exact.effect(CRAMERS_V) == asymptotic.effect(CRAMERS_V)
    assert exact.effect(CRAMERS_V).estimate == pytest.approx(case["cramers_v"], rel=1e-11)


def all_tables(rows, columns):
    """Every table with these margins, by brute force over all but its last row and column."""
    shape = (len(rows), len(columns))
    ranges = [range(min(rows[i], columns[j]) + 1) for i in range(shape[0] - 1) for j in range(shape[1] - 1)]
    for cells in product(*ranges):
        table = np.zeros(shape, dtype=np.int64)
        table[:-1, :-1] = np.reshape(cells, (shape[0] - 1, shape[1] - 1))
        table[:-1, -1] = rows[:-1] - table[:-1].sum(axis=1)
        table[-1] = columns - table.sum(axis=0)
        if table.min() >= 0:
            yield table


@given(SMALL_TABLE)
def test_exact_p_equals_the_enumeration_of_all_tables(table):
    table = np.array(table)
    every = np.array(list(all_tables(table.sum(axis=1), table.sum(axis=0))))
    probability = np.exp(log_probability(every))
    observed = np.exp(log_probability(table[None])[0])
    assert probability.sum() == pytest.approx(1, rel=1e-9)
    assert exact_p(table) == pytest.approx(probability[probability <= observed * (1 + 1e-7)].sum(), rel=1e-9)


@given(SQUARE)
def test_the_network_of_a_two_by_two_table_equals_scipy(table):
    assert exact_p(np.array(table)) == pytest.approx(fisher_p(np.array(table)), rel=1e-9)


@given(SMALL_TABLE)
def test_order_of_rows_and_columns_and_their_exchange_change_nothing(table):
    one = fisher_exact(table)
    for other in (np.array(table)[::-1], np.array(table)[:, ::-1], np.array(table).T):
        result = fisher_exact(other)
        assert result.p_value == pytest.approx(one.p_value, rel=1e-9)
        assert chi_square(other).statistic == pytest.approx(chi_square(table).statistic, rel=1e-9, abs=1e-12)
    assert survives_json(one)
    assert survives_json(chi_square(table))


@given(SQUARE)
def test_exchanging_the_rows_inverts_the_odds_ratio(table):
    one, other = fisher_exact(table).effect(ODDS_RATIO), fisher_exact(table[::-1]).effect(ODDS_RATIO)
    assert (one.estimate is None) == (other.estimate == 0)
    if one.estimate:
        assert one.estimate == pytest.approx(1 / other.estimate, rel=1e-6)


def test_a_large_table_is_simulated_repeatably():
    table = [[60, 53, 54, 70], [75, 59, 62, 78], [52, 60, 64, 85]]
    result = fisher_exact(table, resamples=20_000)
    assert exact_p(np.array(table)) is None
    assert result.p_kind == "simulated"
    assert result == fisher_exact(table, resamples=20_000)
    assert result != fisher_exact(table, resamples=20_000, seed=3)
    # With 772 units the chi-square approximation is good.
    assert abs(result.p_value - chi_square(table).p_value) < 6 * result.simulation.standard_error
    assert result.simulation.standard_error == pytest.approx(
        np.sqrt(result.p_value * (1 - result.p_value) / 20_000), rel=1e-12
    )
    assert survives_json(result)


def test_simulated_p_is_near_the_exact_p():
    table = np.array(TABLES["job"]["table"])
    p_value, simulation = simulated_p(table, seed=5, resamples=50_000)
    assert abs(p_value - TABLES["job"]["fisher_p"]) < 4 * simulation.standard_error


def test_very_many_paths_are_given_up(monkeypatch):
    monkeypatch.setattr("analytics.stats.proportions.exact_tables.MOST_PATHS", 10)
    assert exact_p(np.array(TABLES["arthritis"]["table"])) is None


def test_paths_are_lengthened_in_parts(monkeypatch):
    monkeypatch.setattr("analytics.stats.proportions.exact_tables.AT_ONCE", 20)
    assert exact_p(np.array(TABLES["carburettors"]["table"])) == pytest.approx(
        TABLES["carburettors"]["fisher_p"], rel=1e-9
    )


def test_small_expected_counts_are_pointed_out():
    assert str(chi_square([[3, 1], [1, 3]]).warnings[0]) == (
        "4 of 4 expected counts are below 5: use Fisher's exact test."
    )
    assert codes(chi_square([[30, 10], [10, 30]])) == []


def test_p_and_interval_that_disagree_are_pointed_out():
    """Tables of the other side count for p, but not for the interval."""
    result = fisher_exact([[1, 3], [9, 1]])
    low, high = bounds(result.effects[0].interval)
    assert (result.p_value < 0.05, low < 1 < high) == (True, True)
    assert str(result.warnings[0]) == (
        "The interval of the odds ratio includes 1 although p is below 0.05: they count the sides apart."
    )
    assert codes(fisher_exact([[10, 30], [30, 10]])) == []


def test_interval_of_cramers_v_reaches_zero_where_nothing_is_seen():
    effect = chi_square([[10, 10, 10], [10, 10, 10]]).effect(CRAMERS_V)
    assert (effect.estimate, effect.interval.low) == (0, 0)
    assert effect.interval.high > 0.2


@pytest.mark.parametrize("test", [fisher_exact, chi_square])
@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([[0, 0], [1, 2]], "Row 1 of the table is empty."),
        ([[1, 0, 2], [1, 0, 4]], "Column 2 of the table is empty."),
        ([[1, 2]], "at least two rows and two columns"),
        ([[1, -2], [1, 2]], "Counts are whole numbers from 0 on."),
        ([[1.5, 2], [1, 2]], "Counts are whole numbers from 0 on."),
        ([[np.nan, 2], [1, 2]], "Counts are whole numbers from 0 on."),
    ],
)
def test_refusals(test, table, sentence):
    with pytest.raises(NotComparable, match=sentence):
        test(table)


def test_a_table_is_a_table():
    with pytest.raises(ValueError, match="shape"):
        fisher_exact([1, 2])
