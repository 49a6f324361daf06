"""Cox regression against R's coxph, at its limits, and by its properties."""

import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.stats import NotComparable, Result, cox, proportional_hazards_test
from tests.analytics.stats.survival_reference import ANSWERS, COX, DATA, cox_arguments, near

LUNG, COLON, HEART, TIED = DATA["lung"], DATA["colon"], DATA["heart"], DATA["tied"]
ROWS = st.lists(
    st.tuples(st.integers(1, 9), st.booleans(), st.integers(0, 3), st.integers(-2, 2)), min_size=6, max_size=30
)


@pytest.mark.parametrize("name", COX)
def test_equals_r(name):
    time, event, covariates, options = cox_arguments(name)
    expected = ANSWERS["cox"][name]
    result = cox(time, event, covariates, **options)
    assert [term.coefficient for term in result.terms] == near(expected["coefficient"])
    assert [term.standard_error for term in result.terms] == near(expected["standard_error"])
    assert [term.model_error for term in result.terms] == near(expected["model_error"])
    assert [result.log_likelihood_null, result.log_likelihood] == near(expected["log_likelihood"])
    assert result.score.statistic == near(expected["score"])


@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
@pytest.mark.parametrize("name", [name for name in COX if "zph" in ANSWERS["cox"][name]])
def test_proportional_hazards_test_equals_r(name, transform):
    time, event, covariates, options = cox_arguments(name)
    result = proportional_hazards_test(time, event, covariates, transform=transform, **options)
    statistics = [*(term.test.statistic for term in result.terms), result.overall.statistic]
    assert statistics == near(ANSWERS["cox"][name]["zph"][transform]["statistic"], rel=1e-8)
    assert result.overall.degrees_of_freedom == len(covariates)


def test_monotone_likelihood_is_reported_as_infinite_with_an_open_interval():
    time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 0, 0, 0, 0]
    result = cox(time, event, {"exposed": [1, 1, 1, 1, 0, 0, 0, 0], "age": [3, 1, 2, 4, 5, 1, 2, 3]})
    exposed, age = result.terms
    assert (exposed.limit, exposed.coefficient, exposed.hazard_ratio, exposed.interval.high) == (
        "infinite",
        None,
        None,
        None,
    )
    assert 1 < exposed.interval.low < 10
    assert exposed.p_value < 0.05
    assert age.limit is None
    assert result.wald is None
    assert [note.code for note in result.warnings] == ["monotone-likelihood"]
    reversed_ = cox(time, event, {"spared": [0, 0, 0, 0, 1, 1, 1, 1], "age": [3, 1, 2, 4, 5, 1, 2, 3]}).terms[0]
    assert (reversed_.limit, reversed_.interval.low) == ("zero", None)
    assert reversed_.interval.high == pytest.approx(1 / exposed.interval.low)
    assert reversed_.p_value == pytest.approx(exposed.p_value)


def test_interval_of_an_infinite_ratio_ends_where_the_likelihood_ratio_does():
    """Two events among two exposed and two others at risk: the likelihood is e^2b / ((2e^b + 2)(e^b + 2))."""
    (term,) = cox([1, 2, 9, 9], [1, 1, 0, 0], {"exposed": [1, 1, 0, 0]}).terms
    ratio = term.interval.low
    likelihood = ratio**2 / ((2 * ratio + 2) * (ratio + 2))
    assert 2 * (np.log(0.5) - np.log(likelihood)) == pytest.approx(3.841458820694124)


def test_an_infinite_ratio_has_no_test_of_proportionality():
    with pytest.raises(NotComparable, match="infinite or zero"):
        proportional_hazards_test([1, 2, 9, 9], [1, 1, 0, 0], {"exposed": [1, 1, 0, 0]})


@pytest.mark.parametrize(
    ("time", "event", "covariates", "options", "code"),
    [
        ([1, 2, 3], [0, 0, 0], {"x": [1, 2, 3]}, {}, "no-events"),
        ([1, 2, 3], [1, 1, 1], {"x": [2, 2, 2]}, {}, "constant-covariate"),
        ([1, 2, 3], [1, 1, 1], {}, {}, "no-covariates"),
        ([1, 2, 3, 4], [1, 1, 1, 0], {"x": [1, 3, 2, 1], "y": [2, 6, 4, 2]}, {}, "collinear-covariate"),
        ([1, 2, 3, 4], [1, 1, 1, 1], {"x": [0, 0, 1, 1]}, {"stratum": [1, 1, 2, 2]}, "collinear-covariate"),
        ([1, 2, 3], [1, 1, 1], {"x": [1, np.nan, 2]}, {}, "not-finite"),
        ([3, 2, 3], [1, 1, 1], {"x": [1, 5, 2]}, {"entry": [0, 2, 0]}, "entry-after-end"),
        ([5, 8, 3], [1, 1, 1], {"x": [1, 5, 2]}, {"entry": [0, 4, 0], "patient": [1, 1, 2]}, "overlapping-rows"),
    ],
)
def test_refusals(time, event, covariates, options, code):
    with pytest.raises(NotComparable) as refusal:
        cox(time, event, covariates, **options)
    assert refusal.value.note.code == code


def test_one_event_day_has_no_change_over_time():
    with pytest.raises(NotComparable, match="All events are on one day"):
        proportional_hazards_test([2, 2, 2, 3], [1, 1, 0, 0], {"x": [1, 3, 2, 2]})


def test_few_clusters_are_pointed_out():
    result = cox(LUNG["time"], LUNG["event"], {"age": LUNG["age"]}, cluster=LUNG["ecog"])
    assert [note.code for note in result.warnings] == ["few-clusters"]


def fitted(*arguments, **options):
    try:
        return cox(*arguments, **options)
    except NotComparable:
        assume(False)


@given(ROWS, st.integers(2, 4), st.randoms(use_true_random=False))
def test_order_of_rows_scale_of_time_and_unit_of_covariates(rows, factor, random):
    time, event, x, z = map(np.array, zip(*rows, strict=True))
    result = fitted(time, event, {"x": x, "z": z})
    assume(all(term.limit is None for term in result.terms))
    order = random.sample(range(len(rows)), len(rows))
    other = fitted(factor * time[order], event[order], {"x": 10 * x[order], "z": -z[order]})
    assert other.log_likelihood == pytest.approx(result.log_likelihood, abs=1e-8)
    assert 10 * other.terms[0].coefficient == pytest.approx(result.terms[0].coefficient, rel=1e-5, abs=1e-6)
    assert other.terms[1].coefficient == pytest.approx(-result.terms[1].coefficient, rel=1e-5, abs=1e-6)


@given(ROWS)
def test_every_answer_survives_json(rows):
    time, event, x, z = map(np.array, zip(*rows, strict=True))
    result = fitted(time, event, {"x": x, "z": z}, cluster=np.arange(time.size) // 2)
    assert Result.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False))) == result


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 240)), min_size=1, max_size=30))
def test_splitting_rows_changes_nothing(cuts):
    """A row cut in two, with the event at the end of the second, says the same; so does the robust variance."""
    time, event = LUNG["time"], LUNG["event"]
    covariates = {"sex": LUNG["sex"], "age": LUNG["age"]}
    whole = cox(time, event, covariates, cluster=np.arange(time.size))
    start, stop, flag, row = [np.zeros(time.size, dtype=int)], [time], [event], [np.arange(time.size)]
    seen = set()
    for index, day in cuts:
        if index not in seen and 0 < day < time[index]:
            seen.add(index)
            start[0][index] = day
            start.append(np.array([0]))
            stop.append(np.array([day]))
            flag.append(np.array([0]))
            row.append(np.array([index]))
    rows = np.concatenate(row)
    split = cox(
        np.concatenate(stop),
        np.concatenate(flag),
        {name: values[rows] for name, values in covariates.items()},
        entry=np.concatenate(start),
        cluster=rows,
        patient=rows,
    )
    for before, after in zip(whole.terms, split.terms, strict=True):
        assert after.coefficient == pytest.approx(before.coefficient, rel=1e-9)
        assert after.standard_error == pytest.approx(before.standard_error, rel=1e-9)


def test_many_strata_are_as_many_separate_likelihoods():
    generator = np.random.default_rng(3)
    pairs = np.repeat(np.arange(50), 2)
    x = generator.normal(size=100)
    time = generator.integers(1, 30, 100)
    # Of a pair with two different days, only the first event has anybody to be compared with.
    whole = cox(time, np.ones(100), {"x": x}, stratum=pairs)
    wider = cox(np.concatenate([time, [3, 5]]), np.ones(102), {"x": [*x, 1.0, 1.0]}, stratum=[*pairs, 50, 50])
    assert wider.terms[0].coefficient == pytest.approx(whole.terms[0].coefficient, rel=1e-9)
