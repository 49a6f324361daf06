"""The embedded PostgreSQL: set up once, started in the foreground."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from typing import NoReturn

import psycopg

from portal.embedded.addresses import DATABASE, EmbeddedServerError, postgres_program, postgres_url, socket_folder
from portal.embedded.processes import end_with_parent, make_private, wait_until

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For data that may vanish with the power: test databases.
SCRATCH_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def become_postgres(var_dir: Path, *, durable: bool = True) -> NoReturn:
    """Replaces this process by the PostgreSQL server; sets its folder up if this is the first time.

    Ends a server of the folder that was left over. Call only with sole use of the folder.
    With ``durable=False`` it does not wait for the disk: quick, for data that may be lost.
    """
    data = var_dir / "postgres"
    end_left_over_postgres(var_dir)
    account = _account(data)
    if account:
        _open_to_others(postgres_program("postgres").parent.parent, data)
    if not (data / "PG_VERSION").exists():
        _create_cluster(data, account, durable=durable)
    make_private(socket_folder(data), account=account)
    settings = SETTINGS if durable else SETTINGS | SCRATCH_SETTINGS
    if account:
        os.initgroups(account.pw_name, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    end_with_parent(signal.SIGINT)
    program = str(postgres_program("postgres"))
    options = [f"--{name}={value}" for name, value in settings.items()]
    os.execv(program, [program, "-D", str(data), "-k", str(socket_folder(data)), *options])  # noqa: S606


def postgres_answers(var_dir: Path) -> bool:
    """Whether the embedded server accepts a connection now."""
    try:
        psycopg.connect(postgres_url(var_dir), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def end_left_over_postgres(var_dir: Path) -> None:
    """Ends a server whose starter is gone. Call only with sole use of the folder."""
    data = var_dir / "postgres"
    if left_over := _processes_in(data):
        _signal_all(left_over & {_postmaster_pid(data)}, signal.SIGINT)
        try:
            wait_until(lambda: not _processes_in(data), seconds=15, failure="still there")
        except EmbeddedServerError:
            # What is lost in memory is in the write-ahead log.
            _signal_all(_processes_in(data), signal.SIGKILL)
            failure = f"A PostgreSQL server in {data} cannot be ended."
            wait_until(lambda: not _processes_in(data), seconds=5, failure=failure)
    if Path("/proc/self").exists():
        # The process number in it may by now be somebody else's; PostgreSQL would take that one for itself.
        (data / "postmaster.pid").unlink(missing_ok=True)


def _account(data: Path) -> pwd.struct_passwd | None:
    """The system user that runs PostgreSQL: oneself, but PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    try:
        return pwd.getpwnam("pgserver")
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "pgserver"]
        subprocess.run(command, check=True)
        return pwd.getpwnam("pgserver")


def _open_to_others(installation: Path, data: Path) -> None:
    """Lets a user other than root reach the programs and the data, where root's umask was strict."""
    for folder in {*installation.parents, *data.parents}:
        _add_mode(folder, 0o001)
    if not (installation / "bin" / "postgres").stat().st_mode & 0o001:
        for path in [installation, *installation.rglob("*")]:
            _add_mode(path, 0o005 if path.is_dir() or path.parent.name == "bin" else 0o004)


def _add_mode(path: Path, mode: int) -> None:
    present = path.stat().st_mode
    if present & mode != mode:
        path.chmod(present | mode)


def _create_cluster(data: Path, account: pwd.struct_passwd | None, *, durable: bool) -> None:
    """A new data folder with an empty database; it gets its name only when it is complete."""
    if data.exists():
        if any(data.iterdir()):
            raise EmbeddedServerError(f"{data} holds files but no PostgreSQL data. Move it away and start again.")
        data.rmdir()
    unfinished = data.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    make_private(unfinished, account=account)
    # The built-in provider sorts the same on every machine, whatever its C library.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--username=postgres", "--auth-local=trust", "--auth-host=reject"]
    safety = ["--data-checksums"] if durable else ["--no-sync", "--no-data-checksums"]
    folder = ["--pgdata", str(unfinished), "--encoding=UTF8"]
    _run_as(account, [str(postgres_program("initdb")), *folder, *locale, *access, *safety])
    single_user = [str(postgres_program("postgres")), "--single", "-D", str(unfinished), "postgres"]
    _run_as(account, single_user, text=f"CREATE DATABASE {DATABASE}\n")
    unfinished.rename(data)


def _run_as(account: pwd.struct_passwd | None, command: list[str], *, text: str = "") -> None:
    done = subprocess.run(
        command,
        check=False,
        input=text,
        text=True,
        capture_output=True,
        cwd="/",
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode:
        raise EmbeddedServerError(f"PostgreSQL could not be set up:\n{done.stdout}{done.stderr}")


def _processes_in(data: Path) -> set[int]:
    """PostgreSQL processes that work in the data folder. Linux only; elsewhere none are found."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == data and (entry / "comm").read_text().startswith("postgres"):
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def _postmaster_pid(data: Path) -> int:
    """Process number that the server left in the folder, 0 if none."""
    try:
        return int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return 0


def _signal_all(pids: set[int], signal_number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal_number)
        except ProcessLookupError:
            continue
