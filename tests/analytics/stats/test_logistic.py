"""Logistic regression against R, statsmodels, and by its properties."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import NotComparable, logistic, odds_ratio
from analytics.stats.logistic.likelihood import separated
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("logistic")
PLAIN = [name for name, case in CASES.items() if not case["penalised"]]
COUNTS = st.lists(st.lists(st.integers(1, 12), min_size=2, max_size=2), min_size=2, max_size=2)


def units(table):
    """One unit for each count of a 2 × 2 table: event and group."""
    (a, b), (c, d) = table
    return [1] * a + [0] * b + [1] * c + [0] * d, [1] * (a + b) + [0] * (c + d)


@pytest.mark.parametrize("name", CASES)
def test_equals_the_likelihood_maximised_in_r(name):
    case = CASES[name]
    result = logistic(case["event"], case["covariates"], firth=case["penalised"])
    terms = result.terms
    assert [term.name for term in terms] == list(case["covariates"])
    assert result.intercept == pytest.approx(case["intercept"], rel=1e-9)
    assert [term.coefficient for term in terms] == pytest.approx(case["coefficients"], rel=1e-9, abs=1e-12)
    assert [term.standard_error for term in terms] == pytest.approx(case["errors"], rel=1e-9)
    assert [term.odds_ratio.interval.low for term in terms] == pytest.approx(case["low"], rel=1e-8)
    assert [term.odds_ratio.interval.high for term in terms] == pytest.approx(case["high"], rel=1e-8)
    assert result.statistic == pytest.approx(case["statistic"], rel=1e-9)
    assert result.p_value == pytest.approx(case["statistic_p"], rel=1e-9)
    # Small deviances are differences of large log-likelihoods.
    assert [term.p_value for term in terms] == pytest.approx(case["p"], rel=1e-8)


@pytest.mark.parametrize("name", PLAIN)
def test_equals_glm(name):
    case = CASES[name]
    terms = logistic(case["event"], case["covariates"]).terms
    assert [term.coefficient for term in terms] == pytest.approx(case["glm_coefficients"], rel=1e-9)
    # glm takes the weights of its last step but one.
    assert [term.standard_error for term in terms] == pytest.approx(case["glm_errors"], rel=1e-7)


def test_equals_statsmodels():
    case = CASES["births"]
    design = sm.add_constant(np.column_stack(list(case["covariates"].values())))
    other = sm.Logit(case["event"], design).fit(disp=False, tol=1e-12, method="newton")
    result = logistic(case["event"], case["covariates"])
    assert result.log_likelihood == pytest.approx(other.llf, rel=1e-12)
    assert [term.coefficient for term in result.terms] == pytest.approx(other.params[1:], rel=1e-8)
    assert result.p_value == pytest.approx(other.llr_pvalue, rel=1e-8)


def test_firth_as_published():
    """One group by event, 2 × 2: Firth's estimate is the log odds ratio with ½ added to each cell (Firth 1993)."""
    for table in ([[7, 3], [2, 9]], [[5, 0], [3, 4]], [[5, 0], [0, 4]]):
        event, group = units(table)
        (a, b), (c, d) = table
        expected = np.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
        assert logistic(event, {"group": group}, firth=True).terms[0].coefficient == pytest.approx(expected, rel=1e-9)


@given(COUNTS)
def test_one_group_gives_the_odds_ratio_of_the_table(table):
    event, group = units(table)
    term = logistic(event, {"group": group}).term("group")
    sample = odds_ratio(table, method="sample")
    assert term.odds_ratio.estimate == pytest.approx(sample.effects[0].estimate, rel=1e-8)
    assert term.coefficient / term.standard_error == pytest.approx(sample.statistic, rel=1e-7, abs=1e-9)


@given(COUNTS)
def test_interval_and_p_say_the_same_and_exchanging_the_groups_inverts(table):
    event, group = units(table)
    result = logistic(event, {"group": group})
    term, other = result.terms[0], logistic(event, {"group": [1 - one for one in group]}).terms[0]
    low, high = bounds(term.odds_ratio.interval)
    assert low <= term.odds_ratio.estimate <= high
    if abs(term.p_value - 0.05) > 1e-6:
        assert (low <= 1 <= high) == (term.p_value > 0.05)
    assert term.coefficient == pytest.approx(-other.coefficient, abs=1e-9)
    assert bounds(other.odds_ratio.interval) == pytest.approx((1 / high, 1 / low), rel=1e-8)
    assert survives_json(result)


def test_order_of_units_and_covariates_changes_nothing():
    case = CASES["births"]
    order = np.random.default_rng(1).permutation(len(case["event"]))
    one = logistic(case["event"], case["covariates"])
    other = logistic(
        np.array(case["event"])[order],
        {name: np.array(values)[order] for name, values in reversed(case["covariates"].items())},
    )
    for term in one.terms:
        assert other.term(term.name).coefficient == pytest.approx(term.coefficient, rel=1e-9)
        assert bounds(other.term(term.name).odds_ratio.interval) == pytest.approx(
            bounds(term.odds_ratio.interval), rel=1e-8
        )


@pytest.mark.parametrize("name", ["separated_firth", "iris_firth"])
def test_separation_is_detected_and_answered_by_firth(name):
    case = CASES[name]
    result = logistic(case["event"], case["covariates"])
    assert "separated" in codes(result)
    demanded = logistic(case["event"], case["covariates"], firth=True)
    assert (result.terms, result.method) == (demanded.terms, demanded.method)
    assert "separated" not in codes(demanded)
    with pytest.raises(NotComparable, match="an odds ratio would be infinite"):
        logistic(case["event"], case["covariates"], firth=False)


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=3, max_size=12))
def test_separation_by_one_covariate_is_a_gap_or_a_touch(rows):
    values, event = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if not 0 < event.sum() < event.size or np.ptp(values) == 0:
        return
    cases, controls = values[event == 1], values[event == 0]
    expected = cases.min() >= controls.max() or controls.min() >= cases.max()
    assert separated(np.column_stack([np.ones(event.size), values]), event) == expected


def test_extreme_but_overlapping_data_keep_the_plain_likelihood():
    values = np.concatenate([np.arange(200.0), np.arange(190, 400)])
    event = np.repeat([0, 1], [200, 210])
    assert codes(logistic(event, {"value": values})) == []


def test_large_samples():
    generator = np.random.default_rng(3)
    covariates = {name: generator.normal(size=20_000) for name in "abc"}
    event = generator.random(20_000) < 1 / (1 + np.exp(-(covariates["a"] - 1)))
    term = logistic(event, covariates).term("a")
    assert term.coefficient == pytest.approx(1, abs=0.1)


def test_few_events_are_pointed_out():
    event, group = units([[4, 3], [2, 6]])
    assert str(logistic(event, {"group": group}).warnings[0]) == (
        "6 events or non-events for 1 covariates: fewer than 10 for each."
    )


def test_reads_well():
    event, group = units([[30, 44], [29, 86]])
    assert str(logistic(event, {"smokes": group})).splitlines() == [
        "Logistic regression by maximum likelihood, profile-likelihood intervals",
        "59 events in 189 units",
        "smokes: odds ratio 2.022 (95% CI 1.082 to 3.801), p = 0.027",
        "χ² = 4.867, 1 df, p = 0.027",
    ]


@pytest.mark.parametrize(
    ("event", "covariates", "sentence"),
    [
        ([0, 0, 0], {"a": [1, 2, 3]}, "There is no event, so nothing can explain it."),
        ([1, 1, 1], {"a": [1, 2, 3]}, "Every unit has the event, so nothing can explain it."),
        ([0, 1, 1], {}, "There is no covariate."),
        ([0, 1, 1], {"a": [2, 2, 2]}, "a has the same value in all units."),
        ([0, 1, 1, 0], {"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]}, "b follows from the other covariates"),
        ([0, 1], {"a": [1, 2], "b": [2, 1]}, "b follows from the other covariates"),
        ([0, 1, np.nan], {"a": [1, 2, 3]}, "Group event has values that are missing"),
        ([0, 1, 1], {"a": [1, np.inf, 3]}, "Group a has values that are missing"),
        ([], {"a": []}, "Group event has no values."),
    ],
)
def test_refusals(event, covariates, sentence):
    with pytest.raises(NotComparable, match=sentence):
        logistic(event, covariates)


def test_mistakes_of_a_programmer():
    with pytest.raises(ValueError, match="0 or 1"):
        logistic([0, 1, 2], {"a": [1, 2, 3]})
    with pytest.raises(ValueError, match="a has 2 values, the event 3"):
        logistic([0, 1, 1], {"a": [1, 2]})


def test_firths_maximum_is_found_where_steps_overshoot():
    """Sclerosis by primary site and sex; one patient alone in her group.

    R: ``nlm`` of the penalised likelihood, the determinant of its information by ``determinant``.
    """
    cells = [
        ("lung", 0, 22, 5),
        ("lung", 1, 13, 6),
        ("breast", 0, 24, 13),
        ("prostate", 1, 4, 1),
        ("kidney", 0, 6, 6),
        ("kidney", 1, 3, 2),
        ("thyroid", 0, 0, 1),
    ]
    units = [
        (site, male, event)
        for site, male, events, others in cells
        for event, count in ((1, events), (0, others))
        for _unit in range(count)
    ]
    sites = {site: [float(unit[0] == site) for unit in units] for site in ("breast", "prostate", "kidney", "thyroid")}
    result = logistic([unit[2] for unit in units], {**sites, "male": [unit[1] for unit in units]})
    assert "Firth" in result.method
    found = [term.odds_ratio.estimate for term in result.terms]
    assert found == pytest.approx([0.51186697, 1.21613907, 0.35109181, 0.09401637, 0.69576540], rel=1e-5)
