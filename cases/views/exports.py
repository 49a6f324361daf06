"""Files made for somebody: ask for one, see how far it is, fetch it."""

import logging
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from django_tables2 import SingleTableMixin

from cases import exports, jobs
from cases.chronicle import events_of
from cases.models import ConsentStatus, ExportJob, ExportKind, Patient
from cases.sentences import render as in_language
from cases.tables import ROWS_PER_PAGE, ExportTable, TablePaginator
from cases.views.base import StudyPage

logger = logging.getLogger(__name__)


class ExportsPage(StudyPage):
    """Whoever may export sees the exports of the kinds they may ask for."""

    required_right = "exports"

    @property
    def kinds(self) -> list[ExportKind]:
        """What this person may ask for."""
        return [kind for kind in ExportKind if getattr(self.rights, exports.RIGHTS[kind])]

    @property
    def jobs(self) -> QuerySet[ExportJob]:
        made = ExportJob.objects.filter(study=self.study, kind__in=self.kinds, scope=self.rights.scope)
        return made.select_related("study", "requested_by")

    @cached_property
    def job(self) -> ExportJob:
        """The export named by the address."""
        return get_object_or_404(self.jobs, pk=self.kwargs["pk"])


class ExportList(ExportsPage, SingleTableMixin, TemplateView):
    """What was made, and what can be; takes the wish for another file."""

    template_name = "cases/export_list.html"
    table_class = ExportTable
    table_pagination = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_table_data(self) -> QuerySet[ExportJob]:
        return self.jobs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kinds=self.kinds, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("kind") not in self.kinds:
            raise Http404
        job = exports.request_export(kind=ExportKind(request.POST["kind"]), by=self.user, rights=self.rights)
        return redirect("cases:export", self.study.code, job.pk)


class ExportPage(ExportsPage, TemplateView):
    """One export, whatever its state."""

    template_name = "cases/export.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(job=self.job, message=in_language(self.job.message), **kwargs)


class ExportProgress(ExportsPage, View):
    """The progress bar again, or the wish to have the whole page again."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.job.is_unfinished:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "cases/export_progress.html", {"study": self.study, "job": self.job})


class ExportFile(ExportsPage, View):
    """The file; every download is logged."""

    def get(self, request: HttpRequest, **kwargs: Any) -> FileResponse:
        stored = self.job.file.name
        if not stored or not self.job.file.storage.exists(stored):
            raise Http404(_("The file is not there."))
        if self._withdrawn_since():
            raise Http404(_("A patient withdrew consent since this file was made. Ask for a new one."))
        logger.info("export %s downloaded by user %s", self.job.pk, self.user.pk)
        return FileResponse(self.job.file.open("rb"), as_attachment=True, filename=stored.rpartition("/")[2])

    def _withdrawn_since(self) -> bool:
        """Whether somebody in the study withdrew consent after the data were read."""
        withdrawals = events_of(Patient).filter(study_id=self.study.pk, consent_status=ConsentStatus.WITHDRAWN)
        return withdrawals.filter(pgh_created_at__gte=self.job.started_at or self.job.requested_at).exists()


class ExportCancel(ExportsPage, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not jobs.cancel(self.job):
            messages.info(request, _("This export has ended; there is nothing to cancel."))
        return redirect("cases:export", self.study.code, self.job.pk)
