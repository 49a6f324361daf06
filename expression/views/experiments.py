"""Pages of cell lines and cell experiments: lists, an experiment with its means, its table to fill in, its design."""

from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView

from cases.chronicle import events_of
from cases.views.base import RowFormPage, StudyPage
from expression.experiment_forms import CellLineForm, ExperimentForm, MoreConditionsForm, NewExperimentForm
from expression.experiment_report import ExperimentReport
from expression.experiment_table import ReadingsForm
from expression.models import CellExperiment, CellLine, ExperimentCondition, ExperimentReading
from expression.views.rows import OwnedByStudy, RowCsv, RowDelete, RowHistory

ORDER = ("culture", "stimulus", models.F("concentration_ng_ml").asc(nulls_first=True), "hours", "pk")
"""The control of a culture first, then dose by dose."""


class CellLineList(StudyPage, TemplateView):
    template_name = "expression/cell_line_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = CellLine.objects.filter(study=self.study).select_related("histology")
        counted = lines.annotate(experiment_count=Count("experiments")).order_by("name")
        return super().get_context_data(lines=counted, **kwargs)


class CellLineAdd(RowFormPage):
    required_right = "enters_everywhere"
    form_class = CellLineForm
    title = gettext_lazy("Add a cell line")

    @cached_property
    def row(self) -> Any:
        return CellLine(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("expression:experiment-line-list", args=[self.study.code])


class CellLineEdit(CellLineAdd):
    title = gettext_lazy("Change the cell line")

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(CellLine, study=self.study, pk=self.kwargs["pk"])


class CellLineDelete(RowDelete):
    """A line that experiments or blots rest on stays."""

    list_label = gettext_lazy("Cell lines")

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(CellLine, study=self.study, pk=self.kwargs["pk"])

    @property
    def list_url(self) -> str:
        return reverse("expression:experiment-line-list", args=[self.study.code])

    @property
    def back_url(self) -> str:
        return self.list_url

    @property
    def facts(self) -> list[tuple[str, Any]]:
        return [(_("Cellosaurus accession"), self.row.accession or "–"), (_("Histology"), self.row.histology or "–")]


class ExperimentList(StudyPage, TemplateView):
    template_name = "expression/experiment_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        experiments = CellExperiment.objects.filter(study=self.study).select_related("line", "marker")
        counted = experiments.annotate(
            condition_count=Count("conditions", distinct=True), reading_count=Count("readings", distinct=True)
        )
        return super().get_context_data(experiments=counted.order_by("code"), **kwargs)


class OfExperiment(OwnedByStudy):
    """A page below ``experiments/<experiment_code>/``."""

    list_label = gettext_lazy("Cell experiments")

    @cached_property
    def experiment(self) -> CellExperiment:
        experiments = CellExperiment.objects.filter(study=self.study).select_related("study", "line", "marker")
        return get_object_or_404(experiments, code=self.kwargs["experiment_code"])

    @cached_property
    def row(self) -> Any:
        return self.experiment

    @property
    def list_url(self) -> str:
        return reverse("expression:experiment-list", args=[self.study.code])

    @property
    def conditions(self) -> list[ExperimentCondition]:
        return list(self.experiment.conditions.order_by(*ORDER))

    @property
    def readings(self) -> list[ExperimentReading]:
        return list(self.experiment.readings.order_by("pk"))

    @property
    def report(self) -> ExperimentReport:
        return ExperimentReport(experiment=self.experiment, conditions=self.conditions, readings=self.readings)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(experiment=self.experiment, **kwargs)


class ExperimentPage(OfExperiment, TemplateView):
    """What the experiment says."""

    template_name = "expression/experiment.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(report=self.report, **kwargs)


class ExperimentAdd(RowFormPage):
    required_right = "enters_everywhere"
    form_class: Any = NewExperimentForm
    title = gettext_lazy("Add a cell experiment")

    @cached_property
    def row(self) -> Any:
        return CellExperiment(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("expression:experiment-list", args=[self.study.code])

    def saved_url(self, row: Any) -> str:
        """The table that the design makes."""
        return reverse("expression:experiment-readings", args=[self.study.code, row.code])


class ExperimentEdit(RowFormPage):
    required_right = "enters_everywhere"
    form_class = ExperimentForm
    title = gettext_lazy("Change the cell experiment")

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(CellExperiment, study=self.study, code=self.kwargs["experiment_code"])

    @property
    def back_url(self) -> str:
        return str(self.row.get_absolute_url())

    def saved_url(self, row: Any) -> str:
        return str(row.get_absolute_url())


class ExperimentConditions(OfExperiment, FormView):
    """More factors and levels for an experiment that is there."""

    required_right = "enters_everywhere"
    template_name = "cases/row_form.html"
    form_class = MoreConditionsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"experiment": self.experiment, **super().get_form_kwargs()}

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            CellExperiment.objects.select_for_update().get(pk=self.experiment.pk)
            new = form.save()
        text = ngettext("%(number)s condition is new.", "%(number)s conditions are new.", new)
        messages.success(self.request, text % {"number": new})
        return redirect(reverse("expression:experiment-readings", args=[self.study.code, self.experiment.code]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = self.experiment.get_absolute_url()
        return super().get_context_data(title=_("Add conditions"), back_url=back, **kwargs)


class ExperimentReadings(OfExperiment, TemplateView):
    """The table to fill in."""

    required_right = "enters_everywhere"
    template_name = "expression/experiment_readings.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self._form()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            CellExperiment.objects.select_for_update().get(pk=self.experiment.pk)
            form = self._form(request.POST)
            if form.is_valid() and form.save():
                messages.success(request, _("%(row)s is saved.") % {"row": self.experiment})
                return redirect(self.experiment.get_absolute_url())
        return self.render_to_response(self.get_context_data(form=form))

    def _form(self, data: Any = None) -> ReadingsForm:
        return ReadingsForm(data, experiment=self.experiment, conditions=self.conditions, readings=self.readings)


class ExperimentCsv(OfExperiment, RowCsv):
    file_ending = "readings"

    @property
    def lines(self) -> Any:
        return self.report.lines


class ExperimentHistory(OfExperiment, RowHistory):
    @property
    def parts(self) -> dict[type[models.Model], Any]:
        own = {"experiment_id": self.experiment.pk}
        return {
            CellExperiment: events_of(CellExperiment).filter(pgh_obj_id=self.experiment.pk),
            ExperimentCondition: events_of(ExperimentCondition).filter(**own),
            ExperimentReading: events_of(ExperimentReading).filter(**own),
        }


class ExperimentDelete(OfExperiment, RowDelete):
    @property
    def facts(self) -> list[tuple[str, Any]]:
        return [
            (_("Cell line"), self.experiment.line),
            (_("Readout"), self.experiment.get_readout_display()),
            (_("Conditions"), self.experiment.conditions.count()),
            (_("Readings"), self.experiment.readings.count()),
        ]
