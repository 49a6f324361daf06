"""The test of a comparison between groups: of all groups at once, with the shift where there are two."""

from django.utils.translation import gettext as _

from analytics.kinds.tested import Scale, Tested, with_effect
from analytics.plots import Result
from analytics.plots.names import effect_named, group_names, in_language
from analytics.stats import MEAN_DIFFERENCE, SHIFT


def tested_difference(result: Result) -> Tested | None:
    """``None`` where nothing was compared, or no comparison may be shown."""
    comparison = result["comparison"]
    if comparison is None:
        return None
    names = list(group_names(result).values())
    if len(names) != 2:
        of = _("any difference between {count} groups").format(count=len(names))
        return Tested(p_value=comparison["p_value"], of=of)
    effects = comparison["effects"]
    effect = effect_named(effects, SHIFT) or effect_named(effects, MEAN_DIFFERENCE)
    of, unit = f"{names[0]} − {names[1]}", in_language(result["difference_unit"])
    return with_effect(effect, p_value=comparison["p_value"], scale=Scale.SHIFT, of=of, unit=unit)
