"""Kaplan–Meier against R's survfit, and by its properties."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import NotComparable, Result, kaplan_meier
from tests.analytics.stats.survival_reference import ANSWERS, DATA, KAPLAN_MEIER, near, select

LUNG, COLON = DATA["lung"], DATA["colon"]
ROWS = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.sampled_from("ab")), min_size=1, max_size=30)


@pytest.mark.parametrize("name", KAPLAN_MEIER)
def test_equals_r(name):
    data, delayed = KAPLAN_MEIER[name]
    expected = ANSWERS["kaplan_meier"][name]
    (curve,) = kaplan_meier(data["time"], data["event"], entry=data["entry"] if delayed else None).curves
    assert list(curve.day) == expected["day"]
    assert list(curve.at_risk) == expected["at_risk"]
    assert list(curve.events) == expected["events"]
    assert curve.survival == near(expected["survival"])
    assert curve.standard_error == near(expected["standard_error"])
    assert curve.low == near(expected["low"])
    assert curve.high == near(expected["high"])
    assert [quantile.time for quantile in curve.quantiles] == expected["quantiles"]
    intervals = [quantile.interval for quantile in curve.quantiles]
    assert [interval and interval.low for interval in intervals] == expected["quantile_low"]
    assert [interval and interval.high for interval in intervals] == expected["quantile_high"]


def test_groups_are_the_groups_alone():
    result = kaplan_meier(LUNG["time"], LUNG["event"], group=LUNG["sex"], entry=LUNG["entry"])
    for sex in (1, 2):
        alone = select(LUNG, LUNG["sex"] == sex)
        (curve,) = kaplan_meier(alone["time"], alone["event"], entry=alone["entry"]).curves
        assert result.curve(str(sex)).survival == near(list(curve.survival))
        assert result.curve(str(sex)).at_risk == curve.at_risk


def test_at_risk_table():
    curve = kaplan_meier([5, 10, 10, 20], [1, 0, 1, 0], table_days=[0, 5, 6, 10, 11, 30]).curves[0]
    assert curve.at_risk_at == (4, 4, 3, 3, 1, 0)
    entered = kaplan_meier([5, 10, 10, 20], [1, 0, 1, 0], entry=[0, 0, 6, 6], table_days=[0, 6, 7]).curves[0]
    assert entered.at_risk_at == (2, 1, 3)


def test_everybody_censored():
    result = kaplan_meier([3, 5, 5], [0, 0, 0])
    (curve,) = result.curves
    assert curve.survival == (1, 1)
    assert curve.low == curve.high == (None, None)
    assert [(quantile.time, quantile.interval) for quantile in curve.quantiles] == [(None, None)] * 3
    assert [note.code for note in result.warnings] == ["no-events-in-group"]


def test_everybody_has_the_event():
    (curve,) = kaplan_meier([3, 5], [1, 1]).curves
    assert curve.survival == (0.5, 0)
    assert (curve.standard_error[-1], curve.low[-1], curve.high[-1]) == (None, None, None)


def test_one_patient_and_day_zero():
    (curve,) = kaplan_meier([0], [1]).curves
    assert (curve.day, curve.survival, curve.quantiles[1].time) == ((0,), (0,), 0)


def test_risk_set_that_empties_before_others_enter():
    result = kaplan_meier([2, 3, 8, 9], [1, 1, 1, 0], entry=[0, 1, 5, 6])
    assert result.curves[0].survival == (0.5, 0, 0, 0)
    assert [note.code for note in result.warnings] == ["emptied-risk-set"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (([], []), "no-patients"),
        (([-1, 2], [1, 1]), "negative-time"),
        (([0.1 + 0.2, 0.3], [1, 1]), "not-whole-days"),
        (([np.nan, 2], [1, 1]), "missing-time"),
        (([2_000_000, 2], [1, 1]), "time-too-long"),
        (([1, 2], [1, 2]), "event-code"),
        (([1, 2], [1, np.nan]), "event-code"),
    ],
)
def test_refusals(arguments, code):
    with pytest.raises(NotComparable) as refusal:
        kaplan_meier(*arguments)
    assert refusal.value.note.code == code


def test_refuses_entry_on_the_last_day_and_missing_groups():
    with pytest.raises(NotComparable, match="1 rows end on or before the day they enter"):
        kaplan_meier([3, 5], [1, 1], entry=[3, 1])
    with pytest.raises(NotComparable, match="1 patients have no group"):
        kaplan_meier([3, 5], [1, 1], group=["a", None])
    with pytest.raises(NotComparable, match="Group c has no patients"):
        kaplan_meier([3, 5], [1, 1], group=["a", "b"], order=["a", "b", "c"])


@given(ROWS, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing_and_every_answer_survives_json(rows, random):
    time, event, group = zip(*rows, strict=True)
    result = kaplan_meier(time, event, group=group)
    shuffled = random.sample(rows, len(rows))
    time, event, group = zip(*shuffled, strict=True)
    assert kaplan_meier(time, event, group=group) == result
    assert Result.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False))) == result


@given(ROWS, st.integers(2, 5))
def test_scaling_time_scales_days_and_quantiles_only(rows, factor):
    time, event, _ = zip(*rows, strict=True)
    curve = kaplan_meier(time, event).curves[0]
    scaled = kaplan_meier(np.array(time) * factor, event).curves[0]
    assert scaled.survival == curve.survival
    assert scaled.day == tuple(day * factor for day in curve.day)
    assert [quantile.time for quantile in scaled.quantiles] == [
        quantile.time and quantile.time * factor for quantile in curve.quantiles
    ]


@given(ROWS)
def test_without_censoring_survival_is_the_share_still_to_come(rows):
    time = np.array([row[0] for row in rows])
    (curve,) = kaplan_meier(time, np.ones(time.size)).curves
    assert curve.survival == near([float(np.mean(time > day)) for day in curve.day])
