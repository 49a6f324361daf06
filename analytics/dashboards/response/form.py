"""What is chosen on the dashboard of the response: a criterion, and patients by the filters of their list."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.dashboards.population_form import PopulationForm
from analytics.dashboards.response.question import ResponseQuestion
from cases.access import Person
from cases.derived.response import SCLEROSIS
from cases.models import Criterion, Study

CRITERIA = {SCLEROSIS: Criterion(SCLEROSIS).label, **dict(Criterion.choices)}
"""The usual one first."""


class ResponseDashboardForm(PopulationForm):
    """A criterion, and patients."""

    criterion = forms.ChoiceField(label=_("Criterion"))

    def __init__(self, asked: QueryDict, *, study: Study, by: Person) -> None:
        super().__init__(asked, study=study, by=by)
        self.choose("criterion", CRITERIA)

    @property
    def question(self) -> ResponseQuestion:
        return ResponseQuestion(study=self.study.code, criterion=self.chosen["criterion"], population=self.population)
