"""The course of one patient in days from a time zero: courses of treatment as bars, everything else as marks.

What is known to the month or year only is drawn with a line over the days it may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.plots.theme import ACCENT, CARD, INK, ON_OTHER_DRUG, OTHER_DRUG, SOFT, TEMPLATE

ROW_HEIGHT = 40
AXIS_HEIGHT = 84
BAR_WIDTH = 0.42
LINE_WIDTH = 0.5
NAME_ABOVE_PX = 17
MARGIN = 0.04
LABEL = "label"
LABEL_GAP = 0.075
"""Labels nearer to each other than this share of the axis would overlap; the second is left to the pointer."""


class Days(Protocol):
    """Days from the time zero; between ``at_least`` and ``at_most`` where they are imputed."""

    @property
    def days(self) -> int: ...
    @property
    def at_least(self) -> int: ...
    @property
    def at_most(self) -> int: ...
    @property
    def imputed(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class MarkLook:
    """How a mark is drawn; a hollow one has the colour as its edge only."""

    colour: str
    symbol: str
    hollow: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something on a day. ``label`` stands above it, ``text`` and the recorded ``date`` are shown on pointing at it.

    ``level`` from 0 to 1 places a value within the height of its row.
    """

    days: Days
    text: str
    date: str
    look: MarkLook
    label: str = ""
    level: float | None = None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A course from one day to another; without an end it goes on. ``leads`` is the treatment time is counted from."""

    start: Days
    end: Days | None
    text: str
    date: str
    leads: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the figure. The values of a ``series`` are joined."""

    label: str
    marks: tuple[Mark, ...] = ()
    bars: tuple[Bar, ...] = ()
    series: bool = False


def timeline(rows: Sequence[Row], *, axis_title: str) -> go.Figure:
    """The figure; the first row is on top."""
    figure = go.Figure(layout={"template": TEMPLATE})
    first, last = _span(rows)
    for place, row in enumerate(rows):
        if row.bars:
            figure.add_trace(_bars(row.bars, place, going_on_to=last))
            figure.add_trace(_ends(row.bars, place, going_on_to=last))
        if row.series:
            figure.add_trace(_line(row.marks, place))
        for look, marks in groupby(sorted(row.marks, key=_look_key), key=_look_key):
            figure.add_trace(_marks(list(marks), place, look=look))
        _label_marks(figure, row.marks, place, gap=LABEL_GAP * (last - first))
    figure.add_vline(0, line={"color": ACCENT, "width": 1.5}, layer="below")
    pad = MARGIN * (last - first)
    figure.update_layout(
        # On a narrow screen names stand above their rows.
        meta={"nameAbovePx": NAME_ABOVE_PX},
        barmode="overlay",
        xaxis={"title": {"text": axis_title}, "range": [first - pad, last + pad]},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [row.label for row in rows],
            "tickfont": {"color": INK},
            "range": [len(rows) - 0.4, -0.7],
            "showgrid": True,
        },
    )
    return figure


def height(rows: Sequence[Row]) -> int:
    """Height of the figure in CSS pixels."""
    return AXIS_HEIGHT + ROW_HEIGHT * len(rows)


def _span(rows: Sequence[Row]) -> tuple[int, int]:
    """The first and last day to be drawn, at least one month apart."""
    known = [mark.days for row in rows for mark in row.marks]
    known += [day for row in rows for bar in row.bars for day in (bar.start, bar.end) if day is not None]
    first = min([0, *(days.at_least for days in known)])
    return first, max([first + 30, *(days.at_most for days in known)])


def _look_key(mark: Mark) -> tuple[str, str, bool]:
    return mark.look.colour, mark.look.symbol, mark.look.hollow


def _bars(bars: Sequence[Bar], place: int, *, going_on_to: int) -> go.Bar:
    ends = [going_on_to if bar.end is None else bar.end.days for bar in bars]
    return go.Bar(
        orientation="h",
        base=[bar.start.days for bar in bars],
        # A single day is seen as well.
        x=[max(end - bar.start.days, 1) for bar, end in zip(bars, ends, strict=True)],
        y=[place] * len(bars),
        width=BAR_WIDTH,
        marker={"color": [ACCENT if bar.leads else OTHER_DRUG for bar in bars], "line": {"width": 0}},
        text=[bar.text for bar in bars],
        textposition="auto",
        textangle=0,
        constraintext="none",
        insidetextanchor="start",
        insidetextfont={"size": 12, "color": [CARD if bar.leads else ON_OTHER_DRUG for bar in bars]},
        outsidetextfont={"size": 12, "color": SOFT},
        hovertext=[f"{bar.text}<br>{bar.date}" for bar in bars],
        hoverinfo="text",
    )


def _ends(bars: Sequence[Bar], place: int, *, going_on_to: int) -> go.Scatter:
    """The days starts and ends may be where they are known in part, and an arrow where a course goes on."""
    ends = [end for bar in bars for end in (bar.start, bar.end) if end is not None and end.imputed]
    going_on = [bar for bar in bars if bar.end is None]
    colours = [ACCENT if bar.leads else OTHER_DRUG for bar in going_on]
    return go.Scatter(
        mode="markers",
        x=[*(end.days for end in ends), *([going_on_to] * len(going_on))],
        y=[place] * (len(ends) + len(going_on)),
        marker={
            "symbol": ["line-ns"] * len(ends) + ["triangle-right"] * len(going_on),
            "size": [1] * len(ends) + [22] * len(going_on),
            "color": [SOFT] * len(ends) + colours,
        },
        error_x=_possible([*ends, *(None for _bar in going_on)]),
        cliponaxis=False,
        hoverinfo="skip",
    )


def _line(marks: Sequence[Mark], place: int) -> go.Scatter:
    """Through the marks that have a level."""
    ordered = sorted((mark for mark in marks if mark.level is not None), key=lambda mark: mark.days.days)
    return go.Scatter(
        mode="lines",
        x=[mark.days.days for mark in ordered],
        y=[_height_of(mark, place) for mark in ordered],
        line={"color": SOFT, "width": 1},
        hoverinfo="skip",
    )


def _marks(marks: Sequence[Mark], place: int, *, look: tuple[str, str, bool]) -> go.Scatter:
    colour, symbol, hollow = look
    return go.Scatter(
        mode="markers",
        x=[mark.days.days for mark in marks],
        y=[_height_of(mark, place) for mark in marks],
        marker={
            "color": CARD if hollow else colour,
            "symbol": symbol,
            "size": 7 if marks[0].level is not None else 11,
            "line": {"color": colour if hollow else _darker(colour), "width": 2 if hollow else 1},
        },
        error_x=_possible([mark.days for mark in marks]),
        cliponaxis=False,
        hovertext=[f"{mark.text}<br>{mark.date}" for mark in marks],
        hoverinfo="text",
    )


def _possible(days: Sequence[Days | None]) -> dict[str, Any]:
    """From the first to the last possible day."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [0 if one is None else one.at_most - one.days for one in days],
        "arrayminus": [0 if one is None else one.days - one.at_least for one in days],
        "color": SOFT,
        "thickness": 1.5,
        "width": 3,
    }


def _label_marks(figure: go.Figure, marks: Sequence[Mark], place: int, *, gap: float) -> None:
    """Words above the marks, as far as there is room for them."""
    free_from: float | None = None
    for mark in sorted(marks, key=lambda mark: mark.days.days):
        if not mark.label or (free_from is not None and mark.days.days < free_from):
            continue
        free_from = mark.days.days + gap
        figure.add_annotation(
            # On a narrow screen static/js/figure.js leaves out more of them.
            name=LABEL,
            x=mark.days.days,
            y=_height_of(mark, place),
            text=mark.label,
            showarrow=False,
            yshift=14 if mark.level is None else 11,
            font={"color": SOFT, "size": 12},
        )


def _height_of(mark: Mark, place: int) -> float:
    return place if mark.level is None else place + LINE_WIDTH * (0.5 - mark.level)


def _darker(colour: str) -> str:
    return "#" + "".join(f"{round(int(colour[at : at + 2], 16) * 0.66):02x}" for at in (1, 3, 5))


def days_text(days: Days) -> str:
    """The day, or the days it may be: “84”, “60 (46 to 75)”."""
    day = _signed(days.days)
    if not days.imputed:
        return day
    return _("{day} ({first} to {last})").format(day=day, first=_signed(days.at_least), last=_signed(days.at_most))


def _signed(day: int) -> str:
    return f"−{-day}" if day < 0 else str(day)
