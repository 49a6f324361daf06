"""Results survive JSON, refuse NaN, and read well."""

import json
import math
import pickle

import numpy as np
import pytest

from analytics.stats import Effect, Interval, NotComparable, Note, Result, SeveralGroupsResult, format_p, mann_whitney


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_no_record_holds_nan_or_infinity(bad):
    with pytest.raises(ValueError, match=r"Interval\.low"):
        Interval(bad, 1.0, 0.95)
    with pytest.raises(ValueError, match=r"Effect\.estimate"):
        Effect("shift", bad, None)
    with pytest.raises(ValueError, match=r"Note.values\[share\]"):
        Note("code", "{share}", {"share": bad})


def test_open_interval_survives_json():
    effect = Effect("odds ratio", 3.5, Interval(1.2, None, 0.95), "per unit")
    assert Effect.from_dict(json.loads(json.dumps(effect.to_dict()))) == effect
    assert str(effect) == "odds ratio 3.5 per unit (95% CI 1.2 to ∞)"


def test_a_stored_result_names_its_kind():
    stored = json.loads(json.dumps(mann_whitney([1, 2], [3, 4]).to_dict()))
    assert stored["kind"] == "TwoGroupResult"
    assert stored["effects"][0]["interval"] == {"low": -3.0, "high": -1.0, "level": pytest.approx(2 / 3)}
    with pytest.raises(ValueError, match="Expected SeveralGroupsResult, got TwoGroupResult"):
        SeveralGroupsResult.from_dict(stored)


def test_floats_survive_to_the_last_bit():
    result = mann_whitney([0.1, 0.2, 1 / 3], [0.7, 2 / 3])
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_a_result_reads_as_a_statistician_writes_it():
    assert str(mann_whitney([1, 2, 3, 4, 5], [4, 6, 7, 8, 9], labels=("FD", "GCTB"), unit="cycles")).splitlines() == [
        "Mann–Whitney U test, exact, two-sided",
        "FD: n = 5, median 3 (IQR 2 to 4)",
        "GCTB: n = 5, median 7 (IQR 6 to 8)",
        "Direction: FD minus GCTB",
        "Hodges–Lehmann shift -4 cycles (95% CI -6 to -1)",
        "probability of superiority 0.06 (95% CI 0 to 0.2307)",
        "Cliff's delta -0.88 (95% CI -0.984 to -0.33)",
        "U = 1.5, p = 0.024 (exact)",
    ]


def test_a_note_needs_all_its_values():
    with pytest.raises(KeyError):
        Note("empty-group", "Group {group} has no values.")


def test_a_refusal_keeps_its_reason_between_processes():
    original = NotComparable("Group {group} has no values.", code="empty-group", group="SSX2")
    refusal = pickle.loads(pickle.dumps(original))  # noqa: S301 - written two words before
    assert str(refusal) == "Group SSX2 has no values."
    assert refusal.note == Note("empty-group", "Group {group} has no values.", {"group": "SSX2"})


@pytest.mark.parametrize(
    ("p_value", "text"), [(0.0499, "= 0.050"), (0.001, "= 0.001"), (1e-299, "< 0.001"), (0.0, "< 1e-300")]
)
def test_p_values_are_printed_without_false_precision(p_value, text):
    assert format_p(p_value) == text
