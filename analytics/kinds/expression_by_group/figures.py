"""The figures of a comparison between groups."""

from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.kinds.base import Reading
from analytics.kinds.expression_by_group.clearest import share_interval
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.plots import Point, box_and_points, shifts
from analytics.plots.names import in_language
from analytics.plots.numbers import percent
from analytics.plots.shares import Share, shares


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


def shares_of_groups(reading: Reading) -> go.Figure | None:
    """The shares of positive patients, where they were asked about."""
    rows = share_rows(reading.answer or {})
    title = _("Positive: share with 95% interval")
    return shares(rows, title=title, overall=None, overall_name="") if rows else None


def share_rows(result: Mapping[str, Any]) -> list[Share]:
    """A row for each group whose share is known and shown."""
    return [_share(group) for group in result.get("groups", []) if group.get("share")]


def _share(group: Mapping[str, Any]) -> Share:
    share, bounds = group["share"]["estimate"], group["share"]["interval"]
    name = f"{in_language(group['labels'])} · {group['positive']}/{group['patients']}"
    return Share(
        name=name,
        share=share,
        low=bounds["low"],
        high=bounds["high"],
        text=f"{percent(share)}{share_interval(bounds)}",
    )


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
