"""The shares of responders as parts of the dashboard: group by group, and criterion by criterion."""

from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics import report
from analytics.dashboards.panel import Panel
from analytics.dashboards.response.question import ResponseQuestion
from analytics.kinds.base import Table
from analytics.kinds.response_proportions import report as words
from analytics.kinds.response_proportions import wording
from analytics.kinds.response_proportions.figures import share_rows, shares_by_group
from analytics.kinds.response_proportions.sentence import answer_sentence
from analytics.plots.names import in_language
from analytics.plots.numbers import percent
from analytics.plots.shares import Share, shares, shares_height
from cases.sentences import render

HEADINGS: dict[str, str | Promise] = {
    "primary_site": gettext_lazy("By primary site"),
    "histology": gettext_lazy("By histology"),
    "lung_subtype": gettext_lazy("By molecular subtype of lung cancer"),
}


def lead(found: dict[str, Any]) -> SafeString:
    """How many of all patients in the denominator responded, with the interval."""
    chosen = found["criteria"]["chosen"]
    if not chosen["patients"]:
        return format_html("{}", _nobody(found))
    result = {"question": {"outcome": found["outcome"]}, "groups": [chosen], "all": chosen, "comparison": None}
    return answer_sentence(result)


def _nobody(found: dict[str, Any]) -> str:
    if not found["patients"]:
        return _("No patient is in the chosen population.")
    if not found["treated"]:
        return _("Nobody in the chosen population was given denosumab.")
    return _("No treated patient has an answer by this criterion.")


def by_group(grouping: str, found: dict[str, Any], question: ResponseQuestion) -> Panel:
    """The share of each group with its interval; its test is another question."""
    result = found["shares"][grouping]
    heading = str(HEADINGS[grouping])
    asked = question.by(grouping)
    query = asked.as_query()
    if result["refusal"]:
        return Panel(name=grouping, title=heading, sentence=render(result["refusal"]), question=query, kind=asked.kind)
    return Panel(
        name=grouping,
        title=heading,
        sentence=_range(result),
        n=report.patients_at(result, "analysed"),
        caption=_("Point: share of responders. Line: its 95% interval. Beside each group: responders of patients."),
        draw=lambda: shares_by_group(result),
        height=shares_height(len(share_rows(result))),
        table=words.group_table(result),
        notes=report.exclusions(result),
        question=query,
        kind=asked.kind,
    )


def _range(result: dict[str, Any]) -> str:
    """The highest and the lowest share; a group that responded as a whole shows its interval all the same."""
    groups = [group for group in result["groups"] if group["wilson"]]
    ordered = sorted(groups, key=lambda group: (group["wilson"]["estimate"], group["patients"]))
    lowest, highest = ordered[0], ordered[-1]
    if len(groups) == 1:
        return _("{group}: {share}.").format(group=in_language(highest["labels"]), share=_share(highest))
    return _("From {lowest} {low} to {highest} {high}.").format(
        lowest=in_language(lowest["labels"]),
        low=_share(lowest),
        highest=in_language(highest["labels"]),
        high=_share(highest),
    )


def _share(group: dict[str, Any]) -> str:
    return wording.share_words(group["wilson"], of=wording.responders_of(group))


def by_criterion(found: dict[str, Any]) -> Panel:
    """The criteria beside each other, of the same patients where there are such."""
    part = found["criteria"]
    title = _("By each criterion")
    rows = [one for one in part["criteria"] if one["own"]["patients"]]
    if not rows:
        return Panel(name="criteria", title=title, sentence=_nobody(found))
    of = "same" if part["common"] else "own"
    return Panel(
        name="criteria",
        title=title,
        sentence=_criteria_sentence(rows, common=part["common"]),
        n=report.count_of_patients(part["common"]) if part["common"] else "",
        caption=_("Point: share of responders by the criterion. Line: its 95% interval."),
        draw=lambda: _criteria_figure([(in_language(one["labels"]), one[of]) for one in rows if one[of]["wilson"]]),
        height=shares_height(len(rows)),
        table=_criteria_table(rows),
    )


def _criteria_sentence(rows: list[dict[str, Any]], *, common: int) -> str:
    if len(rows) == 1:
        return _("{criterion} is the only criterion by which anybody was assessed: {share}.").format(
            criterion=in_language(rows[0]["labels"]), share=_share(rows[0]["own"])
        )
    if not common:
        return _("No patient was assessed by all of the {count} criteria: each share is of other patients.").format(
            count=len(rows)
        )
    ordered = sorted(rows, key=lambda one: one["same"]["wilson"]["estimate"])
    text = ngettext(
        "The same {count} patient responds by {low} in {low_share} and by {high} in {high_share}.",
        "The same {count} patients respond by {low} in {low_share} and by {high} in {high_share}.",
        common,
    )
    return text.format(
        count=common,
        low=in_language(ordered[0]["labels"]),
        low_share=percent(ordered[0]["same"]["wilson"]["estimate"]),
        high=in_language(ordered[-1]["labels"]),
        high_share=percent(ordered[-1]["same"]["wilson"]["estimate"]),
    )


def _criteria_figure(rows: list[tuple[str, dict[str, Any]]]) -> Any:
    drawn = [
        Share(
            name=f"{name} · {one['responders']}/{one['patients']}",
            share=one["wilson"]["estimate"],
            low=one["wilson"]["interval"]["low"],
            high=one["wilson"]["interval"]["high"],
            text=_share(one),
        )
        for name, one in rows
    ]
    return shares(drawn, title=_("Responders with 95% interval"), overall=None, overall_name="")


def _criteria_table(rows: list[dict[str, Any]]) -> Table:
    def cells(one: dict[str, Any]) -> list[str]:
        if not one["wilson"]:
            return ["0", "0", report.HIDDEN, report.HIDDEN]
        interval = one["wilson"]["interval"]
        return [
            str(one["patients"]),
            str(one["responders"]),
            percent(one["wilson"]["estimate"]),
            _("{low} to {high}").format(low=percent(interval["low"]), high=percent(interval["high"])),
        ]

    header = [_("Patients"), _("Responders"), _("Share"), _("95% interval (Wilson)")]
    return Table(
        caption=_("Of all patients assessed by each criterion, then of those with an answer by every one of them"),
        header=[_("Criterion"), *header, *header],
        rows=[[in_language(one["labels"]), *cells(one["own"]), *cells(one["same"])] for one in rows],
    )
