"""The dashboard of skeletal events."""

from functools import cached_property
from typing import Any

from django.urls import reverse

from analytics.dashboards.addresses import with_addresses
from analytics.dashboards.keeping import Kept
from analytics.dashboards.panel import Panel
from analytics.dashboards.skeletal_events import words
from analytics.dashboards.skeletal_events.data import suffered
from analytics.dashboards.skeletal_events.form import SkeletalEventsForm
from analytics.dashboards.skeletal_events.panels import panels
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.views.panels import OfPanels, PanelCsv, PanelFigure, PanelsPage


class OfSkeletalEvents(OfPanels):
    """What the query string chooses, and its numbers; ``spec`` is the question they answer."""

    page = "analytics:explore-skeletal-events"

    @cached_property
    def form(self) -> SkeletalEventsForm:
        return SkeletalEventsForm(self.request.GET, study=self.study, by=self.user)

    @cached_property
    def found(self) -> dict[str, Any]:
        return suffered(spec=self.form.question.spec(), kept=Kept(by=self.user, rights=self.rights))

    @cached_property
    def spec(self) -> TimeToEvent:
        return TimeToEvent.from_mapping(self.found["question"])

    @cached_property
    def panels(self) -> dict[str, Panel]:
        return panels(self.found, self.spec)


class SkeletalEventsDashboard(OfSkeletalEvents, PanelsPage):
    """To whom events come, how often, and of which kinds."""

    template_name = "analytics/dashboards/skeletal_events.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, spec = self.found, self.spec
        ask = reverse("analytics:analysis-ask", args=[self.study.code, spec.kind])
        return super().get_context_data(
            form=self.form,
            found=found,
            lead=words.lead(found, spec),
            basis=words.basis(found),
            doubts=words.doubts(found, spec),
            methods=words.methods(found),
            by_response=spec.compared == Compared.RESPONSE,
            ask_url=f"{ask}?{spec.as_query()}",
            panels=with_addresses(self.panels, page=self.page, query=self.query, rights=self.rights),
            **kwargs,
        )


class SkeletalEventsFigure(OfSkeletalEvents, PanelFigure):
    """The figure of a part."""


class SkeletalEventsCsv(OfSkeletalEvents, PanelCsv):
    """The table of a part."""
