"""Import this before any model: Django, set up with the settings of tests."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.testing")
django.setup()
