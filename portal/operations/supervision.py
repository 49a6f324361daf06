"""The processes of the demonstration, and the supervisor that restarts what dies."""

import configparser
import hashlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal import embedded

MARK_VARIABLE = "PORTAL_DEMONSTRATION"
SECONDS_TO_STOP = 60
# The servers that the others need, started first and stopped last.
SERVERS = "servers"
PORTAL = "portal"


@dataclass(frozen=True, kw_only=True)
class Program:
    """One process and how it is stopped: the signal, and the seconds until it is killed with its children."""

    name: str
    command: list[str]
    stop_signal: str = "TERM"
    stop_seconds: int = 10


def programs(*, var_dir: Path, port: int) -> dict[str, list[Program]]:
    """Per group, in the order in which they start."""
    python = sys.executable
    # The checks of the code are the business of `make check`; here they would double the time to start.
    celery = [python, "-m", "celery", "--skip-checks", "--app"]
    worker = [*celery, "portal", "worker", "--loglevel", "INFO"]
    web = [python, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    capacity = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "5"]
    # The code is loaded once, before the processes of the web server part.
    web.append("--preload")
    # An empty --pidfile: none is written, so none can be stale.
    timetable = ["portal.beat", "beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", str(var_dir / "timetable")]
    stops = {"postgres": ("INT", 30), "redis": ("TERM", 5)}
    servers = [
        Program(
            name=name,
            command=[python, "-m", "portal.embedded", name],
            stop_signal=stops[name][0],
            stop_seconds=stops[name][1],
        )
        for name in embedded.wanted()
    ]
    return {
        SERVERS: servers,
        PORTAL: [
            Program(name="web", command=[*web, *capacity]),
            Program(
                name="worker-quick", command=[*worker, "-Q", "quick,timetable", "--concurrency", "2", "-n", "quick@%h"]
            ),
            Program(
                name="worker-long", command=[*worker, "-Q", "long,timetable", "--concurrency", "1", "-n", "long@%h"]
            ),
            Program(name="beat", command=[*celery, *timetable]),
        ],
    }


def configuration(groups: dict[str, list[Program]], *, var_dir: Path) -> configparser.RawConfigParser:
    """What supervisord reads. Everything that dies is started again, whatever its exit status."""
    folder = _folder(var_dir)
    sections: dict[str, dict[str, str]] = {
        "supervisord": {
            "nodaemon": "true",
            "silent": "true",
            "logfile": str(var_dir / "log" / "supervisor.log"),
            "logfile_maxbytes": "10MB",
            "pidfile": str(folder / "supervisord.pid"),
            **({"user": "root"} if os.geteuid() == 0 else {}),
        },
        "unix_http_server": {"file": str(_socket(var_dir)), "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        "supervisorctl": {"serverurl": f"unix://{_socket(var_dir)}"},
    }
    for position, (group, members) in enumerate(groups.items()):
        if members:
            names = ",".join(member.name for member in members)
            sections[f"group:{group}"] = {"programs": names, "priority": str(position)}
        for member in members:
            sections[f"program:{member.name}"] = _section(member, group=group, var_dir=var_dir)
    parser = configparser.RawConfigParser()
    for title, options in sections.items():
        # supervisord expands percent signs.
        parser[title] = {name: value.replace("%", "%%") for name, value in options.items()}
    return parser


def _section(program: Program, *, group: str, var_dir: Path) -> dict[str, str]:
    return {
        "command": shlex.join(program.command),
        "directory": str(embedded.REPOSITORY),
        "autostart": "true" if group == SERVERS else "false",
        "autorestart": "true",
        "startsecs": "2",
        # It waits one second longer before each further try; this many tries last for days.
        "startretries": "1000",
        "stopsignal": program.stop_signal,
        "stopwaitsecs": str(program.stop_seconds),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(var_dir / "log" / f"{program.name}.log"),
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "1",
    }


@contextmanager
def supervised(groups: dict[str, list[Program]], *, var_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """supervisord with the servers running; at the end every process is stopped, the servers last."""
    for name in ("log", "supervisor"):
        (var_dir / name).mkdir(exist_ok=True)
    embedded.make_private(_folder(var_dir))
    with _configuration_file(var_dir).open("w") as file:
        configuration(groups, var_dir=var_dir).write(file)
    process = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(_configuration_file(var_dir))],
        env=os.environ | {MARK_VARIABLE: _mark(var_dir)},
        stdin=subprocess.DEVNULL,
        # Ctrl-C reaches the demonstration alone, which stops the others in order.
        start_new_session=True,
        preexec_fn=lambda: embedded.end_with_parent(signal.SIGTERM),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
        end_left_over(var_dir)


def start_portal(var_dir: Path) -> None:
    """Starts the web server, the workers and the timetable."""
    control = [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(_configuration_file(var_dir))]
    subprocess.run([*control, "start", f"{PORTAL}:*"], check=False, stdout=subprocess.DEVNULL)


def end_left_over(var_dir: Path) -> None:
    """Ends what a killed supervisor left behind. Call only with sole use of the folder. Linux only."""
    for signal_number, seconds in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        for pid in _marked(var_dir):
            try:
                os.kill(pid, signal_number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + seconds
        while _marked(var_dir) and time.monotonic() < deadline:
            time.sleep(0.1)


def _marked(var_dir: Path) -> set[int]:
    """Processes that descend from a supervisor of this folder."""
    mark = f"{MARK_VARIABLE}={_mark(var_dir)}".encode()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            # A process that has ended but was not yet waited for has an empty environment.
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.add(int(entry.name))
        except OSError:
            continue
    return found - {os.getpid()}


def _mark(var_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:16]


def _folder(var_dir: Path) -> Path:
    return embedded.socket_folder(var_dir / "supervisor")


def _socket(var_dir: Path) -> Path:
    return _folder(var_dir) / "control.sock"


def _configuration_file(var_dir: Path) -> Path:
    return var_dir / "supervisor" / "supervisord.conf"
