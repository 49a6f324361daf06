"""The expression explorer as it may be released: boxes without points and whisker ends, small groups hidden.

Public cohorts are left out: they may be of studies whose rows the readers may not see.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import report
from analytics.catalogue import Catalogue, marker_names
from analytics.dashboards.expression import words
from analytics.dashboards.expression.form import ExplorerForm
from analytics.dashboards.expression.panels import Panel as ExplorerPanel
from analytics.dashboards.keeping import Kept
from analytics.dashboards.panel import Panel
from analytics.kinds.expression_by_group import report as comparison_words
from analytics.kinds.expression_by_group.disclosure import disclosed
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.plots.box_and_points import box_and_points, height
from analytics.releases.base import ReleasableDashboard, Shown, State
from analytics.releases.tables import Patients, stand_together
from analytics.spec import Population
from analytics.stats import Note
from cases.access import Person, StudyRights
from cases.sentences import render


class ExpressionRelease(ReleasableDashboard):
    """Of one marker there is one table of groups without overlap, so that the rules of a comparison are enough. Of
    markers beside it nearly the same patients are measured: each is shown where it stands beside those before it.
    """

    code = "expression"
    name = gettext_lazy("Expression")
    url_name = "analytics:explore-expression"

    def state(self, asked: QueryDict, *, by: Person, rights: StudyRights) -> State:
        catalogue = Catalogue(study=rights.study, by=by)
        if not catalogue:
            return State(query="", population=Population(), stale=[], numbers={}, nothing=_("Nothing was measured."))
        kept = Kept(by=by, rights=rights)
        form = ExplorerForm(asked, catalogue=catalogue, kept=kept)
        stale = [str(text) for text in form.stale.values()]
        place: dict[str, Any] = {"query": form.as_query(), "population": form.population, "stale": stale}
        first, *beside = [panel for panel in form.panels() if panel.cohort is None]
        if isinstance(first.found, Note):
            return State(**place, numbers={}, nothing=render({"text": first.found.text, "values": first.found.values}))
        told, left_out = _standing_together([first, *beside])
        if not told or told[0]["question"] != first.spec.as_json():
            return State(**place, numbers={}, nothing=_("Every group is too small to be shown."))
        return State(**place, numbers={"markers": told}, left_out=_left_out(left_out, form.chosen["cohorts"]))

    def shown(self, numbers: dict[str, Any]) -> Shown:
        parts = [_part(one, number) for number, one in enumerate(numbers["markers"], start=1)]
        first = numbers["markers"][0]
        sentence = words.sentence(first["result"], reference=first["question"]["reference"])
        return Shown(sentence=sentence, basis=comparison_words.basis(first["result"]), parts=parts)


def _standing_together(panels: Sequence[ExplorerPanel]) -> tuple[list[dict[str, Any]], list[str]]:
    """The disclosed markers, and the symbols of those that would tell of few patients beside them."""
    told: list[dict[str, Any]] = []
    left_out: list[str] = []
    shown: list[Patients] = []
    for panel in panels:
        if isinstance(panel.found, Note):
            left_out.append(panel.spec.marker)
            continue
        result = disclosed(panel.found["result"])
        open_groups = {group["code"] for group in result["groups"] if group["patients"]}
        sets = _patients(panel.found["rows"], open_groups)
        # Of one marker alone the rules of a comparison have been kept.
        if not open_groups or (shown and not stand_together([*shown, *sets])):
            left_out.append(panel.spec.marker)
            continue
        shown += sets
        told.append({"code": panel.spec.marker, "result": result, "question": panel.spec.as_json()})
    return told, left_out


def _patients(rows: Mapping[str, Any], groups: Set[str]) -> list[Patients]:
    """Those of each of the groups, and all of them."""
    records = [dict(zip(rows["columns"], row, strict=True)) for row in rows["rows"]]
    by_group = [frozenset(one["patient"] for one in records if one["group"] == group) for group in sorted(groups)]
    return [*by_group, frozenset().union(*by_group)]


def _left_out(symbols: Sequence[str], cohorts: Sequence[str]) -> str:
    names = marker_names()
    found = []
    if symbols:
        text = _("Left out, because it would tell of few patients beside the others: {markers}.")
        found.append(text.format(markers=", ".join(names.get(symbol, symbol) for symbol in symbols)))
    if cohorts:
        found.append(_("Public cohorts are left out."))
    return " ".join(found)


def _part(one: Mapping[str, Any], number: int) -> Panel:
    """The first is called “groups”, those beside it have a number as well."""
    result, reference = one["result"], one["question"]["reference"]
    spec = ExpressionByGroup.from_mapping(one["question"] | {"groups": [], "reference": ""})
    drawn = {**result, "groups": [group for group in result["groups"] if group["median"] is not None]}
    return Panel(
        name="groups" if number == 1 else f"groups-{number}",
        title=comparison_words.title(spec, marker_names()),
        sentence=report.measure_lead(result),
        n=report.patients_at(result, "compared"),
        caption=_("Box: median and quartiles. Groups of fewer than five patients are hidden; numbers are rounded."),
        draw=lambda: box_and_points(drawn, points=None, reference=reference),
        height=height(drawn, reference=reference),
        table=comparison_words.group_table(result, reference=reference, in_full=False),
    )
