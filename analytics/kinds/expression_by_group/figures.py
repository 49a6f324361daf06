"""The figures of a comparison between groups."""

from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go

from analytics.kinds.base import Reading
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.plots import Point, box_and_points, shifts


def boxes(reading: Reading) -> go.Figure | None:
    """Boxes of the groups, with every patient as a point for those who see patients."""
    if reading.answer is None or reading.answer["comparison"] is None:
        return None
    return box_and_points(reading.answer, points=points(reading), reference=reference(reading))


def differences(reading: Reading) -> go.Figure | None:
    """The shifts between the groups."""
    if reading.answer is None or reading.answer["comparison"] is None:
        return None
    return shifts(reading.answer)


def points(reading: Reading) -> dict[str, list[Point]] | None:
    """The patients' values in each group; ``None`` for those who may not see them."""
    return points_of(reading.records()) if reading.in_full else None


def points_of(records: Iterable[Mapping[str, Any]]) -> dict[str, list[Point]]:
    """One point for each patient of each group, from frozen rows of samples by name of the column."""
    found: dict[str, dict[str, Point]] = {}
    for row in records:
        of_group = found.setdefault(row["group"], {})
        samples = of_group[row["patient"]].samples if row["patient"] in of_group else 0
        detected = row.get("patient_detected", 1) == 1
        of_group[row["patient"]] = Point(row["patient"], row["patient_value"], samples + 1, detected)
    return {group: list(of_patient.values()) for group, of_patient in found.items()}


def reference(reading: Reading) -> str:
    """The group that the others were compared with."""
    return reading.spec.reference if isinstance(reading.spec, ExpressionByGroup) else ""
