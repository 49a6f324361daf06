"""The patients an export is about: those of the patient list under the same filter."""

from types import SimpleNamespace

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.access import Person
from cases.filters import PatientFilter
from cases.models import Patient, Study


def population(query: str, *, user: Person, study: Study) -> QuerySet[Patient]:
    """Everybody the person may see whom the filter, written as the patient list's address has it, lets pass.

    Raises ``ValidationError`` where the filter cannot be understood.
    """
    rows = access.rows(user=user, queryset=Patient.objects.with_index_diagnosis(), patient="").filter(study=study)
    # The institutions it offers are those of the person who asks.
    asked_by = SimpleNamespace(user=user)
    asked = QueryDict(query)
    found = PatientFilter(asked, queryset=rows, request=asked_by)
    if unknown := sorted(asked.keys() - found.filters.keys()):
        # A name that is written wrongly would let everybody pass.
        message = _("There is no filter of patients called “%(unknown)s”. Filters are: %(names)s.")
        raise ValidationError(message, params={"unknown": unknown[0], "names": ", ".join(found.filters)})
    if not found.is_valid():
        problems = "; ".join(f"{name}: {' '.join(map(str, errors))}" for name, errors in found.errors.items())
        raise ValidationError(
            _("The filter of the patients cannot be used: %(problems)s"), params={"problems": problems}
        )
    return found.qs


def filter_of(query: QueryDict) -> str:
    """The part of an address that narrows the patients, without what is blank."""
    kept = query.copy()
    for name in list(kept):
        kept.setlist(name, [value for value in kept.getlist(name) if value and name in PatientFilter.base_filters])
    return kept.urlencode()
