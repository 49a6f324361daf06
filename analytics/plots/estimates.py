"""Estimates with their intervals around a line at nothing: a forest plot of differences or correlations."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.plots.theme import INK, SOFT, TEMPLATE


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One row; a bound is ``None`` where the interval is open."""

    name: str
    value: float
    low: float | None
    high: float | None
    text: str


def estimates(rows: Sequence[Estimate], *, title: str, nothing: float = 0) -> go.Figure:
    """One row per estimate, in the order given; ``nothing`` is the estimate of no difference."""
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.add_vline(nothing, line={"color": SOFT, "width": 1, "dash": "dot"}, layer="below")
    # An open end reaches the edge of what the other numbers span.
    edge = 1.2 * max(abs(end) for row in rows for end in (row.value, row.low, row.high) if end is not None)
    for place, row in enumerate(rows):
        ends = [-edge if row.low is None else row.low, edge if row.high is None else row.high]
        figure.add_scatter(mode="lines", x=ends, y=[place, place], line={"color": INK, "width": 1.8}, hoverinfo="skip")
        figure.add_scatter(
            mode="markers",
            x=[row.value],
            y=[place],
            marker={"color": INK, "size": 9, "symbol": "diamond"},
            hovertext=[row.text],
            hoverinfo="text",
        )
    figure.update_layout(
        showlegend=False,
        xaxis={"title": {"text": title}},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [row.name for row in rows],
            "range": [len(rows) - 0.4, -0.6],
            "tickfont": {"color": INK},
            "showgrid": False,
        },
    )
    return figure
