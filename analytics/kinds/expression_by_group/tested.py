"""The test of a comparison between groups: of all groups at once, with its effect where there are two."""

from django.utils.translation import gettext as _

from analytics.kinds.tested import Scale, Tested, with_effect
from analytics.plots import Result
from analytics.plots.names import effect_named, group_names, in_language
from analytics.stats import MEAN_DIFFERENCE, RISK_DIFFERENCE, SHIFT, SUPERIORITY

SCALES = {
    SHIFT: Scale.SHIFT,
    MEAN_DIFFERENCE: Scale.MEAN_DIFFERENCE,
    RISK_DIFFERENCE: Scale.RISK_DIFFERENCE,
    SUPERIORITY: Scale.SUPERIORITY,
}
"""What tells of the difference of two groups, the first that a method gives."""


def tested_difference(result: Result) -> Tested | None:
    """``None`` where nothing was compared, or no comparison may be shown."""
    comparison = result["comparison"]
    if comparison is None or len(result["groups"]) < 2:
        return None
    names = list(group_names(result).values())
    if len(names) != 2:
        of = _("any difference between {count} groups").format(count=len(names))
        return Tested(p_value=comparison["p_value"], of=of)
    for name, scale in SCALES.items():
        if effect := effect_named(comparison["effects"], name):
            is_in_unit = scale in (Scale.SHIFT, Scale.MEAN_DIFFERENCE)
            of = _("{first} over {second}") if scale == Scale.SUPERIORITY else "{first} − {second}"
            return with_effect(
                effect,
                p_value=comparison["p_value"],
                scale=scale,
                of=of.format(first=names[0], second=names[1]),
                unit=in_language(result["difference_unit"]) if is_in_unit else "",
            )
    return Tested(p_value=comparison["p_value"], of=f"{names[0]} − {names[1]}")
