"""Undoing an import: what would go and what stands in the way, the wish, and its end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.generic import TemplateView, View

from cases import jobs
from cases.importing.undo.preview import preview_of
from cases.importing.undo.undoing import request_undo
from cases.jobs import Refusal
from cases.models import ImportJob
from cases.sentences import render as in_language
from cases.views.imports import ImportsPage


class ImportUndoing(ImportsPage, TemplateView):
    """What undoing the import would do, and the wish to have it done."""

    template_name = "cases/import_undo.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not ImportJob.objects.standing().filter(pk=self.job.pk).exists():
            return self.to_job(moved_on=True)
        return super().get(request, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(job=self.job, undoing=preview_of(self.job, user=self.user), **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            request_undo(job=self.job, by=self.user)
        except Refusal as refusal:
            messages.warning(request, in_language(refusal.stored))
        return self.to_job()


class ImportUndoCancel(ImportsPage, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        undo = self.job.latest_undo
        return self.to_job(moved_on=undo is None or not jobs.cancel(undo))
