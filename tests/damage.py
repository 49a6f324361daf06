"""Real files, damaged in the ways files are damaged, and what an import makes of them."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.utils import IntegrityError

from cases.importing.files import inspect
from cases.importing.formats import ImportFormat, Source, registered
from cases.jobs import Progress, Refusal
from cases.models import Job, Study

REPOSITORY = Path(__file__).resolve().parent.parent
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")
LARGEST = 400_000


def real_files(*folders: Path) -> list[Path]:
    """Tables below the folders that are small enough to be read often."""
    paths = (path for folder in folders for path in sorted(folder.rglob("*")))
    return [path for path in paths if path.suffix in SUFFIXES and path.stat().st_size < LARGEST]


def truncated(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _flip in range(chance.randint(1, 12)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def lines_shuffled(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def cells_shuffled(content: bytes, chance: random.Random) -> bytes:
    cells = content.split(b",")
    chance.shuffle(cells)
    return b",".join(cells)


def lines_repeated(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join([*lines, *chance.choices(lines, k=5)])


def encoded_otherwise(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(chance.choice(["utf-16", "utf-16-le", "cp932", "euc-jp", "latin-1", "utf-7"]), errors="replace")


def line_ends_changed(content: bytes, chance: random.Random) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", chance.choice([b"\r", b"\r\n", b"\n\r", b"\x85"]))


def separators_changed(content: bytes, chance: random.Random) -> bytes:
    return content.replace(b",", chance.choice([b";", b"\t", b"|", b",,", b'","', "，".encode()]))


def pasted_into(content: bytes, chance: random.Random) -> bytes:
    pieces = [
        b'"',
        b"\x00",
        b"=cmd|' /C calc'!A0",
        "１２３".encode(),
        b"{0}%s%(x)s",
        b"\\N",
        b"\t",
        b"9" * 400,
        b"\xff",
    ]
    at = chance.randrange(len(content))
    return content[:at] + chance.choice(pieces) + content[at:]


DAMAGES: list[Callable[[bytes, random.Random], bytes]] = [
    truncated,
    flipped,
    lines_shuffled,
    cells_shuffled,
    lines_repeated,
    encoded_otherwise,
    line_ends_changed,
    separators_changed,
    pasted_into,
]


def damaged(path: Path, chance: random.Random) -> bytes:
    """The content of the file after one or two damages."""
    content = path.read_bytes()
    for damage in chance.sample(DAMAGES, k=chance.randint(1, 2)):
        content = damage(content, chance) or b" "
    return content


def rows_by_model() -> dict[str, int]:
    """How many rows every table has."""
    models = [model for model in apps.get_models() if model._meta.managed and not issubclass(model, Job)]
    return {model._meta.label: model._default_manager.count() for model in models}


def imported(study: Study, path: Path) -> dict[str, float]:
    """What every format that takes such a file does with it: outcome -> seconds; whatever is written is taken back.

    Only refusals are caught. Raises ``AssertionError`` where a check wrote anything.
    """
    outcomes = {}
    for import_format, source in _takers(study, path):
        start, before = time.monotonic(), rows_by_model()
        try:
            outcome = _outcome(import_format, source, before)
        except Refusal:
            outcome = "refused"
        outcomes[f"{import_format.code}: {outcome}"] = time.monotonic() - start
    return outcomes or {"refused before any format": 0.0}


def _takers(study: Study, path: Path) -> Iterator[tuple[ImportFormat, Source]]:
    try:
        source = Source(study=study, path=path, file_name=path.name, kind=inspect(path))
    except Refusal:
        return
    for import_format in registered():
        if source.kind in import_format.accepts:
            import_format.recognises(source)
            yield import_format, source


def _outcome(import_format: ImportFormat, source: Source, before: dict[str, int]) -> str:
    outline = import_format.outline(source, progress=Progress())
    shown: Any = import_format.options_form(study=source.study, outline=outline)
    guessed = {name: value for name in shown.fields if (value := shown[name].value()) not in (None, False)}
    form = import_format.options_form(study=source.study, outline=outline, data=guessed)
    if not form.is_valid():
        return "asked"
    plan = import_format.plan(source, options=form.options, progress=Progress())
    if rows_by_model() != before:
        raise AssertionError("a check wrote something")
    if plan.findings.has_errors:
        plan.forget()
        return "problems listed"
    try:
        with transaction.atomic():
            plan.write()
            connection.check_constraints()
            transaction.set_rollback(True)
    except IntegrityError:
        # The runner refuses then, and the transaction takes everything back.
        return "refused by the database"
    return "could be written"
