"""Work outside the request. The row is the only state; the broker may be emptied at any time.

A claim is a lease with an attempt number, renewed while the work runs. What a worker finishes is recorded
only while the attempt is still its own, so work may be repeated but a result is recorded once.
"""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.study import Study
from cases.privacy import Privacy

LEASE = timedelta(seconds=20)
"""How long a silent worker keeps its claim."""

RESEND_AFTER = timedelta(seconds=10)
"""How long a queued row waits before its message is sent again."""

MAX_ATTEMPTS = 3


class JobStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting for you")
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Done")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


class JobQuerySet(models.QuerySet):
    """Transitions are single UPDATE statements whose condition names the state they start from."""

    def unfinished(self) -> Self:
        return self.filter(status__in=UNFINISHED)

    def lease_ran_out(self) -> Self:
        return self.filter(status=JobStatus.RUNNING, lease_until__lt=timezone.now())

    def exhausted(self) -> Self:
        """Interrupted so often that another attempt would be interrupted too."""
        return self.lease_ran_out().filter(attempt__gte=MAX_ATTEMPTS)

    def forgotten(self) -> Self:
        """Queued, and the message about it may be lost or was never sent."""
        limit = timezone.now() - RESEND_AFTER
        return self.filter(Q(sent_at__lt=limit) | Q(sent_at=None, requested_at__lt=limit), status=JobStatus.QUEUED)

    def claim(self, pk: int) -> int | None:
        """Start an attempt; its number, or None when the row is not queued."""
        now = timezone.now()
        claimed = self.filter(pk=pk, status=JobStatus.QUEUED).update(
            status=JobStatus.RUNNING,
            attempt=F("attempt") + 1,
            started_at=now,
            lease_until=now + LEASE,
            progress_done=0,
            progress_total=0,
        )
        return self.values_list("attempt", flat=True).get(pk=pk) if claimed else None

    def held(self, pk: int, *, attempt: int) -> Self:
        """The row, while this attempt still owns it."""
        return self.filter(pk=pk, attempt=attempt, status=JobStatus.RUNNING)


class Job(models.Model):
    """What every kind of job shares. ``task_name`` is the Celery task that receives the key."""

    task_name: ClassVar[str]

    study = models.ForeignKey(Study, models.PROTECT, related_name="%(class)ss", verbose_name=_("study"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="%(class)ss", verbose_name=_("asked by")
    )
    requested_at = models.DateTimeField(_("asked"), auto_now_add=True)
    queue = models.CharField(_("queue"), max_length=10, default="quick")
    status = models.CharField(_("status"), max_length=10, choices=JobStatus, default=JobStatus.QUEUED)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    sent_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    cancel_requested = models.BooleanField(default=False, editable=False)
    progress_done = models.PositiveIntegerField(default=0, editable=False)
    progress_total = models.PositiveIntegerField(default=0, editable=False)
    message = models.JSONField(_("message"), null=True, blank=True, help_text=_("A sentence: its text and its values."))

    privacy = {
        "requested_at": Privacy.PROVENANCE,
        "queue": Privacy.PROVENANCE,
        "attempt": Privacy.PROVENANCE,
        "sent_at": Privacy.PROVENANCE,
        "started_at": Privacy.PROVENANCE,
        "finished_at": Privacy.PROVENANCE,
        "lease_until": Privacy.PROVENANCE,
        "progress_done": Privacy.PROVENANCE,
        "progress_total": Privacy.PROVENANCE,
        "message": Privacy.COMPUTED,
    }

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="%(class)s_status_known"),
            models.CheckConstraint(
                condition=~Q(status=JobStatus.RUNNING) | Q(lease_until__isnull=False),
                name="%(class)s_running_has_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "sent_at"], condition=Q(status__in=UNFINISHED), name="%(class)s_unfinished"),
        ]

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED


class ServiceHeartbeat(models.Model):
    """The last sign of life of a worker or of the timetable."""

    name = models.CharField(_("service"), max_length=60, help_text="worker:quick, worker:long, beat")
    host = models.CharField(_("machine"), max_length=200)
    seen_at = models.DateTimeField(_("last seen"))

    privacy = {"name": Privacy.PROVENANCE, "host": Privacy.PROVENANCE, "seen_at": Privacy.PROVENANCE}

    class Meta:
        verbose_name = _("service heartbeat")
        verbose_name_plural = _("service heartbeats")
        ordering = ["name", "host"]
        constraints = [models.UniqueConstraint("name", "host", name="heartbeat_once_per_service")]

    def __str__(self) -> str:
        return f"{self.name} · {self.host}"
