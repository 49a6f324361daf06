"""Shares of groups with their intervals, on an axis from none to all."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.plots.theme import INK, SCLEROSIS, SOFT, TEMPLATE

ROW_HEIGHT = 40
AXIS_HEIGHT = 84
LABEL_HEIGHT = 26
TICKS = (0, 20, 40, 60, 80, 100)


@dataclass(frozen=True, kw_only=True)
class Share:
    """One row: shares from 0 to 1, and the words shown over the point."""

    name: str
    share: float
    low: float
    high: float
    text: str


def shares(rows: Sequence[Share], *, title: str, overall: float | None, overall_name: str) -> go.Figure:
    """A point and its interval for each group; the share of all groups together is a dotted, named line."""
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.add_trace(
        go.Scatter(
            mode="markers",
            x=[100 * row.share for row in rows],
            y=list(range(len(rows))),
            marker={"color": SCLEROSIS, "size": 11, "line": {"color": INK, "width": 1}},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (row.high - row.share) for row in rows],
                "arrayminus": [100 * (row.share - row.low) for row in rows],
                "color": SCLEROSIS,
                "thickness": 2,
                "width": 4,
            },
            hovertext=[row.text for row in rows],
            hoverinfo="text",
            cliponaxis=False,
        )
    )
    figure.update_layout(
        xaxis={
            "title": {"text": title},
            "range": [-2, 102],
            "tickvals": list(TICKS),
            "ticktext": [f"{tick}%" for tick in TICKS],
        },
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [row.name for row in rows],
            "range": [len(rows) - 0.4, -0.6],
            "tickfont": {"color": INK},
            "showgrid": False,
        },
    )
    if overall is not None:
        figure.update_layout(margin={"t": LABEL_HEIGHT + 6})
        figure.add_vline(
            100 * overall,
            line={"color": SOFT, "width": 1, "dash": "dot"},
            layer="below",
            annotation={"text": overall_name, "font": {"color": SOFT, "size": 13}},
            annotation_position="top",
        )
    return figure


def shares_height(rows: int) -> int:
    """Height of the figure in CSS pixels."""
    return AXIS_HEIGHT + LABEL_HEIGHT + ROW_HEIGHT * rows
