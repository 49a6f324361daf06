"""The figures of proportions: the share of each group, and the odds ratios of a regression."""

from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.kinds.base import Figure, Reading
from analytics.kinds.response_proportions import wording
from analytics.plots.names import in_language
from analytics.plots.numbers import percent
from analytics.plots.ratios import Ratio, ratios, ratios_height
from analytics.plots.shares import Share, shares, shares_height


def drawn_shares(reading: Reading) -> go.Figure | None:
    """The share of each group that has patients and is shown."""
    return shares_by_group(reading.answer or {})


def shares_by_group(result: dict[str, Any]) -> go.Figure | None:
    """The same of a result."""
    rows = share_rows(result)
    if not rows:
        return None
    everybody = result["all"]
    several = len(rows) > 1 and everybody is not None
    overall = everybody["wilson"]["estimate"] if several else None
    return shares(
        rows,
        title=_("{outcome}: share with 95% interval").format(outcome=in_language(result["question"]["outcome"])),
        overall=overall,
        overall_name="" if overall is None else _("all groups: {share}").format(share=percent(overall)),
    )


def drawn_ratios(reading: Reading) -> go.Figure | None:
    """The odds ratios of the regression."""
    rows = _ratio_rows(reading.answer or {})
    return ratios(rows, title=_("Odds ratio with 95% interval, logarithmic")) if rows else None


def figures(reading: Reading) -> list[Figure]:
    """What the page shows of them."""
    result = reading.answer or {}
    shown = []
    if rows := share_rows(result):
        everybody = result["all"]
        shown.append(
            Figure(
                name="shares",
                title=_("Responders by group"),
                caption=_(
                    "Point: share of responders. Line: its 95% interval. Beside each group: responders of patients."
                ),
                n=_n(everybody["patients"]) if everybody else "",
                height=shares_height(len(rows)),
            )
        )
    if ratio_rows := _ratio_rows(result):
        shown.append(
            Figure(
                name="ratios",
                title=_("Odds ratios of response"),
                caption=_(
                    "Each adjusted for the others; the dotted line is no difference. To the right: more response."
                ),
                n=_n(result["regression"]["patients"]),
                height=ratios_height(len(ratio_rows)),
            )
        )
    return shown


def _n(count: int | None) -> str:
    return "" if count is None else _("n = {count}").format(count=count)


def share_rows(result: dict[str, Any]) -> list[Share]:
    """A row for each group that has patients."""
    return [
        Share(
            name=f"{in_language(group['labels'])} · {group['responders']}/{group['patients']}",
            share=group["wilson"]["estimate"],
            low=group["wilson"]["interval"]["low"],
            high=group["wilson"]["interval"]["high"],
            text=wording.share_words(group["wilson"], of=wording.responders_of(group)),
        )
        for group in result.get("groups", [])
        if group["wilson"]
    ]


def _ratio_rows(result: dict[str, Any]) -> list[Ratio]:
    regression = result.get("regression")
    return [_ratio(term, result) for term in regression["terms"]] if regression else []


def _ratio(term: dict[str, Any], result: dict[str, Any]) -> Ratio:
    effect = term["odds_ratio"]
    interval = effect["interval"] or {"low": None, "high": None}
    return Ratio(
        name=wording.term_name(term, result),
        value=effect["estimate"],
        # A bound at 0 is none: it lies beyond every logarithmic axis.
        low=interval["low"] or None,
        high=interval["high"],
        text=f"{wording.ratio(effect['estimate'])} ({wording.ratio_interval(effect['interval'])})",
    )
