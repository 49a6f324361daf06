"""Change on treatment as a kind of question."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import report
from analytics.catalogue import check_measure
from analytics.kinds.base import Answer, Figure, Kind, Reading
from analytics.kinds.change_on_treatment import r_script
from analytics.kinds.change_on_treatment import report as words
from analytics.kinds.change_on_treatment.comparison import compare
from analytics.kinds.change_on_treatment.dataset import BeforeAndOn, load
from analytics.kinds.change_on_treatment.disclosure import disclosed
from analytics.kinds.change_on_treatment.form import ChangeOnTreatmentForm
from analytics.kinds.change_on_treatment.serializer import ChangeOnTreatmentSerializer
from analytics.kinds.change_on_treatment.spec import ChangeOnTreatment
from analytics.kinds.tested import Scale, Tested, with_effect
from analytics.measurements import described
from analytics.plots import spaghetti
from analytics.plots.names import in_language
from analytics.stain_report import stain_facts
from cases.access import Person
from cases.jobs import Progress
from cases.models import Study
from cases.sentences import sentence


def lines(reading: Reading) -> go.Figure | None:
    """A line for each patient over the boxes; only the boxes for those who may not see patients."""
    if reading.answer is None or reading.answer["comparison"] is None:
        return None
    return spaghetti.before_and_on(reading.answer, reading.records() if reading.in_full else None)


class ChangeOnTreatmentKind(Kind[ChangeOnTreatment, BeforeAndOn]):
    """Two values per patient, one before denosumab and one on it."""

    code = ChangeOnTreatment.kind
    name = gettext_lazy("Change on denosumab")
    question = gettext_lazy("Does a marker change on denosumab?")
    explains = gettext_lazy(
        "Choose a marker. Patients with specimens both before and on denosumab are compared with themselves."
    )
    spec_class = ChangeOnTreatment
    form_class = ChangeOnTreatmentForm
    serializer_class = ChangeOnTreatmentSerializer
    drawings = {"lines": lines}
    steps = {"before": sentence("With a value before denosumab")}

    def title(self, spec: ChangeOnTreatment, markers: Mapping[str, str]) -> str:
        return words.title(spec, markers)

    def check(self, *, spec: ChangeOnTreatment, study: Study, by: Person) -> dict[str, Any]:
        return check_measure(measure=spec, study=study)

    def describe(self, spec: ChangeOnTreatment) -> dict[str, Any]:
        return described(spec)

    def load(self, *, spec: ChangeOnTreatment, by: Person) -> BeforeAndOn:
        return load(spec=spec, by=by)

    def compute(self, *, dataset: BeforeAndOn, spec: ChangeOnTreatment, progress: Progress) -> dict[str, Any]:
        return compare(dataset.pairs)

    def disclosed(
        self, result: Mapping[str, Any], *, spec: ChangeOnTreatment, frozen: Mapping[str, Any]
    ) -> dict[str, Any]:
        return disclosed(result)

    def answer(self, reading: Reading) -> Answer:
        result = reading.answer or {}
        return Answer(
            sentence=words.answer_sentence(result),
            lead=report.measure_lead(result),
            basis=words.basis(result),
            figures=_figures(reading),
            tables=[words.value_table(result, in_full=reading.in_full)],
            doubts=words.doubts(result),
            methods=[_(part["method"]) for part in (result["comparison"],) if part],
            facts=stain_facts(result),
        )

    def choices(self, spec: ChangeOnTreatment) -> list[tuple[str, str]]:
        return report.measure_choices(spec)

    def methods_paragraph(self, *, spec: ChangeOnTreatment, result: Mapping[str, Any]) -> str:
        return words.methods_paragraph(spec=spec, result=result)

    def tested(self, *, spec: ChangeOnTreatment, result: Mapping[str, Any]) -> Tested | None:
        found = result["comparison"]
        if found is None:
            return None
        unit = in_language(result["difference_unit"])
        return with_effect(found["effect"], p_value=found["p_value"], scale=Scale.SHIFT, unit=unit)

    def r_packages(self, *, spec: ChangeOnTreatment, result: Mapping[str, Any]) -> list[str]:
        return r_script.packages(result)

    def r_script(self, *, spec: ChangeOnTreatment, result: Mapping[str, Any]) -> str:
        return r_script.body(result)

    def numbers(self, *, spec: ChangeOnTreatment, result: Mapping[str, Any]) -> dict[str, float]:
        return r_script.numbers(result)


def _figures(reading: Reading) -> list[Figure]:
    if lines(reading) is None:
        return []
    whole = _("Each line is a patient, before and on denosumab. Boxes: median and quartiles.")
    return [
        Figure(
            name="lines",
            title=_("The same patients before and on denosumab"),
            caption=whole if reading.in_full else _("Boxes: median and quartiles."),
            n=report.patients_at(reading.answer or {}, "analysed"),
            height=spaghetti.HEIGHT,
        )
    ]
