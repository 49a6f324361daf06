"""How many patients a cohort has today, for one person."""

from collections.abc import Sequence

from django.core.cache import cache

from analytics.cohorts.editions import current
from analytics.models import Cohort
from analytics.population import COHORT, filter_set
from analytics.spec import Population
from cases.access import Person, StudyRights
from cases.history import data_version

SECONDS_KEPT = 3600


def counted(cohorts: Sequence[Cohort], *, by: Person, rights: StudyRights) -> dict[int, int]:
    """The patients of each cohort whom this person may see, by the cohort's key; kept until a row changes."""
    version = data_version()
    names = {f"cohorts:{current(one).key}:{rights.scope}:{version}": one for one in cohorts}
    known = cache.get_many(names)
    missing = {name: _count(cohort, by=by) for name, cohort in names.items() if name not in known}
    cache.set_many(missing, SECONDS_KEPT)
    return {cohort.pk: (known | missing)[name] for name, cohort in names.items()}


def _count(cohort: Cohort, *, by: Person) -> int:
    population = Population.of({COHORT: current(cohort).key})
    return filter_set(population, study=cohort.study.code, by=by).qs.count()
