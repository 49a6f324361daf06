"""The time to a response as a part of the dashboard."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import report
from analytics.dashboards.panel import Panel
from analytics.kinds.base import Table
from analytics.kinds.time_to_event import wording
from analytics.kinds.time_to_event.naming import ALL
from analytics.plots import looks
from analytics.plots.names import in_language
from analytics.plots.time_curves import TimeAxes, curves_of, time_curves, time_curves_height

NAME = "time"
MARKED_YEARS = 1.0


def time_panel(found: dict[str, Any]) -> Panel:
    """The cumulative incidence of a response among all treated patients."""
    title = _("Time to response")
    part = found["time"]
    notes = [report.excluded(item) for item in part["exclusions"]]
    if part["incidence"] is None:
        sentence = _("No treated patient was followed after a dated first dose.")
        return Panel(name=NAME, title=title, sentence=sentence, notes=notes)
    incidence = part["incidence"]
    group = incidence["groups"][0]
    axes = TimeAxes(
        x=_("Years from the first denosumab dose"),
        y=in_language(found["outcome"]),
        table_days=incidence["table_days"],
    )
    named = curves_of(incidence["curves"], {ALL: group}, names={ALL: _("All treated patients")}, looks=looks([ALL]))
    return Panel(
        name=NAME,
        title=title,
        sentence=_sentence(group, outcome=in_language(found["outcome"])),
        n=report.count_of_patients(part["patients"]),
        caption=_(
            "Cumulative incidence (Aalen–Johansen) with death as a competing event, shaded its 95% interval; ticks: "
            "end of follow-up. Treated patients who were never assessed count as without a response."
        ),
        draw=lambda: time_curves(named, axes),
        height=time_curves_height(1),
        table=_table(group),
        notes=notes,
    )


def _sentence(group: dict[str, Any], *, outcome: str) -> str:
    counts = ngettext(
        "{outcome} in {events} of {count} treated patient, {deaths} died without.",
        "{outcome} in {events} of {count} treated patients, {deaths} died without.",
        group["patients"],
    ).format(outcome=outcome, events=group["events"], count=group["patients"], deaths=group["deaths_before"])
    at_mark = next((one for one in group["estimates"] if one["years"] == MARKED_YEARS), None)
    parts = [counts]
    if at_mark and at_mark["value"] is not None and at_mark["low"] is not None:
        text = _("By one year {share} (95% interval {interval}).")
        parts.append(text.format(share=wording.share(at_mark["value"]), interval=wording.share_interval(at_mark)))
    if group["median"]:
        parts.append(_("Half have it by day {day}.").format(day=round(group["median"]["day"])))
    return " ".join(parts)


def _table(group: dict[str, Any]) -> Table:
    return Table(
        caption=_("Cumulative incidence of a response, years from the first dose"),
        header=[_("Years"), _("Share"), _("95% interval"), _("At risk")],
        rows=[
            [f"{one['years']:g}", wording.share(one["value"]), wording.share_interval(one), str(one["at_risk"])]
            for one in group["estimates"]
        ],
    )
