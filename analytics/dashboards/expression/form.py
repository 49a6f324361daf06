"""The choices of the expression explorer: those of a comparison between groups, and how its figure is drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.dashboards.expression.data import chosen
from analytics.dashboards.expression.panels import Panel, cohort_code, panels, public_cohorts
from analytics.dashboards.keeping import Kept
from analytics.forms import GROUPING_FIELDS, counted
from analytics.kinds.expression_by_group.form import MEASURE, ExpressionByGroupForm, Preview, preview
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.measurements import measured_patients
from analytics.plots.distributions import Shape
from analytics.spec import Assay
from expression.models import ExpressionDataset, ProfileUnit


class Axis(TextChoices):
    LINEAR = "linear", _("Linear")
    LOG = "log", _("Log")


DRAWING = ("beside", "cohorts", "shape", "axis")


class ExplorerForm(ExpressionByGroupForm):
    """The form of a comparison without its method; a single group may be looked at, too."""

    question = (*MEASURE.question, "beside", *GROUPING_FIELDS, "groups", "reference", "cohorts")
    finer = MEASURE.finer

    beside = forms.MultipleChoiceField(
        label=_("Markers beside it"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("By the same assay, in the same groups, each in a panel of its own."),
    )
    cohorts = forms.MultipleChoiceField(
        label=_("Public cohorts beside it"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Measured by others in a unit of their own: never mixed with the values of this study."),
    )
    shape = forms.ChoiceField(label=_("Drawn as"), choices=Shape.choices, widget=forms.RadioSelect)
    axis = forms.ChoiceField(label=_("Axis"), choices=Axis.choices, widget=forms.RadioSelect)

    def __init__(self, asked: QueryDict, *, catalogue: Catalogue, kept: Kept) -> None:
        self.kept = kept
        super().__init__(_without_all_groups(asked), catalogue=catalogue, bound=False)

    @cached_property
    def preview(self) -> Preview:
        spec = self.preview_spec()
        counts = self.kept.get("preview", spec, lambda: asdict(self._counted(spec)))
        return Preview(**counts)

    def _counted(self, spec: ExpressionByGroup) -> Preview:
        """The patients who were measured are kept apart: another population or grouping asks for them, too."""

        def measured() -> list[int]:
            rows = measured_patients(measure=spec, by=self.kept.by).order_by().distinct()
            return [key for row in rows for key in row.values()]

        known = self.kept.keep("measured-patients", measured, about=spec.measure_json())
        return preview(spec=spec, by=self.kept.by, patients=chosen(spec=spec, kept=self.kept), measured=known)

    def choose_all(self) -> None:
        super().choose_all()
        self.choose_several("beside", self._other_markers)
        self.choose_several("cohorts", self._cohorts)
        self.choose("shape", [Shape.POINTS, Shape.BOX, Shape.VIOLIN])
        self.skewed = self._is_skewed()
        self.choose("axis", Axis.values if self.skewed else [""])

    def without(self) -> Iterable[str]:
        needless = {"axis": not self.skewed, "beside": not self._other_markers, "cohorts": not self._cohorts}
        return [*super().without(), "method", *(name for name, unwanted in needless.items() if unwanted)]

    def offered(self) -> dict[str, list[tuple[str, Any]]]:
        named = self.catalogue.marker_name
        others = [(symbol, counted(named(symbol), count)) for symbol, count in self._other_markers.items()]
        return super().offered() | {
            "beside": others,
            "cohorts": [(code, f"{cohort} · {cohort.platform}") for code, cohort in self._cohorts.items()],
        }

    def as_asked(self) -> dict[str, Any]:
        return {name: value for name, value in super().as_asked().items() if name not in DRAWING}

    def spec(self) -> ExpressionByGroup:
        place = {"study": self.catalogue.study.code, "population": self.population.as_json()}
        asked = self.as_asked()
        groups = tuple(asked.pop("groups"))
        reference = asked.pop("reference", "")
        return replace(ExpressionByGroup.from_mapping({**asked, **place}), groups=groups, reference=reference)

    def as_query(self) -> str:
        """The shortest query string that shows the page as it stands."""
        drawing = {
            name: self.chosen[name]
            for name in DRAWING
            if name in self.fields and self.chosen[name] != self._usual[name]
        }
        return "&".join(filter(None, [self.spec().as_query(), urlencode(drawing, doseq=True)]))

    def panels(self) -> list[Panel]:
        """What is shown, side by side."""
        spec = self.spec()
        beside = [self._beside(spec, symbol) for symbol in self.chosen["beside"]]
        cohorts = [self._cohorts[code] for code in self.chosen["cohorts"]]
        return panels(spec=spec, kept=self.kept, beside=beside, cohorts=cohorts)

    def _beside(self, spec: ExpressionByGroup, symbol: str) -> ExpressionByGroup:
        """The same of another marker; where it was not read in these cells, in those in which it was."""
        other = replace(spec, marker=symbol, per_marker="", antibody="")
        if spec.assay != Assay.IHC:
            return other
        stains = self.catalogue.stains
        cell_type = _kept_or_first(spec.cell_type, stains.cell_types(symbol, ""))
        compartment = _kept_or_first(spec.compartment, stains.compartments(symbol, "", cell_type))
        return replace(other, cell_type=cell_type, compartment=compartment)

    @cached_property
    def _other_markers(self) -> dict[str, int]:
        """By HGNC symbol, with the number of patients measured; beside a ratio its marker alone is one, too."""
        markers = self.catalogue.markers(self.chosen["assay"], self.chosen["dataset"])
        shown = "" if self.chosen["per_marker"] else self.chosen["marker"]
        return {symbol: count for symbol, count in markers.items() if symbol != shown}

    @cached_property
    def _cohorts(self) -> dict[str, ExpressionDataset]:
        """The public datasets with the marker, without the one that is shown itself."""
        shown = f"{self.catalogue.study.code}:{self.chosen['dataset']}"
        found = public_cohorts(marker=self.chosen["marker"], by=self.kept.by)
        return {cohort_code(cohort): cohort for cohort in found if cohort_code(cohort) != shown}

    @property
    def on_log_axis(self) -> bool:
        return bool(self.chosen["axis"] == Axis.LOG)

    def _is_skewed(self) -> bool:
        """Whether values are on a scale that a log axis suits: neither logarithms themselves nor scores."""
        if any(self._cohorts[code].unit == ProfileUnit.RSEM for code in self.chosen["cohorts"]):
            return True
        if self.chosen["assay"] != Assay.PROFILE:
            return False
        datasets = ExpressionDataset.objects.filter(study=self.catalogue.study, code=self.chosen["dataset"])
        return datasets.filter(unit=ProfileUnit.RSEM).exists()


def _kept_or_first(code: str, offered: Mapping[str, int]) -> str:
    return code if code in offered else next(iter(offered), code)


def _without_all_groups(asked: QueryDict) -> QueryDict:
    """Where every group that the page ``offered`` was ticked, all are wanted, also those that another choice brings."""
    found = asked.copy()
    if set(found.pop("offered", [])) == set(found.getlist("groups")):
        found.pop("groups", None)
    return found
