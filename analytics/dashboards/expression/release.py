"""The expression explorer as it may be released: boxes without points and whisker ends, small groups hidden."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import report
from analytics.catalogue import Catalogue, marker_names
from analytics.dashboards.expression import words
from analytics.dashboards.expression.data import explored
from analytics.dashboards.expression.form import ExplorerForm
from analytics.dashboards.keeping import Kept
from analytics.kinds.expression_by_group import report as comparison_words
from analytics.kinds.expression_by_group.disclosure import disclosed
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.plots.box_and_points import box_and_points, height
from analytics.releases.base import Part, ReleasableDashboard, Shown, State
from analytics.spec import Population
from analytics.stats import NotComparable
from cases.access import Person, StudyRights
from cases.sentences import render


class ExpressionRelease(ReleasableDashboard):
    """One table of groups without overlap, so that the rules of a comparison are enough."""

    code = "expression"
    name = gettext_lazy("Expression")
    url_name = "analytics:explore-expression"

    def state(self, asked: QueryDict, *, by: Person, rights: StudyRights) -> State:
        catalogue = Catalogue(study=rights.study, by=by)
        if not catalogue:
            return State(query="", population=Population(), stale=[], numbers={}, nothing=_("Nothing was measured."))
        kept = Kept(by=by, rights=rights)
        form = ExplorerForm(asked, catalogue=catalogue, kept=kept)
        spec, stale = form.spec(), [str(text) for text in form.stale.values()]
        place: dict[str, Any] = {"query": form.as_query(), "population": form.population, "stale": stale}
        try:
            result = disclosed(explored(spec=spec, kept=kept)["result"])
        except NotComparable as refusal:
            text = render({"text": refusal.note.text, "values": refusal.note.values})
            return State(**place, numbers={}, nothing=text)
        if not any(group["patients"] for group in result["groups"]):
            return State(**place, numbers={}, nothing=_("Every group is too small to be shown."))
        return State(**place, numbers={"result": result, "question": spec.as_json()})

    def shown(self, numbers: dict[str, Any]) -> Shown:
        result = numbers["result"]
        spec = ExpressionByGroup.from_mapping(numbers["question"] | {"groups": [], "reference": ""})
        reference = numbers["question"]["reference"]
        drawn = {**result, "groups": [group for group in result["groups"] if group["median"] is not None]}
        part = Part(
            name="groups",
            title=comparison_words.title(spec, marker_names()),
            sentence=report.measure_lead(result),
            n=report.patients_at(result, "compared"),
            caption=_("Box: median and quartiles. Groups of fewer than five patients are hidden; numbers are rounded."),
            draw=lambda: box_and_points(drawn, points=None, reference=reference),
            height=height(drawn, reference=reference),
            table=comparison_words.group_table(result, reference=reference, in_full=False),
        )
        sentence = words.sentence(result, reference=reference)
        return Shown(sentence=sentence, basis=comparison_words.basis(result), parts=[part])
