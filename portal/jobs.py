"""What one person asked the workers to do, in all their studies: how far it is, and away with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.access import analyses
from analytics.catalogue import marker_names
from analytics.kinds import kind_of, parse
from analytics.models import Analysis
from cases import access, jobs
from cases.access import Person
from cases.importing import steps
from cases.models import CheckRun, ExportJob, ImportJob, Job, JobStatus
from cases.tables import TONES

MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of work: ``visible`` are the jobs that exist for a person, whoever asked for them."""

    name: str | Promise
    visible: Callable[[Person], QuerySet[Any]]
    title: Callable[[Any, dict[str, str]], str]
    cancel: Callable[[Any], bool] = jobs.cancel

    def asked_by(self, person: Person) -> QuerySet[Any]:
        """The person's own, of the studies in which they may still see rows."""
        own = self.visible(person).filter(requested_by_id=person.pk).select_related("study")
        return own.order_by("-requested_at", "-pk")


@dataclass(frozen=True, kw_only=True)
class Work:
    """One job as a person sees it."""

    kind: str
    job: Job
    title: str

    @property
    def kind_name(self) -> str:
        return str(KINDS[self.kind].name)

    @property
    def tone(self) -> str:
        return TONES[JobStatus(self.job.status)]

    @property
    def may_be_cancelled(self) -> bool:
        return not self.job.cancel_requested and self.job.status in (
            JobStatus.WAITING,
            JobStatus.QUEUED,
            JobStatus.RUNNING,
        )

    @property
    def asked_at(self) -> datetime:
        return self.job.requested_at


def _of_study(model: type[Job]) -> Callable[[Person], QuerySet[Any]]:
    return lambda person: access.rows(user=person, queryset=model._default_manager.all(), study="study")


def _analyses(person: Person) -> QuerySet[Analysis]:
    # Results and frozen inputs are long; the list shows neither.
    return analyses(person).defer("result", "frozen_input", "versions")


def _question(analysis: Analysis, markers: dict[str, str]) -> str:
    return kind_of(analysis).title(parse(analysis.spec), markers)


KINDS = {
    "analysis": Kind(name=gettext_lazy("Analysis"), visible=_analyses, title=_question),
    "import": Kind(
        name=gettext_lazy("Import"),
        visible=lambda person: _of_study(ImportJob)(person).defer("options", "preview", "written"),
        title=lambda job, _markers: job.file_name,
        cancel=lambda job: steps.abandon(job=job),
    ),
    "export": Kind(
        name=gettext_lazy("Export"),
        visible=_of_study(ExportJob),
        title=lambda job, _markers: job.get_kind_display(),
    ),
    "check": Kind(
        name=gettext_lazy("Check"),
        visible=_of_study(CheckRun),
        title=lambda job, _markers: str(job._meta.verbose_name),
    ),
}


def work_of(person: Person) -> list[Work]:
    """The newest of everything a person asked for, newest first."""
    markers = marker_names()
    asked = [
        Work(kind=code, job=job, title=kind.title(job, markers))
        for code, kind in KINDS.items()
        for job in kind.asked_by(person)[:MOST_SHOWN]
    ]
    return sorted(asked, key=lambda work: work.asked_at, reverse=True)[:MOST_SHOWN]


@never_cache
@login_required
def my_jobs(request: HttpRequest) -> HttpResponse:
    """The page; the table alone for htmx, which asks for it again while something runs."""
    found = work_of(request.user)
    context = {
        "works": found,
        "unfinished": any(work.job.is_unfinished for work in found),
        "most": MOST_SHOWN if len(found) == MOST_SHOWN else 0,
    }
    return render(request, "portal/jobs_table.html" if HtmxDetails(request) else "portal/jobs.html", context)


@require_POST
@login_required
def cancel_job(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ends a job of the person's own; that of somebody else does not exist here."""
    if kind not in KINDS:
        raise Http404
    job = get_object_or_404(KINDS[kind].asked_by(cast(User, request.user)), pk=pk)
    if KINDS[kind].cancel(job):
        messages.success(request, _("It is being cancelled."))
    else:
        messages.info(request, _("It has ended; there is nothing to cancel."))
    return redirect("my-jobs")


class WorkSerializer(serializers.Serializer[Any]):
    """A job without what it found."""

    kind = serializers.CharField(help_text="analysis, import, export or check.")
    id = serializers.IntegerField(source="job.pk")
    study = serializers.CharField(source="job.study.code")
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=JobStatus.choices, source="job.status")
    queue = serializers.CharField(source="job.queue")
    progress_done = serializers.IntegerField(source="job.progress_done")
    progress_total = serializers.IntegerField(source="job.progress_total")
    requested_at = serializers.DateTimeField(source="job.requested_at")
    started_at = serializers.DateTimeField(source="job.started_at")
    finished_at = serializers.DateTimeField(source="job.finished_at")


class WorkViewSet(viewsets.ViewSet):
    """What the owner of the token asked the workers to do, in all studies."""

    @extend_schema(responses=WorkSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The newest 100 jobs of one's own, newest first."""
        return Response(WorkSerializer(work_of(request.user), many=True).data)
