"""What runs, what waits, and when each service was last seen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cases.models import Job, JobStatus, ServiceHeartbeat
from portal.health import SECONDS_TO_ANSWER, broker_answers

SILENT_AFTER = timedelta(seconds=30)
QUEUES = ("quick", "long")
SERVICES = (*(f"worker:{queue}" for queue in QUEUES), "beat")


@dataclass(frozen=True, kw_only=True)
class Service:
    """One process of a service. ``seen_at`` is None for a service that was never seen."""

    name: str
    host: str = ""
    seen_at: datetime | None = None

    @property
    def answers(self) -> bool:
        return self.seen_at is not None and timezone.now() - self.seen_at < SILENT_AFTER

    @property
    def seconds_ago(self) -> int:
        return round((timezone.now() - self.seen_at).total_seconds()) if self.seen_at else 0


@never_cache
@login_required
def status(request: HttpRequest) -> HttpResponse:
    """The page itself shows that web server and database answer."""
    services = _services()
    running = {service.name for service in services if service.answers}
    broker = broker_answers()
    context = {
        "services": services,
        "missing": [name for name in SERVICES if name not in running],
        "broker": broker,
        "queues": _queue_lengths() if broker else [],
        "jobs": _unfinished_jobs(),
    }
    return render(request, "portal/status.html", context)


def _services() -> list[Service]:
    seen = [
        Service(name=row.name, host=row.host, seen_at=row.seen_at)
        for row in ServiceHeartbeat.objects.order_by("name", "host")
    ]
    names = {service.name for service in seen}
    return seen + [Service(name=name) for name in SERVICES if name not in names]


def _queue_lengths() -> list[tuple[str, int]]:
    """Messages that no worker has taken yet. The broker may forget them: the rows are the jobs."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS_TO_ANSWER) as client:
        return [(queue, client.llen(queue)) for queue in QUEUES]


def _unfinished_jobs() -> list[tuple[str, int, int]]:
    """For each kind of job its name, and how many are queued and running."""
    kinds = [model for model in apps.get_models() if issubclass(model, Job)]
    return [
        (
            str(model._meta.verbose_name_plural),
            model.objects.filter(status=JobStatus.QUEUED).count(),
            model.objects.filter(status=JobStatus.RUNNING).count(),
        )
        for model in kinds
    ]
