"""The embedded servers: addresses, set-up, repair after kills, use by a second process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis

from portal import embedded

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="left-over servers are found in /proc")

RUN = [sys.executable, "-m", "portal.embedded", "run", "--"]
SLEEP = [sys.executable, "-c", "import time; time.sleep(120)"]


@pytest.fixture(autouse=True)
def no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def var_dir(server_folder: Path, request: pytest.FixtureRequest) -> Path:
    return server_folder / request.node.name


def _row_count(var_dir: Path) -> int:
    with psycopg.connect(embedded.postgres_url(var_dir)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        (count,) = connection.execute("SELECT count(*) FROM kept").fetchone()
        return count


def _answers_redis(var_dir: Path) -> bool:
    with redis.Redis.from_url(embedded.redis_url(var_dir)) as client:
        return client.ping()


def _postgres_processes(var_dir: Path) -> list[int]:
    return [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if _link(entry / "cwd") == str(var_dir / "postgres") and entry.name != str(os.getpid())
    ]


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def _wait_until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def _start(var_dir: Path, command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*RUN, *command], cwd=embedded.REPOSITORY, env=os.environ | {"PORTAL_VAR": str(var_dir)}, start_new_session=True
    )


def test_addresses_start_nothing_and_survive_odd_characters(tmp_path: Path) -> None:
    folder = tmp_path / "Überall & irgendwo"
    assert embedded.postgres_url(folder).startswith("postgresql://postgres@%2F")
    assert embedded.redis_url(folder).startswith("unix:///")
    assert not folder.exists()


def test_long_folder_gets_a_short_socket(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    assert len(embedded.redis_url(long)) < 60
    assert embedded.redis_url(long) == embedded.redis_url(long)
    assert embedded.redis_url(long) != embedded.redis_url(tmp_path / ("y" * 120))


def test_given_addresses_need_no_server(monkeypatch: pytest.MonkeyPatch, var_dir: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")
    assert embedded.wanted() == ["redis"]
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    with embedded.servers(var_dir) as started:
        assert not started
    assert not var_dir.exists()


def test_servers_start_answer_stop_and_keep_the_data(var_dir: Path) -> None:
    with embedded.servers(var_dir, durable=False) as started:
        assert started
        with psycopg.connect(embedded.postgres_url(var_dir)) as connection:
            row = connection.execute("SELECT current_setting('server_encoding'), lower('ÉTUDE')").fetchone()
        assert row == ("UTF8", "étude")
        assert _row_count(var_dir) == 1
        assert _answers_redis(var_dir)
        assert (var_dir / "postgres").stat().st_mode & 0o777 == 0o700
    assert _postgres_processes(var_dir) == []
    with pytest.raises(redis.ConnectionError):
        _answers_redis(var_dir)
    with embedded.servers(var_dir, durable=False):
        assert _row_count(var_dir) == 2


def test_folder_with_a_long_and_odd_name_works(server_folder: Path) -> None:
    var_dir = server_folder / ("Größe & 50% 'x' " * 7)
    with embedded.servers(var_dir, durable=False):
        assert _row_count(var_dir) == 1
        assert _answers_redis(var_dir)


def test_half_finished_set_up_is_done_again(var_dir: Path) -> None:
    (var_dir / "postgres.unfinished" / "base").mkdir(parents=True)
    (var_dir / "postgres").mkdir()
    with embedded.servers(var_dir, durable=False):
        assert _row_count(var_dir) == 1
    assert not (var_dir / "postgres.unfinished").exists()


def test_foreign_files_in_the_data_folder_are_not_touched(var_dir: Path) -> None:
    (var_dir / "postgres").mkdir(parents=True)
    (var_dir / "postgres" / "thesis.txt").write_text("important")
    with pytest.raises(embedded.EmbeddedServerError, match="Move it away"), embedded.servers(var_dir):
        pass
    assert (var_dir / "postgres" / "thesis.txt").read_text() == "important"


def test_process_number_of_somebody_else_does_not_keep_the_server_from_starting(var_dir: Path) -> None:
    with embedded.servers(var_dir, durable=False):
        state = (var_dir / "postgres" / "postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=(var_dir / "postgres").stat().st_uid)
    try:
        state[0] = str(stranger.pid)
        (var_dir / "postgres" / "postmaster.pid").write_text("\n".join(state))
        with embedded.servers(var_dir, durable=False):
            assert _row_count(var_dir) == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_killed_starter_leaves_no_server_and_no_lock(var_dir: Path) -> None:
    starter = _start(var_dir, SLEEP)
    try:
        embedded.wait_until_ready(["postgres", "redis"], var_dir)
        assert _row_count(var_dir) == 1
    finally:
        # With its command, as the end of a terminal's session would.
        os.killpg(starter.pid, signal.SIGKILL)
        starter.wait()
    with embedded.servers(var_dir, durable=False) as started:
        assert started
        assert _row_count(var_dir) == 2
    _wait_until(lambda: _postgres_processes(var_dir) == [])


def test_left_over_server_is_ended_before_the_next_starts(var_dir: Path) -> None:
    with embedded.servers(var_dir, durable=False):
        assert _row_count(var_dir) == 1
    owner = (var_dir / "postgres").stat()
    left_over = subprocess.Popen(
        [embedded.postgres_program("postgres"), "-D", var_dir / "postgres", "-k", var_dir / "postgres", "-h", ""],
        user=owner.st_uid,
        group=owner.st_gid,
        extra_groups=[],
    )
    try:
        embedded.wait_until_ready(["postgres"], var_dir)
        with embedded.servers(var_dir, durable=False):
            assert left_over.wait(timeout=10) == 0
            assert _row_count(var_dir) == 2
    finally:
        left_over.kill()
        left_over.wait()


def test_second_process_uses_the_servers_and_leaves_them_running(var_dir: Path) -> None:
    with embedded.servers(var_dir, durable=False):
        assert _row_count(var_dir) == 1
        question = (
            "import psycopg, sys; print(psycopg.connect(sys.argv[1]).execute('SELECT count(*) FROM kept').fetchone())"
        )
        command = [*RUN, sys.executable, "-c", question, embedded.postgres_url(var_dir)]
        done = subprocess.run(
            command,
            cwd=embedded.REPOSITORY,
            env=os.environ | {"PORTAL_VAR": str(var_dir)},
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout == "(1,)\n"
        assert _row_count(var_dir) == 2


def test_exit_status_is_that_of_the_command(var_dir: Path) -> None:
    assert _start(var_dir, [sys.executable, "-c", "raise SystemExit(7)"]).wait(timeout=60) == 7


def test_unwritable_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    command = [*RUN, "true"]
    variables = os.environ | {"PORTAL_VAR": str(tmp_path / "file" / "var")}
    done = subprocess.run(command, cwd=embedded.REPOSITORY, env=variables, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "is not a folder" in done.stderr
    assert "Traceback" not in done.stderr
