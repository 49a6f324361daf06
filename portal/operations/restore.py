"""Putting a backup in place of what is there, only after all of it has been compared with its manifest."""

import hashlib
import shutil
import tarfile
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal.operations.backup import (
    DUMP,
    FILES,
    MANIFEST,
    BackupError,
    Manifest,
    Table,
    run_client,
    table_contents,
)


def restore_backup(*, file: Path, database_url: str, var_dir: Path, known_migrations: set[tuple[str, str]]) -> Manifest:
    """Replaces the database and the files. Until everything is verified nothing is touched.

    ``known_migrations`` are (app, name) of the code that will use the data; a backup of newer code is refused.
    """
    refuse_while_used(database_url)
    staging = var_dir / "restore.unfinished"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True, mode=0o700)
    name = str(conninfo_to_dict(database_url)["dbname"])
    restored = f"{name}_restored"
    try:
        manifest = _unpack(file, staging)
        with _administration(database_url) as administration:
            _drop(administration, restored)
            administration.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(restored)))
            try:
                _load(staging / DUMP, make_conninfo(database_url, dbname=restored), manifest, known_migrations)
                refuse_while_used(database_url)
                _swap_databases(administration, current=name, restored=restored)
            finally:
                _drop(administration, restored)
            _swap_files(staging, var_dir)
            _drop(administration, f"{name}_before")
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return manifest


def refuse_while_used(database_url: str) -> None:
    """Raises BackupError while another program is connected to the database."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    if row and row[0]:
        raise BackupError(
            f"{row[0]} connections to the database are open. Stop the web server, the workers and the timetable first."
        )


def _unpack(file: Path, staging: Path) -> Manifest:
    """Everything in the archive, below the folder, compared with the manifest's hashes on the way."""
    try:
        with tarfile.open(file) as archive:
            manifest = Manifest.from_json(_member(archive, MANIFEST).read().decode())
            for name, expected in {**manifest.files, DUMP: manifest.dump}.items():
                if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                    raise BackupError(
                        f"{file} names the file {name}, which lies outside. It was not made by this portal."
                    )
                target = staging / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if _write(_member(archive, name), target) != expected:
                    raise BackupError(
                        f"{name} in {file} is not what was backed up. Take another backup; nothing was changed."
                    )
    except (tarfile.TarError, KeyError, ValueError, EOFError) as problem:
        raise BackupError(
            f"{file} is not a complete backup of this portal ({problem}). Nothing was changed."
        ) from problem
    return manifest


def _member(archive: tarfile.TarFile, name: str) -> Any:
    member = archive.extractfile(name)
    if member is None:
        raise BackupError(f"{name} in the backup is not a file. Nothing was changed.")
    return member


def _write(source: Any, target: Path) -> str:
    """SHA-256 of what was written."""
    digest = hashlib.sha256()
    with target.open("wb") as file:
        while block := source.read(1 << 20):
            digest.update(block)
            file.write(block)
    target.chmod(0o600)
    return digest.hexdigest()


def _load(dump: Path, database_url: str, manifest: Manifest, known_migrations: set[tuple[str, str]]) -> None:
    run_client("pg_restore", ["--exit-on-error", "--no-owner", "--no-privileges", str(dump)], database_url=database_url)
    with psycopg.connect(database_url) as connection:
        different = differences(manifest.tables, table_contents(connection))
        applied = set(connection.execute("SELECT app, name FROM django_migrations").fetchall())
    if different:
        raise BackupError(
            "The restored database differs from the manifest; nothing was changed:\n" + "\n".join(different)
        )
    if unknown := applied - known_migrations:
        newest = ", ".join(sorted(f"{app} {name}" for app, name in unknown))
        raise BackupError(f"The backup was made by a newer version of the portal ({newest}). Update the portal first.")


def differences(expected: dict[str, Table], found: dict[str, Table]) -> list[str]:
    """A sentence for each table that is not the same in both."""
    nothing = Table(rows=0, sha256="")
    return [
        f"{name}: {expected.get(name, nothing).rows} rows expected, {found.get(name, nothing).rows} found"
        + (", with other content" if expected.get(name, nothing).rows == found.get(name, nothing).rows else "")
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


def _administration(database_url: str) -> psycopg.Connection[Any]:
    """A connection from which databases can be made and renamed."""
    return psycopg.connect(make_conninfo(database_url, dbname="postgres"), autocommit=True)


def _drop(administration: psycopg.Connection[Any], name: str) -> None:
    administration.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _swap_databases(administration: psycopg.Connection[Any], *, current: str, restored: str) -> None:
    before = f"{current}_before"
    _drop(administration, before)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    administration.execute(rename.format(sql.Identifier(current), sql.Identifier(before)))
    try:
        administration.execute(rename.format(sql.Identifier(restored), sql.Identifier(current)))
    except psycopg.Error:
        administration.execute(rename.format(sql.Identifier(before), sql.Identifier(current)))
        raise


def _swap_files(staging: Path, var_dir: Path) -> None:
    before = staging / "before"
    before.mkdir()
    for name in FILES:
        if (var_dir / name).exists():
            (var_dir / name).rename(before / name)
        if (staging / name).exists():
            (staging / name).rename(var_dir / name)
