"""One machine: the demonstration, and a developer's own server.

The signing key is made once and kept beside the data.
"""

import os
import secrets

from portal.settings.base import *  # noqa: F403
from portal.settings.base import STORAGES, VAR_DIR

DEBUG = os.environ.get("PORTAL_DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, os.environ.get("PORTAL_HOSTS", "").split(","))]


def _kept_secret_key() -> str:
    file = VAR_DIR / "secret_key"
    if not file.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


SECRET_KEY = os.environ.get("PORTAL_SECRET_KEY") or _kept_secret_key()

# On the loopback address compressed files would save nothing and cost half a minute at set-up.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
