"""Boxes of the groups with every patient as a point; only boxes for those who see no single patient.

The plot lies on its side, so that no name is too long for its axis.
"""

from collections.abc import Sequence
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
BOX_WIDTH = 0.56
POINTS_WIDTH = 0.42
BELOW = "triangle-left-open"
"""Points to where the value lies."""

# Neighbours in rank land far apart: fractional parts of multiples of the golden ratio.
GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Point:
    """One patient: code, the one value, and the number of samples it comes from.

    The value of one that was not ``detected`` is the limit it lies below.
    """

    patient: str
    value: float
    samples: int
    detected: bool = True


def box_and_points(result: Result, *, points: dict[str, list[Point]] | None, reference: str = "") -> go.Figure:
    """The figure of a comparison. ``points`` is ``None`` for those who may not see single patients."""
    groups = _shown(result)
    styles = looks([group["code"] for group in result["groups"]], reference=reference)
    places = value_places(result)
    traces: list[go.Box | go.Scatter] = []
    for row, group in enumerate(groups):
        look = styles[group["code"]]
        if group["q1"] is not None:
            traces.append(_box(group, row, look, whiskers=points is not None))
        elif group["median"] is not None:
            traces.append(_median(group, row, look))
        if points is not None:
            traces.append(_points(points.get(group["code"], []), row, look, places=places))
    figure = go.Figure(traces, layout={"template": TEMPLATE})
    _axes(figure, result, groups)
    for group in groups:
        if group["code"] == reference:
            _reference_line(figure, group)
    return figure


def height(result: Result, *, reference: str = "") -> int:
    """Height of the figure in CSS pixels."""
    return AXIS_HEIGHT + ROW_HEIGHT * len(_shown(result)) + (REFERENCE_LABEL_HEIGHT if reference else 0)


def jitter(count: int, *, width: float = POINTS_WIDTH) -> list[float]:
    """Offsets that keep points of similar value apart; the same for the same count, always.

    >>> jitter(3, width=1.0)
    [-0.5, 0.118, -0.264]
    """
    return [round(((index * GOLDEN) % 1 - 0.5) * width, 3) for index in range(count)]


def _shown(result: Result) -> list[dict[str, Any]]:
    """The groups with a median, or with patients of whom too few were detected to have one."""
    return [
        group
        for group in result["groups"]
        if group["median"] is not None or ("detected" in group and group["patients"])
    ]


def _box(group: dict[str, Any], row: int, look: Look, *, whiskers: bool) -> go.Box:
    ends = {"lowerfence": [group["minimum"]], "upperfence": [group["maximum"]]} if whiskers else {}
    return go.Box(
        name=in_language(group["labels"]),
        orientation="h",
        y=[row],
        q1=[group["q1"]],
        median=[group["median"]],
        q3=[group["q3"]],
        **ends,
        width=BOX_WIDTH,
        whiskerwidth=0.3 if whiskers else 0,
        boxpoints=False,
        line={"color": look.colour, "width": 1.5},
        fillcolor=look.tint,
        hoverinfo="skip",
    )


def _median(group: dict[str, Any], row: int, look: Look) -> go.Scatter:
    """A line at the median of a group whose quartiles are not known."""
    return go.Scatter(
        mode="lines",
        x=[group["median"]] * 2,
        y=[row - BOX_WIDTH / 2, row + BOX_WIDTH / 2],
        line={"color": look.colour, "width": 2.5},
        hoverinfo="skip",
    )


def _points(members: Sequence[Point], row: int, look: Look, *, places: int) -> go.Scatter:
    ordered = sorted(members, key=lambda point: (point.value, point.patient))
    return go.Scatter(
        mode="markers",
        x=[point.value for point in ordered],
        y=[row + offset for offset in jitter(len(ordered))],
        marker={
            "color": look.colour,
            "symbol": [look.symbol if point.detected else BELOW for point in ordered],
            "size": 7,
            "opacity": 0.8,
            "line": {"color": look.outline, "width": 1},
        },
        hovertext=[_hover(point, places) for point in ordered],
        hoverinfo="text",
    )


def _hover(point: Point, places: int) -> str:
    value = (
        number(point.value, places) if point.detected else _("below {limit}").format(limit=number(point.value, places))
    )
    text = f"{point.patient}: {value}"
    if point.samples == 1:
        return text
    samples = ngettext("from {count} sample", "from {count} samples", point.samples).format(count=point.samples)
    return f"{text} ({samples})"


def _axes(figure: go.Figure, result: Result, groups: list[dict[str, Any]]) -> None:
    marker = result["question"]["marker"]
    title = f"{marker['name']} (<i>{marker['symbol']}</i>), {in_language(result['unit'])}"
    names = [
        f"{in_language(group['labels'])} · " + _("n = {count}").format(count=group["patients"]) for group in groups
    ]
    figure.update_layout(
        xaxis={"title": {"text": title}},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(groups))),
            "ticktext": names,
            "tickfont": {"color": INK},
            "range": [len(groups) - 0.45, -0.55],
            "showgrid": False,
        },
    )


def _reference_line(figure: go.Figure, group: dict[str, Any]) -> None:
    """The reference group's median, dotted and named."""
    figure.update_layout(margin={"t": REFERENCE_LABEL_HEIGHT + 6})
    figure.add_vline(
        group["median"],
        line={"color": SOFT, "width": 1, "dash": "dot"},
        layer="below",
        annotation={
            "text": _("reference: {group}").format(group=in_language(group["labels"])),
            "font": {"color": SOFT, "size": 13},
        },
        annotation_position="top",
    )
