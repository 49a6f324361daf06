"""One file with everything a study group would miss: the database, the uploaded files, and a manifest of both.

The manifest states the rows and a hash of every table and the hash of every file. It is written from the same
snapshot of the database as the dump, so that a restored database can be compared with it to the last row.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal import embedded

# Below the folder of the data; an entry may be absent.
FILES = ("files", "demonstration_accounts.json")
DUMP = "database.dump"
MANIFEST = "manifest.json"
FORMAT = 1


class BackupError(RuntimeError):
    """A backup cannot be made or used. The message says why and what to do."""


@dataclass(frozen=True)
class Table:
    """Number of rows, and the sum of their SHA-256 modulo 2^256, which does not depend on their order."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    made_at: str
    tables: dict[str, Table]
    files: dict[str, str]
    dump: str
    format: int = FORMAT

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        content = json.loads(text)
        if content.get("format") != FORMAT:
            raise BackupError(f"The backup has format {content.get('format')}; this version reads format {FORMAT}.")
        tables = {name: Table(**table) for name, table in content.pop("tables").items()}
        return cls(tables=tables, **content)

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2, sort_keys=True)

    @property
    def summary(self) -> str:
        rows = sum(table.rows for table in self.tables.values())
        return f"{rows} rows in {len(self.tables)} tables, {len(self.files)} files"


def make_backup(*, database_url: str, var_dir: Path, folder: Path) -> tuple[Path, Manifest]:
    """Writes a new backup into the folder; the file gets its name only when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    target = folder / f"portal-{now:%Y%m%d-%H%M%S}.tar"
    unfinished = target.with_suffix(".unfinished")
    dump = target.with_suffix(".dump")
    try:
        with psycopg.connect(database_url) as connection:
            if not is_set_up(connection):
                raise BackupError("The database is empty: there is nothing to back up yet.")
            connection.rollback()
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
            dump.touch(mode=0o600)
            options = [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot[0] if snapshot else ''}",
            ]
            run_client("pg_dump", [*options, f"--file={dump}"], database_url=database_url)
            tables = table_contents(connection)
        # After the snapshot: an upload is written before the row that names it.
        files = {str(path.relative_to(var_dir)): _file_hash(path) for path in _files(var_dir)}
        manifest = Manifest(made_at=now.isoformat(), tables=tables, files=files, dump=_file_hash(dump))
        unfinished.touch(mode=0o600)
        _write_archive(unfinished, manifest=manifest, dump=dump, var_dir=var_dir)
        unfinished.rename(target)
    finally:
        dump.unlink(missing_ok=True)
        unfinished.unlink(missing_ok=True)
    return target, manifest


def is_set_up(connection: psycopg.Connection[Any]) -> bool:
    """Whether the portal's tables have been made."""
    return connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone() == (True,)


def table_contents(connection: psycopg.Connection[Any]) -> dict[str, Table]:
    """Rows and hash of every table of the portal."""
    connection.execute("SET TIME ZONE 'UTC'")
    names = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
    return {name: _table(connection, name) for (name,) in names}


def _table(connection: psycopg.Connection[Any], name: str) -> Table:
    rows = total = 0
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))) as copy:
        for line in _lines(copy):
            rows += 1
            total += int.from_bytes(hashlib.sha256(line).digest())
    return Table(rows=rows, sha256=f"{total % 2**256:064x}")


def _lines(blocks: Iterator[bytes | memoryview] | psycopg.Copy) -> Iterator[bytes]:
    """COPY escapes line ends in values, so one line is one row."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + bytes(block)).split(b"\n")
        yield from lines


def run_client(program: str, arguments: list[str], *, database_url: str) -> None:
    """Runs a client program of PostgreSQL on the database. The password does not appear in the list of processes."""
    parameters = conninfo_to_dict(database_url)
    variables = os.environ | {"PGPASSWORD": str(parameters.pop("password", ""))}
    command = [_client(program), f"--dbname={make_conninfo('', **parameters)}", *arguments]
    done = subprocess.run(command, env=variables, check=False, capture_output=True, text=True)
    if done.returncode:
        raise BackupError(f"{program} failed:\n{done.stderr}")


def _client(program: str) -> str:
    """That of the embedded PostgreSQL, otherwise the system's."""
    if "postgres" in embedded.wanted():
        return str(embedded.postgres_program(program))
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not there. Install PostgreSQL's client programs of the server's version.")
    return found


def _files(var_dir: Path) -> list[Path]:
    found = [path for name in FILES for path in (var_dir / name, *(var_dir / name).rglob("*"))]
    return sorted(path for path in found if path.is_file())


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_archive(target: Path, *, manifest: Manifest, dump: Path, var_dir: Path) -> None:
    listing = target.with_suffix(".manifest")
    try:
        listing.write_text(manifest.as_json())
        with tarfile.open(target, "w") as archive:
            archive.add(listing, MANIFEST)
            archive.add(dump, DUMP)
            for name in manifest.files:
                archive.add(var_dir / name, name)
    finally:
        listing.unlink(missing_ok=True)
