"""Curves over time, group by group: with their intervals, ticks of who is no longer followed, and numbers at risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.plots.theme import EVENT, INK, SOFT, TEMPLATE, Look

DAYS_PER_YEAR = 365.25
PLOT_HEIGHT = 330
AXIS_HEIGHT = 96
ROW_HEIGHT = 24
NAME_WIDTH = 18
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MOST_TICKS = 400
"""More ticks of censoring than this are a line of their own."""


@dataclass(frozen=True, kw_only=True)
class TimeCurve:
    """One group: ``day``, ``value`` and the bounds are steps, ``before`` the value up to the first of them.

    ``last`` is the day up to which the group was followed; ``censored`` are days on which somebody's follow-up ended.
    ``at_risk`` belongs to the days of the table; ``None`` where a number is withheld.
    """

    name: str
    look: Look
    day: Sequence[int]
    value: Sequence[float]
    low: Sequence[float | None]
    high: Sequence[float | None]
    before: float
    last: int
    censored: Sequence[int] = ()
    at_risk: Sequence[int | None] = ()


@dataclass(frozen=True, kw_only=True)
class TimeAxes:
    """What the axes are called. ``start`` is the day on which the curves begin, ``line`` its name where it is not 0.

    ``table_days`` are those of the numbers at risk; ``watermark`` stands across a figure that must not be believed.
    """

    x: str
    y: str
    share: bool = True
    start: int = 0
    line: str = ""
    table_days: Sequence[int] = field(default_factory=list)
    watermark: str = ""


def time_curves(curves: Sequence[TimeCurve], axes: TimeAxes) -> go.Figure:
    """The curves above, the numbers at risk below, on one axis of years."""
    figure = go.Figure(layout={"template": TEMPLATE})
    for place, curve in enumerate(curves):
        figure.add_traces([_band(curve, axes), _line(curve, axes, place)])
        if curve.censored:
            figure.add_trace(_ticks(curve))
    has_table = bool(axes.table_days) and any(curve.at_risk for curve in curves)
    if has_table:
        _numbers_at_risk(figure, curves, axes)
    _layout(figure, curves, axes, has_table=has_table)
    return figure


def time_curves_height(groups: int, *, table: bool = True) -> int:
    """Height of the figure in CSS pixels."""
    return PLOT_HEIGHT + AXIS_HEIGHT + (ROW_HEIGHT * (groups + 1) if table else 0)


def value_at(curve: TimeCurve, day: int) -> float:
    """The value that holds on a day."""
    reached = [value for of, value in zip(curve.day, curve.value, strict=True) if of <= day]
    return reached[-1] if reached else curve.before


def _stepped(curve: TimeCurve, values: Sequence[float | None], start: int) -> tuple[list[float], list[float | None]]:
    """The steps from the start to the end of follow-up, in years."""
    days = [start, *curve.day, max(curve.last, *curve.day, start) if curve.day else max(curve.last, start)]
    steps = [curve.before, *values, values[-1] if values else curve.before]
    return [day / DAYS_PER_YEAR for day in days], steps


def _line(curve: TimeCurve, axes: TimeAxes, place: int) -> go.Scatter:
    years, values = _stepped(curve, curve.value, axes.start)
    return go.Scatter(
        name=curve.name,
        mode="lines",
        x=years,
        y=values,
        line={"shape": "hv", "color": curve.look.colour, "width": 2.2, "dash": DASHES[place % len(DASHES)]},
        hovertemplate="%{y:.1%}<extra>" + curve.name + "</extra>" if axes.share else "%{y:.2f}<extra></extra>",
        showlegend=True,
    )


def _band(curve: TimeCurve, axes: TimeAxes) -> go.Scatter:
    """The interval; where it has no bound, it is as narrow as the curve."""
    years, values = _stepped(curve, curve.value, axes.start)
    bounds = [_stepped(curve, side, axes.start)[1] for side in (curve.high, curve.low)]
    high, low = ([_or(bound, value) for bound, value in zip(side, values, strict=True)] for side in bounds)
    x, upper = _corners(years, high)
    _years, lower = _corners(years, low)
    return go.Scatter(
        mode="lines",
        x=[*x, *reversed(x)],
        y=[*upper, *reversed(lower)],
        fill="toself",
        fillcolor=curve.look.tint,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _ticks(curve: TimeCurve) -> go.Scatter:
    return go.Scatter(
        mode="markers",
        x=[day / DAYS_PER_YEAR for day in curve.censored[:MOST_TICKS]],
        y=[value_at(curve, day) for day in curve.censored[:MOST_TICKS]],
        marker={"symbol": "line-ns", "size": 7, "line": {"color": curve.look.outline, "width": 1.2}},
        hoverinfo="skip",
        showlegend=False,
    )


def _numbers_at_risk(figure: go.Figure, curves: Sequence[TimeCurve], axes: TimeAxes) -> None:
    for row, curve in enumerate(curves):
        figure.add_trace(
            go.Scatter(
                mode="text",
                x=[day / DAYS_PER_YEAR for day in axes.table_days],
                y=[row] * len(axes.table_days),
                text=["–" if count is None else str(count) for count in curve.at_risk],
                textfont={"size": 13, "color": INK},
                yaxis="y2",
                cliponaxis=False,
                hoverinfo="skip",
                showlegend=False,
            )
        )


def _layout(figure: go.Figure, curves: Sequence[TimeCurve], axes: TimeAxes, *, has_table: bool) -> None:
    rows = len(curves)
    below = ROW_HEIGHT * (rows + 1) if has_table else 0
    room = below / (PLOT_HEIGHT + below)
    last = max([curve.last for curve in curves], default=axes.start) / DAYS_PER_YEAR
    top = max([value for curve in curves for value in (*curve.value, *_known(curve.high), curve.before)], default=1.0)
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 14}},
        margin={"t": 44, "b": 8},
        xaxis={
            "title": {"text": axes.x},
            "range": [-0.04 * max(last, 0.1), 1.03 * max(last, 0.1)],
            "anchor": "y2" if has_table else "y",
        },
        yaxis={
            "title": {"text": axes.y},
            "domain": [room, 1.0],
            "range": [0, 1.02 if axes.share else max(top, 0.1) * 1.05],
            "tickformat": ".0%" if axes.share else "",
        },
    )
    if has_table:
        figure.update_layout(
            yaxis2={
                "domain": [0, max(room - 0.04, 0.05)],
                "range": [rows - 0.4, -1.1],
                "tickmode": "array",
                "tickvals": [-0.85, *range(rows)],
                "ticktext": [_("At risk"), *(_shortened(curve.name) for curve in curves)],
                "tickfont": {"color": SOFT, "size": 13},
                "showgrid": False,
                "anchor": "x",
            }
        )
    if axes.line:
        figure.add_vline(
            axes.start / DAYS_PER_YEAR,
            line={"color": SOFT, "width": 1, "dash": "dot"},
            annotation={"text": axes.line, "font": {"color": SOFT, "size": 13}},
            annotation_position="top right",
        )
    if axes.watermark:
        figure.add_annotation(**_watermark(axes.watermark, room))


def _watermark(text: str, room: float) -> dict[str, Any]:
    return {
        "text": text,
        "x": 0.5,
        "y": room + (1 - room) / 2,
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "textangle": -18,
        "opacity": 0.45,
        "font": {"size": 34, "color": EVENT},
    }


def _corners(x: Sequence[float], y: Sequence[float]) -> tuple[list[float], list[float]]:
    """The corners of steps: a value holds until the next."""
    corners_x, corners_y = [x[0]], [y[0]]
    for place in range(1, len(x)):
        corners_x += [x[place], x[place]]
        corners_y += [y[place - 1], y[place]]
    return corners_x, corners_y


def _shortened(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"


def _known(bounds: Sequence[float | None]) -> list[float]:
    return [bound for bound in bounds if bound is not None]


def _or(bound: float | None, value: float | None) -> float:
    found = value if bound is None else bound
    return 0.0 if found is None else found


def curves_of(
    found: Sequence[Mapping[str, Any]],
    groups: Mapping[str, Any],
    *,
    names: Mapping[str, str],
    looks: Mapping[str, Look],
) -> list[TimeCurve]:
    """The curves of a stored result; ``groups`` has the numbers at risk by code."""
    columns = ("day", "value", "low", "high", "before", "last", "censored")
    return [
        TimeCurve(
            name=names[curve["code"]],
            look=looks[curve["code"]],
            at_risk=groups[curve["code"]]["at_risk"],
            **{name: curve[name] for name in columns},
        )
        for curve in found
    ]
