"""The dashboard of the response as it may be released: shares by group, without single patients.

Attenuation and courses show patients one by one, the time to a response is a curve whose steps are patients, and the
criteria are answers about nearly the same patients, whose differences point at single ones: none of them is released.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics import report
from analytics.dashboards.panel import Panel
from analytics.dashboards.response.form import ResponseDashboardForm
from analytics.dashboards.response.question import COMPARED_BY, ResponseQuestion
from analytics.dashboards.response.shown_shares import HEADINGS
from analytics.groupings import GROUPINGS, Labels, in_all_languages
from analytics.kinds.response_proportions import report as words
from analytics.kinds.response_proportions.comparison import Tally, shares
from analytics.kinds.response_proportions.dataset import load
from analytics.kinds.response_proportions.figures import share_rows, shares_by_group
from analytics.kinds.response_proportions.sentence import answer_sentence
from analytics.kinds.response_proportions.wording import outcome_name
from analytics.plots.shares import shares_height
from analytics.population import patients_of
from analytics.releases.base import ReleasableDashboard, Shown, State, withheld_groups
from analytics.releases.tables import Cells, Table, cells_are_shown, openable
from cases.access import Person, StudyRights
from cases.derived.course import responses
from cases.derived.response import Outcome

HIDDEN = ("patients", "responders", "not_evaluable", "wilson", "clopper_pearson", "counting_not_evaluable")


class ResponseRelease(ReleasableDashboard):
    """The tables are of the same patients: each is closed where it would give away what another hides."""

    code = "response"
    name = gettext_lazy("Denosumab response")
    url_name = "analytics:explore-response"

    def state(self, asked: QueryDict, *, by: Person, rights: StudyRights) -> State:
        form = ResponseDashboardForm(asked, study=rights.study, by=by)
        question = form.question
        whole = _whole(question, by=by)
        tables, names = {}, {}
        for grouping in COMPARED_BY:
            tables[grouping], names[grouping] = _table(question, grouping, by=by)
        opened = openable(tables, whole=whole)
        numbers = {
            "outcome": in_all_languages(outcome_name(question.criterion)),
            "all": _shares(whole) if cells_are_shown(whole) else None,
            "tables": {
                grouping: _disclosed(question, grouping, rows=tables[grouping], names=names[grouping], opened=shown)
                for grouping, shown in opened.items()
            },
        }
        nothing = "" if any(opened.values()) or numbers["all"] else _("Every group is too small to be shown.")
        return State(
            query=form.as_query(),
            population=form.population,
            stale=[str(text) for text in form.stale],
            numbers=numbers,
            nothing=nothing,
        )

    def shown(self, numbers: dict[str, Any]) -> Shown:
        whole = numbers["all"]
        sentence: str = _("How many patients responded in all is withheld: one part of them would be too small.")
        if whole:
            told = {"question": {"outcome": numbers["outcome"]}, "groups": [whole], "all": whole, "comparison": None}
            sentence = answer_sentence(told)
        basis = [report.count_of_patients(whole["patients"])] if whole else []
        parts = [_part(grouping, numbers["tables"][grouping]) for grouping in COMPARED_BY]
        return Shown(sentence=sentence, basis=basis, parts=parts)


def _whole(question: ResponseQuestion, *, by: Person) -> Cells:
    """The codes of all patients in the denominator of the criterion, by outcome."""
    people = list(patients_of(spec=question.by(COMPARED_BY[0]), by=by))
    answers = responses(people, question.criterion)
    cells: dict[str, set[str]] = {outcome: set() for outcome in Outcome}
    for person in people:
        if answers[person.pk].excluded is None:
            cells[str(answers[person.pk].outcome)].add(person.code)
    return {outcome: frozenset(codes) for outcome, codes in cells.items()}


def _table(question: ResponseQuestion, grouping: str, *, by: Person) -> tuple[Table, dict[str, Labels]]:
    """The same by group, and the names of the groups in order."""
    dataset = load(spec=question.by(grouping), by=by)
    cells: dict[str, dict[str, set[str]]] = defaultdict(lambda: {outcome: set() for outcome in Outcome})
    for row in dataset.rows.itertuples():
        cells[str(row.group)][str(row.outcome)].add(str(row.patient))
    table = {group: {outcome: frozenset(codes) for outcome, codes in cells[group].items()} for group in dataset.groups}
    return table, dataset.groups


def _disclosed(
    question: ResponseQuestion, grouping: str, *, rows: Table, names: Mapping[str, Labels], opened: set[str]
) -> dict[str, Any]:
    """Of the shape of a disclosed answer about proportions."""
    outcome, label = outcome_name(question.criterion), GROUPINGS[grouping].label("")
    return {
        "question": {"outcome": in_all_languages(outcome), "grouping": in_all_languages(label)},
        "groups": [
            {"code": group, "labels": names[group], **(_shares(cells) if group in opened else dict.fromkeys(HIDDEN))}
            for group, cells in rows.items()
        ],
        "all": None,
        "population": {"flow": [], "exclusions": []},
        "comparison": None,
        "pairs": None,
        "trend": None,
    }


def _shares(cells: Cells) -> dict[str, Any]:
    """The share of responders with its intervals; patients who were not evaluable are left out and counted."""
    return shares(
        Tally(
            responders=len(cells[Outcome.RESPONSE]),
            others=len(cells[Outcome.NO_RESPONSE]),
            not_evaluable=len(cells[Outcome.NOT_EVALUABLE]),
        )
    )


def _part(grouping: str, result: dict[str, Any]) -> Panel:
    title = str(HEADINGS[grouping])
    shown = [group for group in result["groups"] if group["patients"]]
    if not shown:
        return Panel(name=grouping, title=title, sentence=_("Withheld: its groups are too small, or tell of others."))
    hidden = len(result["groups"]) - len(shown)
    return Panel(
        name=grouping,
        title=title,
        sentence=ngettext("{count} group is shown.", "{count} groups are shown.", len(shown)).format(count=len(shown)),
        caption=_("Point: share of responders. Line: its 95% interval. Beside each group: responders of patients."),
        draw=lambda: shares_by_group(result),
        height=shares_height(len(share_rows(result))),
        table=words.group_table(result),
        notes=withheld_groups(hidden),
    )
