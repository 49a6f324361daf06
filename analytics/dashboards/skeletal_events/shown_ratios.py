"""The hazard ratios as a forest plot: of all patients, and of groups of them where these are large enough."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.dashboards.panel import Panel
from analytics.dashboards.skeletal_events.subgroups import FEWEST_EVENTS
from analytics.kinds.base import Table
from analytics.kinds.time_to_event import wording
from analytics.kinds.time_to_event.figures import ratio_row, ratio_rows
from analytics.kinds.time_to_event.tables import ratios_table
from analytics.plots.names import in_a_sentence, in_language
from analytics.plots.ratios import Ratio, ratios, ratios_height
from analytics.plots.wording import p_text
from analytics.stats import format_p

NAME = "ratios"


def response_ratios_panel(found: dict[str, Any]) -> Panel:
    """The time-dependent hazard ratio of all patients and of each group with enough events."""
    title = _("Hazard ratio of a response in groups of patients")
    result = found["result"]
    if not result["regression"]:
        sentence = _("Nobody changes between no response and response, so there is no hazard ratio.")
        return Panel(name=NAME, title=title, sentence=sentence)
    overall = {
        "patients": result["patients"],
        "responders": result["regression"]["periods"]["after"]["patients"],
        "events": result["regression"]["events"],
        "term": result["regression"]["terms"][0],
    }
    grouped = [("", _("All patients"), overall)]
    for part in found["subgroups"]:
        label = in_language(part["labels"])
        grouped += [(f"{label}: ", in_language(one["labels"]), one) for one in part["groups"]]
    rows = [ratio_row(f"{name} · {one['events']}/{one['patients']}", one["term"]) for _of, name, one in grouped]
    return Panel(
        name=NAME,
        title=title,
        sentence=_interactions(found["subgroups"]),
        n=_counts(overall),
        caption=_(
            "Each row is a Cox regression with the response as a time-dependent covariate; the dotted line is no "
            "difference. An interval to the edge is open. First by primary site, then by histology; beside each group: "
            "events / patients. Groups are not corrected for their number."
        ),
        draw=lambda: _drawn(rows),
        height=ratios_height(len(rows)),
        table=_table([(of + name, one) for of, name, one in grouped]),
        notes=_left_out(found["subgroups"]),
    )


def group_ratios_panel(result: dict[str, Any]) -> Panel:
    """Each group over the reference, which is the largest."""
    title = _("Hazard ratios")
    rows = ratio_rows(result)
    if not rows:
        return Panel(name=NAME, title=title, sentence=_("The groups have no hazard ratio."))
    return Panel(
        name=NAME,
        title=title,
        sentence=_("Each group over the largest one, death and the end of follow-up as censored."),
        caption=_("Each with its interval; the dotted line is no difference. An interval to the edge is open."),
        draw=lambda: _drawn(rows),
        height=ratios_height(len(rows)),
        table=ratios_table(result),
    )


def _drawn(rows: list[Ratio]) -> Any:
    return ratios(rows, title=_("Hazard ratio with 95% interval, logarithmic"))


def _counts(one: Mapping[str, Any]) -> str:
    """“31 events, 60 patients”."""
    events = ngettext("{count} event", "{count} events", one["events"]).format(count=one["events"])
    patients = ngettext("{count} patient", "{count} patients", one["patients"]).format(count=one["patients"])
    return f"{events}, {patients}"


def _interactions(parts: list[dict[str, Any]]) -> str:
    """Whether the ratio differs between groups; to compare intervals by eye is no test of it."""
    tested = [
        _("{grouping} ({count} groups) {p}").format(
            grouping=in_a_sentence(in_language(part["labels"])),
            count=len(part["groups"]),
            p=p_text(part["interaction"]["p_value"], exact=False),
        )
        for part in parts
        if part["interaction"]
    ]
    if not tested:
        return _("No two groups have enough events to be compared.")
    text = _(
        "Whether the ratio differs between groups is told by the test of interaction alone, not by whose interval "
        "crosses 1: {tests}."
    )
    return text.format(tests="; ".join(tested))


def _left_out(parts: list[dict[str, Any]]) -> list[str]:
    found = []
    for part in parts:
        small = part["small"]
        if small["groups"]:
            text = ngettext(
                "{grouping}: {count} group with fewer than {events} events, or nobody who comes to respond, is not "
                "shown (n = {patients})",
                "{grouping}: {count} groups with fewer than {events} events, or nobody who comes to respond, are not "
                "shown (n = {patients})",
                small["groups"],
            )
            found.append(
                text.format(
                    grouping=in_language(part["labels"]),
                    count=small["groups"],
                    events=FEWEST_EVENTS,
                    patients=small["patients"],
                )
            )
    return found


def _table(named: list[tuple[str, dict[str, Any]]]) -> Table:
    return Table(
        caption=_("Hazard after a response over the hazard before, or without, one"),
        header=[
            _("Group"),
            _("Patients"),
            _("of them responders"),
            _("Events"),
            _("Hazard ratio"),
            _("95% interval"),
            "p",
        ],
        rows=[
            [
                name,
                str(one["patients"]),
                str(one["responders"]),
                str(one["events"]),
                wording.ratio_of_term(one["term"]),
                wording.ratio_interval(one["term"]["interval"]),
                format_p(one["term"]["p_value"]).removeprefix("= "),
            ]
            for name, one in named
        ],
    )
