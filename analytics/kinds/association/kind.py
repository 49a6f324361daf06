"""Association as a kind of question."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import report
from analytics.catalogue import check_grouping, check_measure
from analytics.groupings import GROUPINGS, in_all_languages
from analytics.kinds.association import r_script
from analytics.kinds.association import report as words
from analytics.kinds.association.comparison import associate
from analytics.kinds.association.dataset import Pairs, load
from analytics.kinds.association.disclosure import disclosed
from analytics.kinds.association.form import AssociationForm
from analytics.kinds.association.sentence import answer_sentence
from analytics.kinds.association.serializer import AssociationSerializer
from analytics.kinds.association.spec import Association, X, Y
from analytics.kinds.base import Answer, Figure, Kind, Reading
from analytics.kinds.tested import Scale, Tested, with_effect
from analytics.measurements import described, two_names
from analytics.plots import scatter
from analytics.stain_report import stain_facts
from cases.access import Person
from cases.jobs import Progress
from cases.models import Study
from cases.sentences import sentence


def points(reading: Reading) -> go.Figure | None:
    """Every patient by both measures; nothing for those who may not see patients."""
    return scatter.scatter(reading.answer, reading.records()) if reading.answer and reading.in_full else None


def agreement(reading: Reading) -> go.Figure | None:
    """Differences against averages, where both are one quantity."""
    if not reading.answer or not reading.in_full or reading.answer["agreement"] is None:
        return None
    return scatter.difference_by_average(reading.answer, reading.records())


class AssociationKind(Kind[Association, Pairs]):
    """Two values per patient, and whether they rise and fall together."""

    code = Association.kind
    name = gettext_lazy("Association")
    question = gettext_lazy("Do two measures of the same patients go together?")
    explains = gettext_lazy(
        "Choose two measures, such as RANKL by immunohistochemistry and by qPCR. Patients with both count once."
    )
    spec_class = Association
    form_class = AssociationForm
    serializer_class = AssociationSerializer
    drawings = {"scatter": points, "agreement": agreement}
    steps = {
        "first": sentence("With a usable value of the first measure"),
        "second": sentence("With a usable value of the second measure"),
    }

    def title(self, spec: Association, markers: Mapping[str, str]) -> str:
        return words.title(spec, markers)

    def check(self, *, spec: Association, study: Study, by: Person) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        for prefix, measure in ((X, spec.x), (Y, spec.y)):
            found = check_measure(measure=measure, study=study)
            errors |= {prefix + name: text for name, text in found.items()}
        if spec.grouping:
            errors |= check_grouping(grouping=spec.grouping, gene=spec.gene, criterion=spec.criterion)
        return errors

    def describe(self, spec: Association) -> dict[str, Any]:
        names = two_names(spec.x, spec.y)
        x, y = ({**described(one), "short": name} for one, name in zip((spec.x, spec.y), names, strict=True))
        grouping = in_all_languages(GROUPINGS[spec.grouping].label(spec.detail)) if spec.grouping else None
        return {"x": x, "y": y, "grouping": grouping}

    def load(self, *, spec: Association, by: Person) -> Pairs:
        return load(spec=spec, by=by)

    def compute(self, *, dataset: Pairs, spec: Association, progress: Progress) -> dict[str, Any]:
        return associate(dataset.pairs, spec=spec, names=dataset.names, groups=dataset.groups)

    def disclosed(self, result: Mapping[str, Any], *, spec: Association, frozen: Mapping[str, Any]) -> dict[str, Any]:
        return disclosed(result)

    def answer(self, reading: Reading) -> Answer:
        result = reading.answer or {}
        tables = [
            words.coefficient_table(result),
            words.agreement_table(result),
            words.value_table(result, in_full=reading.in_full),
        ]
        return Answer(
            sentence=answer_sentence(result),
            lead=words.lead(result),
            basis=words.basis(result),
            figures=_figures(reading),
            tables=[table for table in tables if table],
            doubts=words.doubts(result),
            methods=words.methods(result),
            facts=_facts(result),
        )

    def choices(self, spec: Association) -> list[tuple[str, str]]:
        return words.choices(spec)

    def methods_paragraph(self, *, spec: Association, result: Mapping[str, Any]) -> str:
        return words.methods_paragraph(spec=spec, result=result)

    def tested(self, *, spec: Association, result: Mapping[str, Any]) -> Tested | None:
        found = result["association"]
        return with_effect(found["effect"], p_value=found["p_value"], scale=Scale.CORRELATION) if found else None

    def r_script(self, *, spec: Association, result: Mapping[str, Any]) -> str:
        return r_script.body(coefficient=spec.coefficient, result=result)

    def numbers(self, *, spec: Association, result: Mapping[str, Any]) -> dict[str, float]:
        return r_script.numbers(result)


def _figures(reading: Reading) -> list[Figure]:
    count = report.patients_at(reading.answer or {}, "analysed")
    shown = []
    if points(reading):
        shown.append(
            Figure(
                name="scatter",
                title=_("Patients by both measures"),
                caption=_("Each point is a patient. No line is fitted: the coefficient is about order, not slope."),
                n=count,
                height=scatter.HEIGHT,
            )
        )
    if agreement(reading):
        shown.append(
            Figure(
                name="agreement",
                title=_("Agreement of both measures"),
                caption=_("Bland–Altman: bias and limits of agreement, each with its 95% interval as a band."),
                n=count,
                height=scatter.HEIGHT,
            )
        )
    return shown


def _facts(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of the stains, measure by measure."""
    facts = []
    for heading, name in ((_("First measure"), "x"), (_("Second measure"), "y")):
        one = {"question": result["question"][name], "population": {}, **result["measures"][name]}
        facts += [(f"{heading} · {label}", value) for label, value in stain_facts(one)]
    return facts
