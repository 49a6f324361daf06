"""What the forms of dashboards have in common: patients by the filters of their list, and the shortest address."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.population import chosen_in, facets
from analytics.spec import POPULATION_PREFIX, Population
from cases.access import Person
from cases.looking_up import LookUp, look_up_anew
from cases.models import Study


class PopulationForm(forms.Form):
    """Reads the address; what does not exist falls back to what is usual, and ``stale`` says so.

    A dashboard adds its fields and chooses each by :meth:`choose`.
    """

    def __init__(self, asked: QueryDict, *, study: Study, by: Person, look_up: LookUp = look_up_anew) -> None:
        self.study = study
        self.asked = asked
        self.stale: list[Any] = []
        self.chosen: dict[str, str] = {}
        self._usual: dict[str, str] = {}
        self.population_filters = facets(asked, study=study, by=by, look_up=look_up)
        self.population = chosen_in(asked)
        if not self.population_filters.is_valid():
            self.stale += [str(error) for errors in self.population_filters.errors.values() for error in errors]
            self.population = Population()
        super().__init__()

    def choose(self, name: str, options: Mapping[str, Any]) -> None:
        """The wanted one of the options, codes with names, or the first; without an option there is no such field."""
        if not options:
            del self.fields[name]
            return
        field: Any = self.fields[name]
        field.choices = list(options.items())
        usual = next(iter(options))
        wanted = self.asked.get(name) or usual
        if wanted not in options:
            self.stale.append(_("Your choice is not there any more, or not with the others. Choose again."))
        self._usual[name] = usual
        self.chosen[name] = self.initial[name] = wanted if wanted in options else usual

    def as_query(self) -> str:
        """The shortest query string that shows the same."""
        own = {name: value for name, value in self.chosen.items() if value != self._usual[name]}
        population = {POPULATION_PREFIX + name: values for name, values in self.population.filters}
        return urlencode(own | population, doseq=True)
