"""What was measured is looked up once for all panels of a dashboard."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.dashboards.keeping import Kept
from analytics.dashboards.measuring import kept_measurements
from cases import access
from tests.analytics.cohort import add_patient, cohort, question
from tests.factories import ExpressionDatasetFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_values_are_looked_up_once_for_each_measure_until_the_data_change() -> None:
    study = cohort({"SSX1": (2.5,), "SSX2": (1.25,)})
    person = MembershipFactory(study=study).user

    def values(**changes: str) -> list[float]:
        kept = Kept(by=person, rights=access.rights(user=person, study=study))
        measured = kept_measurements(kept)
        spec = question(study, **changes)
        first = measured(measure=spec, by=person)
        with CaptureQueriesContext(connection) as asked:
            again = measured(measure=spec, by=person)
        assert (len(asked), again.values.equals(first.values)) == (0, True)
        return sorted(first.values["value"].tolist())

    assert values() == [1.25, 2.5]
    assert values(grouping="sex", gene="") == [1.25, 2.5]
    ExpressionDatasetFactory(study=study, code="OTHER")
    assert values(dataset="OTHER") == [], "another measure has values of its own"
    add_patient(study, 4.0)
    assert values() == [1.25, 2.5, 4.0]
