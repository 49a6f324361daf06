"""The values of groups as boxes, points or violins, on a linear or a logarithmic axis."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from analytics.plots.box_and_points import Part, Point, Points, Row, box, dots, figure, layout, rows, thinned
from analytics.plots.names import Result
from analytics.plots.wording import value_places

FEWEST_OF_A_VIOLIN = 5
"""Of fewer patients a smooth outline would tell of values that nobody has; they are drawn as box and points."""

VIOLIN_WIDTH = 0.8
AROUND_A_SPAN = 0.04
"""Of its length, left free at both ends of an axis."""
TICKS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000)


class Shape(TextChoices):
    BOX = "box", _("Box")
    POINTS = "points", _("Box and points")
    VIOLIN = "violin", _("Violin")


def distributions(
    result: Result,
    *,
    points: Points,
    reference: str = "",
    shape: Shape = Shape.POINTS,
    on_log_axis: bool = False,
    span: tuple[float, float] | None = None,
    every_group: bool = False,
) -> go.Figure:
    """One row for each group, n beside its name.

    ``on_log_axis`` places values at log2(value + 1), so that 0 has a place, and labels them as they are. Figures side
    by side in one unit have the same ``span`` of the axis and rows for ``every_group``, also where one has no value.
    """
    groups, drawn = rows(result, reference=reference, every_group=every_group), thinned(points)
    places = value_places(result)
    traces: list[Part] = []
    for row in groups:
        if row.group["median"] is not None:
            code = row.group["code"]
            traces += _row(row, drawn[code], shape=shape, patients=len(points[code]), places=places)
    frame = layout(result, groups, reference=reference)
    if span and span[0] < span[1]:
        free = (span[1] - span[0]) * AROUND_A_SPAN
        frame["xaxis"]["range"] = [span[0] - free, span[1] + free]
    if on_log_axis:
        _make_logarithmic(traces, frame)
    return figure(traces, frame)


def _row(row: Row, members: Sequence[Point], *, shape: Shape, patients: int, places: int) -> list[Part]:
    if shape is Shape.BOX:
        return [box(row, whiskers=True)]
    if shape is Shape.POINTS or patients < FEWEST_OF_A_VIOLIN:
        return [box(row, whiskers=True), dots(row, members, places=places)]
    return [_violin(row, members)]


def _violin(row: Row, members: Sequence[Point]) -> Part:
    """The outline ends at the lowest and the highest value; the box inside has the quartiles."""
    return {
        "type": "violin",
        "x": [point.value for point in members],
        "y0": row.place,
        "orientation": "h",
        "width": VIOLIN_WIDTH,
        "points": False,
        "spanmode": "hard",
        "box": {"visible": True, "width": 0.18, "line": {"color": row.look.outline, "width": 1.5}},
        "line": {"color": row.look.colour, "width": 1.5},
        "fillcolor": row.look.tint,
        "hoverinfo": "skip",
    }


def _make_logarithmic(traces: list[Part], frame: Part) -> None:
    """Every position along the axis at log2(value + 1); hover texts and tick labels keep the values."""
    place: Callable[[Any], Any] = lambda values: np.log2(np.asarray(values, dtype=float) + 1).tolist()  # noqa: E731
    highest = 0.0
    for trace in traces:
        for name in ("x", "q1", "median", "q3", "lowerfence", "upperfence"):
            if values := trace.get(name):
                highest = max(highest, *values)
                trace[name] = place(values)
    for line in frame.get("shapes", []):
        line |= {"x0": place(line["x0"]), "x1": place(line["x1"])}
    for annotation in frame.get("annotations", []):
        annotation["x"] = place(annotation["x"])
    axis = frame["xaxis"]
    if "range" in axis:
        axis["range"] = place(np.maximum(axis["range"], 0))
    ticks = [tick for tick in TICKS if tick <= highest * 1.5]
    axis |= {"tickmode": "array", "tickvals": place(ticks), "ticktext": [f"{tick:,}" for tick in ticks]}
