"""Recurrent events: counting, mean functions, rates and regressions against R, and by their properties."""

import json
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import (
    RATE_RATIO,
    RESPONSE,
    NotComparable,
    Result,
    andersen_gill,
    count_events,
    cox,
    event_rate,
    mean_cumulative_function,
    negative_binomial,
)
from cases.derived.dates import day_of
from cases.derived.skeletal_events import Event
from cases.derived.skeletal_events import count_events as count_recorded_events
from tests.analytics.stats.survival_reference import ANSWERS, DATA, counted_data, near, patients_of_bladder

DNASE, BLADDER = DATA["rhDNase"], DATA["bladder2"]
EVENTS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 120)), max_size=25)


@pytest.mark.parametrize(
    ("days", "counted"),
    [
        ([0, 20], [True, False]),
        ([0, 21], [True, True]),
        ([0, 15, 30], [True, False, True]),
        ([0, 21, 41, 42], [True, True, False, True]),
        ([5, 5], [True, False]),
        ([30, 0, 15], [True, True, False]),
    ],
)
def test_an_event_counts_from_day_21_after_the_last_counted_one(days, counted):
    assert list(count_events(["p"] * len(days), days).counts) == counted


@given(EVENTS, st.integers(0, 40))
def test_counting_equals_counting_one_by_one(events, window):
    patients, days = [patient for patient, _ in events], [day for _, day in events]
    expected = [False] * len(events)
    last: dict[str, int] = {}
    for index in sorted(range(len(events)), key=lambda index: days[index]):
        if patients[index] not in last or days[index] - last[patients[index]] >= window:
            expected[index] = True
            last[patients[index]] = days[index]
    result = count_events(patients, days, window_days=window)
    assert list(result.counts) == expected
    assert result.counted == sum(expected)


@given(st.lists(st.integers(0, 120), max_size=15), st.integers(1, 40))
def test_counting_agrees_with_the_events_of_a_patients_record(days, window):
    start = date(2020, 1, 1)
    recorded = [Event(day=day_of((start + timedelta(days=day)).isoformat()), type="fracture") for day in days]
    expected = [event.counts for event in count_recorded_events(recorded, window_days=window)]
    assert list(count_events(["p"] * len(days), sorted(days), window_days=window).counts) == expected


def test_a_window_is_not_negative():
    with pytest.raises(ValueError, match="0 days or more"):
        count_events(["a"], [1], window_days=-1)


def test_mean_function_equals_r():
    end, patient, day, _ = patients_of_bladder()
    # A patient whose observation ends on day 0 is never at risk in R's (0, 0].
    for name, arguments in {
        "bladder2": (end, patient, day),
        "rhDNase": (DNASE["time"], *np.unique(np.stack([DNASE["event_patient"], DNASE["event_day"]]), axis=1)),
    }.items():
        expected = ANSWERS["mean_function"][name]
        (curve,) = mean_cumulative_function(*arguments).curves
        assert list(curve.day) == expected["day"]
        assert curve.mean == near(expected["mean"])
        assert curve.standard_error == near(expected["standard_error"])


@pytest.mark.parametrize("name", ["bladder2", "untied"])
def test_with_death_equals_ghosh_and_lin(name):
    expected = ANSWERS["ghosh_lin"][name]
    if name == "bladder2":
        end, patient, day, _ = patients_of_bladder()
    else:
        end, patient, day = expected["time"], expected["event_patient"], expected["event_day"]
    (curve,) = mean_cumulative_function(end, patient, day, died=expected["died"]).curves
    assert list(curve.day) == expected["day"]
    assert curve.mean == near(expected["mean"])
    assert curve.standard_error == near(expected["standard_error"])


def test_with_death_agrees_with_mets_without_ties():
    case = ANSWERS["ghosh_lin"]["untied"]
    (curve,) = mean_cumulative_function(
        case["time"], case["event_patient"], case["event_day"], died=case["died"]
    ).curves
    at = np.searchsorted(curve.day, case["mets"]["day"])
    assert [curve.mean[index] for index in at] == near(case["mets"]["mean"])
    assert [curve.standard_error[index] for index in at] == near(case["mets"]["standard_error"])


def test_delayed_entry_equals_the_influence_of_every_patient():
    """The variance written out as patients × days."""
    generator = np.random.default_rng(5)
    entry = generator.integers(0, 20, 30)
    end = entry + generator.integers(5, 60, 30)
    patient = generator.integers(0, 30, 50)
    day = entry[patient] + 1 + generator.integers(0, 1000, 50) % (end - entry)[patient]
    died = generator.integers(0, 2, 30)
    (curve,) = mean_cumulative_function(end, patient, day, entry=entry, died=died).curves
    days = np.array(curve.day)
    at_risk = (entry[:, None] < days) & (end[:, None] >= days)
    events = np.zeros(at_risk.shape)
    np.add.at(events, (patient, np.searchsorted(days, day)), 1)
    deaths = (end[:, None] == days) & (died[:, None] == 1)
    n = at_risk.sum(axis=0)
    survival = np.cumprod(1 - deaths.sum(axis=0) / n)
    before = np.concatenate([[1], survival[:-1]])
    mean = np.cumsum(before * events.sum(axis=0) / n)
    of_events = events - at_risk * events.sum(axis=0) / n
    of_death = deaths - at_risk * deaths.sum(axis=0) / n
    influence = np.cumsum(before / n * of_events + mean / n * of_death, axis=1) - mean * np.cumsum(of_death / n, axis=1)
    assert curve.mean == near(mean.tolist())
    assert curve.standard_error == near(np.sqrt((influence**2).sum(axis=0)).tolist())


def test_one_event_each_and_no_death_is_nelson_aalen():
    (curve,) = mean_cumulative_function([4, 6, 8], [0, 1], [4, 6]).curves
    assert curve.mean == near([1 / 3, 1 / 3 + 1 / 2])


def test_group_without_events_and_events_outside_observation():
    result = mean_cumulative_function([4, 6], [0], [2], group=["a", "b"])
    assert [note.code for note in result.warnings] == ["no-events-in-group"]
    assert result.curve("b").mean == ()
    with pytest.raises(NotComparable, match="1 event lies outside"):
        mean_cumulative_function([4, 6], [0], [5])


def test_andersen_gill_equals_r():
    end, patient, day, columns = patients_of_bladder()
    # R's rows of bladder2 leave out one patient who was never at risk.
    result = andersen_gill(end, patient, day, columns)
    expected = ANSWERS["andersen_gill"]["bladder2"]
    assert [term.coefficient for term in result.terms] == near(expected["coefficient"])
    assert [term.standard_error for term in result.terms] == near(expected["standard_error"])
    assert [term.model_error for term in result.terms] == near(expected["model_error"])


def test_andersen_gill_equals_r_after_tmerge():
    patient, day = np.unique(np.stack([DNASE["event_patient"], DNASE["event_day"]]), axis=1)
    result = andersen_gill(DNASE["time"], patient, day, {"rx": DNASE["rx"], "fev": DNASE["fev"]})
    expected = ANSWERS["andersen_gill"]["rhDNase"]
    assert [term.coefficient for term in result.terms] == near(expected["coefficient"])
    assert [term.standard_error for term in result.terms] == near(expected["standard_error"])


def test_andersen_gill_with_a_response_is_cox_on_rows_cut_by_hand():
    result = andersen_gill([40, 50, 60], [0, 0, 1, 2], [10, 30, 20, 40], {"x": [0, 1, 1]}, response_time=[15, None, 20])
    by_hand = cox(
        [10, 15, 30, 40, 20, 50, 20, 40, 60],
        [1, 0, 1, 0, 1, 0, 0, 1, 0],
        {"x": [0, 0, 0, 0, 1, 1, 1, 1, 1], RESPONSE: [0, 0, 1, 1, 0, 0, 0, 1, 1]},
        entry=[0, 10, 15, 30, 0, 20, 0, 20, 40],
        cluster=[0, 0, 0, 0, 1, 1, 2, 2, 2],
    )
    assert result.rows == 9
    for one, other in zip(result.terms, by_hand.terms, strict=True):
        assert one.covariate == other.covariate
        assert one.p_value == pytest.approx(other.p_value, abs=1e-9)
        assert one.hazard_ratio == (other.hazard_ratio and pytest.approx(other.hazard_ratio))


def test_andersen_gill_refuses_two_events_on_a_day():
    with pytest.raises(NotComparable, match="Count events with a window first"):
        andersen_gill([40, 50], [0, 0], [10, 10], {"x": [0, 1]})


@pytest.mark.parametrize("name", ["rhDNase", "bladder2"])
def test_rate_ratio_equals_poisson_regression_with_robust_variance_in_r(name):
    end, patient, day, group = counted_data(name)
    result = event_rate(end, patient, day, group=group, order=["1", "0"] if name == "rhDNase" else ["2", "1"])
    expected = ANSWERS["counts"][name]["rate"]
    effect = result.effect(RATE_RATIO)
    assert np.log(effect.estimate) == near(expected["coefficient"])
    half = np.log(effect.interval.high / effect.interval.low) / 2
    assert half == near(1.959963984540054 * expected["standard_error"])


@pytest.mark.parametrize("name", ["rhDNase", "bladder2"])
def test_negative_binomial_equals_r(name):
    end, patient, _, group = counted_data(name)
    result = negative_binomial(np.bincount(patient, minlength=end.size), end, {"group": group})
    expected = ANSWERS["counts"][name]["negative"]
    assert result.theta == near(expected["theta"], rel=1e-8)
    # R's glm stops by the deviance, which is flat at its minimum.
    assert result.terms[0].coefficient == near(expected["coefficient"][1], rel=1e-8)
    assert result.terms[0].standard_error == near(expected["standard_error"][1], rel=1e-8)
    # glm.nb itself stops earlier.
    assert result.terms[0].coefficient == near(expected["glm_nb"]["coefficient"][1], rel=1e-4)
    assert result.log_likelihood == near(expected["glm_nb"]["log_likelihood"], rel=1e-8)


def test_person_time_is_split_at_the_response():
    result = event_rate([100, 50, 200], [0, 0, 2], [30, 31, 200], response_time=[30, None, 500])
    after, before = result.rates
    assert (after.patients, after.event_count, after.patient_years * 365.25) == (1, 1, 70)
    assert (before.patients, before.event_count, before.patient_years * 365.25) == (3, 2, pytest.approx(280))


def test_a_rate_without_events_has_an_exact_bound_and_no_ratio():
    result = event_rate([3650, 3650], [0], [5], group=["a", "b"])
    assert result.rates[1].interval.low == 0
    assert result.rates[1].interval.high * result.rates[1].patient_years == pytest.approx(3.688879454113936)
    assert result.effects == ()
    assert [note.code for note in result.warnings] == ["no-events-in-group"]


def test_swapping_groups_inverts_the_rate_ratio():
    arguments = DNASE["time"], DNASE["event_patient"], DNASE["event_day"]
    one = event_rate(*arguments, group=DNASE["rx"], order=["0", "1"])
    other = event_rate(*arguments, group=DNASE["rx"], order=["1", "0"])
    assert one.effects[0].estimate * other.effects[0].estimate == pytest.approx(1)
    assert one.p_value == pytest.approx(other.p_value)
    assert Result.from_dict(json.loads(json.dumps(one.to_dict(), allow_nan=False))) == one


def test_rate_refuses_a_group_never_observed():
    with pytest.raises(NotComparable, match="no time under observation in responders"):
        event_rate([10, 20], [0], [5], response_time=[None, None])


def test_every_sample_near_poisson_has_an_answer():
    """There the likelihood is flat in θ, and its last digits move without end."""
    generator = np.random.default_rng(3)
    for _sample in range(100):
        count = generator.poisson(generator.uniform(1.5, 4.5, 80))
        assert negative_binomial(count, [365] * 80, {"x": np.arange(80) // 40}).terms[0].p_value > 0


def test_less_spread_than_poisson_gives_poisson_with_a_note():
    result = negative_binomial([2, 2, 2, 3, 4, 4, 4, 3], [365] * 8, {"x": [0, 0, 0, 0, 1, 1, 1, 1]})
    assert result.theta is None
    assert [note.code for note in result.warnings] == ["underdispersed"]
    assert result.terms[0].rate_ratio == pytest.approx(15 / 9)
    assert result.terms[0].standard_error == pytest.approx(np.sqrt(1 / 15 + 1 / 9))


@pytest.mark.parametrize(
    ("count", "exposure", "x", "code"),
    [
        ([0, 0, 0, 0], [5, 5, 5, 5], [0, 0, 1, 1], "no-events"),
        ([1, 2, 0.5, 3], [5, 5, 5, 5], [0, 0, 1, 1], "not-a-count"),
        ([1, 2, 1, 3], [5, 0, 5, 5], [0, 0, 1, 1], "no-person-time"),
        ([1, 2, 0, 0], [5, 5, 5, 5], [0, 0, 1, 1], "monotone-likelihood"),
        ([1, 2, 1, 3], [5, 5, 5, 5], [1, 1, 1, 1], "constant-covariate"),
    ],
)
def test_negative_binomial_refuses(count, exposure, x, code):
    with pytest.raises(NotComparable) as refusal:
        negative_binomial(count, exposure, {"x": x})
    assert refusal.value.note.code == code
