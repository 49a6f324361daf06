"""The form of a change on treatment, and what it counts before anything is asked."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from analytics.forms import MeasureChoice, QuestionForm
from analytics.kinds.change_on_treatment.dataset import load
from analytics.kinds.change_on_treatment.spec import ChangeOnTreatment
from analytics.stats import NotComparable
from cases.sentences import render

MEASURE = MeasureChoice()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many patients a question would rest on, before it is asked; ``reasons`` why others would not count."""

    in_scope: int = 0
    measured: int = 0
    both: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    refused: str = ""


class ChangeOnTreatmentForm(QuestionForm):
    """A marker, measured on specimens before and on denosumab."""

    spec_class = ChangeOnTreatment
    measures = (MEASURE,)
    preview_template = "analytics/previews/change_on_treatment.html"
    question = MEASURE.question
    finer = MEASURE.finer

    def choose_all(self) -> None:
        """The measure is all there is to choose."""

    @cached_property
    def preview(self) -> Preview:
        """Whether a specimen is before or on denosumab follows from the course alone, so the rows are loaded."""
        place: dict[str, Any] = {"study": self.catalogue.study.code, "population": self.population.as_json()}
        spec = ChangeOnTreatment.from_mapping({**MEASURE.of(self.chosen), **place})
        try:
            dataset = load(spec=spec, by=self.catalogue.by)
        except NotComparable as refusal:
            return Preview(refused=gettext(refusal.note.text).format(**refusal.note.values))
        return Preview(
            in_scope=dataset.flow["in_scope"],
            measured=dataset.flow["measured"],
            both=dataset.flow["analysed"],
            reasons=tuple((render(item.reason), item.patients) for item in dataset.exclusions),
        )

    @property
    def sentence(self) -> SafeString:
        return format_html(
            gettext("Does <b>{marker}</b>, in {unit}, change from before to on denosumab in the same patients?"),
            marker=MEASURE.marker(self),
            unit=MEASURE.unit(self),
        )

    @property
    def warnings(self) -> list[str]:
        if self.preview.refused:
            return [self.preview.refused]
        if self.preview.both:
            return []
        return [gettext("No patient has a value both before and on denosumab. Choose another marker or assay.")]
