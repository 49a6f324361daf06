"""Marker matrix as a kind of question."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import report
from analytics.catalogue import check_measure
from analytics.groupings import in_all_languages
from analytics.kinds.base import Answer, Figure, Kind, Reading
from analytics.kinds.marker_matrix import r_script
from analytics.kinds.marker_matrix import report as words
from analytics.kinds.marker_matrix.comparison import associate
from analytics.kinds.marker_matrix.dataset import Matrix, load
from analytics.kinds.marker_matrix.disclosure import disclosed
from analytics.kinds.marker_matrix.form import MarkerMatrixForm
from analytics.kinds.marker_matrix.serializer import MarkerMatrixSerializer
from analytics.kinds.marker_matrix.spec import MarkerMatrix
from analytics.kinds.tested import Scale, Tested, with_effect
from analytics.measurements import described
from analytics.plots import heat_map
from analytics.plots.names import group_names
from cases.access import Person
from cases.jobs import Progress
from cases.models import Study

VARIABLE_FIELDS = ("marker", "cell_type", "compartment")


def coefficients(reading: Reading) -> go.Figure | None:
    """The coefficients of all pairs as colours and numbers."""
    if reading.answer is None or not any(pair["association"] for pair in reading.answer["pairs"]):
        return None
    return heat_map.coefficients(reading.answer)


class MarkerMatrixKind(Kind[MarkerMatrix, Matrix]):
    """Several values per patient, every pair of them correlated."""

    code = MarkerMatrix.kind
    name = gettext_lazy("Marker matrix")
    question = gettext_lazy("Which markers go together?")
    explains = gettext_lazy(
        "Choose several markers, of immunohistochemistry each in its cells. Every pair is told, corrected for their "
        "number."
    )
    spec_class = MarkerMatrix
    form_class = MarkerMatrixForm
    serializer_class = MarkerMatrixSerializer
    drawings = {"coefficients": coefficients}

    def title(self, spec: MarkerMatrix, markers: Mapping[str, str]) -> str:
        return words.title(spec, markers)

    def check(self, *, spec: MarkerMatrix, study: Study, by: Person) -> dict[str, Any]:
        """What is wrong with the marker or the cells of a variable is said of the variables."""
        errors: dict[str, Any] = {}
        for variable in spec.variables:
            for name, text in check_measure(measure=spec.measure(variable), study=study).items():
                errors.setdefault("variables" if name in VARIABLE_FIELDS else name, text)
        return errors

    def describe(self, spec: MarkerMatrix) -> dict[str, Any]:
        first = described(spec.measure(spec.variables[0]))
        return {"assay": in_all_languages(spec.assay.label), "dataset": first["dataset"], "rule": spec.rule}

    def load(self, *, spec: MarkerMatrix, by: Person) -> Matrix:
        return load(spec=spec, by=by)

    def compute(self, *, dataset: Matrix, spec: MarkerMatrix, progress: Progress) -> dict[str, Any]:
        return associate(dataset.values, spec=spec, names=dataset.names)

    def disclosed(self, result: Mapping[str, Any], *, spec: MarkerMatrix, frozen: Mapping[str, Any]) -> dict[str, Any]:
        return disclosed(result)

    def answer(self, reading: Reading) -> Answer:
        result = reading.answer or {}
        return Answer(
            sentence=words.answer_sentence(result),
            lead=words.lead(result),
            basis=words.basis(result),
            figures=_figures(reading),
            tables=[words.pair_table(result), words.value_table(result)],
            doubts=words.doubts(result),
            methods=[_("Spearman's rank correlation, two-sided"), *(_(part["method"]) for part in (result["family"],))],
        )

    def choices(self, spec: MarkerMatrix) -> list[tuple[str, str]]:
        return words.choices(spec)

    def methods_paragraph(self, *, spec: MarkerMatrix, result: Mapping[str, Any]) -> str:
        return words.methods_paragraph(spec=spec, result=result)

    def tested(self, *, spec: MarkerMatrix, result: Mapping[str, Any]) -> Tested | None:
        """The clearest pair with its p-value as adjusted within the matrix: together the pairs are one test.

        The smallest p-value by Holm tests that no pair goes together; that by Benjamini and Hochberg does so where
        pairs depend on each other positively (Simes RJ. Biometrika 1986;73:751–754). The pair was chosen after looking.
        """
        known = [pair for pair in result["pairs"] if pair["association"] and pair["adjusted_p"] is not None]
        if not known:
            return None
        first = min(known, key=lambda pair: pair["adjusted_p"])
        names = group_names(result)
        pair = f"{names[first['first']]} × {names[first['second']]}"
        of = _("clearest of {count} pairs: {pair}").format(count=len(result["pairs"]), pair=pair)
        effect = first["association"]["effect"]
        return with_effect(effect, p_value=first["adjusted_p"], scale=Scale.CORRELATION, of=of)

    def r_script(self, *, spec: MarkerMatrix, result: Mapping[str, Any]) -> str:
        return r_script.body(result)

    def numbers(self, *, spec: MarkerMatrix, result: Mapping[str, Any]) -> dict[str, float]:
        return r_script.numbers(result)


def _figures(reading: Reading) -> list[Figure]:
    if coefficients(reading) is None:
        return []
    result = reading.answer or {}
    return [
        Figure(
            name="coefficients",
            title=_("Rank correlations of the markers"),
            caption=_("Blue: rise together; orange: one falls as the other rises. Bold: adjusted p below 0.05."),
            n=report.patients_at(result, "analysed"),
            height=heat_map.height(result),
        )
    ]
