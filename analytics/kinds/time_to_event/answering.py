"""The statistics of a question, from its frozen rows alone."""

from typing import Any

import numpy as np
import pandas as pd

from analytics.kinds.time_to_event.covariates import Design
from analytics.kinds.time_to_event.curves import Sample, comparison_of, curves
from analytics.kinds.time_to_event.observation import EVENT
from analytics.kinds.time_to_event.recurrence import recurrence
from analytics.kinds.time_to_event.regression import columns_of, regression, subdistribution, unit_of
from analytics.kinds.time_to_event.response import landmarks, naive, sample_at
from analytics.kinds.time_to_event.spec import MOST_GROUPS, Compared, EndPoint, MarkerAs, TimeToEvent
from analytics.stats import NotComparable
from analytics.stats.result import gettext_noop as _

NO_CURVES: dict[str, Any] = {"start": 0, "table_days": [], "groups": [], "curves": [], "method": "", "warnings": []}


def answered(*, rows: pd.DataFrame, spec: TimeToEvent, names: dict[str, Any]) -> dict[str, Any]:
    """What is stored of an answer besides its population. ``names`` are those of groups and of covariates' levels.

    Raises :class:`NotComparable` without a patient, and where what was to be compared cannot be.
    """
    if rows.empty:
        raise NotComparable(_("No patient is left to analyse. The excluded are counted below."), code="no-patients")
    entry = rows["entry"].to_numpy(dtype=np.int64)
    late = entry if entry.any() else None
    by_response = spec.compared == Compared.RESPONSE
    order = [code for code in names["groups"] if (rows["group"] == code).any()]
    _require_comparable(rows, spec, names, order)
    columns = columns_of(rows, spec, names)
    found: dict[str, Any] = {"landmarks": [], "naive": None, "test": None}
    notes: list[dict[str, Any]] = []
    if by_response:
        sample = sample_at(rows, int(spec.landmark), late)
        found["landmarks"] = landmarks(rows, spec, late)
        found["naive"] = naive(rows, spec, late) if spec.naive else None
        found["test"] = next(one["test"] for one in found["landmarks"] if one["day"] == int(spec.landmark))
    else:
        sample = _whole(rows, late, order)
        is_number = spec.compared == Compared.MARKER and spec.marker_as != MarkerAs.MEDIAN
        if not is_number:
            found["test"], notes = comparison_of(sample, competes=spec.competes)
    drawn = curves(sample, competes=spec.competes, years=spec.year_marks) if sample else NO_CURVES
    found["regression"], refused = _regression(rows, spec, columns, late)
    found["subdistribution"], no_incidence = subdistribution(rows, spec, columns, late)
    if by_response and not found["regression"] and not any(one["term"] for one in found["landmarks"]):
        raise NotComparable(refused[0]["text"], code=refused[0]["code"], **refused[0]["values"])
    is_skeletal = spec.end_point == EndPoint.SKELETAL_EVENT
    found["recurrence"] = recurrence(rows, spec, columns, late, order) if is_skeletal else None
    return _joined(found, drawn, [*notes, *refused, *no_incidence]) | {
        "patients": len(rows),
        "events": int((rows["status"] == EVENT).sum()),
        "columns": list(columns.columns),
        "delayed": int((entry > 0).sum()),
        "unit_of_marker": unit_of(rows, spec) if spec.compared == Compared.MARKER else None,
    }


def _whole(rows: pd.DataFrame, entry: Any, order: list[str]) -> Sample:
    return Sample(
        time=rows["time"].to_numpy(dtype=np.int64),
        cause=rows["status"].to_numpy(dtype=np.int64),
        group=rows["group"].to_numpy(dtype=str),
        order=order,
        entry=entry,
    )


def _require_comparable(rows: pd.DataFrame, spec: TimeToEvent, names: dict[str, Any], order: list[str]) -> None:
    if spec.compared in (Compared.NOTHING, Compared.RESPONSE):
        return
    if spec.groups and (empty := [code for code in names["groups"] if code not in order]):
        raise NotComparable(_("Group {group} has no patients."), code="empty-group", group=empty[0])
    if len(order) > MOST_GROUPS:
        text = _("There are {count} groups. Compare at most {most} at once: choose some.")
        raise NotComparable(text, code="too-many-groups", count=len(order), most=MOST_GROUPS)
    if len(order) < 2:
        raise NotComparable(_("A comparison needs at least two groups with patients."), code="one-group")
    if not (rows["status"] == EVENT).any():
        raise NotComparable(_("Nobody has had the event, so there is nothing to compare."), code="no-events")


def _regression(
    rows: pd.DataFrame, spec: TimeToEvent, columns: Design, late: Any
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    try:
        return regression(rows, spec, columns, late), []
    except NotComparable as refusal:
        return None, [refusal.note.to_dict()]


def _joined(found: dict[str, Any], drawn: dict[str, Any], notes: list[dict[str, Any]]) -> dict[str, Any]:
    """The parts with the groups on top, and every warning and reference once."""
    parts = [drawn, found["regression"], found["subdistribution"], found["recurrence"], found["naive"]]
    parts += [found["test"], *found["landmarks"]]
    parts += [found["regression"]["check"]] if found["regression"] else []
    known = [part for part in parts if part]
    # What one landmark has to say stands in its row.
    said = [note for part in known if part not in found["landmarks"] for note in part.get("warnings", [])]
    references = [reference for part in known for reference in part.get("references", [])]
    return {
        **{name: drawn[name] for name in ("start", "table_days", "groups", "curves", "method")},
        **found,
        "warnings": _once([*notes, *said]),
        "references": _once(references),
    }


def _once(items: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept
