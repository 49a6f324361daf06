"""What is chosen on the dashboard of the response: a criterion, and patients by the filters of their list."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.dashboards.response.question import ResponseQuestion
from analytics.population import chosen_in, facets
from analytics.spec import POPULATION_PREFIX, Population
from cases.access import Person
from cases.derived.response import SCLEROSIS
from cases.models import Criterion, Study


class ResponseDashboardForm(forms.Form):
    """Reads the address; what does not exist falls back to what is usual, and ``stale`` says so."""

    criterion = forms.ChoiceField(label=_("Criterion"), choices=Criterion.choices)

    def __init__(self, asked: QueryDict, *, study: Study, by: Person) -> None:
        self.study = study
        self.stale: list[Any] = []
        self.chosen = asked.get("criterion") or SCLEROSIS
        if self.chosen not in Criterion.values:
            self.stale.append(_("There is no such criterion. Choose another."))
            self.chosen = SCLEROSIS
        self.population_filters = facets(asked, study=study, by=by)
        self.population = chosen_in(asked)
        if not self.population_filters.is_valid():
            self.stale += [str(error) for errors in self.population_filters.errors.values() for error in errors]
            self.population = Population()
        super().__init__(initial={"criterion": self.chosen})

    @property
    def question(self) -> ResponseQuestion:
        return ResponseQuestion(study=self.study.code, criterion=self.chosen, population=self.population)

    def as_query(self) -> str:
        """The shortest query string that shows the same."""
        criterion = {"criterion": self.chosen} if self.chosen != SCLEROSIS else {}
        population = {POPULATION_PREFIX + name: values for name, values in self.population.filters}
        return urlencode(criterion | population, doseq=True)
