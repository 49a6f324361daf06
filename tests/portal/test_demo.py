"""The demonstration as a person runs it: start, kill what it consists of, stop, start again."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg
import pytest
import redis

from portal import embedded
from portal.operations import supervision

SECONDS_TO_START = 300
SECONDS_TO_RECOVER = 120
SERVICES = ("worker:quick", "worker:long", "beat")
# Whose signs of life stop when a program is killed.
SILENCED = {
    "postgres": SERVICES,
    "redis": SERVICES,
    "worker-quick": ("worker:quick",),
    "web": (),
    "beat": ("beat",),
}
DEMO = [sys.executable, "-m", "portal.operations.demo"]


@pytest.fixture
def var_dir(server_folder: Path, request: pytest.FixtureRequest) -> Path:
    return server_folder / request.node.name


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _variables(var_dir: Path, port: int | str) -> dict[str, str]:
    own = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | {"PORTAL_VAR": str(var_dir), "PORT": str(port), "PYTHONUNBUFFERED": "1"}


def _refusal(var_dir: Path, port: int | str) -> str:
    done = subprocess.run(
        DEMO,
        cwd=embedded.REPOSITORY,
        env=_variables(var_dir, port),
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_START,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


@contextmanager
def _running(var_dir: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demonstration, and what it said until it was ready."""
    process = subprocess.Popen(
        DEMO, cwd=embedded.REPOSITORY, env=_variables(var_dir, port), stdout=subprocess.PIPE, text=True
    )
    try:
        yield process, _said_until_ready(process)
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS_TO_RECOVER)


def _said_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("To stop it"):
            return said
    pytest.fail(f"The demonstration ended with {process.wait()} after saying: {said}")


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_RECOVER
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen in {SECONDS_TO_RECOVER} s"
        time.sleep(0.5)


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (HTTPException, OSError):
        return False
    finally:
        connection.close()


def _pids(var_dir: Path) -> dict[str, int]:
    """Process number of each program, from the supervisor."""
    control = [sys.executable, "-m", "supervisor.supervisorctl", "-c", var_dir / "supervisor" / "supervisord.conf"]
    done = subprocess.run([*control, "status"], check=False, capture_output=True, text=True)
    lines = re.findall(r"^\w+:(\S+)\s+RUNNING\s+pid (\d+)", done.stdout, re.MULTILINE)
    return {name: int(pid) for name, pid in lines}


def _is_silent(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _processes_of(var_dir: Path) -> list[str]:
    """Command lines that name the folder, or run in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if str(var_dir) in command or str((entry / "cwd").readlink()).startswith(str(var_dir)):
                found.append(command)
        except OSError:
            continue
    return found


def _set_mark(var_dir: Path, value: str) -> None:
    with psycopg.connect(embedded.postgres_url(var_dir)) as connection:
        connection.execute("UPDATE cases_study SET title = %s", [value])


def _mark(var_dir: Path) -> str:
    with psycopg.connect(embedded.postgres_url(var_dir)) as connection:
        return connection.execute("SELECT title FROM cases_study").fetchone()[0]


def _last_heartbeats(var_dir: Path) -> dict[str, float]:
    with psycopg.connect(embedded.postgres_url(var_dir)) as connection:
        rows = connection.execute(
            "SELECT name, extract(epoch FROM max(seen_at))::float FROM cases_serviceheartbeat GROUP BY name"
        ).fetchall()
    return dict(rows)


def _all_heard_since(var_dir: Path, moment: float, names: Iterable[str] = SERVICES) -> bool:
    try:
        heard = _last_heartbeats(var_dir)
    except psycopg.OperationalError:
        return False
    return all(heard.get(name, 0) > moment for name in names)


def _kill(var_dir: Path, port: int, name: str) -> None:
    """Kills a program without warning, and waits until everything works again by itself."""
    before = _pids(var_dir)[name]
    os.kill(before, signal.SIGKILL)
    _wait_until(lambda: _pids(var_dir).get(name, before) != before, f"a new {name}")
    moment = time.time()
    _wait_until(lambda: _is_ready(port), f"readiness after the end of {name}")
    _wait_until(lambda: _all_heard_since(var_dir, moment, SILENCED[name]), f"signs of life after the end of {name}")


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_start_recover_stop_and_start_again(var_dir: Path, port: int) -> None:
    with _running(var_dir, port) as (process, said):
        assert f"http://127.0.0.1:{port}" in said
        password = json.loads((var_dir / "demonstration_accounts.json").read_text())["password"]
        assert password in said
        assert f"kill {process.pid}" in said
        assert str(process.pid) in _refusal(var_dir, port + 1)
        _set_mark(var_dir, "kept over every kill")
        for name in SILENCED:
            _kill(var_dir, port, name)
        with redis.Redis.from_url(embedded.redis_url(var_dir)) as client:
            client.flushall()
        moment = time.time()
        _wait_until(lambda: _all_heard_since(var_dir, moment), "signs of life after an emptied broker")
        # The demonstration and its supervisor die without a chance to clean up.
        supervisor = int((embedded.socket_folder(var_dir / "supervisor") / "supervisord.pid").read_text())
        process.kill()
        os.kill(supervisor, signal.SIGKILL)
        process.wait()
    with _running(var_dir, port) as (process, said):
        assert password in said
        assert _mark(var_dir) == "kept over every kill"
        process.terminate()
        assert "Stopped." in process.communicate(timeout=SECONDS_TO_RECOVER)[0]
        assert process.returncode == 0
    assert _is_silent(port)
    assert _processes_of(var_dir) == []


def test_busy_port_is_a_sentence(var_dir: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert f"Port {port} is taken by another program" in _refusal(var_dir, port)
    assert not (var_dir / "postgres").exists()


@pytest.mark.parametrize("text", ["eight", "0", "70000", "-1", ""])
def test_senseless_port_is_a_sentence(var_dir: Path, text: str) -> None:
    assert "a number from 1 to 65535" in _refusal(var_dir, text)


def test_folder_that_is_a_file_is_a_sentence(tmp_path: Path, port: int) -> None:
    (tmp_path / "var").write_text("")
    assert "is not a folder" in _refusal(tmp_path / "var", port)


def test_servers_start_before_and_stop_after_what_needs_them(var_dir: Path) -> None:
    groups = supervision.programs(var_dir=var_dir, port=8000)
    written = supervision.configuration(groups, var_dir=var_dir)
    assert written["group:servers"]["priority"] < written["group:portal"]["priority"]
    assert {section for section in written if section.startswith("program:")} == {
        f"program:{program.name}" for members in groups.values() for program in members
    }
    assert all(written[section]["autorestart"] == "true" for section in written if section.startswith("program:"))


def test_given_addresses_leave_the_servers_out(monkeypatch: pytest.MonkeyPatch, var_dir: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    groups = supervision.programs(var_dir=var_dir, port=8000)
    assert groups["servers"] == []
    assert "group:servers" not in supervision.configuration(groups, var_dir=var_dir)


def test_percent_signs_in_the_folder_survive_the_supervisor(tmp_path: Path) -> None:
    var_dir = tmp_path / "100% sure"
    written = supervision.configuration(supervision.programs(var_dir=var_dir, port=8000), var_dir=var_dir)
    assert "100%% sure" in written["program:beat"]["command"]
