"""The whole portal on one machine: ``python -m portal.operations.demo``.

Set-up, PostgreSQL and Redis, web server, workers and timetable, until Ctrl-C or SIGTERM. ``PORT`` is the port of
the web server, ``PORTAL_VAR`` the folder of the data.
"""

import io
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from portal import assets, embedded
from portal.operations import supervision
from portal.operations.static_files import collect_static_files, compile_messages

SERVICES = {"worker:quick", "worker:long", "beat"}
SECONDS_TO_START = 120


def main() -> None:
    """Runs the demonstration; exits with a sentence when it cannot."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    var_dir = Path(os.environ.get("PORTAL_VAR", embedded.REPOSITORY / "var")).resolve()
    os.environ["PORTAL_VAR"] = str(var_dir)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    try:
        with embedded.sole_use(var_dir) as ours:
            if not ours:
                owner = (var_dir / "servers.lock").read_text()
                sys.exit(f"The portal in {var_dir} is already running as process {owner}. To stop it: kill {owner}")
            _run(var_dir, port=_port())
    except embedded.EmbeddedServerError as failure:
        sys.exit(str(failure))
    except OSError as failure:
        sys.exit(embedded.explained(failure))
    except KeyboardInterrupt:
        sys.exit("Stopped before the portal was ready. Start it again with: make demo")


def _run(var_dir: Path, *, port: int) -> None:
    supervision.end_left_over(var_dir)
    embedded.end_left_over(var_dir)
    _refuse_busy_port(port)
    groups = supervision.programs(var_dir=var_dir, port=port)
    print("Starting ...", flush=True)
    with supervision.supervised(groups, var_dir=var_dir) as supervisor:
        assets.main()
        compile_messages()
        django.setup()
        collect_static_files()
        embedded.wait_until_ready(embedded.wanted(), var_dir)
        call_command("migrate", interactive=False, verbosity=0)
        accounts = _demonstration_accounts(var_dir)
        started_at = timezone.now()
        supervision.start_portal(var_dir)
        _wait_for("web", lambda: _is_ready(port), var_dir)
        _wait_for("workers and timetable", lambda: _silent_services(started_at) == set(), var_dir)
        print(f"\nThe portal is ready: http://127.0.0.1:{port}\n\n{accounts}")
        print(f"To stop it: Ctrl-C, or kill {os.getpid()}. The data stay in {var_dir}.", flush=True)
        try:
            supervisor.wait()
        except KeyboardInterrupt:
            print("\nStopping ...", flush=True)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
        else:
            sys.exit("The supervisor has died. Start again with: make demo")
    print("Stopped.", flush=True)


def _demonstration_accounts(var_dir: Path) -> str:
    """Makes the demonstration study where there is none; whom to log in as. Data of others are left alone."""
    others = (
        apps.get_model("cases", "Study").objects.exists() and not (var_dir / "demonstration_accounts.json").exists()
    )
    if others:
        return ""
    said = io.StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue()


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except (HTTPException, OSError):
        return False
    finally:
        connection.close()


def _silent_services(since: datetime) -> set[str]:
    """Workers and timetable from which nothing was heard since then."""
    try:
        heard = apps.get_model("cases", "ServiceHeartbeat").objects.filter(seen_at__gte=since)
        return SERVICES - set(heard.values_list("name", flat=True))
    except DatabaseError:
        return SERVICES


def _wait_for(what: str, condition: Callable[[], bool], var_dir: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"The {what} did not get ready in {SECONDS_TO_START} s. The reason is in {var_dir / 'log'}.")
        time.sleep(0.2)


def _port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT is {text!r}. It must be a number from 1 to 65535: make demo PORT=8001")
    return int(text)


def _refuse_busy_port(port: int) -> None:
    with socket.socket() as probe:
        # As the web server does: connections that are only closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            sys.exit(f"Port {port} is reserved for the administrator. Choose a higher one: make demo PORT=8000")
        except OSError:
            sys.exit(f"Port {port} is taken by another program. Choose another one: make demo PORT={port + 1}")


if __name__ == "__main__":
    main()
