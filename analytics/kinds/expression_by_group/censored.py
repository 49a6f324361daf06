"""The comparison of values some of which are known only to lie below a limit."""

from typing import Any

import pandas as pd

from analytics.kinds.expression_by_group.comparison import dicts
from analytics.stats import CensoredGroup, CensoredResult, Interval, compare_censored
from analytics.stats.result import gettext_noop as _

CHI_SQUARE = "chi-square"


def compare_below_limits(*, patients: pd.DataFrame, groups: list[str]) -> dict[str, Any]:
    """The part of a stored result that the statistics decide.

    ``patients`` have group, patient_value and patient_detected: the value is −ΔCq, or where ``patient_detected`` is 0
    the limit it lies below. Medians are Kaplan–Meier's; quartiles and the lowest value are not known in general and
    left out.

    Raises :class:`NotComparable` where nobody's value is detected, say.
    """
    result = compare_censored(-patients["patient_value"], patients["patient_detected"], patients["group"], order=groups)
    pairs = {
        "method": _("Peto–Peto test of each pair"),
        "adjustment": result.adjustment,
        "reference": None,
        "statistic_name": CHI_SQUARE,
        "comparisons": [{**pair.to_dict(), "effects": dicts(pair.effects)} for pair in result.pairs],
    }
    return {
        "groups": [_group(group) for group in result.groups],
        "comparison": _overall(result),
        "pairs": pairs if len(groups) > 2 else None,
        "warnings": dicts(result.warnings),
        "references": list(result.references),
    }


def _overall(result: CensoredResult) -> dict[str, Any]:
    return {
        "method": result.method,
        "statistic_name": CHI_SQUARE,
        "statistic": result.test.statistic,
        "degrees_of_freedom": result.test.degrees_of_freedom,
        "p_value": result.test.p_value,
        "p_kind": "asymptotic",
        "asymptotic_p": None,
        "margin": None,
        "effects": dicts(result.effects),
    }


def _group(group: CensoredGroup) -> dict[str, Any]:
    """Turned round: a high threshold is a low expression."""
    return {
        "label": group.label,
        "n": group.n,
        "detected": group.detected,
        "median": None if group.median is None else -group.median,
        "median_interval": group.interval and _turned(group.interval).to_dict(),
        **dict.fromkeys(("q1", "q3", "minimum", "maximum")),
    }


def _turned(interval: Interval) -> Interval:
    low, high = (None if bound is None else -bound for bound in (interval.high, interval.low))
    return Interval(low, high, interval.level)
