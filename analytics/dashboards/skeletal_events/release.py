"""The dashboard of skeletal events as it may be released: hazard ratios, and the shares at the chosen years."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.dashboards.keeping import Kept
from analytics.dashboards.panel import Panel
from analytics.dashboards.skeletal_events import words
from analytics.dashboards.skeletal_events.data import suffered
from analytics.dashboards.skeletal_events.form import SkeletalEventsForm
from analytics.kinds.time_to_event import report
from analytics.kinds.time_to_event.dataset import load
from analytics.kinds.time_to_event.disclosure import disclosed
from analytics.kinds.time_to_event.figures import ratio_rows
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.kinds.time_to_event.tables import estimates_table, ratios_table
from analytics.plots.ratios import ratios, ratios_height
from analytics.releases.base import ReleasableDashboard, Shown, State, withheld_groups
from cases.access import Person, StudyRights

NOT_TOLD: dict[str, Any] = {"flow": [], "exclusions": []}
"""Who is left out, and why."""


class SkeletalEventsRelease(ReleasableDashboard):
    """Without curves; see :mod:`analytics.kinds.time_to_event.disclosure` for what else is left out."""

    code = "skeletal-events"
    name = gettext_lazy("Skeletal events")
    url_name = "analytics:explore-skeletal-events"

    def state(self, asked: QueryDict, *, by: Person, rights: StudyRights) -> State:
        form = SkeletalEventsForm(asked, study=rights.study, by=by)
        place: dict[str, Any] = {
            "query": form.as_query(),
            "population": form.population,
            "stale": [str(text) for text in form.stale],
        }
        found = suffered(spec=form.question.spec(), kept=Kept(by=by, rights=rights))
        spec = TimeToEvent.from_mapping(found["question"])
        if found["refusal"]:
            return State(**place, numbers={}, nothing=str(words.lead(found, spec)))
        frozen = load(spec=spec, by=by).frozen()
        result = disclosed(found["result"], frozen=frozen, spec=spec) | {"population": NOT_TOLD, "warnings": []}
        is_told = result["regression"] or any(group["patients"] for group in result["groups"])
        return State(
            **place,
            numbers={"result": result, "question": found["question"]},
            nothing="" if is_told else _("Every group is too small to be shown."),
            left_out=_(
                "Curves, hazard ratios in groups of patients, kinds and rates of events, and all landmarks but the "
                "chosen one are left out."
            ),
        )

    def shown(self, numbers: dict[str, Any]) -> Shown:
        result, spec = numbers["result"], TimeToEvent.from_mapping(numbers["question"])
        sentence = words.lead({"result": result, "refusal": None}, spec)
        return Shown(
            sentence=sentence, basis=report.basis(result), parts=[_shares(result, spec), _ratios(result, spec)]
        )


def _shares(result: dict[str, Any], spec: TimeToEvent) -> Panel:
    title = _("Cumulative incidence")
    table = estimates_table(result, spec)
    if table is None:
        return Panel(name="incidence", title=title, sentence=report.no_shares(result))
    hidden = sum(not group["patients"] for group in result["groups"])
    return Panel(
        name="incidence",
        title=title,
        sentence=_("At the years at which no share tells of few patients; death is a competing event."),
        table=table,
        notes=withheld_groups(hidden),
    )


def _ratios(result: dict[str, Any], spec: TimeToEvent) -> Panel:
    title = _("Hazard ratios")
    rows = ratio_rows(result)
    if not rows:
        return Panel(name="ratios", title=title, sentence=_("Withheld: its groups are too small, or tell of others."))
    by_response = _("Responders over the others, over time and from the landmark on where it is shown.")
    by_groups = _("Each group over the largest one, death and the end of follow-up as censored.")
    return Panel(
        name="ratios",
        title=title,
        sentence=by_response if spec.compared == Compared.RESPONSE else by_groups,
        caption=_("Each with its interval; the dotted line is no difference. An interval to the edge is open."),
        draw=lambda: ratios(rows, title=_("Hazard ratio with 95% interval, logarithmic")),
        height=ratios_height(len(rows)),
        table=ratios_table(result, with_landmarks=True),
    )
