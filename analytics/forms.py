"""The form of a question. Its choices are what the study holds, counted; it parses nothing itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue, Preview, preview
from analytics.groupings import GROUPINGS
from analytics.plots import looks
from analytics.plots.names import in_language
from analytics.spec import AnalysisSpec, Assay, Consolidation, Method, Undetermined
from cases.models import Category, Sex

EVERYBODY = [("", _("Everybody"))]


@dataclass(frozen=True, kw_only=True)
class ComparedGroup:
    """A row of the preview."""

    name: str
    patients: int
    swatch: str
    is_reference: bool


class AnalysisForm(forms.Form):
    """Refills itself from any query string or earlier question; :meth:`spec` is the question as it stands.

    Fields that cannot matter are left out. A choice that does not exist falls back to the first there is, so that the
    form always shows a question that can be asked; ``stale`` says which choices these were, and nothing is asked
    with them. ``preview`` counts what the question would rest on.
    """

    assay = forms.ChoiceField(label=_("Measured by"), widget=forms.RadioSelect)
    dataset = forms.ChoiceField(label=_("Dataset"), help_text=_("Values of different datasets are never mixed."))
    marker = forms.ChoiceField(label=_("Marker"), widget=forms.RadioSelect)
    grouping = forms.ChoiceField(label=_("Compare patients by"))
    gene = forms.ChoiceField(label=_("Gene"))
    groups = forms.MultipleChoiceField(
        label=_("Groups"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("Patients with a value.")
    )
    reference = forms.ChoiceField(
        label=_("Reference group"), required=False, help_text=_("The others are compared with it.")
    )
    consolidation = forms.ChoiceField(label=_("Several samples of a patient count as"), choices=Consolidation.choices)
    undetermined = forms.ChoiceField(label=_("Undetermined samples"), choices=Undetermined.choices)
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices)
    sex = forms.ChoiceField(label=_("Only sex"), required=False, choices=EVERYBODY + Sex.choices)
    category = forms.ChoiceField(label=_("Only category"), required=False, choices=EVERYBODY + Category.choices)
    site = forms.ChoiceField(label=_("Only institution"), required=False)

    question = ("assay", "dataset", "marker", "grouping", "gene", "groups", "reference")
    finer = ("consolidation", "undetermined", "method", "sex", "category", "site")

    def __init__(self, asked: QueryDict, *, catalogue: Catalogue, bound: bool) -> None:
        self.catalogue = catalogue
        self.stale: dict[str, Any] = {}
        self._usual: dict[str, str] = {}
        chosen = self._chosen(asked)
        self.preview = self._preview(chosen)
        chosen["groups"] = [code for code in asked.getlist("groups") if code in self.preview.groups]
        chosen["groups"] = chosen["groups"] or list(self.preview.groups)
        if chosen["reference"] not in chosen["groups"]:
            chosen["reference"] = ""
        self.chosen = chosen
        super().__init__(data=chosen if bound else None, initial=chosen)
        self._offer()

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.question if name in self.fields]

    @property
    def finer_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.finer if name in self.fields]

    @property
    def finer_changed(self) -> bool:
        """Whether a finer choice differs from what usually is chosen."""
        return any(self.chosen[name] != self._usual[name] for name in self.finer if name in self.fields)

    @property
    def marker_name(self) -> SafeString:
        return self.catalogue.marker_name(self.chosen["marker"])

    @property
    def compared(self) -> list[ComparedGroup]:
        """The ticked groups, in their order."""
        styles = looks(self.chosen["groups"], reference=self.chosen["reference"])
        return [
            ComparedGroup(
                name=in_language(self.preview.labels[code]),
                patients=self.preview.groups[code],
                swatch=f"group-{look.number}" if look.number else "",
                is_reference=code == self.chosen["reference"],
            )
            for code, look in styles.items()
        ]

    def spec(self) -> AnalysisSpec:
        """The question. Raises ``SpecError`` when it cannot be asked."""
        chosen = {name: value for name, value in self.chosen.items() if name in self.fields}
        if set(chosen["groups"]) == set(self.preview.groups):
            # Everything is ticked: the question is about all groups, also those that come later.
            chosen["groups"] = []
        return AnalysisSpec.from_mapping({**chosen, "study": self.catalogue.study.code})

    def as_query(self) -> str:
        """The query string that shows the form as it stands."""
        return urlencode({name: value for name, value in self.chosen.items() if value}, doseq=True)

    def refuse(self, errors: Mapping[str, Any]) -> None:
        """Put the sentences beside the fields they are about."""
        for name, text in errors.items():
            self.add_error(name if name in self.fields else None, text)

    def _chosen(self, asked: QueryDict) -> dict[str, Any]:
        catalogue = self.catalogue
        chosen: dict[str, Any] = {}

        def choose(name: str, options: Iterable[str]) -> str:
            offered = list(options)
            wanted = asked.get(name) or offered[0]
            chosen[name] = wanted if wanted in offered else offered[0]
            self._usual[name] = offered[0]
            # A lone blank stands for a field that this question does not have.
            if wanted not in offered and offered != [""]:
                self.stale[name] = _("Your choice is not there any more, or not with the others. Choose again.")
            return chosen[name]

        assay = choose("assay", catalogue.assays)
        dataset = choose("dataset", catalogue.datasets(assay))
        choose("marker", catalogue.markers(assay, dataset))
        grouping = choose("grouping", catalogue.groupings)
        choose("gene", catalogue.genes if GROUPINGS[grouping].needs_gene else [""])
        choose("consolidation", Consolidation.values)
        choose("undetermined", Undetermined.values)
        choose("method", Method.values)
        choose("sex", ["", *Sex.values])
        choose("category", ["", *Category.values])
        choose("site", ["", *catalogue.sites])
        chosen["reference"] = asked.get("reference", "")
        return chosen

    def _preview(self, chosen: Mapping[str, Any]) -> Preview:
        plain = AnalysisSpec.from_mapping({**chosen, "reference": "", "groups": [], "study": self.catalogue.study.code})
        return preview(spec=plain, by=self.catalogue.by)

    def _offer(self) -> None:
        """Only what exists in the study, with the number of patients behind it."""
        catalogue, chosen = self.catalogue, self.chosen
        markers = catalogue.markers(chosen["assay"], chosen["dataset"])
        names = {code: in_language(labels) for code, labels in self.preview.labels.items()}
        offered: dict[str, list[tuple[str, Any]]] = {
            "assay": [(assay, Assay(assay).label) for assay in catalogue.assays],
            "dataset": list(catalogue.datasets(chosen["assay"]).items()),
            "marker": [(symbol, _counted(catalogue.marker_name(symbol), count)) for symbol, count in markers.items()],
            "grouping": [(code, GROUPINGS[code].name) for code in catalogue.groupings],
            "gene": [(gene, gene) for gene in catalogue.genes],
            "groups": [(code, _counted(names[code], count)) for code, count in self.preview.groups.items()],
            "reference": [("", _("None")), *((code, names[code]) for code in chosen["groups"])],
            "site": [*EVERYBODY, *((site, name) for site, name in catalogue.sites.items())],
        }
        for name, options in offered.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        profile = chosen["assay"] == Assay.PROFILE
        without = {
            "dataset": not profile,
            "undetermined": profile,
            "gene": not GROUPINGS[chosen["grouping"]].needs_gene,
            "site": not catalogue.sites,
        }
        for name, unwanted in without.items():
            if unwanted:
                del self.fields[name]


def _counted(name: Any, count: int) -> SafeString:
    return format_html('{} <span class="count">{}</span>', name, count)
