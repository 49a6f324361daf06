"""The timetable alone: an application that sends messages by name and loads none of the code that does the work.

It starts at once and needs little memory: ``celery --app portal.beat beat``.
"""

from celery import Celery

from portal.celery import app as portal_app

app = Celery("portal", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = portal_app.conf.beat_schedule
app.conf.task_routes = portal_app.conf.task_routes
