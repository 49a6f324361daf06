"""What is chosen on the dashboard of skeletal events: what patients are compared by, and patients."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.dashboards.population_form import PopulationForm
from analytics.dashboards.response.form import CRITERIA
from analytics.dashboards.skeletal_events.question import (
    GROUPED_BY,
    LANDMARKS,
    USUAL_LANDMARK,
    SkeletalEventsQuestion,
)
from analytics.groupings import GROUPINGS
from analytics.kinds.time_to_event.spec import Compared, Zero
from cases.access import Person
from cases.models import Study


class SkeletalEventsForm(PopulationForm):
    """By response a criterion and a landmark; by groups a day from which time counts."""

    compared = forms.ChoiceField(label=_("Compare patients by"))
    criterion = forms.ChoiceField(label=_("Criterion"))
    landmark = forms.ChoiceField(label=_("Landmark that is drawn"), help_text=_("The table has all of them."))
    zero = forms.ChoiceField(label=_("Time counts from"))

    def __init__(self, asked: QueryDict, *, study: Study, by: Person) -> None:
        super().__init__(asked, study=study, by=by)
        groups = {code: GROUPINGS[code].label("") for code in GROUPED_BY}
        self.choose("compared", {Compared.RESPONSE.value: Compared.RESPONSE.label, **groups})
        by_response = self.chosen["compared"] == Compared.RESPONSE
        self.choose("criterion", CRITERIA if by_response else {})
        self.choose("landmark", _landmarks() if by_response else {})
        self.choose("zero", {} if by_response else dict(Zero.choices))

    @property
    def question(self) -> SkeletalEventsQuestion:
        return SkeletalEventsQuestion(study=self.study.code, population=self.population, **self.chosen)


def _landmarks() -> dict[str, str]:
    """The usual one first."""
    days = sorted(LANDMARKS, key=lambda day: day != USUAL_LANDMARK)
    return {day: gettext("Day {day}").format(day=day) for day in days}
