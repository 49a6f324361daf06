"""The dashboard of concordance in words: both measures of a marker, their categories, and stains beside each other."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import report
from analytics.dashboards.concordance.data import concordance, matrix
from analytics.dashboards.concordance.form import ConcordanceForm
from analytics.dashboards.keeping import Kept
from analytics.dashboards.panel import Panel
from analytics.kinds.association import report as pair_words
from analytics.kinds.association.sentence import answer_sentence
from analytics.kinds.association.spec import Association
from analytics.kinds.base import Table
from analytics.kinds.marker_matrix import report as matrix_words
from analytics.kinds.marker_matrix.spec import MarkerMatrix
from analytics.plots import heat_map, theme
from analytics.plots.numbers import percent, signed
from analytics.plots.scatter import HEIGHT, scatter
from analytics.plots.wording import interval_text
from analytics.stats.agreement import OBSERVED_AGREEMENT
from cases.sentences import render

PLACES = 2
OTHERS = "others"


def panels(form: ConcordanceForm, *, kept: Kept) -> dict[str, Panel]:
    """Each part by its name."""
    question = form.question
    found = concordance(question=question, kept=kept) if question else None
    shown = [
        scatter_panel(found, question),
        *(agreement_panels(found) if found else []),
        matrix_panel(form, kept=kept),
    ]
    return {panel.name: panel for panel in shown}


def scatter_panel(found: Mapping[str, Any] | None, question: Association | None) -> Panel:
    """Every patient by both measures."""
    title = _("Protein and RNA of the same patients")
    if found is None or question is None:
        nothing = _("No marker was measured both by immunohistochemistry and by qPCR.")
        return Panel(name="scatter", title=title, sentence=nothing)
    query, result = question.as_query(), found["result"]
    if result is None:
        return Panel(name="scatter", title=title, sentence=render(found["refusal"]), question=query, kind=question.kind)
    records = [dict(zip(found["rows"]["columns"], row, strict=True)) for row in found["rows"]["rows"]]
    return Panel(
        name="scatter",
        title=title,
        sentence=answer_sentence(result),
        n=report.patients_at(result, "analysed"),
        caption=_("Each point is a patient. No line is fitted: the coefficient is about order, not slope."),
        draw=lambda: scatter(*six_groups(result, records)),
        height=HEIGHT,
        table=pair_words.coefficient_table(result) or pair_words.value_table(result, in_full=True),
        file=Table(caption="", header=found["rows"]["columns"], rows=found["rows"]["rows"]),
        notes=[pair_words.lead(result), *pair_words.basis(result), *pair_words.doubts(result)],
        question=query,
        kind=question.kind,
    )


def six_groups(result: Mapping[str, Any], records: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The largest groups, as many as there are colours; the patients of all others together stand in grey."""
    by_size = sorted(result["groups"], key=lambda group: -group["patients"])
    kept = {group["code"] for group in by_size[: len(theme.PALETTE)]}
    groups = [group for group in result["groups"] if group["code"] in kept]
    if len(by_size) == len(groups):
        return dict(result), records
    count = len(by_size) - len(groups)
    name = ngettext("{count} other group", "{count} other groups", count).format(count=count)
    others = {"code": OTHERS, "labels": {"en": name}}
    moved = [{**record, "group": record["group"] if record["group"] in {*kept, None} else OTHERS} for record in records]
    return {**result, "groups": [*groups, others]}, moved


def agreement_panels(found: Mapping[str, Any]) -> list[Panel]:
    """One for each cut-off that says what a positive stain is."""
    title = _("Positive by the stain, detected by qPCR")
    if not found["categories"]:
        nothing = _("The study has no cut-off that says what is positive in this stain.")
        return [Panel(name="agreement", title=title, sentence=nothing)]
    return [
        Panel(
            name="agreement" if number == 1 else f"agreement-{number}",
            title=title,
            sentence=_agreement_sentence(one),
            table=_agreement_table(one),
            notes=[
                _("cut-off {cutoff}: positive from {score}").format(cutoff=one["cutoff"], score=f"{one['at_least']:g}"),
                _("detected: the target crossed the threshold in some sample of the patient"),
            ],
        )
        for number, one in enumerate(found["categories"], start=1)
    ]


def _agreement_sentence(one: Mapping[str, Any]) -> str:
    if not one["patients"]:
        return _("No patient has both answers.")
    if one["reason"]:
        return render({"text": one["reason"]["text"], "values": one["reason"]["values"]})
    effects = {effect["name"]: effect for effect in one["effects"]}
    observed = effects.pop(OBSERVED_AGREEMENT)
    [kappa] = effects.values()
    text = ngettext(
        "The two agree in {share} of {count} patient (95% interval {low} to {high}).",
        "The two agree in {share} of {count} patients (95% interval {low} to {high}).",
        one["patients"],
    ).format(
        share=percent(observed["estimate"]),
        count=one["patients"],
        low=percent(observed["interval"]["low"]),
        high=percent(observed["interval"]["high"]),
    )
    if kappa["interval"] is None:
        same = _("One of the two says the same of everybody, so that they agree no better than by chance.")
        return f"{text} {same}"
    beyond = _("Cohen's kappa {kappa} (95% interval {interval}).").format(
        kappa=signed(kappa["estimate"], PLACES), interval=interval_text(kappa["interval"], PLACES)
    )
    return f"{text} {beyond}"


def _agreement_table(one: Mapping[str, Any]) -> Table:
    names = [_("Positive by the stain"), _("Negative by the stain")]
    return Table(
        caption=_("Patients by both answers"),
        header=[_("Immunohistochemistry"), _("Detected by qPCR"), _("Not detected by qPCR")],
        rows=[[name, *map(str, counts)] for name, counts in zip(names, one["table"], strict=True)],
    )


def matrix_panel(form: ConcordanceForm, *, kept: Kept) -> Panel:
    """Which stains go together in the same patients."""
    title = _("Stains beside each other: markers by kind of cell")
    question: MarkerMatrix | None = form.matrix
    if question is None:
        nothing = _("Two stains with values of patients are needed, and a consolidation rule that makes them.")
        return Panel(name="matrix", title=title, sentence=nothing)
    found = matrix(question=question, kept=kept)
    query, result = question.as_query(), found["result"]
    if result is None:
        return Panel(name="matrix", title=title, sentence=render(found["refusal"]), question=query, kind=question.kind)
    return Panel(
        name="matrix",
        title=title,
        sentence=matrix_words.answer_sentence(result),
        n=report.patients_at(result, "analysed"),
        caption=_("Blue: rise together; orange: one falls as the other rises. Bold: adjusted p below 0.05."),
        draw=lambda: heat_map.coefficients(result),
        height=heat_map.height(result),
        table=matrix_words.pair_table(result),
        notes=[matrix_words.lead(result), *matrix_words.basis(result), *matrix_words.doubts(result)],
        question=query,
        kind=question.kind,
    )
