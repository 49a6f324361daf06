"""The parts of the dashboard that show patients one by one: change of attenuation, and courses of treatment."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics import report
from analytics.clinical_course import COUNTED, DEATH, READINGS
from analytics.dashboards.panel import Panel
from analytics.kinds.base import Table
from analytics.plots import theme
from analytics.plots.numbers import number, signed
from analytics.plots.timeline import Bar, Mark, Row, days_text, height, timeline
from analytics.plots.waterfall import HEIGHT, Step, Steps, waterfall
from cases.derived.dates import Days
from cases.derived.response import Outcome

PATIENTS_PER_PAGE = 25
RESPONSE = READINGS["complete"]
OUTCOMES: dict[str, tuple[str | Promise, str, bool]] = {
    Outcome.RESPONSE: (gettext_lazy("Responders"), theme.SCLEROSIS, False),
    Outcome.NO_RESPONSE: (gettext_lazy("Non-responders"), theme.NO_RESPONSE, False),
    Outcome.NOT_EVALUABLE: (gettext_lazy("Not evaluable"), theme.SOFT, True),
    "": (gettext_lazy("Not in the denominator"), theme.SOFT, True),
}
"""Name, colour and whether hollow, of what became of a patient by the criterion."""


def attenuation_panel(found: dict[str, Any]) -> Panel:
    """The best change of each patient, the greatest first."""
    rows = found["attenuation"]
    title = _("Best change of CT attenuation")
    if not rows:
        sentence = _("No patient has the attenuation of an index lesion measured both before and after the first dose.")
        return Panel(name="attenuation", title=title, sentence=sentence)
    steps = [
        (row["outcome"], place, Step(name=row["patient"], value=row["change"], text=_change_text(row)))
        for place, row in enumerate(rows)
    ]
    groups = []
    for outcome, (name, colour, hollow) in OUTCOMES.items():
        bars = [(place, step) for of, place, step in steps if of == outcome]
        if bars:
            groups.append(Steps(name=f"{name} (n = {len(bars)})", colour=colour, bars=bars, hollow=hollow))
    denser = sum(row["change"] > 0 for row in rows)
    text = ngettext(
        "The index lesion of {denser} of {count} measured patient became denser.",
        "The index lesions of {denser} of {count} measured patients became denser.",
        len(rows),
    )
    middle = _("Half of the best changes are at least {change} HU.").format(change=signed(_median(rows), 0))
    return Panel(
        name="attenuation",
        title=title,
        sentence=f"{text.format(denser=denser, count=len(rows))} {middle}",
        n=report.count_of_patients(len(rows)),
        caption=_(
            "One bar per patient: the index lesion that changed most, from the last measurement up to the first dose "
            "to the highest after it; none after radiotherapy or surgery to the lesion."
        ),
        draw=lambda: waterfall(groups, y=_("Change of mean attenuation, HU"), x=_("Patients, greatest change first")),
        height=HEIGHT,
        table=_attenuation_table(rows),
        notes=[
            _(
                "The highest of several measurements in the lesion that changed most is higher than the first by "
                "chance alone, too: this describes patients and tests nothing."
            )
        ],
    )


def _change_text(row: dict[str, Any]) -> str:
    text = _("{lesion}: {before} to {after} HU ({change}), day {day}")
    return text.format(
        lesion=row["lesion"],
        before=number(row["baseline"], 0),
        after=number(row["best"], 0),
        change=signed(row["change"], 0),
        day=row["day"],
    )


def _median(rows: list[dict[str, Any]]) -> float:
    """The lower of the two middle ones, so that half of the patients reach it."""
    changes = sorted(row["change"] for row in rows)
    return float(changes[len(changes) // 2]) if len(changes) % 2 else float(changes[len(changes) // 2 - 1])


def _attenuation_table(rows: list[dict[str, Any]]) -> Table:
    return Table(
        caption=_("Best change of mean CT attenuation, HU"),
        header=[_("Patient"), _("Lesion"), _("Before"), _("Best after"), _("Change"), _("Day"), _("Response")],
        rows=[
            [
                row["patient"],
                row["lesion"],
                number(row["baseline"], 0),
                number(row["best"], 0),
                signed(row["change"], 0),
                str(row["day"]),
                str(OUTCOMES[row["outcome"]][0]),
            ]
            for row in rows
        ],
        open=False,
    )


def courses_panel(found: dict[str, Any], *, page: int) -> Panel:
    """The treated patients of one page, who were followed longest first."""
    rows = found["courses"]
    title = _("Treated patients one by one")
    if not rows:
        return Panel(name="courses", title=title, sentence=_("No patient has a dated first dose of denosumab."))
    first = (page - 1) * PATIENTS_PER_PAGE
    shown = rows[first : first + PATIENTS_PER_PAGE]
    drawn = [_row(row) for row in shown]
    text = _("Patients {first} to {last} of {count} with a dated first dose, who were followed longest first.")
    return Panel(
        name="courses",
        title=title,
        sentence=text.format(first=first + 1, last=first + len(shown), count=len(rows)),
        n=report.count_of_patients(len(shown)),
        caption=_(
            "Dark bar: denosumab. Light bar: followed. Square: first response by the criterion. Cross: "
            "skeletal-related event. Line: death."
        ),
        draw=lambda: timeline(drawn, axis_title=_("Days from the first denosumab dose")),
        height=height(drawn),
        table=_courses_table(shown),
        file=_courses_table(rows),
    )


def pages_of(found: dict[str, Any]) -> int:
    """How many pages the treated patients fill; at least one."""
    return max(1, -(-len(found["courses"]) // PATIENTS_PER_PAGE))


def _row(row: dict[str, Any]) -> Row:
    zero = Days(days=0, at_least=0, at_most=0, imputed=False)
    end = Days(**row["end"]) if row["end"] else None
    bars = [Bar(start=zero, end=end, text="", date=_("Followed"))] if end else []
    for course in row["courses"]:
        start = Days(**course["start"])
        last = Days(**course["end"]) if course["end"] else start
        bars.append(Bar(start=start, end=last, text="", date=_("Denosumab"), leads=True))
    marks = [
        Mark(days=Days(**days), text=_("Skeletal-related event"), date=days_text(Days(**days)), look=COUNTED)
        for days in row["events"]
    ]
    if row["response"]:
        days = Days(**row["response"])
        marks.append(Mark(days=days, text=_("First response"), date=days_text(days), look=RESPONSE))
    if row["died"] and end:
        marks.append(Mark(days=end, text=_("Death"), date=days_text(end), look=DEATH))
    return Row(label=row["patient"], bars=tuple(bars), marks=tuple(marks))


def _courses_table(rows: list[dict[str, Any]]) -> Table:
    return Table(
        caption=_("Treated patients: days from the first dose of denosumab"),
        header=[
            _("Patient"),
            _("Denosumab"),
            _("First response"),
            _("Skeletal-related events"),
            _("Followed until"),
            _("Died"),
        ],
        rows=[
            [
                row["patient"],
                "; ".join(_span(course) for course in row["courses"]),
                _day(row["response"]),
                "; ".join(_day(days) for days in row["events"]) or report.HIDDEN,
                _day(row["end"]),
                _("yes") if row["died"] else _("no"),
            ]
            for row in rows
        ],
        open=False,
    )


def _span(course: dict[str, Any]) -> str:
    text = _("{first} to {last}").format(first=_day(course["start"]), last=_day(course["end"]))
    return _("{span}, goes on").format(span=text) if course["goes_on"] else text


def _day(days: dict[str, Any] | None) -> str:
    return days_text(Days(**days)) if days else report.HIDDEN
