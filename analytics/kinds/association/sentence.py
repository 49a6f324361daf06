"""The answer in one sentence: whether the two rise together, how strongly, with its interval, and p last."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.kinds.base import nothing_shown
from analytics.plots.names import Result, in_a_sentence, in_language
from analytics.plots.numbers import signed
from analytics.plots.wording import interval_text, p_text, unbroken

ALPHA = 0.05
"""Above this an association is called not clear. The sentence gives the interval all the same."""
PLACES = 2


def answer_sentence(result: Result) -> SafeString:
    """The answer as HTML; names are escaped."""
    association = result["association"]
    if association is None:
        return format_html("{}", nothing_shown())
    names = {name: in_language(result["question"][name]["short"]) for name in "xy"}
    clear = association["p_value"] < ALPHA
    if not clear:
        text = _("{x} and {y} do not clearly go together.")
    elif association["effect"]["estimate"] > 0:
        text = _("{x} and {y} <b>rise together</b>.")
    else:
        text = _("{x} <b>falls</b> as {y} rises.")
    return format_html(
        "{} {}{}", format_html(text, **names), format_html("{}.", coefficient_text(association)), within_text(result)
    )


def within_text(result: Result) -> str:
    """“ Within groups by histology, taken together, it is +0.31 (95% interval …).”, blank without groups."""
    within = result.get("within")
    if not within:
        return ""
    effect = within["effect"]
    text = _("Within groups by {grouping}, taken together, it is {estimate} ({level}% interval {interval}).").format(
        grouping=in_a_sentence(in_language(result["question"]["grouping"])),
        estimate=signed(effect["estimate"], PLACES),
        level=f"{100 * effect['interval']['level']:.3g}",
        interval=interval_text(effect["interval"], PLACES),
    )
    return f" {text}"


def coefficient_text(association: dict[str, Any]) -> str:
    """“Spearman's rho +0.62 (95% interval +0.50 to +0.72), p < 0.001”."""
    effect = association["effect"]
    interval = effect["interval"]
    p = unbroken(p_text(association["p_value"], exact=association["p_kind"] == "exact"))
    estimate = signed(effect["estimate"], PLACES)
    if interval is None:
        text = _("{name} {estimate} (interval not estimable), {p}")
        return text.format(name=_(effect["name"]), estimate=estimate, p=p)
    text = _("{name} {estimate} ({level}% interval {interval}), {p}")
    return text.format(
        name=_(effect["name"]),
        estimate=estimate,
        level=f"{100 * interval['level']:.3g}",
        interval=interval_text(interval, PLACES),
        p=p,
    )
