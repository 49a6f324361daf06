"""Cohorts as a filter of patients, in lists, forms of questions, dashboards, exports and the API."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy

from analytics.cohorts.access import cohorts
from analytics.cohorts.editions import Edition, current, edition, edition_name
from analytics.models import Cohort
from analytics.population import COHORT
from cases.filters import Offered, PatientFilter, offer_for_patients
from cases.history import CHANGE_NO_ANSWER


def offered(request: HttpRequest, patients: QuerySet[Any], chosen: str) -> list[tuple[str, str]]:
    """The cohorts of the patients' studies that are not archived, and any other edition that is chosen."""
    found = cohorts(request.user).filter(study__in=patients.order_by().values("study"))
    options = {current(cohort).key: cohort.name for cohort in found.filter(archived_at=None)}
    if chosen and chosen not in options and (earlier := edition(chosen)) and _is_among(earlier, found):
        options[chosen] = edition_name(earlier)
    return list(options.items())


def narrowed(request: HttpRequest, patients: QuerySet[Any], chosen: str) -> QuerySet[Any]:
    """The patients of the edition among these. Rights are those of the rows it is applied to."""
    found = edition(chosen)
    if found is None:
        return patients.none()
    patients = patients.filter(study=found.study)
    if found.is_frozen:
        return patients.filter(cohort_memberships__cohort=found.cohort)
    data = QueryDict(mutable=True)
    for name, values in found.filters.items():
        data.setlist(name, values)
    filters = PatientFilter(data, queryset=patients, request=request)
    return filters.qs if filters.is_valid() else patients.none()


def _is_among(found: Edition, visible: QuerySet[Cohort]) -> bool:
    return visible.filter(pk=found.cohort).exists()


CHANGE_NO_ANSWER.update({"analytics.CohortEvent", "analytics.FamilyEvent"})
offer_for_patients(
    COHORT,
    Offered(
        field_name=COHORT,
        label=gettext_lazy("Cohort"),
        empty_label=gettext_lazy("Everybody"),
        offers=offered,
        narrows=narrowed,
        error_messages={"invalid_choice": gettext_lazy("There is no such cohort here, or it is not shared with you.")},
    ),
)
