"""What the web server serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
application = get_wsgi_application()
# Loads the views now: the first visitor does not wait for them, and processes forked from this one share them.
resolve("/healthz")
# What is loaded by now stays: looking through it for garbage takes longer than most pages.
gc.collect()
gc.freeze()
