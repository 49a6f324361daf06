"""The dashboard of concordance as it may be released: coefficients, the agreement by one cut-off, pairs of stains.

Points are patients and left out, and so are coefficients in groups and further cut-offs: they are about nearly the same
patients, whose differences point at single ones. A pair of stains is shown where its number of patients stands beside
those shown before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import report
from analytics.dashboards.concordance.categories import patients_by_answers
from analytics.dashboards.concordance.data import concordance, matrix
from analytics.dashboards.concordance.form import ConcordanceForm
from analytics.dashboards.concordance.panels import agreement_panels
from analytics.dashboards.keeping import Kept
from analytics.dashboards.panel import Panel
from analytics.kinds.association import report as pair_words
from analytics.kinds.association.disclosure import disclosed as disclosed_pair
from analytics.kinds.association.sentence import answer_sentence
from analytics.kinds.association.spec import Association
from analytics.kinds.marker_matrix import report as matrix_words
from analytics.kinds.marker_matrix.disclosure import disclosed as disclosed_matrix
from analytics.plots import heat_map
from analytics.releases.base import ReleasableDashboard, Shown, State
from analytics.releases.tables import Patients, stand_together
from cases.access import Person, StudyRights

NOBODY_LEFT_OUT: dict[str, Any] = {"flow": [], "exclusions": []}
WITHHELD = gettext_lazy("Withheld: its groups are too small, or tell of others.")


class ConcordanceRelease(ReleasableDashboard):
    """The parts are of nearly the same patients: each is shown as far as it stands beside those before it."""

    code = "concordance"
    name = gettext_lazy("Concordance")
    url_name = "analytics:explore-concordance"

    def state(self, asked: QueryDict, *, by: Person, rights: StudyRights) -> State:
        kept = Kept(by=by, rights=rights)
        form = ConcordanceForm(asked, kept=kept)
        shown: list[Patients] = []
        numbers: dict[str, Any] = {"pair": None, "agreement": None, "matrix": None}
        if form.question:
            found = concordance(question=form.question, kept=kept)
            numbers["pair"] = _pair(found, shown)
            numbers["agreement"] = _agreement(found["categories"], shown, question=form.question, by=by)
        if form.matrix:
            numbers["matrix"] = _matrix(matrix(question=form.matrix, kept=kept), shown)
        return State(
            query=form.as_query(),
            population=form.population,
            stale=[str(text) for text in form.stale],
            numbers=numbers,
            nothing="" if any(numbers.values()) else _("Every group is too small to be shown."),
            left_out=_("Points, coefficients in groups of patients and all cut-offs but the first are left out."),
        )

    def shown(self, numbers: dict[str, Any]) -> Shown:
        pair = numbers["pair"]
        parts = [_pair_panel(pair), *_agreement_panels(numbers["agreement"]), _matrix_panel(numbers["matrix"])]
        return Shown(sentence=parts[0].sentence, basis=pair_words.basis(pair) if pair else [], parts=parts)


def _beside(shown: list[Patients], sets: Iterable[Patients]) -> bool:
    """Whether these may be shown as well; then they are."""
    together = [*shown, *sets]
    if not stand_together(together):
        return False
    shown[:] = together
    return True


def _pair(found: Mapping[str, Any], shown: list[Patients]) -> dict[str, Any] | None:
    """The association of both measures, of all patients together."""
    result = found["result"]
    if result is None or not _beside(shown, [_patients(found["rows"])]):
        return None
    told = disclosed_pair({**result, "groups": []})
    return told | {"population": NOBODY_LEFT_OUT} if told["association"] else None


def _patients(rows: Mapping[str, Any], *measured: str) -> Patients:
    """The codes of the patients with a value of all these columns."""
    places = [rows["columns"].index(name) for name in measured]
    patient = rows["columns"].index("patient")
    return frozenset(row[patient] for row in rows["rows"] if all(row[place] is not None for place in places))


def _agreement(
    categories: Sequence[dict[str, Any]], shown: list[Patients], *, question: Association, by: Person
) -> dict[str, Any] | None:
    """By the first cut-off, where no cell of its table is small."""
    if not categories:
        return None
    first = categories[0]
    (both, only_stained), (only_detected, neither) = patients_by_answers(question, at_least=first["at_least"], by=by)
    cells = [both, only_stained, only_detected, neither]
    sums = [both | only_stained, only_detected | neither, both | only_detected, only_stained | neither]
    return first if _beside(shown, [*cells, *sums, frozenset().union(*cells)]) else None


def _matrix(found: Mapping[str, Any], shown: list[Patients]) -> dict[str, Any] | None:
    """The pairs that stand beside what is shown; the values of single stains are left out."""
    result = found["result"]
    if result is None:
        return None
    rows = found["rows"]
    pairs = [
        pair
        for pair in result["pairs"]
        if pair["association"] and _beside(shown, [_patients(rows, pair["first"], pair["second"])])
    ]
    if not pairs:
        return None
    told = disclosed_matrix({**result, "pairs": pairs})
    groups = [
        {**group, **dict.fromkeys(("patients", "median", "q1", "q3", "minimum", "maximum"))} for group in told["groups"]
    ]
    return told | {"groups": groups, "population": NOBODY_LEFT_OUT}


def _pair_panel(pair: dict[str, Any] | None) -> Panel:
    title = _("Protein and RNA of the same patients")
    if pair is None:
        return Panel(name="pair", title=title, sentence=str(WITHHELD))
    return Panel(
        name="pair",
        title=title,
        sentence=answer_sentence(pair),
        n=report.count_of_patients(pair["association"]["patients"]),
        table=pair_words.value_table(pair, in_full=False),
        notes=[pair_words.lead(pair), *pair_words.pooled(pair)],
    )


def _agreement_panels(one: dict[str, Any] | None) -> list[Panel]:
    if one is None:
        title = _("Positive by the stain, detected by qPCR")
        return [Panel(name="agreement", title=title, sentence=str(WITHHELD))]
    return agreement_panels({"categories": [one]})


def _matrix_panel(result: dict[str, Any] | None) -> Panel:
    title = _("Stains beside each other: markers by kind of cell")
    if result is None:
        return Panel(name="matrix", title=title, sentence=str(WITHHELD))
    return Panel(
        name="matrix",
        title=title,
        sentence=matrix_words.answer_sentence(result),
        caption=_("Blue: rise together; orange: one falls as the other rises. Bold: adjusted p below 0.05."),
        draw=lambda: heat_map.coefficients(result),
        height=heat_map.height(result),
        table=matrix_words.pair_table(result),
        notes=[matrix_words.lead(result)],
    )
