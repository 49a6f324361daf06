"""The form of a question. Its choices are what the study holds, counted; it parses nothing itself."""

from collections.abc import Callable, Iterable, Mapping
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
from analytics.spec import STAIN, AnalysisSpec, Assay, Consolidation, Method, Undetermined
from analytics.stains import no_score
from cases.models import Category, Criterion, Sex
from expression.models import Compartment, Scale, StainedCell

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
    antibody = forms.ChoiceField(
        label=_("Antibody"), required=False, help_text=_("Scores by different clones are not comparable.")
    )
    cell_type = forms.ChoiceField(label=_("Cells"))
    compartment = forms.ChoiceField(label=_("Compartment"))
    scale = forms.ChoiceField(label=_("Scale"), choices=Scale.choices)
    rule = forms.ChoiceField(
        label=_("Consolidation rule"),
        help_text=_(
            "Makes cores the value of a specimen and specimens that of a patient. Rules that say whether a score is "
            "positive are about proportions and are not offered here."
        ),
    )
    grouping = forms.ChoiceField(label=_("Compare patients by"))
    gene = forms.ChoiceField(label=_("Gene"))
    criterion = forms.ChoiceField(label=_("Criterion of response"))
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

    question = (
        "assay",
        "dataset",
        "marker",
        "antibody",
        *STAIN,
        "grouping",
        "gene",
        "criterion",
        "groups",
        "reference",
    )
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
        marker = choose("marker", catalogue.markers(assay, dataset))
        if assay == Assay.IHC:
            self._choose_stain(choose, marker)
            if asked.get("rule") in catalogue.stains.proportion_rules:
                self.stale["rule"] = no_score(asked.get("rule", ""))
        else:
            for name in ("antibody", *STAIN):
                choose(name, [""])
        needs = GROUPINGS[choose("grouping", catalogue.groupings)].needs
        choose("gene", catalogue.genes if needs == "gene" else [""])
        choose("criterion", catalogue.criteria if needs == "criterion" else [""])
        choose("consolidation", Consolidation.values)
        choose("undetermined", Undetermined.values)
        choose("method", Method.values)
        choose("sex", ["", *Sex.values])
        choose("category", ["", *Category.values])
        choose("site", ["", *catalogue.sites])
        chosen["reference"] = asked.get("reference", "")
        return chosen

    def _choose_stain(self, choose: Callable[[str, Iterable[str]], str], marker: str) -> None:
        stains = self.catalogue.stains
        antibody = choose("antibody", stains.antibodies(marker))
        cell_type = choose("cell_type", stains.cell_types(marker, antibody))
        choose("compartment", stains.compartments(marker, antibody, cell_type))
        choose("scale", Scale.values)
        choose("rule", stains.rules)

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
            "criterion": [(code, Criterion(code).label) for code in catalogue.criteria],
            "groups": [(code, _counted(names[code], count)) for code, count in self.preview.groups.items()],
            "reference": [("", _("None")), *((code, names[code]) for code in chosen["groups"])],
            "site": [*EVERYBODY, *((site, name) for site, name in catalogue.sites.items())],
        }
        if chosen["assay"] == Assay.IHC:
            offered |= self._offered_stains()
        for name, options in offered.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        for name in self._without():
            del self.fields[name]

    def _offered_stains(self) -> dict[str, list[tuple[str, Any]]]:
        stains, chosen = self.catalogue.stains, self.chosen
        cells = stains.cell_types(chosen["marker"], chosen["antibody"])
        compartments = stains.compartments(chosen["marker"], chosen["antibody"], chosen["cell_type"])
        return {
            "antibody": list(stains.antibodies(chosen["marker"]).items()),
            "cell_type": [(code, f"{StainedCell(code).label} · {count}") for code, count in cells.items()],
            "compartment": [(code, f"{Compartment(code).label} · {count}") for code, count in compartments.items()],
            "rule": [(rule, rule) for rule in stains.rules],
        }

    def _without(self) -> list[str]:
        """The fields that cannot matter to the question as it stands."""
        needs, assay = GROUPINGS[self.chosen["grouping"]].needs, self.chosen["assay"]
        without = {
            "dataset": assay != Assay.PROFILE,
            **dict.fromkeys(
                (
                    "antibody",
                    *STAIN,
                ),
                assay != Assay.IHC,
            ),
            "consolidation": assay == Assay.IHC,
            "undetermined": assay != Assay.QPCR,
            "gene": needs != "gene",
            "criterion": needs != "criterion",
            "site": not self.catalogue.sites,
        }
        return [name for name, unwanted in without.items() if unwanted]


def _counted(name: Any, count: int) -> SafeString:
    return format_html('{} <span class="count">{}</span>', name, count)
