"""A core that holds no tissue has no score: forms and the database refuse the same readings."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError
from django.db import transaction

from cases.models import Core, CoreStatus
from cases.models.at_once import rules_of
from expression.models import Evaluability, IhcReading
from expression.models.evaluability import ScoredCoreHoldsTissue
from expression.models.percentages import PERCENTAGES
from tests.factories import CoreFactory, IhcReadingFactory

pytestmark = pytest.mark.django_db

TRIGGER = next(rule for rule in rules_of(IhcReading) if isinstance(rule, ScoredCoreHoldsTissue))


@pytest.mark.parametrize("said", Evaluability)
def test_forms_and_the_database_agree(said: Evaluability) -> None:
    values = {} if said == Evaluability.EVALUABLE else dict.fromkeys(PERCENTAGES)
    for status in CoreStatus:
        core = CoreFactory(status=status)
        row = IhcReading(core=core, evaluability=said)
        is_refused = said == Evaluability.EVALUABLE and status != CoreStatus.EVALUABLE
        assert _is_refused_by_forms(row) == is_refused
        assert _is_refused_by_the_database(core=core, evaluability=said, **values) == is_refused


def test_a_whole_section_has_no_core_to_lose() -> None:
    TRIGGER.check(IhcReading(core=None, evaluability=Evaluability.EVALUABLE))


def test_the_sentence_names_the_place_and_why() -> None:
    core = CoreFactory(row=2, column=3, status=CoreStatus.LOST)
    with pytest.raises(ValidationError, match="Core B-3 is recorded as “Lost”: it has no score"):
        TRIGGER.check(IhcReading(core=core, evaluability=Evaluability.EVALUABLE))


def _is_refused_by_forms(row: IhcReading) -> bool:
    try:
        TRIGGER.check(row)
    except ValidationError:
        return True
    return False


def _is_refused_by_the_database(*, core: Core, **values: Any) -> bool:
    try:
        with transaction.atomic():
            IhcReadingFactory(core=core, specimen=core.specimen, **values)
    except DatabaseError:
        return True
    return False
