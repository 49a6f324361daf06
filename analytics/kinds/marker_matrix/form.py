"""The form of a matrix of markers, and what it counts before anything is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue, marker_names
from analytics.forms import QuestionForm, counted
from analytics.kinds.marker_matrix.names import variable_names
from analytics.kinds.marker_matrix.spec import FEWEST, MOST, SEPARATOR, Adjustment, MarkerMatrix
from analytics.plots.names import in_language
from analytics.population import everybody
from analytics.spec import Assay, Consolidation, Undetermined
from analytics.stains import Stains
from expression.models import Scale


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many patients a question would rest on, and how many pairs it asks about."""

    in_scope: int
    patients: dict[str, int]
    pairs: int


def stained_variables(stains: Stains) -> dict[str, int]:
    """The stains of a study as variables of a matrix, with the number of patients read."""
    return {
        SEPARATOR.join((marker, cell, compartment)): count
        for marker in stains.markers()
        for cell in stains.cell_types(marker, "")
        for compartment, count in stains.compartments(marker, "", cell).items()
    }


class MarkerMatrixForm(QuestionForm):
    """An assay, and which of its markers, in which cells."""

    spec_class = MarkerMatrix
    preview_template = "analytics/previews/marker_matrix.html"
    question = ("assay", "dataset", "scale", "rule", "variables")
    finer = ("adjustment", "consolidation", "undetermined")

    assay = forms.ChoiceField(label=_("Measured by"), widget=forms.RadioSelect)
    dataset = forms.ChoiceField(label=_("Dataset"), help_text=_("Values of different datasets are never mixed."))
    scale = forms.ChoiceField(label=_("Scale"), choices=Scale.choices)
    rule = forms.ChoiceField(label=_("Consolidation rule"))
    variables = forms.MultipleChoiceField(
        label=_("Markers"), widget=forms.CheckboxSelectMultiple, help_text=_("Every pair of them is one question.")
    )
    adjustment = forms.ChoiceField(label=_("Correction for several pairs"), choices=Adjustment.choices)
    consolidation = forms.ChoiceField(label=_("Several samples of a patient count as"), choices=Consolidation.choices)
    undetermined = forms.ChoiceField(label=_("Undetermined samples"), choices=Undetermined.choices)

    def choose_all(self) -> None:
        assay = self.choose("assay", self._assays)
        self.choose("dataset", self.catalogue.datasets(assay))
        is_ihc = assay == Assay.IHC
        self.choose("scale", Scale.values if is_ihc else [""])
        self.choose("rule", self.catalogue.stains.rules if is_ihc else [""])
        self.choose_several("variables", self.there, usual=list(self.there)[:MOST])
        self.choose("adjustment", Adjustment.values)
        self.choose("consolidation", Consolidation.values)
        self.choose("undetermined", Undetermined.values)

    def offered(self) -> dict[str, list[tuple[str, Any]]]:
        assay = self.chosen["assay"]
        rules = self.catalogue.stains.rules if assay == Assay.IHC else []
        return {
            "assay": [(code, Assay(code).label) for code in self._assays],
            "dataset": list(self.catalogue.datasets(assay).items()),
            "rule": [(rule, rule) for rule in rules],
            "variables": [(code, counted(self._names[code], count)) for code, count in self.there.items()],
        }

    def without(self) -> Iterable[str]:
        assay = self.chosen["assay"]
        unwanted = {
            "dataset": assay != Assay.PROFILE,
            "scale": assay != Assay.IHC,
            "rule": assay != Assay.IHC,
            "consolidation": assay == Assay.IHC,
            "undetermined": assay != Assay.QPCR,
        }
        return [name for name, is_unwanted in unwanted.items() if is_unwanted]

    @property
    def _assays(self) -> list[str]:
        """Those with values of several markers on the same samples; blots give ratios of a few, asked of in pairs."""
        return [assay for assay in self.catalogue.assays if assay != Assay.WESTERN]

    @classmethod
    def can_ask(cls, catalogue: Catalogue) -> bool:
        return any(assay != Assay.WESTERN for assay in catalogue.assays)

    @cached_property
    def there(self) -> dict[str, int]:
        """The variables that were measured, with the number of patients."""
        assay, dataset = self.chosen["assay"], self.chosen["dataset"]
        if assay != Assay.IHC:
            return self.catalogue.markers(assay, dataset)
        return stained_variables(self.catalogue.stains)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {code: in_language(labels) for code, labels in variable_names(self.there, marker_names()).items()}

    @cached_property
    def preview(self) -> Preview:
        chosen = self.chosen["variables"]
        return Preview(
            in_scope=everybody(study=self.catalogue.study.code, by=self.catalogue.by).count(),
            patients={self._names[code]: self.there[code] for code in chosen},
            pairs=len(chosen) * (len(chosen) - 1) // 2,
        )

    @property
    def sentence(self) -> SafeString:
        count = len(self.chosen["variables"])
        text = ngettext(
            "Which pairs of this <b>{count} marker</b> go together?",
            "Which pairs of these <b>{count} markers</b> go together?",
            count,
        )
        return format_html(text, count=count)

    @property
    def warnings(self) -> list[str]:
        count = len(self.chosen["variables"])
        if count < FEWEST:
            return [gettext("Choose at least two markers.")]
        if count > MOST:
            return [gettext("Choose at most {most} at once.").format(most=MOST)]
        return []
