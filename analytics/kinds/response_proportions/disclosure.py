"""What somebody may read of proportions who may not see single patients.

Responders and non-responders of a group are cells of a table: a cell of one to four patients points at them, so the
group's numbers are withheld, except its size where that is large enough. Small groups are hidden altogether, and others
with them until they cannot be told apart (see :mod:`cases.disclosure`). A test over all groups, or a pooled odds ratio,
would give back the one number that is missing: with anything withheld they go, and so does every total.
"""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.expression_by_group.disclosure import rounded
from cases.disclosure import disclosed as disclosed_number
from cases.disclosure import disclosed_parts

NOTES_WITHOUT_COUNTS = frozenset({"intervals-unadjusted", "one-group", "no-variation", "separated", "constant"})
"""Doubts whose values say nothing about the number of patients."""


def disclosed(result: Mapping[str, Any]) -> dict[str, Any]:
    """The released part of a stored result. Same shape; what is withheld is ``None`` or left out of a list."""
    sizes = disclosed_parts({group["code"]: group["patients"] for group in result["groups"]})
    open_groups = {
        group["code"] for group in result["groups"] if sizes[group["code"]] is not None and _cells_shown(group)
    }
    whole = len(open_groups) == len(result["groups"])
    return {
        **{name: result[name] for name in ("question", "levels", "measured", "references")},
        "population": _population(result, whole=whole),
        "groups": [
            _group(group, size=sizes[group["code"]], shown=group["code"] in open_groups) for group in result["groups"]
        ],
        "all": result["all"] if whole and _cells_shown(result["all"]) else None,
        "comparison": _test(result["comparison"]) if whole else None,
        "trend": _test(result["trend"]) if whole else None,
        "pairs": _pairs(result["pairs"], open_groups),
        "stratified": _stratified(result["stratified"]) if whole else None,
        "regression": _regression(result["regression"]) if whole else None,
        "warnings": [note for note in result["warnings"] if note["code"] in NOTES_WITHOUT_COUNTS],
    }


def _cells_shown(counts: Mapping[str, Any]) -> bool:
    """Whether no cell of responders, others or not evaluable patients is small."""
    cells = (counts["responders"], counts["patients"] - counts["responders"], counts["not_evaluable"])
    return all(disclosed_number(cell) is not None for cell in cells)


def _population(result: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    exclusions = result["population"]["exclusions"]
    total = sum(group["patients"] for group in result["groups"])
    return {
        "flow": [{"step": "analysed", "patients": total}] if whole else [],
        "samples": None,
        "exclusions": [
            {"reason": item["reason"], "patients": disclosed_number(item["patients"]), "samples": None}
            for item in exclusions
            if item["patients"]
        ],
    }


def _group(group: Mapping[str, Any], *, size: int | None, shown: bool) -> dict[str, Any]:
    if shown:
        return dict(group)
    hidden = dict.fromkeys(("responders", "not_evaluable", "wilson", "clopper_pearson", "counting_not_evaluable"))
    return {"code": group["code"], "labels": group["labels"], "patients": size, **hidden}


def _test(test: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {**test, "p_value": rounded(test["p_value"])} if test else None


def _pairs(pairs: Mapping[str, Any] | None, open_groups: set[str]) -> dict[str, Any] | None:
    """Those of two open groups follow from what is shown of them."""
    if pairs is None:
        return None
    shown = [pair for pair in pairs["comparisons"] if {pair["first"], pair["second"]} <= open_groups]
    return {**pairs, "comparisons": [{**pair, "adjusted_p": rounded(pair["adjusted_p"])} for pair in shown]}


def _stratified(stratified: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Pooled odds ratios, rounded; how many strata there were, and how many patients had none, stays."""
    if stratified is None:
        return None
    withheld = {"statistic": None, "p_value": None, "homogeneity_statistic": None}
    return {
        **stratified,
        "without_stratum": None,
        "comparisons": [
            {
                **pair,
                **withheld,
                "odds_ratio": _effect(pair["odds_ratio"]),
                "adjusted_p": rounded(pair["adjusted_p"]),
                "homogeneity_p": rounded(pair["homogeneity_p"]),
            }
            for pair in stratified["comparisons"]
        ],
    }


def _regression(regression: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Odds ratios, rounded, where no level of a factor has a small cell; otherwise nothing."""
    if regression is None or regression["refused"] or not all(map(_term_shown, regression["terms"])):
        return None
    left_out = disclosed_number(regression["left_out"])
    # The patients in the regression and those in the groups would give the difference.
    counts = {} if left_out is not None else {"patients": None, "responders": None}
    return {
        **regression,
        **counts,
        "left_out": left_out,
        "missing": {},
        "intercept": None,
        "statistic": None,
        "p_value": rounded(regression["p_value"]),
        "terms": [_term(term) for term in regression["terms"]],
        "warnings": [note for note in regression["warnings"] if note["code"] in NOTES_WITHOUT_COUNTS],
    }


def _term_shown(term: Mapping[str, Any]) -> bool:
    cells = (term["responders"], term["patients"] - term["responders"])
    return all(disclosed_number(cell) is not None for cell in cells)


def _term(term: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **term,
        "patients": None,
        "responders": None,
        "step": rounded(term["step"]),
        "coefficient": None,
        "standard_error": None,
        "odds_ratio": _effect(term["odds_ratio"]),
        "p_value": rounded(term["p_value"]),
    }


def _effect(effect: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if effect is None:
        return None
    interval = effect["interval"]
    return {
        **effect,
        "estimate": rounded(effect["estimate"]),
        "interval": interval and {**interval, "low": rounded(interval["low"]), "high": rounded(interval["high"])},
    }
