"""The cumulative incidence, and the landmarks side by side."""

from typing import Any

from django.utils.translation import gettext as _

from analytics import report
from analytics.dashboards.panel import Panel
from analytics.groupings import GROUPINGS
from analytics.kinds.time_to_event import wording
from analytics.kinds.time_to_event.figures import curves_figure
from analytics.kinds.time_to_event.sentence import with_estimates
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.kinds.time_to_event.tables import estimates_table, landmarks_table
from analytics.plots.names import in_a_sentence
from analytics.plots.time_curves import time_curves_height
from analytics.plots.wording import p_text


def curves_panel(result: dict[str, Any], spec: TimeToEvent) -> Panel:
    """The share with a first event by each day, death competing."""
    title = _title(spec)
    if not result["curves"]:
        text = _("Nobody is without the event and under observation on day {day}.")
        return Panel(name="incidence", title=title, sentence=text.format(day=spec.landmark))
    begins = _("Curves begin at the landmark, among those without the event.") if result["start"] else ""
    band = _(
        "Cumulative incidence (Aalen–Johansen) with death as a competing event, shaded its 95% interval; ticks: end of "
        "follow-up. Below, who is still at risk."
    )
    return Panel(
        name="incidence",
        title=title,
        # Of groups the answer tells the shares.
        sentence=with_estimates(result, spec) if spec.compared == Compared.RESPONSE else "",
        n=report.count_of_patients(sum(group["patients"] for group in result["groups"])),
        caption=f"{band} {begins}".strip(),
        draw=lambda: curves_figure(result, result, spec),
        height=time_curves_height(len(result["curves"])),
        table=estimates_table(result, spec),
        notes=_test(result),
    )


def _title(spec: TimeToEvent) -> str:
    if spec.compared == Compared.RESPONSE:
        return _("First skeletal-related event by response, from day {day} on").format(day=spec.landmark)
    grouping = in_a_sentence(str(GROUPINGS[spec.grouping].label("")))
    return _("First skeletal-related event by {grouping}").format(grouping=grouping)


def _test(result: dict[str, Any]) -> list[str]:
    test = result["test"]
    if test is None:
        return []
    return [f"{_(test['method'])}: χ² = {test['statistic']:.4g}, {p_text(test['p_value'], exact=False)}"]


def landmarks_panel(result: dict[str, Any]) -> Panel:
    """Every landmark, so that none is picked."""
    known = [one for one in result["landmarks"] if one["term"]]
    table = landmarks_table(result)
    if not known:
        sentence = _("At no landmark can the groups be compared.")
        return Panel(name="landmarks", title=_("Landmarks"), sentence=sentence, table=table)
    ratios = "; ".join(
        _("day {day}: {ratio} ({interval}), n = {count}").format(
            day=one["day"],
            ratio=wording.ratio_of_term(one["term"]),
            interval=wording.ratio_interval(one["term"]["interval"]),
            count=one["patients"],
        )
        for one in known
    )
    text = _("Hazard ratios of responders over the others from each landmark on: {ratios}.")
    return Panel(name="landmarks", title=_("Landmarks"), sentence=text.format(ratios=ratios), table=table)
