"""Of several groups whose test has no effect of its own, the pair that differs most clearly, in words."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.plots.names import Result, effect_named, group_names, in_language
from analytics.plots.numbers import percent, signed
from analytics.plots.wording import interval_text, p_text, unbroken, value_places
from analytics.stats import MEAN_DIFFERENCE, SUPERIORITY


def clearest_pair(result: Result) -> SafeString | str:
    """The pair with the smallest adjusted p-value, with its effect and interval; nothing where no pair is shown."""
    pairs = [pair for pair in (result["pairs"] or {"comparisons": []})["comparisons"] if pair["effects"]]
    if not pairs:
        return ""
    pair = min(pairs, key=lambda pair: pair["adjusted_p"])
    names = group_names(result)
    shared = {
        "first": names[pair["first"]],
        "second": names[pair["second"]],
        "p": unbroken(p_text(pair["adjusted_p"], exact=False)),
    }
    if (difference := effect_named(pair["effects"], MEAN_DIFFERENCE)) and difference["interval"]:
        places = value_places(result)
        return format_html(
            _("Most clearly, {first} minus {second}: {shift} {unit} ({level}% interval {interval}), adjusted {p}."),
            shift=signed(difference["estimate"], places),
            unit=in_language(result["difference_unit"]),
            level=f"{100 * difference['interval']['level']:.3g}",
            interval=interval_text(difference["interval"], places),
            **shared,
        )
    if superiority := effect_named(pair["effects"], SUPERIORITY):
        return format_html(
            _(
                "Most clearly, a patient of {first} has the higher value in {share} of the pairs with "
                "{second}{interval}, adjusted {p}."
            ),
            share=percent(superiority["estimate"]),
            interval=share_interval(superiority["interval"]),
            **shared,
        )
    return ""


def share_interval(interval: dict[str, Any] | None) -> str:
    """“ (95% interval 55% to 100%)”, or nothing where there is none."""
    if interval is None:
        return ""
    return _(" ({level}% interval {low} to {high})").format(
        level=f"{100 * interval['level']:.3g}", low=percent(interval["low"]), high=percent(interval["high"])
    )
