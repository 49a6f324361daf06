"""An answer as one person may read it: the page, the figures, the files and the API all start here."""

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go

from analytics.access import reads_in_full
from analytics.kinds import Reading, kind_of, parse
from analytics.kinds.base import Answer
from analytics.models import Analysis
from cases import access
from cases.access import Person, StudyRights


def read(*, analysis: Analysis, user: Person, rights: StudyRights) -> Reading:
    """What ``user`` may read of an analysis that exists for them, see :func:`analytics.access.analyses`."""
    in_full = reads_in_full(rights=rights, analysis=analysis)
    frozen = analysis.frozen_input or {"columns": [], "rows": []}
    rows, gone = _visible_rows(analysis, frozen["rows"], user) if in_full else ([], 0)
    return Reading(
        analysis=analysis,
        spec=parse(analysis.spec),
        in_full=in_full,
        result=analysis.result if in_full else _disclosed(analysis),
        columns=frozen["columns"] if in_full else [],
        rows=rows,
        gone=gone,
        erased=frozen.get("erased", 0),
    )


def without_patients(reading: Reading) -> Reading:
    """The same answer for somebody who may not see single patients, or not take them away."""
    if not reading.in_full or reading.answer is None:
        return reading
    return replace(reading, in_full=False, result=_without_patients(reading.analysis), columns=[], rows=[])


def answer_of(reading: Reading) -> Answer:
    """The answer in words; among the doubts, how the question came about."""
    kind = kind_of(reading.analysis)
    answer = kind.answer(reading)
    return replace(answer, doubts=[*answer.doubts, *kind.history(reading)])


def figure(reading: Reading, name: str) -> go.Figure | None:
    """The figure of that name; ``None`` where the answer has none."""
    draw = kind_of(reading.analysis).drawings.get(name)
    return draw(reading) if draw and reading.answer is not None else None


def _disclosed(analysis: Analysis) -> dict[str, Any] | None:
    return _without_patients(analysis) if analysis.released_at and analysis.result else None


def _without_patients(analysis: Analysis) -> dict[str, Any]:
    frozen = analysis.frozen_input or {"columns": [], "rows": []}
    return kind_of(analysis).disclosed(analysis.result or {}, spec=parse(analysis.spec), frozen=frozen)


def _visible_rows(analysis: Analysis, rows: list[list[Any]], user: Person) -> tuple[list[list[Any]], int]:
    """The frozen rows of patients whom this person may see today, and how many other patients there are."""
    codes = {row[0] for row in rows}
    patients = access.patients(user).filter(study=analysis.study, code__in=codes)
    visible = set(patients.values_list("code", flat=True))
    return [row for row in rows if row[0] in visible], len(codes - visible)
