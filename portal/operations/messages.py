"""Collecting the translatable texts into the catalogues: ``python -m portal.operations.messages``.

New texts come with an empty translation, which the test suite refuses: the Japanese catalogue is kept complete.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from portal.embedded import REPOSITORY

LOCALE = REPOSITORY / "locale"
CONFIGURATION = REPOSITORY / "babel.cfg"
# Functions whose argument is a message, beside those Babel knows.
KEYWORDS = [
    "gettext_lazy",
    "gettext_noop",
    "ngettext_lazy:1,2",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
    "sentence",
    "Refusal",
    "NotComparable",
]


def extract(template: Path) -> None:
    """Write all messages of the sources into a template of a catalogue."""
    keywords = [argument for keyword in KEYWORDS for argument in ("--keyword", keyword)]
    # Without line numbers, so that a catalogue changes only where texts do.
    layout = ["--no-location", "--sort-output", "--width=120"]
    _babel("extract", "--mapping", str(CONFIGURATION), *keywords, *layout, "--output-file", str(template), ".")


def update() -> None:
    """Bring every catalogue up to date with the sources; texts that are gone are dropped."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        extract(template)
        options = ["--domain", "django", "--output-dir", str(LOCALE), "--no-fuzzy-matching", "--ignore-obsolete"]
        _babel("update", "--input-file", str(template), *options, "--width=120", "--ignore-pot-creation-date")


def _babel(*arguments: str) -> None:
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", *arguments]
    subprocess.run(command, check=True, cwd=REPOSITORY)


if __name__ == "__main__":
    update()
