"""The numbers of the dashboard of skeletal events: the answer of the question about time to event, and beside it the
hazard ratio in groups of patients and the kinds of events.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from analytics.dashboards.keeping import Kept
from analytics.dashboards.skeletal_events.kinds_of_event import kinds_of_event
from analytics.dashboards.skeletal_events.question import GROUPED_BY
from analytics.dashboards.skeletal_events.subgroups import subgroups
from analytics.kinds.time_to_event.answering import answered
from analytics.kinds.time_to_event.dataset import Times, rows_of
from analytics.kinds.time_to_event.spec import MOST_GROUPS, Compared, TimeToEvent
from analytics.population import patients_of
from analytics.stats import NotComparable
from cases.access import Person
from cases.derived.course import RECORDS_OF_FOLLOW_UP, Course, courses
from cases.models import Patient


def suffered(*, spec: TimeToEvent, kept: Kept) -> dict[str, Any]:
    """The numbers of every part of the dashboard, as JSON; kept until a row changes.

    ``question`` is the one that was answered, in which the groups of a comparison are the largest there are.
    ``result`` has the shape of a stored answer; ``refusal`` says why it has no statistics. Raises
    ``PermissionDenied`` for who may not see single patients.
    """
    kept.rights.require("sees_rows")
    return kept.get("skeletal-events", spec, lambda: _computed(spec, by=kept.by))


def _computed(spec: TimeToEvent, *, by: Person) -> dict[str, Any]:
    patients = patients_of(spec=spec, by=by)
    course_of = courses(list(patients), records=RECORDS_OF_FOLLOW_UP)
    spec, times = _largest_groups(spec, patients=patients, course_of=course_of, by=by)
    rows, refusal = times.patients, None
    names = {"groups": times.groups, "covariates": {}}
    result: dict[str, Any] = times.described()
    try:
        result |= answered(rows=rows, spec=spec, names=names)
    except NotComparable as reason:
        refusal = {"text": reason.note.text, "values": reason.note.values}
    keys = {course.patient.code: key for key, course in course_of.items()}
    by_response = spec.compared == Compared.RESPONSE
    return {
        "patients": len(course_of),
        "treated": sum(bool(course.denosumab) for course in course_of.values()),
        "analysed": len(rows),
        "question": spec.as_json(),
        "result": result,
        "refusal": refusal,
        "subgroups": [subgroups(rows, grouping=code, patients=patients, keys=keys) for code in GROUPED_BY]
        if by_response
        else [],
        "kinds": kinds_of_event(rows, spec=spec, course_of={code: course_of[key] for code, key in keys.items()}),
    }


def _largest_groups(
    spec: TimeToEvent, *, patients: QuerySet[Patient], course_of: Mapping[int, Course], by: Person
) -> tuple[TimeToEvent, Times]:
    """The rows of the question; of more groups than can be told apart, those of the largest."""
    times = rows_of(spec=spec, patients=patients, course_of=course_of, by=by)
    sizes = times.patients["group"].value_counts()
    if spec.compared != Compared.GROUPS or len(sizes) <= MOST_GROUPS:
        return spec, times
    largest = sorted(times.groups, key=lambda code: -sizes.get(code, 0))[:MOST_GROUPS]
    narrowed = replace(spec, groups=tuple(code for code in times.groups if code in largest))
    return narrowed, rows_of(spec=narrowed, patients=patients, course_of=course_of, by=by)
