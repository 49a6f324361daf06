"""Numbers of a time-to-event answer for somebody who may not see single patients: three digits, tenths of a year."""

import pytest

from analytics.kinds.time_to_event.rounding import rounded_estimate, rounded_median, rounded_terms, rounded_test

INTERVAL = {"low": 0.123456, "high": 12.3456, "confidence": 0.95}


def test_a_test_keeps_three_digits_and_its_name() -> None:
    test = {"method": "Log-rank test", "statistic": 12.3456, "p_value": 0.000456789}
    assert rounded_test(test) == {"method": "Log-rank test", "statistic": 12.3, "p_value": 0.000457}
    assert rounded_test({"statistic": 0.0, "p_value": None}) == {"statistic": 0.0, "p_value": None}
    assert rounded_test(None) is None


def test_a_regression_is_rounded_term_by_term() -> None:
    term = {"name": "SSX1", "estimate": 1.23456, "p_value": 0.98765, "patients": 12345, "interval": INTERVAL}
    told = {
        "name": "SSX1",
        "estimate": 1.23,
        "p_value": 0.988,
        "patients": 12345,
        "interval": {"low": 0.123, "high": 12.3, "confidence": 0.95},
    }
    assert rounded_terms(term) == told
    open_ended = term | {"estimate": None, "interval": {**INTERVAL, "high": None}}
    assert rounded_terms({"terms": [term, open_ended], "converged": True}) == {
        "terms": [told, told | {"estimate": None, "interval": {**told["interval"], "high": None}}],  # type: ignore[dict-item]
        "converged": True,
    }
    assert rounded_terms(term | {"interval": None}) == told | {"interval": None}
    assert rounded_terms(None) is None


@pytest.mark.parametrize(
    ("day", "years"),
    [(0, 0.0), (18, 0.0), (19, 0.1), (365, 1.0), (400, 1.1), (3650, 10.0)],
)
def test_a_median_is_told_to_a_tenth_of_a_year(day: int, years: float) -> None:
    found = rounded_median({"days": day, "low": day, "high": None})
    assert found == {"days": pytest.approx(years * 365.25), "low": pytest.approx(years * 365.25), "high": None}


def test_an_estimate_says_nobody_at_risk() -> None:
    estimate = {"years": 5, "value": 0.81818, "low": None, "high": 0.912345, "at_risk": 9}
    assert rounded_estimate(estimate) == {"years": 5, "value": 0.818, "low": None, "high": 0.912, "at_risk": None}
