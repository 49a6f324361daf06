"""Wiring: settings, site map, API router, Celery application. No domain models, no decisions."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
