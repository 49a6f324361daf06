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
from cases.models import Study


class PopulationForm(forms.Form):
    """Reads the address; what does not exist falls back to what is usual, and ``stale`` says so.

    The choices of ``usual`` are read from the address, and left out of it where they are as usual.
    """

    usual: Mapping[str, str] = {}

    def __init__(self, asked: QueryDict, *, study: Study, by: Person) -> None:
        self.study = study
        self.stale: list[Any] = []
        self.population_filters = facets(asked, study=study, by=by)
        self.population = chosen_in(asked)
        if not self.population_filters.is_valid():
            self.stale += [str(error) for errors in self.population_filters.errors.values() for error in errors]
            self.population = Population()
        self.chosen = {name: asked.get(name) or usual for name, usual in self.usual.items()}
        super().__init__(initial=self.chosen)
        for name in self.usual:
            self._fall_back(name)

    def _fall_back(self, name: str) -> None:
        field: Any = self.fields[name]
        if self.chosen[name] not in dict(field.choices):
            self.stale.append(_("Your choice is not there any more, or not with the others. Choose again."))
            self.chosen[name] = self.initial[name] = self.usual[name]

    def as_query(self) -> str:
        """The shortest query string that shows the same."""
        own = {name: value for name, value in self.chosen.items() if value != self.usual[name]}
        population = {POPULATION_PREFIX + name: values for name, values in self.population.filters}
        return urlencode(own | population, doseq=True)
