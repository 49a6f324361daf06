"""What groups, events and days are called in every language."""

from collections.abc import Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.groupings import Labels, in_all_languages
from analytics.plots.numbers import decimals, number
from analytics.stats.landmark import NON_RESPONDERS, RESPONDERS

ALL = "all"
HIGH, LOW = "high", "low"


def response_groups() -> dict[str, Labels]:
    """By the labels the statistics engine gives them; non-responders are the reference."""
    return {
        RESPONDERS: in_all_languages(_("Responders")),
        NON_RESPONDERS: in_all_languages(_("Non-responders")),
    }


def everyone() -> dict[str, Labels]:
    """The one group of a question without a comparison."""
    return {ALL: in_all_languages(_("All patients"))}


def high_low_names(values: Sequence[Any]) -> dict[str, Labels]:
    """“Above 3.20”, “Up to 3.20”: the groups on both sides of the median, the low one as reference."""
    if not values:
        return {}
    median = number(median_of(values), decimals(values))
    return {
        HIGH: in_all_languages(format_lazy(_("High, above {median}"), median=median)),
        LOW: in_all_languages(format_lazy(_("Low, up to {median}"), median=median)),
    }


def median_of(values: Sequence[Any]) -> float:
    """The median."""
    ordered = sorted(float(value) for value in values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
