"""Numbers as bars on their side, each named and with its number at the end."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.plots.theme import ACCENT, INK, TEMPLATE

ROW_HEIGHT = 32
AXIS_HEIGHT = 72
BAR_WIDTH = 0.4
NAME_ABOVE_PX = 14
ROOM_FOR_TEXT = 1.14


@dataclass(frozen=True, kw_only=True)
class Count:
    """One bar: ``text`` stands at its end. Without an ``amount``, which is withheld, there is the text alone."""

    name: str
    amount: float | None
    text: str
    hover: str = ""


def counts(rows: Sequence[Count], *, title: str, largest: float | None = None) -> go.Figure:
    """The first row on top; the axis goes from 0 to the ``largest`` number there can be, or there is."""
    end = largest or max((row.amount or 0 for row in rows), default=0) or 1
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.add_trace(
        go.Bar(
            orientation="h",
            x=[row.amount or 0 for row in rows],
            y=list(range(len(rows))),
            width=BAR_WIDTH,
            marker={"color": ACCENT, "line": {"width": 0}},
            text=[row.text for row in rows],
            textposition="outside",
            constraintext="none",
            textfont={"size": 14, "color": INK},
            cliponaxis=False,
            hovertext=[row.hover or f"{row.name}: {row.text}" for row in rows],
            hoverinfo="text",
        )
    )
    figure.update_layout(
        # On a narrow screen names stand above their rows.
        meta={"nameAbovePx": NAME_ABOVE_PX},
        xaxis={"title": {"text": title}, "range": [0, end * ROOM_FOR_TEXT]},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [row.name for row in rows],
            "tickfont": {"color": INK},
            "range": [len(rows) - 0.4, -0.7],
            "showgrid": False,
        },
    )
    return figure


def counts_height(rows: int) -> int:
    """Height of the figure in CSS pixels."""
    return AXIS_HEIGHT + ROW_HEIGHT * rows
