"""Numbers of a time-to-event answer, rounded for somebody who may not see single patients."""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.expression_by_group.disclosure import rounded
from analytics.stats.follow_up import DAYS_PER_YEAR

TENTH = DAYS_PER_YEAR / 10


def rounded_test(test: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A test, its statistic and p-value rounded."""
    return {**test, "statistic": rounded(test["statistic"]), "p_value": rounded(test["p_value"])} if test else None


def rounded_terms(part: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A term of a regression with its interval, or a regression with all of its terms."""
    if part is None:
        return None
    if "terms" in part:
        return {**part, "terms": [rounded_terms(term) for term in part["terms"]]}
    interval = part["interval"]
    return {
        **{name: rounded(value) if isinstance(value, float) else value for name, value in part.items()},
        "interval": interval and {**interval, "low": rounded(interval["low"]), "high": rounded(interval["high"])},
    }


def rounded_median(median: Mapping[str, float | None]) -> dict[str, float | None]:
    """The days of a median and its interval, to a tenth of a year."""
    return {name: None if day is None else round(day / TENTH) * TENTH for name, day in median.items()}


def rounded_estimate(one: Mapping[str, Any]) -> dict[str, Any]:
    """A share with its interval, without how many are at risk."""
    return {"years": one["years"], **{name: rounded(one[name]) for name in ("value", "low", "high")}, "at_risk": None}
