"""When a margin of equivalence was given, and what had been answered by then."""

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from analytics.files import methods
from analytics.reading import answer_of, read
from cases import access
from tests.analytics.cohort import answered, cohort
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def test_earlier_margins_and_comparisons_of_the_same_groups_are_told() -> None:
    study = cohort()
    user = MembershipFactory(study=study).user
    rights = access.rights(user=user, study=study)
    pair = {"groups": ["SSX1", "SSX2"], "reference": "SSX2"}

    def told(margin: float, **changes: object) -> tuple[list[str], str]:
        analysis = answered(study, user, method="equivalence", margin=margin, **{**pair, **changes})
        reading = read(analysis=analysis, user=user, rights=rights)
        return answer_of(reading).doubts, methods(reading, places=[])

    doubts, paragraph = told(0.5)
    today = date_format(timezone.localdate(), "SHORT_DATE_FORMAT")
    given = f"The margin of ±0.5 log2(TPM+1) was given with the question on {today}."
    assert any(one.startswith(given) for one in doubts)
    assert "the portal cannot know" in paragraph
    assert "fixed beforehand" not in paragraph
    assert not any("changed" in one or "compared on" in one for one in doubts)

    doubts, paragraph = told(4.0)
    assert "The margin was changed: earlier answers to the same question had ±0.5 (on " in " ".join(doubts)
    assert "The margin was changed" in paragraph
    assert "compared on" not in paragraph

    answered(study, user, **pair)
    # Other patients are another question.
    assert "changed" not in told(3.0, population={"code": ["P"]})[1]
    doubts, _paragraph = told(5.0)
    assert "had ±0.5 (on " in " ".join(doubts)
    assert "The same groups were compared on " in doubts[-1]
    assert doubts[-1].endswith("already, before this margin was given.")
