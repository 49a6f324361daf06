"""The test of a time to an event: of the response as it changes over time, of a marker, or of the groups."""

from typing import Any

from analytics.kinds.tested import Scale, Tested, with_effect
from analytics.plots import Result
from analytics.plots.names import in_language


def tested_hazard(result: Result) -> Tested | None:
    """The first hazard ratio of a regression where its p-value answers the question, otherwise the test of the groups.

    ``None`` where nothing was tested, or no test may be shown.
    """
    terms = result["regression"]["terms"] if result["regression"] else []
    by_number = not result["landmarks"] and len(result["groups"]) < 2
    if terms and (result["landmarks"] or by_number):
        return _of_term(terms[0])
    if result["test"] is None or result["landmarks"]:
        return None
    if len(result["groups"]) == 2 and terms:
        return _of_term(terms[0])
    return Tested(p_value=result["test"]["p_value"])


def _of_term(term: dict[str, Any]) -> Tested:
    """With its own p-value: Gray's test beside it is about the cumulative incidence, not about this ratio."""
    effect = {"estimate": term["hazard_ratio"], "interval": term["interval"]}
    return with_effect(effect, p_value=term["p_value"], scale=Scale.HAZARD_RATIO, of=in_language(term["labels"]))
