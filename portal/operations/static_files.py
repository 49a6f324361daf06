"""What is made from sources before the portal serves: message catalogues and collected static files."""

import hashlib
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command

from portal.embedded import REPOSITORY

LOCALE = REPOSITORY / "locale"
# Of the two presentations of the API's schema we show the other one.
UNUSED = ["redoc"]


def compile_messages() -> None:
    """Compiles the message catalogues that changed."""
    for source in LOCALE.glob("*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or source.stat().st_mtime > target.stat().st_mtime:
            with source.open("rb") as texts, target.open("wb") as compiled:
                write_mo(compiled, read_po(texts))


def collect_static_files() -> None:
    """Collects the static files from which the web server serves, if any changed. Needs Django set up."""
    stamp = Path(settings.STATIC_ROOT) / "stamp"
    fingerprint = _fingerprint()
    if not stamp.exists() or stamp.read_text() != fingerprint:
        call_command("collectstatic", interactive=False, clear=True, ignore_patterns=UNUSED, verbosity=0)
        stamp.write_text(fingerprint)


def _fingerprint() -> str:
    """Of our own files by name, size and time; of those of packages by the lock file."""
    digest = hashlib.sha256((REPOSITORY / "uv.lock").read_bytes())
    for path in sorted((REPOSITORY / "static").rglob("*")):
        if path.is_file():
            status = path.stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    compile_messages()
