"""The plate of a run as a grid, one well of it, and what happened to all of them."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from cases.chronicle import Chronicle, events_of
from cases.views.base import RowFormPage
from cases.views.history import HistoryPage
from expression import run_reading
from expression.measurements import assay
from expression.models import QpcrRun, QpcrSample, QpcrTarget, QpcrWell, WellTask
from expression.plate_grid import PlateGrid, grid_of
from expression.run_forms import WellForm
from expression.scoring import Assay
from expression.views.runs import RunPage

MOST_HAPPENINGS = 50


class PlatePage(RunPage, TemplateView):
    """``?target=`` chooses what colours the plate, by its name."""

    template_name = "expression/run_plate.html"

    @cached_property
    def target(self) -> QpcrTarget | None:
        asked = self.request.GET.get("target")
        return next(
            (target for target in self.report.targets if target.name == asked), next(iter(self.report.targets), None)
        )

    @property
    def grid(self) -> PlateGrid:
        visible = {well.position for well in self.report.wells}
        taken = set(self.run.wells.values_list("position", flat=True))
        return grid_of(
            target=self.target,
            wells=self.report.wells,
            withheld=taken - visible,
            signals={
                signal.position
                for signal in self.report.control_signals
                if self.target is not None and signal.target == self.target.name
            },
            assays=self._assays,
        )

    @property
    def _assays(self) -> dict[int, Assay]:
        """The readings of the target by sample."""
        wells: dict[int, list[QpcrWell]] = {}
        for well in self.report.wells:
            if well.sample_id is not None and well.task == WellTask.UNKNOWN:
                wells.setdefault(well.sample_id, []).append(well)
        if self.target is None:
            return {}
        return {sample: assay(target=self.target, wells=own) for sample, own in wells.items()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(grid=self.grid, target=self.target, targets=self.report.targets, **kwargs)


class WellPage(RunPage, RowFormPage):
    """One reading, with its history. Those who enter data of the whole study leave it out or take it back."""

    required_right = "sees_rows"
    form_class = WellForm
    template_name = "expression/run_well.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Well %(well)s") % {"well": self.row}

    @cached_property
    def row(self) -> QpcrWell:
        return get_object_or_404(self.wells.select_related("run"), pk=self.kwargs["well_pk"])

    @property
    def back_url(self) -> str:
        plate = reverse("expression:run-plate", args=[self.study.code, self.run.code])
        letter, column = self.row.position[0], self.row.position[1:]
        target = urlencode({"target": self.row.target.name})
        return f"{plate}?{target}#place-{ord(letter) - ord('A') + 1}-{column}"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a person cannot see is not there for them, before it is a question of rights."""
        if self.row:
            self.rights.require("enters_everywhere")
        return super().post(*args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chronicle = Chronicle({QpcrWell: events_of(QpcrWell).filter(pgh_obj_id=self.row.pk)})
        return super().get_context_data(well=self.row, happenings=list(chronicle[:MOST_HAPPENINGS]), **kwargs)


class RunHistory(RunPage, HistoryPage):
    """What happened to the run, its targets, and the samples and wells this person may see."""

    template_name = "expression/run_history.html"

    @property
    def parts(self) -> dict[type[Any], QuerySet[Any]]:
        samples = run_reading.samples(user=self.user, run=self.run)
        return {
            QpcrRun: events_of(QpcrRun).filter(pgh_obj_id=self.run.pk),
            QpcrTarget: events_of(QpcrTarget).filter(run_id=self.run.pk),
            QpcrSample: events_of(QpcrSample).filter(pgh_obj_id__in=samples.values("pk")),
            QpcrWell: events_of(QpcrWell).filter(pgh_obj_id__in=self.wells.values("pk")),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = _("History of %(record)s") % {"record": self.run}
        return super().get_context_data(title=title, back_url=self.run.get_absolute_url(), **kwargs)
