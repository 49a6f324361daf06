"""What is chosen on the overview: patients, by which date they came, and the assay whose coverage is drawn."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.dashboards.keeping import Kept
from analytics.dashboards.overview.accrual import DatedBy
from analytics.dashboards.overview.data import overview
from analytics.dashboards.overview.question import OverviewQuestion
from analytics.dashboards.population_form import PopulationForm
from analytics.plots.names import in_language


class OverviewForm(PopulationForm):
    """``found`` are the numbers of the chosen patients."""

    dated_by = forms.ChoiceField(label=_("Patients came by"))
    assay = forms.ChoiceField(label=_("Coverage by"))

    def __init__(self, asked: QueryDict, *, kept: Kept) -> None:
        super().__init__(asked, study=kept.rights.study, by=kept.by, look_up=kept.look_up)
        self.question = OverviewQuestion(study=self.study.code, population=self.population)
        self.found: dict[str, Any] = overview(question=self.question, kept=kept)
        self.choose("dated_by", dict(DatedBy.choices))
        self.choose("assay", {one["code"]: in_language(one["labels"]) for one in self.found["coverage"]})
