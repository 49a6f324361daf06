"""Several criteria of response side by side: a response without its criterion says nothing."""

from collections.abc import Sequence
from typing import Any

from analytics.dashboards.response.question import COMPARED_BY, ResponseQuestion
from analytics.groupings import in_all_languages
from analytics.kinds.response_proportions.comparison import shares, tally
from cases.derived.course import Course
from cases.derived.response import Outcome
from cases.models import Criterion


def side_by_side(courses: Sequence[Course], *, question: ResponseQuestion) -> dict[str, Any]:
    """The shares by each criterion by which anybody was assessed after the first dose.

    ``own`` is of all patients in the criterion's denominator, ``same`` of those ``common`` patients who have an answer
    by every one of these criteria; ``chosen`` is the share by the criterion of the question.
    """
    spec = question.by(COMPARED_BY[0])
    outcomes = {
        criterion: {
            course.patient.pk: answer.outcome
            for course in courses
            if (answer := course.response(criterion)).outcome is not None
        }
        for criterion in Criterion.values
    }
    used = {criterion: found for criterion, found in outcomes.items() if found}
    evaluable = [
        {patient for patient, outcome in found.items() if outcome is not Outcome.NOT_EVALUABLE}
        for found in used.values()
    ]
    common = set.intersection(*evaluable) if evaluable else set()
    return {
        "common": len(common),
        "chosen": shares(tally(map(str, outcomes[question.criterion].values()), spec=spec)),
        "criteria": [
            {
                "code": criterion,
                "labels": in_all_languages(Criterion(criterion).label),
                "own": shares(tally(map(str, found.values()), spec=spec)),
                "same": shares(tally((str(found[patient]) for patient in common), spec=spec)),
            }
            for criterion, found in used.items()
        ],
    }
