"""The Celery application and the timetable of everything periodic.

Two queues, each with worker processes of its own: ``quick`` for questions a person waits for, ``long``
for imports and heavy analyses. What the timetable orders is done by either, whoever is free first. The rows of the
database are the only state, see ``cases.models.job``.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add("portal.heartbeat:Heartbeat")

app.conf.beat_schedule = {
    # Without workers, messages that nobody reads must not pile up.
    "sweep-jobs": {"task": "cases.tasks.sweep_jobs_task", "schedule": 10.0, "options": {"expires": 30}},
    "remove-expired-exports": {"task": "cases.tasks.remove_expired_exports_task", "schedule": 3600.0},
}
app.conf.task_routes = {
    "cases.tasks.sweep_jobs_task": {"queue": "timetable"},
    "cases.tasks.remove_expired_exports_task": {"queue": "timetable"},
}
