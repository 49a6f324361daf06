"""The overview as it may be released: histologies, the flow without reasons, and the accrual by the chosen date.

Coverage and data quality are left out: viewers find the coverage on the pages of studies and markers.
"""

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.dashboards.keeping import Kept
from analytics.dashboards.overview.data import released
from analytics.dashboards.overview.form import OverviewForm
from analytics.dashboards.overview.lists import NO_LISTS
from analytics.dashboards.overview.panels import lead
from analytics.dashboards.overview.shown_people import accrual_panel, flow_panel, histologies_panel
from analytics.releases.base import ReleasableDashboard, Shown, State, withheld_groups
from cases.access import Person, StudyRights


class OverviewRelease(ReleasableDashboard):
    """All parts are about the same patients, so that each is shown as far as it stands beside those before it."""

    code = "overview"
    name = gettext_lazy("Overview")
    url_name = "analytics:overview"

    def state(self, asked: QueryDict, *, by: Person, rights: StudyRights) -> State:
        form = OverviewForm(asked, kept=Kept(by=by, rights=rights))
        numbers = released(question=form.question, dated_by=form.chosen["dated_by"], by=by)
        return State(
            query=form.as_query(),
            population=form.population,
            stale=[str(text) for text in form.stale],
            numbers=numbers,
            nothing="" if numbers["patients"] else _("Every group is too small to be shown."),
            left_out=_("Coverage, data quality and the reasons in the flow are left out."),
        )

    def shown(self, numbers: dict[str, Any]) -> Shown:
        people = histologies_panel(numbers, lists=NO_LISTS)
        hidden = sum(row["patients"] is None for row in numbers["histologies"])
        parts = [
            accrual_panel(numbers, dated_by=numbers["dated_by"], lists=NO_LISTS),
            flow_panel(numbers, lists=NO_LISTS),
            replace(people, notes=withheld_groups(hidden)),
        ]
        return Shown(sentence=lead(numbers), basis=[], parts=parts)
