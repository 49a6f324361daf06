"""The numbers of the dashboard of the response to denosumab, all of them from the data of one moment.

Shares are those of the questions about response proportions, without their tests.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from analytics.dashboards.keeping import Kept
from analytics.dashboards.response.attenuation import best_changes
from analytics.dashboards.response.criteria import side_by_side
from analytics.dashboards.response.patients import treated_courses
from analytics.dashboards.response.question import COMPARED_BY, ResponseQuestion
from analytics.dashboards.response.time_to_response import time_to_response
from analytics.groupings import GROUPINGS, in_all_languages
from analytics.kinds.response_proportions.comparison import proportions, shares_of_groups
from analytics.kinds.response_proportions.dataset import rows_of
from analytics.kinds.response_proportions.spec import ResponseProportions
from analytics.kinds.response_proportions.wording import outcome_name
from analytics.population import patients_of
from analytics.stats import NotComparable
from cases.access import Person, StudyRights
from cases.derived.course import RECORDS_OF_FOLLOW_UP, courses
from cases.derived.response import PatientResponse
from cases.models import Patient


def responded(*, question: ResponseQuestion, by: Person, rights: StudyRights) -> dict[str, Any]:
    """The numbers of every part of the dashboard, as JSON; kept until a row changes.

    Raises ``PermissionDenied`` for who may not see single patients.
    """
    rights.require("sees_rows")
    return Kept(by=by, rights=rights).get("response", question.by(COMPARED_BY[0]), lambda: _computed(question, by=by))


def _computed(question: ResponseQuestion, *, by: Person) -> dict[str, Any]:
    patients = patients_of(spec=question.by(COMPARED_BY[0]), by=by)
    course_of = courses(list(patients), records=RECORDS_OF_FOLLOW_UP)
    everybody = list(course_of.values())
    answers = {key: course.response(question.criterion) for key, course in course_of.items()}
    shares = {
        grouping: shares_by(question.by(grouping), patients=patients, answers=answers, by=by)
        for grouping in COMPARED_BY
    }
    return {
        "patients": len(everybody),
        "treated": sum(bool(course.denosumab) for course in everybody),
        "outcome": in_all_languages(outcome_name(question.criterion)),
        "shares": shares,
        "criteria": side_by_side(everybody, question=question),
        "time": time_to_response(everybody, criterion=question.criterion),
        "attenuation": best_changes(everybody, criterion=question.criterion),
        "courses": treated_courses(everybody, criterion=question.criterion),
    }


def shares_by(
    spec: ResponseProportions, *, patients: QuerySet[Patient], answers: Mapping[int, PatientResponse], by: Person
) -> dict[str, Any]:
    """Of the shape of a stored answer of which nothing was compared; ``refusal`` says why there are no shares.

    ``answers`` are those of the ``patients`` by the criterion of the question, by the patient's key.
    """
    dataset = rows_of(spec=spec, patients=patients, answers=answers, by=by)
    result: dict[str, Any] = {
        "question": {
            "outcome": in_all_languages(outcome_name(spec.criterion)),
            "grouping": in_all_languages(GROUPINGS[spec.grouping].label(spec.gene)),
        },
        **dataset.described(),
        "comparison": None,
        "trend": None,
        "pairs": None,
        "warnings": [],
        "refusal": None,
    }
    try:
        tallies = proportions(dataset.rows, groups=dataset.groups, spec=spec)
    except NotComparable as refusal:
        return result | {
            "groups": [],
            "all": None,
            "refusal": {"text": refusal.note.text, "values": refusal.note.values},
        }
    return result | shares_of_groups(tallies, names=dataset.groups)
