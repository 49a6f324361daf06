"""The answer in one sentence: to whom the event comes later or less often, by how much, with its interval, p last."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.kinds.base import nothing_shown
from analytics.kinds.time_to_event import wording
from analytics.kinds.time_to_event.figures import group_names
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.plots.names import in_language
from analytics.plots.wording import p_text, unbroken

ALPHA = 0.05
"""Above this a difference is called not clear. The sentence gives the interval all the same."""


def answer_sentence(result: dict[str, Any], spec: TimeToEvent) -> SafeString:
    """The answer as HTML; names are escaped."""
    if spec.compared == Compared.RESPONSE:
        return _by_response(result, spec)
    if result["patients"] is None:
        return format_html("{}", nothing_shown())
    if spec.compared == Compared.NOTHING:
        return _one_curve(result, spec)
    if spec.compared == Compared.MARKER or len(result["names"]["groups"]) == 2:
        return _one_ratio(result, spec)
    return _several_groups(result, spec)


def _by_response(result: dict[str, Any], spec: TimeToEvent) -> SafeString:
    at = next(one for one in result["landmarks"] if one["day"] == int(spec.landmark))
    over_time = result["regression"]["terms"][0] if result["regression"] else None
    parts = []
    if at["term"]:
        parts.append(landmark_words(at, spec, emphasised=True))
    if over_time:
        text = _(
            "Counting every response from the day it came, it is {ratio} times the hazard before, or without, one (95% "
            "interval {interval}, {p})."
        )
        parts.append(format_html(text, ratio=wording.ratio_of_term(over_time), **precision(over_time)))
    if not parts:
        return format_html("{}", nothing_shown())
    if not at["term"]:
        text = _("From day {day} on, the groups cannot be compared.")
        parts.insert(0, format_html(text, day=at["day"]))
    clear = [term["p_value"] < ALPHA for term in (at["term"], over_time) if term]
    if not any(clear):
        parts.append(format_html("{}", _("No clear difference.")))
    return together(parts)


def landmark_words(at: dict[str, Any], spec: TimeToEvent, *, emphasised: bool = False) -> SafeString:
    """The hazard ratio of a landmark that has one."""
    text = _(
        "After a response by day {day} the hazard of {event} is {ratio} times that of the others (95% interval "
        "{interval}, {p})."
    )
    ratio = wording.ratio_of_term(at["term"])
    return format_html(
        text,
        day=at["day"],
        event=wording.event_name(spec),
        ratio=_emphasised(ratio) if emphasised else ratio,
        **precision(at["term"]),
    )


def _one_ratio(result: dict[str, Any], spec: TimeToEvent) -> SafeString:
    regression = result["regression"]
    if regression is None:
        return with_estimates(result, spec, _test_words(result))
    term = regression["terms"][0]
    text = (
        _("The hazard of {event} differs. {compared}: {words}.")
        if term["p_value"] < ALPHA
        else _("The hazard of {event} does not clearly differ. {compared}: {words}.")
    )
    first = format_html(
        text,
        event=wording.event_name(spec),
        compared=_emphasised(in_language(term["labels"])),
        words=unbroken(wording.ratio_words(term)),
    )
    return with_estimates(result, spec, first)


def _several_groups(result: dict[str, Any], spec: TimeToEvent) -> SafeString:
    return with_estimates(result, spec, _test_words(result))


def _test_words(result: dict[str, Any]) -> SafeString:
    test = result["test"]
    if test is None:
        return format_html("{}", _("The groups cannot be tested."))
    text = (
        _("The {count} groups differ, {p}.")
        if test["p_value"] < ALPHA
        else _("The {count} groups do not clearly differ, {p}.")
    )
    p = unbroken(p_text(test["p_value"], exact=False))
    return format_html(text, count=len(result["names"]["groups"]), p=p)


def _one_curve(result: dict[str, Any], spec: TimeToEvent) -> SafeString:
    parts = []
    group = result["groups"][0]
    if group["median"] and group["median"]["day"] is not None:
        median = group["median"]
        text = _("The median time to {event} is {years} years (95% interval {low} to {high}).")
        parts.append(
            format_html(
                text,
                event=wording.event_name(spec),
                years=_emphasised(wording.in_years(median["day"])),
                low=wording.in_years(median["low"]),
                high="∞" if median["high"] is None else wording.in_years(median["high"]),
            )
        )
    return with_estimates(result, spec, *parts)


def with_estimates(result: dict[str, Any], spec: TimeToEvent, *parts: SafeString) -> SafeString:
    """The parts, and the share of each group at the first of the chosen times that all were followed to."""
    names, groups = group_names(result), [group for group in result["groups"] if group["patients"]]
    known = [
        place
        for place in range(min((len(group["estimates"]) for group in groups), default=0))
        if all(group["estimates"][place]["value"] is not None for group in groups)
    ]
    if not known:
        return together(list(parts)) if parts else format_html("{}", _("Nobody was followed to the chosen times."))
    shares = "; ".join(
        _("{group} {share} ({interval})").format(
            group=names[group["code"]],
            share=wording.share(group["estimates"][known[0]]["value"]),
            interval=wording.share_interval(group["estimates"][known[0]]),
        )
        for group in groups
    )
    years = f"{groups[0]['estimates'][known[0]]['years']:g}"
    text = (
        _("{value} by year {years}: {shares}.") if spec.competes else _("{value} at year {years}: {shares}.")
    ).format(value=wording.value_axis(spec), years=years, shares=shares)
    return together([*parts, format_html("{}", text)])


def precision(term: dict[str, Any]) -> dict[str, str]:
    """Interval and p of a ratio, for a sentence."""
    p = p_text(term["p_value"], exact=False)
    return {"interval": unbroken(wording.ratio_interval(term["interval"])), "p": unbroken(p)}


def together(parts: list[SafeString]) -> SafeString:
    """The sentences one after the other; at least one."""
    joined = parts[0]
    for part in parts[1:]:
        joined = format_html("{} {}", joined, part)
    return joined


def _emphasised(text: str) -> SafeString:
    return format_html("<b>{}</b>", text)
