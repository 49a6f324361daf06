"""The answer in one sentence: what is higher than what, by how much, with its interval, and p last."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.kinds.expression_by_group.clearest import clearest_pair, share_interval
from analytics.kinds.expression_by_group.positive import POSITIVE
from analytics.kinds.expression_by_group.shares_sentence import shares_sentence
from analytics.plots.names import Result, effect_named, group_names, in_a_sentence, in_language
from analytics.plots.numbers import number, percent, signed
from analytics.plots.wording import interval_text, p_text, unbroken, value_places
from analytics.stats import EPSILON_SQUARED, MEAN_DIFFERENCE, ORDERED_SUPERIORITY, SHIFT, SUPERIORITY

ALPHA = 0.05
"""Above this a difference is called not clear. The sentence gives the interval all the same."""


def answer_sentence(result: Result) -> SafeString:
    """The answer as HTML with the group it is about emphasised; names are escaped."""
    if result["comparison"] is None:
        return format_html("{}", _("The groups are too small to be shown without showing single patients."))
    comparison = result["comparison"]
    if comparison.get("margin"):
        return _equivalence(result)
    if comparison["statistic_name"] == "z":
        return _stratified(result)
    if comparison["statistic_name"] == POSITIVE:
        return shares_sentence(result)
    if comparison["statistic_name"] == "chi-square" and result["pairs"] is None:
        return _below_limits(result)
    if mean := effect_named(comparison["effects"], MEAN_DIFFERENCE):
        return _means(result, mean)
    if trend := effect_named(comparison["effects"], ORDERED_SUPERIORITY):
        return _trend(result, trend)
    if result["pairs"] is None:
        return _two_groups(result)
    return _several_groups(result)


def _two_groups(result: Result) -> SafeString:
    """The side is that of the test, which more than the shift tells where half of the differences are 0."""
    comparison = result["comparison"]
    first, second = group_names(result).values()
    shift = effect_named(comparison["effects"], SHIFT)
    superiority = effect_named(comparison["effects"], SUPERIORITY)
    if shift is None or superiority is None or (shift["interval"] is None and superiority["interval"] is None):
        return _all_equal(result, first, second)
    return format_html(
        "{} {}",
        _side(result, is_first=superiority["estimate"] >= 0.5, first=first, second=second),
        _difference(result, first=first, second=second, shift=shift, superiority=superiority),
    )


def _side(result: Result, *, is_first: bool, first: str, second: str) -> SafeString:
    """Which group is higher, or that this is not clear."""
    higher, lower = (first, second) if is_first else (second, first)
    text = (
        _("{marker} is higher in {higher} than in {lower}.")
        if result["comparison"]["p_value"] < ALPHA
        else _("{marker} does not clearly differ between {first} and {second}.")
    )
    return format_html(
        text, marker=_marker(result), higher=_emphasised(higher), lower=lower, first=first, second=second
    )


def _means(result: Result, effect: dict[str, Any]) -> SafeString:
    """Which mean is higher, and by how much; by words alone where neither group varies."""
    comparison = result["comparison"]
    first, second = group_names(result).values()
    if effect["interval"] is None:
        return _all_equal(result, first, second)
    higher, lower = (first, second) if effect["estimate"] >= 0 else (second, first)
    text = (
        _("The mean of {marker} is higher in {higher} than in {lower}.")
        if comparison["p_value"] < ALPHA
        else _("The mean of {marker} does not clearly differ between {first} and {second}.")
    )
    side = format_html(
        text, marker=_marker(result), higher=_emphasised(higher), lower=lower, first=first, second=second
    )
    return format_html("{} {}", side, _by_how_much(result, effect, first=first, second=second))


def _stratified(result: Result) -> SafeString:
    """Which group is higher within strata, and how often."""
    comparison = result["comparison"]
    first, second = group_names(result).values()
    effect = comparison["effects"][0]
    higher, lower = (first, second) if effect["estimate"] >= 0.5 else (second, first)
    text = (
        _("Within {strata}, {marker} is higher in {higher} than in {lower}.")
        if comparison["p_value"] < ALPHA
        else _("Within {strata}, {marker} does not clearly differ between {first} and {second}.")
    )
    side = format_html(
        text,
        strata=_("groups by {grouping}").format(grouping=in_a_sentence(in_language(result["question"]["stratum"]))),
        marker=_marker(result),
        higher=_emphasised(higher),
        lower=lower,
        first=first,
        second=second,
    )
    return format_html("{} {}", side, _how_often(result, effect, first=first, second=second))


def _below_limits(result: Result) -> SafeString:
    """Which group is higher, and how often, where some values are only known to lie below a limit."""
    comparison = result["comparison"]
    first, second = group_names(result).values()
    effect = comparison["effects"][0]
    if effect["interval"] is None and effect["estimate"] == 0.5:
        return _all_equal(result, first, second)
    side = _side(result, is_first=effect["estimate"] >= 0.5, first=first, second=second)
    return format_html("{} {}", side, _how_often(result, effect, first=first, second=second))


def _equivalence(result: Result) -> SafeString:
    """Whether two groups are level within the margin. Where that is not shown, a difference is not shown either."""
    comparison = result["comparison"]
    first, second = group_names(result).values()
    places = value_places(result)
    text = (
        _("{marker} is <b>level</b> in {first} and {second}, within ±{margin} {unit}.")
        if comparison["p_value"] <= ALPHA
        else _("It is not shown that {marker} is level in {first} and {second} within ±{margin} {unit}.")
    )
    said = format_html(
        text,
        marker=_marker(result),
        first=first,
        second=second,
        margin=f"{comparison['margin']:.4g}",
        unit=in_language(result["difference_unit"]),
    )
    effect = effect_named(comparison["effects"], SHIFT)
    if effect is None or effect["interval"] is None:
        shift = "" if effect is None else signed(effect["estimate"], places)
        p = unbroken(p_text(comparison["p_value"], exact=comparison["p_kind"] == "exact"))
        return format_html("{} {}", said, f"{shift}, {p}." if shift else f"{p}.")
    return format_html("{} {}", said, _by_how_much(result, effect, first=first, second=second))


def _trend(result: Result, effect: dict[str, Any]) -> SafeString:
    """Whether values rise or fall along the groups, and how often a later patient has the higher value."""
    comparison = result["comparison"]
    names = list(group_names(result).values())
    if comparison["p_value"] >= ALPHA:
        text = _("{marker} does not clearly rise or fall from {first} to {last}.")
    elif effect["estimate"] > 0.5:
        text = _("{marker} <b>rises</b> from {first} to {last}.")
    else:
        text = _("{marker} <b>falls</b> from {first} to {last}.")
    told = format_html(
        _("A patient of a later group has the higher value in {share} of the pairs{interval}, {p}."),
        share=percent(effect["estimate"]),
        interval=share_interval(effect["interval"]),
        p=unbroken(p_text(comparison["p_value"], exact=comparison["p_kind"] == "exact")),
    )
    return format_html("{} {}", format_html(text, marker=_marker(result), first=names[0], last=names[-1]), told)


def _difference(
    result: Result, *, first: str, second: str, shift: dict[str, Any], superiority: dict[str, Any]
) -> SafeString:
    """The shift; where it has no interval because too many values are equal, how often the first is higher."""
    if shift["interval"] is None:
        return _how_often(result, superiority, first=first, second=second)
    return _by_how_much(result, shift, first=first, second=second)


def _how_often(result: Result, effect: dict[str, Any], *, first: str, second: str) -> SafeString:
    """In what share of the pairs the first group has the higher value."""
    comparison = result["comparison"]
    return format_html(
        _("A patient of {first} has the higher value in {share} of the pairs with {second}{interval}, {p}."),
        first=first,
        second=second,
        share=percent(effect["estimate"]),
        interval=share_interval(effect["interval"]),
        p=unbroken(p_text(comparison["p_value"], exact=comparison["p_kind"] == "exact")),
    )


def _by_how_much(result: Result, effect: dict[str, Any], *, first: str, second: str) -> SafeString:
    """A difference with an interval."""
    comparison = result["comparison"]
    places = value_places(result)
    return format_html(
        _("{first} minus {second}: {shift} {unit} ({level}% interval {interval}), {p}."),
        first=first,
        second=second,
        shift=signed(effect["estimate"], places),
        unit=in_language(result["difference_unit"]),
        level=f"{100 * effect['interval']['level']:.3g}",
        interval=interval_text(effect["interval"], places),
        p=unbroken(p_text(comparison["p_value"], exact=comparison["p_kind"] == "exact")),
    )


def _all_equal(result: Result, first: str, second: str) -> SafeString:
    return format_html(
        _("{marker} is the same in {first} and {second}: all values are equal."),
        marker=_marker(result),
        first=first,
        second=second,
    )


def _several_groups(result: Result) -> SafeString:
    comparison = result["comparison"]
    groups = result["groups"]
    known = [group for group in groups if group["median"] is not None]
    clear = comparison["p_value"] < ALPHA
    p = unbroken(p_text(comparison["p_value"], exact=False))
    share = effect_named(comparison["effects"], EPSILON_SQUARED)
    if share is None:
        text = (
            _("{marker} differs between the {count} groups, {p}.")
            if clear
            else _("{marker} does not clearly differ between the {count} groups, {p}.")
        )
        overall = format_html(text, marker=_marker(result), count=len(groups), p=p)
        return format_html_join(" ", "{}", ((part,) for part in (overall, clearest_pair(result)) if part))
    medians = [group["median"] for group in known]
    if clear and medians.count(max(medians)) == medians.count(min(medians)) == 1:
        text = _(
            "{marker} differs between the {count} groups: highest in {highest} (median {high}), lowest in {lowest} "
            "(median {low}). The groups account for {share} of the variation in rank{interval}, {p}."
        )
    elif clear:
        text = _(
            "{marker} differs between the {count} groups. The groups account for {share} of the variation in "
            "rank{interval}, {p}."
        )
    else:
        text = _(
            "{marker} does not clearly differ between the {count} groups. The groups account for {share} of the "
            "variation in rank{interval}, {p}."
        )
    places = value_places(result)
    highest = max(known, key=lambda group: group["median"])
    lowest = min(known, key=lambda group: group["median"])
    return format_html(
        text,
        marker=_marker(result),
        count=len(groups),
        highest=_emphasised(in_language(highest["labels"])),
        high=number(highest["median"], places),
        lowest=in_language(lowest["labels"]),
        low=number(lowest["median"], places),
        share=percent(share["estimate"]),
        interval=share_interval(share["interval"]),
        p=p,
    )


def _marker(result: Result) -> str:
    return str(result["question"]["marker"]["name"])


def _emphasised(text: str) -> SafeString:
    return format_html("<b>{}</b>", text)
