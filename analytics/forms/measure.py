"""The fields of a form that say what is measured: the marker and the assay, with what belongs to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.forms.counts import counted
from analytics.spec import STAIN, Assay, Consolidation, FieldReader, Measure, Undetermined
from analytics.stains import no_score
from expression.models import Compartment, Scale, StainedCell

if TYPE_CHECKING:
    from analytics.forms.base import QuestionForm

Text = str | Promise

WITH_RATIOS = (Assay.PROFILE, Assay.QPCR)
"""The assays whose values of two markers can be divided: scores are no quantities, and a blot gives ratios already."""


@dataclass(frozen=True, kw_only=True)
class MeasureChoice:
    """The fields of one measure, their names after ``prefix``; ``heading`` tells two measures of a form apart.

    ``usual_assay`` is chosen first where the study has it, so that two measures of a form are not the same at once.
    """

    prefix: str = ""
    heading: Text = ""
    usual_assay: str = ""

    @property
    def question(self) -> tuple[str, ...]:
        """The fields that make the question, in the order of the form."""
        names = ("assay", "dataset", "marker", "phospho_site", "per_marker", "antibody", *STAIN)
        return tuple(self.prefix + name for name in names)

    @property
    def finer(self) -> tuple[str, ...]:
        """The fields that usually stay as they are."""
        return (f"{self.prefix}consolidation", f"{self.prefix}undetermined")

    def fields(self) -> dict[str, forms.Field]:
        """New fields, by name."""
        made: dict[str, forms.Field] = {
            "assay": forms.ChoiceField(label=_("Measured by"), widget=forms.RadioSelect),
            "dataset": forms.ChoiceField(
                label=_("Dataset"), help_text=_("Values of different datasets are never mixed.")
            ),
            "marker": forms.ChoiceField(label=_("Marker"), widget=forms.RadioSelect),
            "phospho_site": forms.ChoiceField(
                label=_("Phospho-site"), help_text=_("The phosphorylated protein over the total one.")
            ),
            "per_marker": forms.ChoiceField(
                label=_("As a log2 ratio to"),
                required=False,
                help_text=_("The difference of both on the same sample, such as RANKL/OPG."),
            ),
            "antibody": forms.ChoiceField(
                label=_("Antibody"), required=False, help_text=_("Scores by different clones are not comparable.")
            ),
            "cell_type": forms.ChoiceField(label=_("Cells")),
            "compartment": forms.ChoiceField(label=_("Compartment")),
            "scale": forms.ChoiceField(label=_("Scale"), choices=Scale.choices),
            "rule": forms.ChoiceField(
                label=_("Consolidation rule"),
                help_text=_(
                    "Makes cores the value of a specimen and specimens that of a patient. Rules that say whether a "
                    "score is positive are about proportions and are not offered here."
                ),
            ),
            "consolidation": forms.ChoiceField(
                label=_("Several samples of a patient count as"), choices=Consolidation.choices
            ),
            "undetermined": forms.ChoiceField(label=_("Undetermined samples"), choices=Undetermined.choices),
        }
        for field in made.values():
            if self.heading:
                field.label = format_lazy("{heading} · {label}", heading=self.heading, label=field.label)
        return {self.prefix + name: field for name, field in made.items()}

    def choose(self, form: "QuestionForm") -> None:
        """Choose a value for each field among what was measured in the study."""
        catalogue, prefix = form.catalogue, self.prefix
        assay = form.choose(f"{prefix}assay", sorted(catalogue.assays, key=lambda assay: assay != self.usual_assay))
        dataset = form.choose(f"{prefix}dataset", catalogue.datasets(assay))
        marker = form.choose(f"{prefix}marker", catalogue.markers(assay, dataset))
        others = [symbol for symbol in catalogue.markers(assay, dataset) if symbol != marker]
        form.choose(f"{prefix}per_marker", ["", *(others if assay in WITH_RATIOS else [])])
        sites = catalogue.phospho_sites(marker) if assay == Assay.WESTERN else [""]
        form.choose(f"{prefix}phospho_site", sites)
        if assay == Assay.IHC:
            self._choose_stain(form, marker)
        else:
            for name in ("antibody", *STAIN):
                form.choose(prefix + name, [""])
        form.choose(f"{prefix}consolidation", Consolidation.values)
        form.choose(f"{prefix}undetermined", Undetermined.values)

    def offered(self, form: "QuestionForm") -> dict[str, list[tuple[str, Any]]]:
        """The choices that depend on the study, with the number of patients behind each."""
        catalogue, chosen = form.catalogue, self.of(form.chosen)
        markers = catalogue.markers(chosen["assay"], chosen["dataset"])
        offered: dict[str, list[tuple[str, Any]]] = {
            "assay": [(assay, Assay(assay).label) for assay in catalogue.assays],
            "dataset": list(catalogue.datasets(chosen["assay"]).items()),
            "marker": [(symbol, counted(catalogue.marker_name(symbol), count)) for symbol, count in markers.items()],
            "per_marker": [
                ("", _("None: the marker itself")),
                *((symbol, catalogue.marker_name(symbol)) for symbol in markers if symbol != chosen["marker"]),
            ],
        }
        if chosen["phospho_site"]:
            sites = catalogue.phospho_sites(chosen["marker"])
            offered["phospho_site"] = [(site, counted(site, count)) for site, count in sites.items()]
        if chosen["assay"] == Assay.IHC:
            stains = catalogue.stains
            cells = stains.cell_types(chosen["marker"], chosen["antibody"])
            compartments = stains.compartments(chosen["marker"], chosen["antibody"], chosen["cell_type"])
            offered |= {
                "antibody": list(stains.antibodies(chosen["marker"]).items()),
                "cell_type": [(code, f"{StainedCell(code).label} · {count}") for code, count in cells.items()],
                "compartment": [(code, f"{Compartment(code).label} · {count}") for code, count in compartments.items()],
                "rule": [(rule, rule) for rule in stains.rules],
            }
        return {self.prefix + name: options for name, options in offered.items()}

    def without(self, form: "QuestionForm") -> Iterable[str]:
        """The fields that cannot matter to the assay."""
        assay = form.chosen[f"{self.prefix}assay"]
        without = {
            "dataset": assay != Assay.PROFILE,
            "per_marker": assay not in WITH_RATIOS,
            "phospho_site": not form.chosen[f"{self.prefix}phospho_site"],
            **dict.fromkeys(("antibody", *STAIN), assay != Assay.IHC),
            "consolidation": assay == Assay.IHC,
            "undetermined": assay != Assay.QPCR,
        }
        return [self.prefix + name for name, unwanted in without.items() if unwanted]

    def of(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """The chosen values by their names without the prefix."""
        names = (name.removeprefix(self.prefix) for name in (*self.question, *self.finer))
        return {name: chosen[self.prefix + name] for name in names}

    def measure(self, form: "QuestionForm") -> Measure:
        """The measure as it is chosen."""
        return Measure.measure_from(FieldReader(self.of(form.chosen)), study=form.catalogue.study.code)

    def marker(self, form: "QuestionForm") -> SafeString:
        """“RANKL *TNFSF11*”, or the two of a ratio."""
        chosen = self.of(form.chosen)
        names = [form.catalogue.marker_name(chosen[name]) for name in ("marker", "per_marker") if chosen[name]]
        name = format_html_join(" / ", "{}", ((name,) for name in names))
        return format_html("p-{} {}", name, chosen["phospho_site"]) if chosen["phospho_site"] else name

    def unit(self, form: "QuestionForm") -> str:
        """The unit of the values."""
        chosen = self.of(form.chosen)
        if chosen["per_marker"]:
            return str(_("log2 ratio"))
        what = {name: chosen[name] for name in ("dataset", "scale", "phospho_site")}
        return form.catalogue.unit(chosen["assay"], **what)

    def _choose_stain(self, form: "QuestionForm", marker: str) -> None:
        stains, prefix = form.catalogue.stains, self.prefix
        antibody = form.choose(f"{prefix}antibody", stains.antibodies(marker))
        cell_type = form.choose(f"{prefix}cell_type", stains.cell_types(marker, antibody))
        form.choose(f"{prefix}compartment", stains.compartments(marker, antibody, cell_type))
        form.choose(f"{prefix}scale", Scale.values)
        form.choose(f"{prefix}rule", stains.rules)
        asked = form.asked.get(f"{prefix}rule", "")
        if asked in stains.proportion_rules:
            form.stale[f"{prefix}rule"] = no_score(asked)
