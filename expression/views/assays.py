"""Where everything that was measured in a study is found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cases import access
from cases.views.base import StudyPage
from expression.models import Antibody, CellExperiment, CellLine, ExpressionDataset, Marker, QpcrRun, WesternBlot


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One list. ``study`` is the ORM path to the study; None where all studies share what is on it.

    ``seen`` are those of its rows a person may see: a plate or a dataset may hold several sites' patients.
    """

    title: str | Promise
    text: str | Promise
    url_name: str
    rows: Callable[[], QuerySet[Any]]
    study: str | None = "study"
    seen: Callable[..., QuerySet[Any]] = access.of_study


SHELVES = (
    Shelf(
        title=_("Markers"),
        text=_("The molecules that are measured: their names, in which histologies, by which assay."),
        url_name="expression:marker-list",
        rows=lambda: Marker.objects.all(),
        study=None,
    ),
    Shelf(
        title=_("Antibodies"),
        text=_("Clone, dilution and retrieval; from which score on a stain is positive; how cores make a value."),
        url_name="expression:antibody-list",
        rows=lambda: Antibody.objects.all(),
    ),
    Shelf(
        title=_("qPCR runs"),
        text=_("Plates with their wells, ΔCq and relative quantities."),
        url_name="expression:run-list",
        rows=lambda: QpcrRun.objects.all(),
        seen=access.rows,
    ),
    Shelf(
        title=_("Western blots"),
        text=_("Bands by membrane and lane, and the ratios of phosphorylated to total protein."),
        url_name="expression:blot-list",
        rows=lambda: WesternBlot.objects.all(),
    ),
    Shelf(
        title=_("Cell experiments"),
        text=_("Conditions with biological and technical replicates, by dose and by time."),
        url_name="expression:experiment-list",
        rows=lambda: CellExperiment.objects.all(),
    ),
    Shelf(
        title=_("Cell lines"),
        text=_("With their Cellosaurus accession."),
        url_name="expression:experiment-line-list",
        rows=lambda: CellLine.objects.all(),
    ),
    Shelf(
        title=_("Expression datasets"),
        text=_("Profiles by RNA sequencing or array, each in its own unit; public cohorts among them."),
        url_name="expression:dataset-list",
        rows=lambda: ExpressionDataset.objects.all(),
        seen=access.rows,
    ),
)
"""In the order of the page; those of a study are for members who see rows."""


class AssayIndex(StudyPage, TemplateView):
    required_right = "sees_aggregates"
    template_name = "expression/assay_index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shelves = [(shelf, self._number(shelf)) for shelf in SHELVES if shelf.study is None or self.rights.sees_rows]
        return super().get_context_data(shelves=shelves, **kwargs)

    def _number(self, shelf: Shelf) -> int:
        if shelf.study is None:
            return shelf.rows().count()
        rows = shelf.seen(user=self.user, queryset=shelf.rows(), study=shelf.study)
        return rows.filter(**{shelf.study: self.study}).count()
