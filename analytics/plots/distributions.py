"""The values of groups as boxes, points or violins, on a linear or a logarithmic axis."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from analytics.plots.box_and_points import Point, box_and_points
from analytics.plots.names import Result
from analytics.plots.theme import Look, looks

FEWEST_OF_A_VIOLIN = 5
"""Of fewer patients a smooth outline would tell of values that nobody has; they are drawn as box and points."""

VIOLIN_WIDTH = 0.8
TICKS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000)


class Shape(TextChoices):
    BOX = "box", _("Box")
    POINTS = "points", _("Box and points")
    VIOLIN = "violin", _("Violin")


def distributions(
    result: Result,
    *,
    points: dict[str, list[Point]],
    reference: str = "",
    shape: Shape = Shape.POINTS,
    on_log_axis: bool = False,
) -> go.Figure:
    """One row for each group with a value, n beside its name.

    ``on_log_axis`` places values at log2(value + 1), so that 0 has a place, and labels them as they are.
    """
    figure = box_and_points(result, points=points, reference=reference)
    if shape is not Shape.POINTS:
        shown = [group["code"] for group in result["groups"] if group["median"] is not None]
        styles = looks([group["code"] for group in result["groups"]], reference=reference)
        boxes, scatters = figure.data[::2], figure.data[1::2]
        figure.data = ()
        for row, (code, box, scatter) in enumerate(zip(shown, boxes, scatters, strict=True)):
            if shape is Shape.BOX:
                figure.add_trace(box)
            elif len(points[code]) < FEWEST_OF_A_VIOLIN:
                figure.add_traces([box, scatter])
            else:
                figure.add_trace(_violin(row, points[code], styles[code], on_log_axis=on_log_axis))
    return _logarithmic(figure) if on_log_axis else figure


def _violin(row: int, members: list[Point], look: Look, *, on_log_axis: bool) -> go.Violin:
    """The outline ends at the lowest and the highest value; the box inside has the quartiles."""
    return go.Violin(
        x=[point.value for point in members],
        y0=row,
        orientation="h",
        width=VIOLIN_WIDTH,
        points=False,
        spanmode="hard",
        box={"visible": True, "width": 0.18, "line": {"color": look.outline, "width": 1.5}},
        line={"color": look.colour, "width": 1.5},
        fillcolor=look.tint,
        hoverinfo="skip",
    )


def _logarithmic(figure: go.Figure) -> go.Figure:
    """Every position along the axis at log2(value + 1); hover texts and tick labels keep the values."""
    place: Callable[[Any], Any] = lambda values: np.log2(np.asarray(values, dtype=float) + 1).tolist()  # noqa: E731
    highest = 0.0
    for trace in figure.data:
        for name in ("x", "q1", "median", "q3", "lowerfence", "upperfence"):
            if (values := getattr(trace, name, None)) is not None:
                highest = max(highest, *values)
                setattr(trace, name, place(values))
    for line in figure.layout.shapes:
        line.update(x0=place(line.x0), x1=place(line.x1))
    for annotation in figure.layout.annotations:
        annotation.x = place(annotation.x)
    ticks = [tick for tick in TICKS if tick <= highest * 1.5]
    figure.update_layout(
        xaxis={"tickmode": "array", "tickvals": place(ticks), "ticktext": [f"{tick:,}" for tick in ticks]}
    )
    return figure
