"""A line for each patient from before to on denosumab, between the boxes of both."""

from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.plots.names import Result, in_language
from analytics.plots.numbers import number
from analytics.plots.theme import INK, REFERENCE, TEMPLATE, looks
from analytics.plots.wording import value_places

HEIGHT = 460
BOX_WIDTH = 0.22
# Boxes stand outside the lines, so that neither covers the other.
BOX_OFFSET = 0.2


def before_and_on(result: Result, rows: Iterable[Mapping[str, Any]] | None) -> go.Figure:
    """The figure of a change. ``rows`` are ``None`` for those who may not see single patients."""
    figure = go.Figure(layout={"template": TEMPLATE})
    groups = result["groups"]
    styles = looks([group["code"] for group in groups], reference=groups[0]["code"])
    for place, group in enumerate(groups):
        look = styles[group["code"]]
        offset = 0.0 if rows is None else (BOX_OFFSET if place else -BOX_OFFSET)
        figure.add_trace(_box(group, place + offset, colour=look.colour, tint=look.tint))
    if rows is not None:
        for row in rows:
            figure.add_trace(_line(row, places=value_places(result)))
    marker = result["question"]["marker"]
    names = [
        f"{in_language(group['labels'])} · " + _("n = {count}").format(count=group["patients"]) for group in groups
    ]
    figure.update_layout(
        xaxis={
            "tickmode": "array",
            "tickvals": list(range(len(groups))),
            "ticktext": names,
            "tickfont": {"color": INK},
            "range": [-0.5, len(groups) - 0.5],
            "showgrid": False,
        },
        yaxis={"title": {"text": f"{marker['name']} (<i>{marker['symbol']}</i>), {in_language(result['unit'])}"}},
    )
    return figure


def _box(group: Mapping[str, Any], place: float, *, colour: str, tint: str) -> go.Box:
    return go.Box(
        name=in_language(group["labels"]),
        x=[place],
        q1=[group["q1"]],
        median=[group["median"]],
        q3=[group["q3"]],
        width=BOX_WIDTH,
        whiskerwidth=0,
        boxpoints=False,
        line={"color": colour, "width": 1.5},
        fillcolor=tint,
        hoverinfo="skip",
    )


def _line(row: Mapping[str, Any], *, places: int) -> go.Scatter:
    hover = f"{row['patient']}: {number(row['before'], places)} → {number(row['on'], places)}"
    if (days := row["days_on"]) is not None:
        text = ngettext("{count} day after the first dose", "{count} days after the first dose", days)
        hover = f"{hover} ({text.format(count=days)})"
    return go.Scatter(
        mode="lines+markers",
        x=[0, 1],
        y=[row["before"], row["on"]],
        line={"color": REFERENCE, "width": 1.2},
        marker={"color": REFERENCE, "size": 6, "line": {"color": INK, "width": 1}},
        opacity=0.75,
        hovertext=[hover, hover],
        hoverinfo="text",
    )
