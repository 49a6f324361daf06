"""The patients of a question: chosen by the same filters as the list of patients, and never more than one may see."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import MultipleChoiceFilter

from analytics.cohorts.editions import Edition, edition, edition_name
from analytics.spec import POPULATION_PREFIX, Population, Spec
from cases import access
from cases.access import Person
from cases.filters import PatientFilter
from cases.looking_up import LookUp, look_up_anew
from cases.models import Patient, Study

CODES = ("code", "search")
"""The filters that find patients by a part of their codes, among other texts."""
COHORT = "cohort"
"""The filter by which a population is chosen from a cohort."""


def everybody(*, study: str, by: Person) -> QuerySet[Patient]:
    """The patients of the study whom this person may see."""
    patients = Patient.objects.with_index_diagnosis().filter(study__code=study)
    return access.rows(user=by, queryset=patients, patient="").order_by("code")


def patients_of(*, spec: Spec, by: Person) -> QuerySet[Patient]:
    """The patients a question is about and its asker may see."""
    everyone = everybody(study=spec.study, by=by)
    if not spec.population:
        return everyone
    filters = filter_set(spec.population, study=spec.study, by=by)
    return filters.qs.order_by("code") if filters.is_valid() else everyone.none()


def with_keys(keys: Collection[int]) -> QuerySet[Patient]:
    """Patients by their keys. What asks about them does not ask for rights and filters once more."""
    return Patient.objects.with_index_diagnosis().filter(pk__in=keys).order_by("code")


def keys_of(patients: QuerySet[Patient]) -> list[int]:
    """The keys of the patients, see :func:`with_keys`."""
    return list(patients.order_by().values_list("pk", flat=True))


def filter_set(population: Population, *, study: str, by: Person) -> PatientFilter:
    """The filters of the list of patients, set as the population says."""
    data = QueryDict(mutable=True)
    for name, values in population.filters:
        data.setlist(name, list(values))
    return PatientFilter(data, queryset=everybody(study=study, by=by), request=_as_asked_by(by))


def facets(data: QueryDict, *, study: Study, by: Person, look_up: LookUp = look_up_anew) -> PatientFilter:
    """The filters as fields of a form, named after :data:`analytics.spec.POPULATION_PREFIX`, each value counted."""
    rows = everybody(study=study.code, by=by)
    prefix = POPULATION_PREFIX.removesuffix("-")
    filters = PatientFilter(data, queryset=rows, request=_as_asked_by(by), prefix=prefix)
    filters.count_facets(look_up)
    return filters


def chosen_in(data: QueryDict) -> Population:
    """The population that a form or an address names."""
    names = [name for name in data if name.startswith(POPULATION_PREFIX)]
    return Population.of({name.removeprefix(POPULATION_PREFIX): data.getlist(name) for name in names})


def check_population(population: Population, *, study: Study, by: Person) -> dict[str, Any]:
    """What is wrong with the filters of a question: a sentence for its field, or nothing."""
    known = PatientFilter.base_filters
    if unknown := [name for name, _values in population.filters if name not in known]:
        text = _("There is no filter “{name}”. Filters are: {names}.")
        return {"population": format_lazy(text, name=unknown[0], names=", ".join(known))}
    lists = {name for name, each in known.items() if isinstance(each, MultipleChoiceFilter)}
    if several := [name for name, values in population.filters if len(values) > 1 and name not in lists]:
        return {"population": format_lazy(_("The filter “{name}” takes one value."), name=several[0])}
    filters = filter_set(population, study=study.code, by=by)
    if filters.is_valid():
        return {}
    name, errors = next(iter(filters.errors.items()))
    return {"population": f"{name}: {errors[0]}"}


def population_in_words(population: Population, *, study: str, by: Person) -> list[tuple[str, str]]:
    """Each filter that is set, with the names of its values in the reader's language.

    A cohort is named with the filters it had in the edition that was chosen, whether or not the reader finds it.
    """
    fields = filter_set(population, study=study, by=by).form.fields
    told = [
        (str(fields[name].label), ", ".join(_names(fields[name], values)))
        for name, values in population.filters
        if name in fields and name != COHORT
    ]
    found = cohort_of(population)
    if found is None:
        return told
    filters = population_in_words(Population.of(found.filters), study=study, by=by)
    of_cohort = [(_("{filter}, in the cohort").format(filter=label), values) for label, values in filters]
    return [(str(fields[COHORT].label), edition_name(found)), *of_cohort, *told]


def cohort_of(population: Population) -> Edition | None:
    """The edition of the cohort that the population is chosen from."""
    return next((edition(values[0]) for name, values in population.filters if name == COHORT), None)


def chosen_by_codes(population: Population) -> bool:
    """Whether the patients, or those of the cohort they are chosen from, are found by a part of their codes.

    The filters of a population are told with its answer: who may see no patient would read codes.
    """
    cohort = cohort_of(population)
    of_cohort = Population.of(cohort.filters if cohort else {})
    return any(name in CODES for name, _values in (*population.filters, *of_cohort.filters))


def _names(field: Any, values: tuple[str, ...]) -> list[str]:
    """What the choices are called; a value that is no choice any more, or none at all, is itself."""
    names: Mapping[str, str] = {str(value): str(label) for value, label in getattr(field, "choices", [])}
    return [names.get(value, value) for value in values]


def _as_asked_by(person: Person) -> HttpRequest:
    """Filters ask the request for the person whose sites they offer."""
    request = HttpRequest()
    request.user = person  # type: ignore[assignment]
    return request
