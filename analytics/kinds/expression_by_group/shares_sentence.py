"""Shares of positive patients in a sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.kinds.expression_by_group.clearest import share_interval
from analytics.plots.names import Result, effect_named, group_names, in_language
from analytics.plots.numbers import MINUS, percent
from analytics.plots.wording import p_text, unbroken
from analytics.stats import RISK_DIFFERENCE

ALPHA = 0.05
MOST_TOLD = 4
"""More groups than this are told by the table only."""


def shares_sentence(result: Result) -> SafeString:
    """From which value on a patient is positive, how many are, and whether groups differ."""
    comparison = result["comparison"]
    lead = format_html(
        _("Positive for {marker} from {cutoff} on:"),
        marker=result["question"]["marker"]["name"],
        cutoff=f"{comparison['cutoff']:g}".replace("-", MINUS),
    )
    told = [group for group in result["groups"] if group["share"]]
    parts = [lead, format_html_join("; ", "{}", ((_share(group),) for group in told[:MOST_TOLD]))]
    sentence = format_html("{}{}", format_html_join(" ", "{}", ((part,) for part in parts)), _ending(told))
    compared = _compared(result)
    return format_html("{} {}", sentence, compared) if compared else sentence


def _ending(told: list[dict[str, Any]]) -> str:
    return "; …" if len(told) > MOST_TOLD else "."


def _share(group: Mapping[str, Any]) -> SafeString:
    return format_html(
        _("<b>{positive} of {patients}</b> in {group}, {share}{interval}"),
        positive=group["positive"],
        patients=group["patients"],
        group=in_language(group["labels"]),
        share=percent(group["share"]["estimate"]),
        interval=share_interval(group["share"]["interval"]),
    )


def _compared(result: Result) -> SafeString | str:
    """The difference of two groups, or the test of more; nothing where nothing was tested."""
    comparison = result["comparison"]
    if comparison["p_value"] is None:
        return ""
    p = unbroken(p_text(comparison["p_value"], exact=comparison["p_kind"] == "exact"))
    if difference := effect_named(comparison["effects"], RISK_DIFFERENCE):
        first, second = group_names(result).values()
        return format_html(
            _("{first} minus {second}: {points} points{interval}, {p}."),
            first=first,
            second=second,
            points=points(difference["estimate"]),
            interval=points_interval(difference["interval"]),
            p=p,
        )
    text = (
        _("The shares differ between the {count} groups, {p}.")
        if comparison["p_value"] < ALPHA
        else _("The shares do not clearly differ between the {count} groups, {p}.")
    )
    return format_html(text, count=len(result["groups"]), p=p)


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign.

    >>> points(-0.254), points(0.0), points(0.5)
    ('−25', '0', '+50')
    """
    whole = round(100 * difference)
    return f"{MINUS}{-whole}" if whole < 0 else f"+{whole}" if whole else "0"


def points_interval(bounds: Mapping[str, Any] | None) -> str:
    """“ (95% interval −40 to −8)”."""
    if bounds is None:
        return ""
    return _(" ({level}% interval {low} to {high})").format(
        level=f"{100 * bounds['level']:.3g}", low=points(bounds["low"]), high=points(bounds["high"])
    )
