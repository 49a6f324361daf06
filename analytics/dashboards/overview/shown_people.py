"""The parts of the overview about people: how they came, how far their records reach, and what they have."""

from collections import defaultdict
from itertools import accumulate, pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics import report
from analytics.dashboards.overview import flow as steps
from analytics.dashboards.overview.accrual import DatedBy
from analytics.dashboards.overview.lists import Lists, linked
from analytics.dashboards.panel import Panel
from analytics.kinds.base import Table
from analytics.plots.accrual import HEIGHT, accrual, period_name
from analytics.plots.counts import Count, counts, counts_height
from analytics.plots.names import in_a_sentence, in_language
from cases.disclosure import SMALLEST_SHOWN
from cases.models import ConsentStatus
from cases.sentences import render

STEPS: dict[str, str | Promise] = {
    steps.ALL: gettext_lazy("In the study"),
    steps.CONSENT: gettext_lazy("With consent"),
    steps.SPECIMEN: gettext_lazy("With a specimen"),
    steps.STAIN: gettext_lazy("With a stain that was read"),
    steps.DENOSUMAB: gettext_lazy("Given denosumab"),
    steps.ASSESSED: gettext_lazy("Assessed after the first dose"),
    steps.FOLLOWED: gettext_lazy("Followed after the first dose"),
}
TOO_FEW = gettext_lazy("This is withheld: one of its numbers is below 5, or gives such a one away beside the others.")
UNSETTLED = {steps.NOT_CONSENTED[status]["text"]: status for status in (ConsentStatus.PENDING, ConsentStatus.UNKNOWN)}


def accrual_panel(found: dict[str, Any], *, dated_by: str, lists: Lists) -> Panel:
    """Patients in all over time."""
    part = found["accrual"][dated_by]
    date = str(DatedBy(dated_by).label)
    title = _("Accrual")
    if part["periods"] is None:
        return Panel(name="accrual", title=title, sentence=str(TOO_FEW))
    if not part["periods"]:
        return Panel(name="accrual", title=title, sentence=_("No patient has this date: {date}.").format(date=date))
    total, in_full = sum(period["patients"] for period in part["periods"]), part["year_only"] is not None
    return Panel(
        name="accrual",
        title=title,
        sentence=_accrual_sentence(part["periods"], total=total, date=date),
        n=report.count_of_patients(total),
        caption=_("Each step adds the patients of a month.")
        if in_full
        else _("Each step adds at least {smallest} patients, of one month or of several.").format(
            smallest=SMALLEST_SHOWN
        ),
        draw=lambda: accrual(part["periods"], title=date),
        height=HEIGHT,
        table=_years(part["periods"], dated_by, lists) if in_full else _periods(part["periods"]),
        file=_periods(part["periods"]),
        notes=_undated(part),
    )


def _accrual_sentence(periods: list[dict[str, Any]], *, total: int, date: str) -> str:
    running = accumulate(period["patients"] for period in periods)
    middle = next(period for period, so_far in zip(periods, running, strict=True) if 2 * so_far >= total)
    if len(periods) == 1:
        text = ngettext("{count} patient came in {period}.", "{count} patients came in {period}.", total)
        return text.format(count=total, period=period_name(periods[0]))
    text = _("{count} patients came from {first} to {last}, half of them by {middle}; counted by: {date}.")
    return text.format(
        count=total,
        first=periods[0]["first"],
        last=periods[-1]["last"],
        middle=middle["last"],
        date=in_a_sentence(date),
    )


def _undated(part: dict[str, Any]) -> list[str]:
    notes = []
    if part["undated"]:
        notes.append(_("{count} without this date").format(count=part["undated"]))
    if part["year_only"]:
        notes.append(
            _("{count} with a date known to the year only, counted in its middle").format(count=part["year_only"])
        )
    return notes


def _years(periods: list[dict[str, Any]], dated_by: str, lists: Lists) -> Table:
    new: dict[str, int] = defaultdict(int)
    for period in periods:
        new[period["first"][:4]] += period["patients"]
    totals = accumulate(new.values())
    return Table(
        caption=_("Patients by year"),
        header=[_("Year"), _("New"), _("In all")],
        rows=[
            [linked(year, lists.year(dated_by, year)), str(number), str(total)]
            for (year, number), total in zip(new.items(), totals, strict=True)
        ],
    )


def _periods(periods: list[dict[str, Any]]) -> Table:
    totals = accumulate(period["patients"] for period in periods)
    return Table(
        caption=_("Patients by month"),
        header=[_("Month"), _("New"), _("In all")],
        rows=[
            [period_name(period), str(period["patients"]), str(total)]
            for period, total in zip(periods, totals, strict=True)
        ],
    )


def flow_panel(found: dict[str, Any], *, lists: Lists) -> Panel:
    """From all patients to those whose response can be followed, with the reasons of the others."""
    title = _("From patients to answers")
    part = found["flow"]
    if part is None:
        return Panel(name="flow", title=title, sentence=str(TOO_FEW))
    if not part[0]["patients"]:
        return Panel(name="flow", title=title, sentence=_("No patient is in the chosen population."))
    rows = [
        Count(name=str(STEPS[step["step"]]), amount=step["patients"], text=str(step["patients"]), hover=_why(step))
        for step in part
    ]
    return Panel(
        name="flow",
        title=title,
        sentence=_flow_sentence(part),
        n=report.count_of_patients(part[0]["patients"]),
        caption=_("Each bar counts those who took all the steps above it as well."),
        draw=lambda: counts(rows, title=_("Patients")),
        height=counts_height(len(rows)),
        table=_flow_table(part, lists),
        file=_flow_table(part, None),
        notes=[_("Patients who withdrew consent are left out.")],
    )


def _flow_sentence(part: list[dict[str, Any]]) -> str:
    everybody, last = part[0]["patients"], part[-1]["patients"]
    text = ngettext(
        "{last} of {count} patient came as far as “{step}”.",
        "{last} of {count} patients came as far as “{step}”.",
        everybody,
    ).format(last=last, count=everybody, step=STEPS[part[-1]["step"]])
    losses = {step["step"]: before["patients"] - step["patients"] for before, step in pairwise(part)}
    step, most = max(losses.items(), key=lambda item: item[1], default=("", 0))
    if not most:
        return text
    return f"{text} " + _("Most are left out at “{step}”: {count}.").format(step=STEPS[step], count=most)


def _why(step: dict[str, Any]) -> str:
    lines = [f"{STEPS[step['step']]}: {step['patients']}"]
    lines += [f"{render(one['reason'])}: {one['patients']}" for one in step["reasons"]]
    return "<br>".join(lines)


def _flow_table(part: list[dict[str, Any]], lists: Lists | None) -> Table:
    """With links for the page, without for the file."""
    everybody, before, rows = part[0]["patients"], part[0]["patients"], []
    for step in part:
        in_all = None if step["whole"] is None else everybody - step["whole"]
        reasons = format_html_join(
            "; ",
            "{}: {}",
            (
                (render(one["reason"]), linked(one["patients"], _reason_url(one, in_all, lists)))
                for one in step["reasons"]
            ),
        )
        number = linked(step["patients"], lists.patients()) if lists and step is part[0] else str(step["patients"])
        left_out = str(before - step["patients"])
        rows.append([str(STEPS[step["step"]]), number, left_out, reasons or report.HIDDEN, report.shown(step["whole"])])
        before = step["patients"]
    header = [_("Step"), _("Patients"), _("Left out"), _("Because"), _("Of all patients")]
    known = len(header) if part[0]["whole"] is not None else header.index(_("Because"))
    return Table(caption=_("Patients step by step"), header=header[:known], rows=[row[:known] for row in rows])


def _reason_url(one: dict[str, Any], in_all: int | None, lists: Lists | None) -> str:
    """Where exactly these patients are listed."""
    text = one["reason"]["text"]
    if lists is None:
        return ""
    if text in UNSETTLED:
        return lists.patients(consent_status=UNSETTLED[text])
    if text == "No specimen" and one["patients"] == in_all:
        return lists.without_specimen()
    return ""


def histologies_panel(found: dict[str, Any], *, lists: Lists) -> Panel:
    """Patients by histology of the index diagnosis."""
    part = found["histologies"]
    title = _("Histologies")
    if not part:
        return Panel(name="histologies", title=title, sentence=_("No patient is in the chosen population."))
    rows = [
        Count(name=in_language(row["labels"]), amount=row["patients"], text=report.shown(row["patients"]))
        for row in part
    ]
    return Panel(
        name="histologies",
        title=title,
        sentence=_histologies_sentence(part),
        n=report.count_of_patients(found["patients"]) if found["patients"] is not None else "",
        caption=_("Histology of the index diagnosis."),
        draw=lambda: counts(rows, title=_("Patients")),
        height=counts_height(len(rows)),
        table=_histologies_table(part, lists),
        file=_histologies_table(part, None),
    )


def _histologies_sentence(part: list[dict[str, Any]]) -> str:
    named = [row for row in part if row["name"]]
    if not named:
        return _("No patient has an index diagnosis.")
    first = named[0]
    if first["patients"] is None:
        return str(TOO_FEW)
    text = ngettext(
        "{count} histology: {first} in {patients}.",
        "{count} histologies; the most frequent is {first}, in {patients}.",
        len(named),
    )
    return text.format(
        count=len(named),
        first=in_language(first["labels"]),
        patients=report.count_of_patients(first["patients"]),
    )


def _histologies_table(part: list[dict[str, Any]], lists: Lists | None) -> Table:
    return Table(
        caption=_("Patients by histology"),
        header=[_("Histology"), _("Patients")],
        rows=[
            [
                linked(
                    in_language(row["labels"]), lists.patients(histology=row["name"]) if lists and row["name"] else ""
                ),
                report.shown(row["patients"]),
            ]
            for row in part
        ],
    )
