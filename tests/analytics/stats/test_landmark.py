"""Landmarks and response over time: who is left out, which day counts where, and the answers of R."""

import json

import numpy as np
import pytest

from analytics.stats import NotComparable, Result, cox, kaplan_meier, landmark, log_rank, time_dependent_response
from tests.analytics.stats.survival_reference import ANSWERS, DATA, near, select

LUNG, HEART = DATA["lung"], DATA["heart"]


def test_a_landmark_is_the_same_call_on_filtered_data():
    """Response by day 100 marks the women, so the comparison is R's log-rank of sex among those left."""
    response = np.where(LUNG["sex"] == 2, 60, np.nan)
    at = landmark(LUNG["time"], LUNG["event"], response, landmarks=[100]).landmark(100)
    left = select(LUNG, LUNG["time"] >= 100)
    by_hand = log_rank(left["time"] - 100, left["event"], left["sex"])
    assert at.log_rank.statistic == pytest.approx(by_hand.test.statistic, rel=1e-12)
    assert at.log_rank.statistic == near(ANSWERS["landmark"]["statistic"])
    assert at.n == ANSWERS["landmark"]["n"]
    assert at.curves.curve("responders").survival == near(ANSWERS["landmark"]["survival"])
    assert at.n + sum(item.n for item in at.excluded) == LUNG["time"].size


def test_who_is_left_out_and_which_day_counts():
    result = landmark(
        time=[49, 49, 50, 50, 80, 90, 70],
        event=[1, 0, 1, 0, 1, 0, 1],
        response_time=[10, None, 50, 51, 50, None, 20],
        entry=[0, 0, 0, 0, 0, 0, 60],
        landmarks=[50],
    )
    at = result.landmark(50)
    assert at.n == 4
    assert at.responders == 2
    assert {item.reason: item.n for item in at.excluded} == {
        "event before the landmark": 1,
        "observation ended before the landmark": 1,
        "came under observation after the landmark": 1,
    }
    assert at.curves.curve("responders").day == (0, 30)


def test_landmarks_that_cannot_compare_say_why():
    result = landmark([20, 30, 40], [1, 1, 1], [35, None, None], landmarks=[10, 36, 50])
    assert [str(at.warnings[0]) for at in result.landmarks] == [
        "A comparison needs at least two groups with patients.",
        "A comparison needs at least two groups with patients.",
        "There are no patients to analyse.",
    ]
    assert result.landmark(50).curves is None
    assert Result.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False))) == result


def test_time_dependent_response_is_cox_on_the_rows_of_heart():
    """Transplantation as the response: the rows of survival::heart come back from one row per patient."""
    ids = np.unique(HEART["id"])
    rows = [np.flatnonzero(HEART["id"] == one) for one in ids]
    last = np.array([own[-1] for own in rows])
    first = np.array([own[0] for own in rows])
    transplant = [HEART["start"][own[-1]] if HEART["transplant"][own[-1]] else np.nan for own in rows]
    columns = {name: HEART[name][first] for name in ("age", "year", "surgery")}
    result = time_dependent_response(HEART["stop"][last], HEART["event"][last], transplant, covariates=columns)
    expected = ANSWERS["cox"]["heart"]
    order = ["age", "year", "surgery", "response"]
    assert [result.regression.term(name).coefficient for name in order] == near(expected["coefficient"])
    assert [result.regression.term(name).standard_error for name in order] == near(expected["standard_error"])
    assert result.regression.patients == ids.size
    assert result.after.event_count + result.before.event_count == HEART["event"].sum()
    assert result.before.person_days + result.after.person_days == (HEART["stop"] - HEART["start"]).sum()


def test_an_event_on_the_day_of_the_response_is_a_non_responders():
    result = time_dependent_response([30, 50, 60, 70], [1, 1, 1, 0], [30, 20, None, None])
    assert (result.before.event_count, result.after.event_count) == (2, 1)
    assert (result.before.person_days, result.after.person_days) == (30 + 20 + 60 + 70, 30)


def test_response_from_the_start_is_a_fixed_covariate():
    time, event, responded = [5, 8, 9, 12, 20], [1, 1, 1, 0, 1], [1, 0, 1, 0, 0]
    response = [0 if flag else None for flag in responded]
    result = time_dependent_response(time, event, response).regression.terms[0]
    assert result.coefficient == pytest.approx(cox(time, event, {"response": responded}).terms[0].coefficient)


def test_delayed_entry_after_the_response():
    result = time_dependent_response([50, 60, 70], [1, 1, 1], [10, 40, None], entry=[20, 0, 5])
    assert (result.before.person_days, result.after.person_days) == (40 + 65, 30 + 20)


@pytest.mark.parametrize("response", [[None, None, None], [0, 0, 0], [90, None, None]])
def test_without_a_change_there_is_nothing_to_compare(response):
    with pytest.raises(NotComparable, match="Nobody changes"):
        time_dependent_response([30, 50, 60], [1, 1, 1], response)


def test_a_landmark_needs_a_day_and_times_that_are_times():
    with pytest.raises(ValueError, match="one or more days"):
        landmark([1], [1], [None], landmarks=[])
    with pytest.raises(NotComparable, match="negative"):
        landmark([1, 2], [1, 1], [-4, None], landmarks=[1])


def test_curves_of_a_landmark_are_those_of_kaplan_meier():
    at = landmark([5, 9, 12, 15], [1, 0, 1, 1], [None, 2, 3, None], landmarks=[4]).landmarks[0]
    alone = kaplan_meier([5, 8, 1, 11], [0, 1, 1, 1], group=["r", "r", "n", "n"])
    assert at.curves.curve("responders").survival == alone.curve("r").survival
    assert at.curves.curve("non-responders").survival == alone.curve("n").survival


def test_stratified_regressions_add_up_where_rows_enter_late():
    random = np.random.default_rng(7)
    time = random.integers(50, 900, 80)
    event, group = random.random(80) < 0.6, np.repeat(["a", "b"], 40)
    response = np.where(random.random(80) < 0.5, random.integers(10, 300, 80), np.nan)
    whole = time_dependent_response(time, event, response, stratum=group).regression
    parts = [
        time_dependent_response(time[group == one], event[group == one], response[group == one]).regression
        for one in ("a", "b")
    ]
    assert whole.log_likelihood_null == pytest.approx(sum(part.log_likelihood_null for part in parts))
    assert whole.log_likelihood <= sum(part.log_likelihood for part in parts)
