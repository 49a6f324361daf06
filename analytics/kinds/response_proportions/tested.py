"""The test of a comparison of shares: of all groups at once, with the difference where there are two."""

from django.utils.translation import gettext as _

from analytics.kinds.tested import Scale, Tested, with_effect
from analytics.plots import Result
from analytics.plots.names import group_names


def tested_shares(result: Result) -> Tested | None:
    """``None`` where nothing was tested, or no test may be shown."""
    comparison = result["comparison"]
    if comparison is None:
        return None
    pairs = result["pairs"]["comparisons"] if result["pairs"] else []
    if len(pairs) != 1:
        filled = sum(bool(group["patients"]) for group in result["groups"])
        of = _("any difference between {count} groups").format(count=filled)
        return Tested(p_value=comparison["p_value"], of=of)
    names = group_names(result)
    of = f"{names[pairs[0]['first']]} − {names[pairs[0]['second']]}"
    return with_effect(pairs[0]["difference"], p_value=comparison["p_value"], scale=Scale.RISK_DIFFERENCE, of=of)
