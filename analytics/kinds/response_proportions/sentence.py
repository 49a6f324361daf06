"""The answer in a sentence: how many responded, whether the groups differ, with intervals, and p last."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.kinds.base import nothing_shown
from analytics.kinds.response_proportions import wording
from analytics.plots.names import Result, in_a_sentence, in_language
from analytics.plots.numbers import percent
from analytics.plots.wording import p_text, unbroken

ALPHA = 0.05
"""Above this a difference is called not clear. The sentence gives the intervals all the same."""

SMALLEST_NAMED = 5
"""Of smaller groups the sentence names none: one patient alone is 0% or 100%."""


def answer_sentence(result: Result) -> SafeString:
    """The answer as HTML with what it is about emphasised; names are escaped."""
    shown = [group for group in result["groups"] if group["wilson"]]
    if not shown:
        return format_html("{}", nothing_shown())
    outcome = in_language(result["question"]["outcome"])
    if result["all"] is None:
        return format_html("{}", _each(outcome, shown))
    whole = format_html(
        _("{outcome} in <b>{share}</b> of the patients (95% interval {low} to {high}; {of})."),
        outcome=outcome,
        of=wording.responders_of(result["all"]),
        **_numbers(result["all"]["wilson"]),
    )
    comparison = result["comparison"]
    if comparison is None:
        return whole
    rest = _two(result, shown) if len(shown) == 2 else _several(result, shown)
    return format_html("{} {}", whole, rest)


def _two(result: Result, shown: list[dict[str, Any]]) -> SafeString:
    pair = result["pairs"]["comparisons"][0]
    by_code = {group["code"]: group for group in shown}
    first, second = by_code[pair["first"]], by_code[pair["second"]]
    text = (
        _(
            "{first_share} in <b>{first}</b> ({first_of}) and {second_share} in {second} ({second_of}): they differ by "
            "{difference} percentage points (95% interval {interval}), {p}."
        )
        if result["comparison"]["p_value"] < ALPHA
        else _(
            "{first_share} in <b>{first}</b> ({first_of}) and {second_share} in {second} ({second_of}): no clear "
            "difference, {difference} percentage points (95% interval {interval}), {p}."
        )
    )
    return format_html(
        text,
        first=in_language(first["labels"]),
        first_share=percent(first["wilson"]["estimate"]),
        first_of=wording.responders_of(first),
        second=in_language(second["labels"]),
        second_share=percent(second["wilson"]["estimate"]),
        second_of=wording.responders_of(second),
        difference=wording.points(pair["difference"]["estimate"]),
        interval=wording.points_interval(pair["difference"]["interval"]),
        p=_p(result["comparison"]),
    )


def _several(result: Result, shown: list[dict[str, Any]]) -> SafeString:
    def share(group: Mapping[str, Any]) -> float:
        return float(group["wilson"]["estimate"])

    large = [group for group in shown if group["patients"] >= SMALLEST_NAMED]
    named = large if len(large) > 1 else shown
    highest = max(named, key=lambda group: (share(group), group["patients"]))
    lowest = min(named, key=lambda group: (share(group), -group["patients"]))
    grouping = in_a_sentence(in_language(result["question"]["grouping"]))
    if result["comparison"]["p_value"] >= ALPHA:
        text = _(
            "The {count} groups by {grouping} do not clearly differ, {among}from {low} in {lowest} ({low_of}) to "
            "{high} in {highest} ({high_of}), {p}."
        )
    else:
        text = _(
            "The {count} groups by {grouping} differ, {among}from {low} in {lowest} ({low_of}) to {high} in "
            "<b>{highest}</b> ({high_of}), {p}."
        )
    return format_html(
        text,
        count=len(shown),
        grouping=grouping,
        among="" if named == shown else _("among those of at least {count} patients ").format(count=SMALLEST_NAMED),
        low=percent(share(lowest)),
        lowest=in_language(lowest["labels"]),
        low_of=wording.responders_of(lowest),
        high=percent(share(highest)),
        highest=in_language(highest["labels"]),
        high_of=wording.responders_of(highest),
        p=_p(result["comparison"]),
    )


def _each(outcome: str, shown: list[dict[str, Any]]) -> str:
    """The groups that are shown where others are withheld."""
    parts = [
        _("{group} {share}").format(
            group=in_language(group["labels"]),
            share=wording.share_words(group["wilson"], of=wording.responders_of(group)),
        )
        for group in shown
    ]
    return _("{outcome}: {groups}. Other groups are too small to be shown.").format(
        outcome=outcome, groups="; ".join(parts)
    )


def _numbers(effect: Mapping[str, Any]) -> dict[str, str]:
    interval = effect["interval"]
    return {
        "share": percent(effect["estimate"]),
        "low": percent(interval["low"]),
        "high": percent(interval["high"]),
    }


def _p(test: Mapping[str, Any]) -> str:
    return unbroken(p_text(test["p_value"], exact=test["p_kind"] == "exact"))
