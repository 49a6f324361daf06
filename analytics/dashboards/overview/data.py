"""The numbers of the overview of a study, all of them from the data of one moment."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.dashboards.keeping import Kept
from analytics.dashboards.overview.accrual import DatedBy, accrual
from analytics.dashboards.overview.coverage import coverage
from analytics.dashboards.overview.disclosure import disclosed
from analytics.dashboards.overview.flow import flow
from analytics.dashboards.overview.quality import quality
from analytics.dashboards.overview.question import OverviewQuestion
from analytics.groupings import in_all_languages
from analytics.population import patients_of
from cases import access
from cases.derived.course import Course, courses
from cases.models import Histology, Patient
from expression.models import IhcReading


def overview(*, question: OverviewQuestion, kept: Kept) -> dict[str, Any]:
    """The numbers of every part as JSON; without small ones for those who may not see single patients, who choose no
    population.
    """
    return kept.get("overview", question, lambda: _computed(question, kept))


def _computed(question: OverviewQuestion, kept: Kept) -> dict[str, Any]:
    rights = kept.rights
    patients = _patients(question, kept)
    people = list(patients)
    everybody = list(courses(people).values())
    found = {
        "patients": len(people),
        "specimens": sum(len(course.specimens) for course in everybody),
        "sites": len({person.site_id for person in people if person.site_id is not None}),
        "accrual": {by.value: accrual(everybody, dated_by=by) for by in DatedBy},
        "flow": flow(everybody, stained=_stained(people, kept)),
        "histologies": histologies(everybody),
        "coverage": coverage(rights=rights, patients=patients if question.population else None),
        "quality": quality(by=kept.by, rights=rights) if rights.sees_rows else None,
    }
    return found if rights.sees_rows else disclosed(found)


def _patients(question: OverviewQuestion, kept: Kept) -> QuerySet[Patient]:
    if kept.rights.sees_rows:
        return patients_of(spec=question, by=kept.by)
    return access.countable(rights=kept.rights, queryset=Patient.objects.order_by("code"), patient="")


def _stained(people: Sequence[Patient], kept: Kept) -> frozenset[int]:
    readings = access.narrowed(user=kept.by, queryset=IhcReading.objects.filter(patient__in=people))
    return frozenset(readings.order_by().values_list("patient", flat=True).distinct())


def histologies(everybody: Sequence[Course]) -> list[dict[str, Any]]:
    """Patients by the histology of the index diagnosis, the most first; those without one have a blank name."""
    found: dict[Histology | None, int] = Counter(_histology(course) for course in everybody)
    return [
        {
            "name": histology.name if histology else "",
            "labels": in_all_languages(histology or _("No index diagnosis")),
            "patients": number,
        }
        for histology, number in sorted(found.items(), key=lambda item: (-item[1], str(item[0])))
    ]


def _histology(course: Course) -> Histology | None:
    return next((one.histology for one in course.diagnoses if one.is_index), None)
