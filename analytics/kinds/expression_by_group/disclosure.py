"""What somebody may read of an answer who may not see single patients.

Points, whisker ends and the frozen input are single patients and left out. Small groups are hidden, and others with
them until they cannot be told apart (see :mod:`cases.disclosure`); with any group hidden every total goes too, so
that no difference gives it away. Numbers are rounded to three significant digits, because a median or a quartile is
often the exact value of one patient.
"""

import math
from collections.abc import Mapping
from typing import Any

from cases.disclosure import disclosed as disclosed_number
from cases.disclosure import disclosed_parts

SIGNIFICANT_DIGITS = 3

NOTES_WITHOUT_COUNTS = frozenset(
    {"intervals-unadjusted", "interval-disagrees", "level-not-reached", "several-antibodies"}
)
"""Doubts whose values say nothing about the number of patients."""


def hidden_groups(sizes: Mapping[str, int]) -> set[str]:
    """The groups that are not shown; all of them where fewer than two would be left.

    >>> sorted(hidden_groups({"a": 40, "b": 12, "c": 3, "d": 9}))
    ['c', 'd']
    >>> sorted(hidden_groups({"a": 40, "b": 3}))
    ['a', 'b']
    """
    hidden = {group for group, number in disclosed_parts(sizes).items() if number is None}
    return set(sizes) if len(sizes) - len(hidden) < 2 else hidden


def disclosed(result: Mapping[str, Any]) -> dict[str, Any]:
    """The released part of a stored result. Same shape; what is withheld is ``None`` or left out of a list.

    ``comparison`` may be ``None``: the groups are described, nothing was tested.
    """
    sizes = {group["code"]: group["patients"] for group in result["groups"]}
    hidden = set(sizes) if any(map(_has_small_share, result["groups"])) else hidden_groups(sizes)
    # What is told of all groups at once, such as a trend, is told of all of them or not at all.
    everything = len(hidden) == len(result["groups"]) or bool(hidden and result["pairs"] is None)
    shown = [group for group in result["groups"] if group["code"] not in hidden]
    pairs = result["pairs"]
    return {
        "question": result["question"],
        "unit": result["unit"],
        "difference_unit": result["difference_unit"],
        "reference_genes": result["reference_genes"],
        "antibodies": result.get("antibodies", []),
        "population": _population(result, total=None if hidden else sum(group["patients"] for group in shown)),
        "groups": [_group(group, hidden=group["code"] in hidden) for group in result["groups"]],
        "comparison": None
        if everything or not result["comparison"]
        else _comparison(result["comparison"], any_hidden=bool(hidden)),
        "pairs": None if everything or pairs is None else _pairs(pairs, hidden),
        "warnings": [] if everything else [note for note in result["warnings"] if note["code"] in NOTES_WITHOUT_COUNTS],
        "references": result.get("references", []),
    }


def _has_small_share(group: Mapping[str, Any]) -> bool:
    """Whether so few of a group are positive, or are not, that they could be told."""
    if "positive" not in group:
        return False
    cells = (group["positive"], group["patients"] - group["positive"])
    return any(disclosed_number(cell) is None for cell in cells)


def _population(result: Mapping[str, Any], *, total: int | None) -> dict[str, Any]:
    exclusions = result["population"]["exclusions"]
    return {
        "flow": [] if total is None else [{"step": "compared", "patients": total}],
        "samples": None,
        "places": {},
        "exclusions": [
            {"reason": item["reason"], "patients": disclosed_number(item["patients"]), "samples": None}
            for item in exclusions
            if item["patients"]
        ],
    }


def _group(group: Mapping[str, Any], *, hidden: bool) -> dict[str, Any]:
    shown = {name: None if hidden else rounded(group[name]) for name in ("median", "q1", "q3")}
    # An interval of a median ends at values of patients.
    shares = {name: None if hidden else group[name] for name in ("positive", "share") if name in group}
    below_limits = {"detected": None, "median_interval": None} if "detected" in group else {}
    return {
        "code": group["code"],
        "labels": group["labels"],
        "patients": None if hidden else group["patients"],
        "samples": None,
        **shown,
        "minimum": None,
        "maximum": None,
        **below_limits,
        **shares,
    }


def _comparison(comparison: Mapping[str, Any] | None, *, any_hidden: bool) -> dict[str, Any] | None:
    """Statistic and effect together would tell the number of patients where that is hidden."""
    if comparison is None:
        return None
    return {
        **{name: value for name, value in comparison.items() if name not in ("variation", "denominator_degrees")},
        "statistic": None,
        "asymptotic_p": None,
        "p_value": rounded(comparison["p_value"]),
        "effects": [] if any_hidden else [_effect(effect) for effect in comparison["effects"]],
    }


def _pairs(pairs: Mapping[str, Any], hidden: set[str]) -> dict[str, Any]:
    shown = [pair for pair in pairs["comparisons"] if not hidden & {pair["first"], pair["second"]}]
    return {**pairs, "comparisons": [_pair(pair) for pair in shown]}


def _pair(pair: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **pair,
        "statistic": None,
        "p_value": None,
        "adjusted_p": rounded(pair["adjusted_p"]),
        "effects": [_effect(effect) for effect in pair["effects"]],
    }


def _effect(effect: Mapping[str, Any]) -> dict[str, Any]:
    interval = effect["interval"]
    return {
        **effect,
        "estimate": rounded(effect["estimate"]),
        "interval": interval and {**interval, "low": rounded(interval["low"]), "high": rounded(interval["high"])},
    }


def rounded(value: float | None) -> float | None:
    """With as many digits as may be shown; ``None`` stays what it is."""
    if value is None or value == 0:
        return value
    return round(value, SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(value))))
