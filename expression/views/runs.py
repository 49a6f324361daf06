"""Pages of qPCR runs."""

import csv
import logging
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView, View
from django_tables2 import SingleTableMixin

from cases import access
from cases.views.base import StudyPage
from expression.models import QpcrRun, QpcrWell
from expression.run_report import RunReport
from expression.run_table import CSV_COLUMNS, csv_rows
from expression.tables import PLATE_ORDER, RunTable, WellTable

logger = logging.getLogger(__name__)

WELLS_PER_PAGE = 96


class RunList(StudyPage, SingleTableMixin, ListView):
    template_name = "expression/run_list.html"
    table_class = RunTable
    table_pagination = {"per_page": 50}

    def get_queryset(self) -> QuerySet[QpcrRun]:
        runs = access.rows(user=self.request.user, queryset=QpcrRun.objects.filter(study=self.study), study="study")
        return runs.select_related("study").annotate(
            markers=StringAgg("targets__marker__name", delimiter=", ", distinct=True),
            sample_count=Count("samples", distinct=True),
            specimen_count=Count("samples__specimen", distinct=True),
        )


class RunPage(StudyPage):
    """A page below ``runs/<run_code>/``."""

    @cached_property
    def run(self) -> QpcrRun:
        runs = access.rows(user=self.request.user, queryset=QpcrRun.objects.filter(study=self.study), study="study")
        return get_object_or_404(runs.select_related("study", "import_job"), code=self.kwargs["run_code"])

    @property
    def wells(self) -> QuerySet[QpcrWell]:
        """Without the samples of patients who withdrew consent."""
        wells = access.rows(
            user=self.request.user,
            queryset=QpcrWell.objects.filter(run=self.run),
            patient="sample__specimen__patient",
            study="run__study",
        )
        return wells.select_related("target__marker", "sample__specimen__patient")

    @cached_property
    def report(self) -> RunReport:
        wells = self.wells.order_by(*PLATE_ORDER, "target__name")
        targets = self.run.targets.select_related("marker").order_by(F("marker__position").asc(nulls_last=True), "name")
        return RunReport(run=self.run, targets=list(targets), wells=list(wells))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(run=self.run, **kwargs)


class RunResults(RunPage, TemplateView):
    """What the run says."""

    template_name = "expression/run.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(report=self.report, **kwargs)


class RunWells(RunPage, SingleTableMixin, ListView):
    """Every reading."""

    template_name = "expression/run_wells.html"
    table_class = WellTable
    table_pagination = {"per_page": WELLS_PER_PAGE}

    def get_queryset(self) -> QuerySet[QpcrWell]:
        return self.wells


class RunCsv(RunPage, View):
    """ΔCq and relative quantities, for those who may export. Exports are logged."""

    required_right = "exports"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = csv_rows(self.report)
        logger.info("qPCR run %s: %s rows exported by user %s", self.run.pk, len(rows), request.user.pk)
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.run.code}-delta-cq.csv"'
        writer = csv.writer(answer)
        writer.writerow(CSV_COLUMNS)
        writer.writerows(rows)
        return answer
