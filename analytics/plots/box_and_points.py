"""Boxes of the groups with every patient as a point; only boxes for those who see no single patient.

The plot lies on its side, so that no name is too long for its axis. The parts are plain: to check every property of
every mark takes longer than all else that an explorer does; tests check them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.plots.names import Result, in_language
from analytics.plots.numbers import number
from analytics.plots.theme import INK, SOFT, TEMPLATE, Look, looks
from analytics.plots.wording import value_places

ROW_HEIGHT = 64
AXIS_HEIGHT = 76
REFERENCE_LABEL_HEIGHT = 26
NAME_ABOVE = 29
"""CSS pixels from a row to its name, where there is no room beside it."""
BOX_WIDTH = 0.56
POINTS_WIDTH = 0.42
BELOW = "triangle-left-open"
"""Points to where the value lies."""

MOST_POINTS = 2000
"""So many marks are drawn and moved over without lag; of more, some stand for all."""
ALL_OF_FEW = 50
"""A group of so many keeps every mark all the same."""

# Neighbours in rank land far apart: fractional parts of multiples of the golden ratio.
GOLDEN = 0.6180339887498949

Part = dict[str, Any]
"""A trace or a layout as plotly.js reads it."""


@dataclass(frozen=True)
class Point:
    """One patient: code, the one value, and the number of samples it comes from.

    The value of one that was not ``detected`` is the limit it lies below.
    """

    patient: str
    value: float
    samples: int
    detected: bool = True


Points = Mapping[str, Sequence[Point]]
"""The patients of each group, by its code."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A group at its place, from 0 at the top."""

    place: int
    group: Mapping[str, Any]
    look: Look

    @property
    def name(self) -> str:
        """“SSX1 · n = 6”."""
        name = in_language(self.group["labels"])
        return f"{name} · " + _("n = {count}").format(count=self.group["patients"])


def box_and_points(result: Result, *, points: Points | None, reference: str = "") -> go.Figure:
    """The figure of a comparison. ``points`` is ``None`` for those who may not see single patients."""
    groups = rows(result, reference=reference)
    places = value_places(result)
    drawn = None if points is None else thinned(points)
    traces: list[Part] = []
    for row in groups:
        traces += middle(row, whiskers=drawn is not None)
        if drawn is not None:
            traces.append(dots(row, drawn.get(row.group["code"], []), places=places))
    return figure(traces, layout(result, groups, reference=reference))


def figure(traces: list[Part], of: Part) -> go.Figure:
    """The figure of these parts."""
    return go.Figure(traces, of, _validate=False)


def height(result: Result, *, reference: str = "", every_group: bool = False) -> int:
    """Height of the figure in CSS pixels."""
    groups = len(_shown(result, every_group=every_group))
    return AXIS_HEIGHT + ROW_HEIGHT * groups + (REFERENCE_LABEL_HEIGHT if reference else 0)


def rows(result: Result, *, reference: str, every_group: bool = False) -> list[Row]:
    """The groups with a value, or with ``every_group`` those without any, too."""
    styles = looks([group["code"] for group in result["groups"]], reference=reference)
    shown = _shown(result, every_group=every_group)
    return [Row(place=place, group=group, look=styles[group["code"]]) for place, group in enumerate(shown)]


def thinned(points: Points) -> dict[str, list[Point]]:
    """Of more than :data:`MOST_POINTS` patients evenly many ranks of each group, always the lowest and the highest."""
    total = sum(map(len, points.values()))
    found = {}
    for code, members in points.items():
        ordered = sorted(members, key=lambda point: (point.value, point.patient))
        share = len(ordered) if total <= MOST_POINTS else MOST_POINTS * len(ordered) // total
        most = min(len(ordered), max(ALL_OF_FEW, share))
        step = (len(ordered) - 1) / max(most - 1, 1)
        found[code] = [ordered[round(rank * step)] for rank in range(most)]
    return found


def jitter(count: int, *, width: float = POINTS_WIDTH) -> list[float]:
    """Offsets that keep points of similar value apart; the same for the same count, always.

    >>> jitter(3, width=1.0)
    [-0.5, 0.118, -0.264]
    """
    return [round(((index * GOLDEN) % 1 - 0.5) * width, 3) for index in range(count)]


def middle(row: Row, *, whiskers: bool) -> list[Part]:
    """The box of a group, of one without quartiles its median, of one without either nothing."""
    if row.group["q1"] is not None:
        return [box(row, whiskers=whiskers)]
    return [] if row.group["median"] is None else [_median(row)]


def box(row: Row, *, whiskers: bool) -> Part:
    """Quartiles, and with ``whiskers`` the lowest and the highest value."""
    group, look = row.group, row.look
    ends = {"lowerfence": [group["minimum"]], "upperfence": [group["maximum"]]} if whiskers else {}
    return {
        "type": "box",
        "name": in_language(group["labels"]),
        "orientation": "h",
        "y": [row.place],
        "q1": [group["q1"]],
        "median": [group["median"]],
        "q3": [group["q3"]],
        **ends,
        "width": BOX_WIDTH,
        "whiskerwidth": 0.3 if whiskers else 0,
        "boxpoints": False,
        "line": {"color": look.colour, "width": 1.5},
        "fillcolor": look.tint,
        "hoverinfo": "skip",
    }


def _median(row: Row) -> Part:
    """A line at the median of a group whose quartiles are not known."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [row.group["median"]] * 2,
        "y": [row.place - BOX_WIDTH / 2, row.place + BOX_WIDTH / 2],
        "line": {"color": row.look.colour, "width": 2.5},
        "hoverinfo": "skip",
    }


def dots(row: Row, members: Sequence[Point], *, places: int) -> Part:
    """A mark for each of these patients, in the order of their values."""
    look = row.look
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [point.value for point in members],
        "y": [row.place + offset for offset in jitter(len(members))],
        "marker": {
            "color": look.colour,
            "symbol": [look.symbol if point.detected else BELOW for point in members],
            "size": 7,
            "opacity": 0.8,
            "line": {"color": look.outline, "width": 1},
        },
        "hovertext": [_hover(point, places) for point in members],
        "hoverinfo": "text",
    }


def layout(result: Result, shown: Sequence[Row], *, reference: str) -> Part:
    """The axes, and the reference group's median as a dotted, named line."""
    marker = result["question"]["marker"]
    title = f"{marker['name']} (<i>{marker['symbol']}</i>), {in_language(result['unit'])}"
    axes: Part = {
        "template": TEMPLATE,
        "meta": {"nameAbovePx": NAME_ABOVE},
        "xaxis": {"title": {"text": title}},
        "yaxis": {
            "tickmode": "array",
            "tickvals": [row.place for row in shown],
            "ticktext": [row.name for row in shown],
            "tickfont": {"color": INK},
            "range": [len(shown) - 0.45, -0.55],
            "showgrid": False,
        },
    }
    lines = [row.group for row in shown if row.group["code"] == reference and row.group["median"] is not None]
    return axes | _reference_line(lines[0]) if lines else axes


def _shown(result: Result, *, every_group: bool) -> list[dict[str, Any]]:
    """The groups with a median, or with patients of whom too few were detected to have one."""
    return [group for group in result["groups"] if every_group or group["median"] is not None or _undetected(group)]


def _undetected(group: Mapping[str, Any]) -> bool:
    return "detected" in group and bool(group["patients"])


def _hover(point: Point, places: int) -> str:
    value = (
        number(point.value, places) if point.detected else _("below {limit}").format(limit=number(point.value, places))
    )
    text = f"{point.patient}: {value}"
    if point.samples == 1:
        return text
    samples = ngettext("from {count} sample", "from {count} samples", point.samples).format(count=point.samples)
    return f"{text} ({samples})"


def _reference_line(group: Mapping[str, Any]) -> Part:
    across = {"xref": "x", "yref": "y domain"}
    return {
        "margin": {"t": REFERENCE_LABEL_HEIGHT + 6},
        "shapes": [
            {
                "type": "line",
                **across,
                "x0": group["median"],
                "x1": group["median"],
                "y0": 0,
                "y1": 1,
                "line": {"color": SOFT, "width": 1, "dash": "dot"},
                "layer": "below",
            }
        ],
        "annotations": [
            {
                **across,
                "x": group["median"],
                "y": 1,
                "xanchor": "center",
                "yanchor": "bottom",
                "showarrow": False,
                "text": _("reference: {group}").format(group=in_language(group["labels"])),
                "font": {"color": SOFT, "size": 13},
            }
        ],
    }
