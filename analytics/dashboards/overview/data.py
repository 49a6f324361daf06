"""The numbers of the overview of a study, all of them from the data of one moment."""

from collections.abc import Sequence
from typing import Any

from analytics.dashboards.keeping import Kept
from analytics.dashboards.overview.accrual import DatedBy, accrual
from analytics.dashboards.overview.coverage import coverage
from analytics.dashboards.overview.disclosure import disclosed
from analytics.dashboards.overview.flow import flow
from analytics.dashboards.overview.histologies import histologies
from analytics.dashboards.overview.quality import quality
from analytics.dashboards.overview.question import OverviewQuestion
from analytics.population import patients_of
from cases import access
from cases.access import Person
from cases.derived.course import courses
from cases.models import Patient
from expression.models import IhcReading

RECORDS = ("diagnoses", "treatments", "administrations", "assessments", "specimens")
"""What accrual, flow and histologies follow from."""


def overview(*, question: OverviewQuestion, kept: Kept) -> dict[str, Any]:
    """The numbers of every part as JSON. Raises ``PermissionDenied`` for who may not see single patients."""
    kept.rights.require("sees_rows")
    return kept.get("overview", question, lambda: _computed(question, kept))


def released(*, question: OverviewQuestion, dated_by: str, by: Person) -> dict[str, Any]:
    """What of the overview may be released."""
    people = list(patients_of(spec=question, by=by))
    everybody = list(courses(people, records=RECORDS).values())
    return disclosed(everybody, stained=_stained(people, by=by), dated_by=dated_by)


def _computed(question: OverviewQuestion, kept: Kept) -> dict[str, Any]:
    patients = patients_of(spec=question, by=kept.by)
    people = list(patients)
    everybody = list(courses(people, records=RECORDS).values())
    return {
        "patients": len(people),
        "specimens": sum(len(course.specimens) for course in everybody),
        "sites": len({person.site_id for person in people if person.site_id is not None}),
        "accrual": {by.value: accrual(everybody, dated_by=by) for by in DatedBy},
        "flow": flow(everybody, stained=_stained(people, by=kept.by)),
        "histologies": histologies(everybody),
        "coverage": coverage(rights=kept.rights, patients=patients if question.population else None),
        "quality": quality(by=kept.by, rights=kept.rights),
    }


def _stained(people: Sequence[Patient], *, by: Person) -> frozenset[int]:
    readings = access.narrowed(user=by, queryset=IhcReading.objects.filter(patient__in=people))
    return frozenset(readings.order_by().values_list("patient", flat=True).distinct())
