"""Tasks receive a key; the row knows the rest."""

import socket
from datetime import timedelta

from celery import shared_task
from django.apps import apps
from django.utils import timezone

from cases.exports import remove_expired, run_export
from cases.importing.runner import run_import
from cases.importing.undo.undoing import run_undo
from cases.jobs import sweep
from cases.models import Job, ServiceHeartbeat
from cases.quality.running import run_checks


@shared_task(name="cases.tasks.run_import_task", soft_time_limit=1800, time_limit=1860)
def run_import_task(pk: int) -> None:
    run_import(pk)


@shared_task(name="cases.tasks.run_undo_task", soft_time_limit=1800, time_limit=1860)
def run_undo_task(pk: int) -> None:
    run_undo(pk)


@shared_task(name="cases.tasks.run_checks_task", soft_time_limit=600, time_limit=660)
def run_checks_task(pk: int) -> None:
    run_checks(pk)


@shared_task(name="cases.tasks.run_export_task", soft_time_limit=3600, time_limit=3660)
def run_export_task(pk: int) -> None:
    run_export(pk)


@shared_task(name="cases.tasks.remove_expired_exports_task", soft_time_limit=300, time_limit=360, expires=600)
def remove_expired_exports_task() -> None:
    remove_expired()


@shared_task(name="cases.tasks.sweep_jobs_task", soft_time_limit=30, time_limit=60, expires=30)
def sweep_jobs_task() -> None:
    """Every few seconds: whatever a killed worker or an emptied broker left behind goes on."""
    for model in apps.get_models():
        if issubclass(model, Job):
            sweep(model)
    ServiceHeartbeat.objects.update_or_create(
        name="beat", host=socket.gethostname(), defaults={"seen_at": timezone.now()}
    )
    ServiceHeartbeat.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()
