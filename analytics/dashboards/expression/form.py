"""The choices of the expression explorer: those of a comparison between groups, and how its figure is drawn."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.dashboards.keeping import Kept
from analytics.kinds.expression_by_group.form import MEASURE, ExpressionByGroupForm, Preview, preview
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.plots.distributions import Shape
from analytics.spec import Assay
from expression.models import ExpressionDataset, ProfileUnit


class Axis(TextChoices):
    LINEAR = "linear", _("Linear")
    LOG = "log", _("Log")


DRAWING = ("shape", "axis")


class ExplorerForm(ExpressionByGroupForm):
    """The form of a comparison without its method; a single group may be looked at, too."""

    finer = MEASURE.finer

    shape = forms.ChoiceField(label=_("Drawn as"), choices=Shape.choices, widget=forms.RadioSelect)
    axis = forms.ChoiceField(label=_("Axis"), choices=Axis.choices, widget=forms.RadioSelect)

    def __init__(self, asked: QueryDict, *, catalogue: Catalogue, kept: Kept) -> None:
        self.kept = kept
        super().__init__(_without_all_groups(asked), catalogue=catalogue, bound=False)

    @cached_property
    def preview(self) -> Preview:
        spec = self.preview_spec()
        counts = self.kept.get("preview", spec, lambda: asdict(preview(spec=spec, by=self.kept.by)))
        return Preview(**counts)

    def choose_all(self) -> None:
        super().choose_all()
        self.choose("shape", [Shape.POINTS, Shape.BOX, Shape.VIOLIN])
        self.skewed = self._is_skewed()
        self.choose("axis", Axis.values if self.skewed else [""])

    def without(self) -> Iterable[str]:
        return [*super().without(), "method", *([] if self.skewed else ["axis"])]

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
        return "&".join(filter(None, [self.spec().as_query(), urlencode(drawing)]))

    @property
    def on_log_axis(self) -> bool:
        return bool(self.chosen["axis"] == Axis.LOG)

    def _is_skewed(self) -> bool:
        """Whether the values are on a scale that a log axis suits: neither logarithms themselves nor scores."""
        if self.chosen["assay"] != Assay.PROFILE:
            return False
        datasets = ExpressionDataset.objects.filter(study=self.catalogue.study, code=self.chosen["dataset"])
        return datasets.filter(unit=ProfileUnit.RSEM).exists()


def _without_all_groups(asked: QueryDict) -> QueryDict:
    """Where every group that the page ``offered`` was ticked, all are wanted, also those that another choice brings."""
    found = asked.copy()
    if set(found.pop("offered", [])) == set(found.getlist("groups")):
        found.pop("groups", None)
    return found
