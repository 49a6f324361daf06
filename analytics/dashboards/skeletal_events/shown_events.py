"""All events, not only the first: how often they come, and of which kinds they are."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import report
from analytics.dashboards.panel import Panel
from analytics.kinds.base import Table
from analytics.kinds.time_to_event import wording
from analytics.kinds.time_to_event.figures import group_names, means_figure
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.kinds.time_to_event.tables import rates_table
from analytics.plots.counts import Count, counts, counts_height
from analytics.plots.names import in_language
from analytics.plots.numbers import number
from analytics.plots.time_curves import time_curves_height
from analytics.plots.wording import p_text


def recurrence_panel(result: dict[str, Any], spec: TimeToEvent) -> Panel:
    """Events per patient-year; by response person-time is split at it."""
    part, title = result["recurrence"], _("All events: how often")
    if not part["rates"]:
        return Panel(name="recurrence", title=title, sentence=_("There is no rate of events to be told."))
    drawn = any(curve["day"] for curve in part["means"])
    return Panel(
        name="recurrence",
        title=title,
        sentence=" ".join(filter(None, [_rates(result), _ratio(part)])),
        n=report.count_of_patients(result["patients"]) if drawn else "",
        caption=_("Mean number of events per patient, with its interval. The dead have no more events, as in life."),
        draw=(lambda: means_figure(result, spec)) if drawn else None,
        height=time_curves_height(1, table=False),
        table=rates_table(result),
        notes=[
            _("A patient’s time until the response belongs to those without one, so a patient may be in both lines."),
            _(
                "The ratio compares patients on the same day after the first dose (Andersen–Gill); it need not be the "
                "quotient of the two rates, in which early and late days are mixed."
            ),
        ]
        if spec.compared == Compared.RESPONSE
        else [],
    )


def _rates(result: dict[str, Any]) -> str:
    names = group_names(result)
    text = _("{group} {rate} ({interval}; {events} in {years} patient-years)")
    told = "; ".join(
        text.format(
            group=names.get(one["label"], _("All patients")),
            rate=number(one["rate"], 2),
            interval=report.span(one["interval"]["low"], one["interval"]["high"], 2),
            events=one["event_count"],
            years=number(one["patient_years"], 1),
        )
        for one in result["recurrence"]["rates"]
    )
    return _("Events per patient-year: {rates}.").format(rates=told)


def _ratio(part: dict[str, Any]) -> str:
    """Only of two: of more groups each has a line of the table."""
    if len(part["ratios"]) != 1:
        return ""
    term = part["ratios"][0]
    return _("{compared}: ratio {ratio} (95% interval {interval}, {p}).").format(
        compared=in_language(term["labels"]),
        ratio=wording.ratio_of_term(term),
        interval=wording.ratio_interval(term["interval"]),
        p=p_text(term["p_value"], exact=False),
    )


def kinds_panel(kinds: list[dict[str, Any]], *, patients: int) -> Panel:
    """Each kind with its number of events, the most frequent first."""
    title = _("Kinds of events")
    if not kinds:
        return Panel(name="kinds", title=title, sentence=_("No skeletal-related event is recorded after time zero."))
    rows = sorted(kinds, key=lambda one: -one["events"])
    total, uncounted = (sum(one[name] for one in rows) for name in ("events", "uncounted"))
    text = ngettext(
        "{most} is the most frequent kind: {events} of {total} event.",
        "{most} is the most frequent kind: {events} of {total} events.",
        total,
    )
    notes = []
    if uncounted:
        text_of_others = ngettext(
            "{count} recorded event does not count: it lies within the study’s window, or its kind does not count",
            "{count} recorded events do not count: they lie within the study’s window, or their kind does not count",
            uncounted,
        )
        notes.append(text_of_others.format(count=uncounted))
    return Panel(
        name="kinds",
        title=title,
        sentence=text.format(most=in_language(rows[0]["labels"]), events=rows[0]["events"], total=total),
        n=report.count_of_patients(patients),
        caption=_("Events that count, from time zero to the end of observation; a patient may have several."),
        draw=lambda: counts([_bar(one, total=total) for one in rows], title=_("Events")),
        height=counts_height(len(rows)),
        table=_kinds_table(rows),
        notes=notes,
    )


def _bar(one: dict[str, Any], *, total: int) -> Count:
    name = in_language(one["labels"])
    share = f"{100 * one['events'] / total:.0f}%" if total else report.HIDDEN
    patients = report.count_of_patients(one["patients"])
    return Count(
        name=name, amount=one["events"], text=f"{one['events']} ({share})", hover=f"{name}: {one['events']}, {patients}"
    )


def _kinds_table(rows: list[dict[str, Any]]) -> Table:
    return Table(
        caption=_("Skeletal-related events of the analysed patients, by kind"),
        header=[_("Kind"), _("Events"), _("Patients"), _("As first event"), _("Recorded, not counted")],
        rows=[
            [in_language(one["labels"]), *(str(one[name]) for name in ("events", "patients", "first", "uncounted"))]
            for one in rows
        ],
    )
