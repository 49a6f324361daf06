"""Ratios with their intervals around a line at 1, on a logarithmic axis: a forest plot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.plots.theme import EVENT, INK, SOFT, TEMPLATE

ROW_HEIGHT = 40
AXIS_HEIGHT = 88
NAME_ABOVE_PX = 16
LARGEST = 100.0
"""Ratios and bounds beyond this, or its inverse, are drawn at the edge."""

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
FEW_TICKS = (0.01, 0.1, 1, 10, 100)
WIDE = 20.0
"""A span of ratios beyond this has few ticks."""


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """One row: ``value`` is ``None`` where the ratio is infinite or zero, a bound where the interval is open."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    text: str
    wrong: bool = False


def ratios(rows: Sequence[Ratio], *, title: str) -> go.Figure:
    """One row per ratio; a wrong one stands out."""
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.add_vline(1, line={"color": SOFT, "width": 1, "dash": "dot"}, layer="below")
    for place, row in enumerate(rows):
        colour = EVENT if row.wrong else INK
        ends = [_within(row.low, 1 / LARGEST), _within(row.high, LARGEST)]
        figure.add_scatter(
            mode="lines", x=ends, y=[place, place], line={"color": colour, "width": 1.8}, hoverinfo="skip"
        )
        if row.value is not None:
            figure.add_scatter(
                mode="markers",
                x=[_within(row.value, 1.0)],
                y=[place],
                marker={"color": colour, "size": 10, "symbol": "x" if row.wrong else "diamond"},
                hovertext=[row.text],
                hoverinfo="text",
            )
    low, high = _span(rows)
    ticks = [tick for tick in (FEW_TICKS if high / low > WIDE else TICKS) if low <= tick <= high]
    figure.update_layout(
        # On a narrow screen names stand above their rows.
        meta={"nameAbovePx": NAME_ABOVE_PX},
        xaxis={
            "type": "log",
            "title": {"text": title},
            "range": [math.log10(low), math.log10(high)],
            "tickmode": "array",
            "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks],
        },
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [row.name for row in rows],
            "range": [len(rows) - 0.4, -0.7],
            "tickfont": {"color": INK},
            "showgrid": False,
        },
    )
    return figure


def ratios_height(rows: int) -> int:
    """Height of the figure in CSS pixels."""
    return AXIS_HEIGHT + ROW_HEIGHT * rows


def _within(value: float | None, otherwise: float) -> float:
    return min(max(otherwise if value is None else value, 1 / LARGEST), LARGEST)


def _span(rows: Sequence[Ratio]) -> tuple[float, float]:
    """Far enough for every interval, and to 2 and its inverse at least."""
    known = [_within(bound, 1.0) for row in rows for bound in (row.value, row.low, row.high)]
    open_low, open_high = (any(getattr(row, side) is None for row in rows) for side in ("low", "high"))
    low, high = min([0.5, *known]), max([2.0, *known])
    return (low / 3 if open_low else low / 1.25), (high * 3 if open_high else high * 1.25)
