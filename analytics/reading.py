"""An answer as one person may read it: the page, the figures, the files and the API all start here."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from analytics.access import reads_in_full
from analytics.disclosure import disclosed
from analytics.models import Analysis
from analytics.plots import Point, box_and_points, shifts
from cases import access
from cases.access import Person, StudyRights
from cases.models import JobStatus


@dataclass(frozen=True, kw_only=True)
class Reading:
    """``result`` is whole for those who see rows, otherwise what may be disclosed; ``None`` without an answer.

    ``points`` holds, for each group, the patients' values, for those who see rows. ``gone`` counts patients who are
    in the answer and may no longer be shown: they withdrew consent, or left the reader's site.
    ``erased`` counts patients who are in the numbers and were erased for good.
    """

    analysis: Analysis
    in_full: bool
    result: dict[str, Any] | None
    points: dict[str, list[Point]] | None
    gone: int
    erased: int
    frozen_rows: list[list[Any]]

    @property
    def answer(self) -> dict[str, Any] | None:
        """The result where the question was answered; ``None`` where it was refused, say."""
        return self.result if self.analysis.status == JobStatus.SUCCEEDED else None


def read(*, analysis: Analysis, user: Person, rights: StudyRights) -> Reading:
    """What ``user`` may read of an analysis that exists for them, see :func:`analytics.access.analyses`."""
    in_full = reads_in_full(rights=rights, analysis=analysis)
    erased = (analysis.frozen_input or {}).get("erased", 0)
    if not in_full:
        result = disclosed(analysis.result) if analysis.released_at and analysis.result else None
        return Reading(
            analysis=analysis,
            in_full=False,
            result=result,
            points=None,
            gone=0,
            erased=erased,
            frozen_rows=[],
        )
    rows, gone = _visible_rows(analysis, user)
    return Reading(
        analysis=analysis,
        in_full=True,
        result=analysis.result,
        points=_points(rows),
        gone=gone,
        erased=erased,
        frozen_rows=rows,
    )


def figure(reading: Reading, name: str) -> go.Figure | None:
    """The figure of that name, ``boxes`` or ``shifts``; ``None`` where the answer has none."""
    if reading.answer is None or reading.answer["comparison"] is None:
        return None
    if name == "boxes":
        reference = reading.analysis.spec["reference"]
        return box_and_points(reading.answer, points=reading.points, reference=reference)
    return shifts(reading.answer) if name == "shifts" else None


def _visible_rows(analysis: Analysis, user: Person) -> tuple[list[list[Any]], int]:
    """The frozen rows of patients whom this person may see today, and how many other patients there are."""
    rows = analysis.frozen_input["rows"] if analysis.frozen_input else []
    codes = {row[0] for row in rows}
    patients = access.patients(user).filter(study=analysis.study, code__in=codes)
    visible = set(patients.values_list("code", flat=True))
    return [row for row in rows if row[0] in visible], len(codes - visible)


def _points(rows: list[list[Any]]) -> dict[str, list[Point]]:
    points: dict[str, dict[str, Point]] = {}
    for patient, group, _sample, _value, patient_value, *_more in rows:
        samples = points.get(group, {}).get(patient, Point(patient, patient_value, 0)).samples
        points.setdefault(group, {})[patient] = Point(patient, patient_value, samples + 1)
    return {group: list(of_patient.values()) for group, of_patient in points.items()}
