"""The embedded servers, running for the length of a block."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from portal.embedded.addresses import EmbeddedServerError, wanted
from portal.embedded.postgres import end_left_over_postgres, postgres_answers
from portal.embedded.processes import wait_until
from portal.embedded.redis_server import end_left_over_redis, redis_answers

REPOSITORY = Path(__file__).resolve().parent.parent.parent
ANSWERS = {"postgres": postgres_answers, "redis": redis_answers}
END_LEFT_OVER = {"postgres": end_left_over_postgres, "redis": end_left_over_redis}
LAST_CHILD_SECONDS = 1.0
# PostgreSQL's fast shutdown, which does not wait for its clients to leave.
STOP_SIGNALS = {"postgres": signal.SIGINT, "redis": signal.SIGTERM}


@contextmanager
def sole_use(var_dir: Path) -> Iterator[bool]:
    """Whether this process is now the one that runs the servers of the folder.

    The kernel drops the lock with the process, so a lock is never stale. Only a child that a killed process was about
    to start holds it a moment longer.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "servers.lock").open("a+") as lock:
        patience = time.monotonic() + LAST_CHILD_SECONDS
        while not _locked(lock):
            if time.monotonic() > patience:
                yield False
                return
            time.sleep(0.05)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield True


def _locked(lock: IO[str]) -> bool:
    """Whether the lock is now this process's."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def servers(var_dir: Path, *, durable: bool = True) -> Iterator[bool]:
    """Has the servers whose address is not given running during the block; stops only what it started.

    Gives whether it started any; without that, they are another process's, or their addresses are given.
    With ``durable=False`` PostgreSQL does not wait for the disk: quick, for data that may be lost.
    """
    names = wanted()
    if not names:
        yield False
        return
    with ExitStack() as stack:
        ours = stack.enter_context(sole_use(var_dir))
        if ours:
            # Before the wait, which one of them would answer.
            end_left_over(var_dir)
            started = {name: stack.enter_context(_process(name, var_dir, durable=durable)) for name in names}
            for name, process in started.items():
                _wait_for_start(name, process, var_dir)
        else:
            wait_until_ready(names, var_dir)
        yield ours


def end_left_over(var_dir: Path) -> None:
    """Ends embedded servers whose starter is gone. Call only with sole use of the folder."""
    for name in wanted():
        END_LEFT_OVER[name](var_dir)


def wait_until_ready(names: list[str], var_dir: Path, *, seconds: float = 60) -> None:
    """Returns when the named servers answer; raises EmbeddedServerError when they do not in time."""
    for name in names:
        failure = f"The embedded {name} does not answer."
        wait_until(partial(ANSWERS[name], var_dir), seconds=seconds, failure=failure)


@contextmanager
def _process(name: str, var_dir: Path, *, durable: bool) -> Iterator[subprocess.Popen[bytes]]:
    _log(name, var_dir).parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "portal.embedded", name, *([] if durable else ["--scratch"])]
    with _log(name, var_dir).open("ab") as output:
        # A session of its own: Ctrl-C is for the command in the block; the servers end after it.
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=os.environ | {"PORTAL_VAR": str(var_dir)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(STOP_SIGNALS[name])
        process.wait()


def _wait_for_start(name: str, process: subprocess.Popen[bytes], var_dir: Path) -> None:
    log = _log(name, var_dir)
    wait_until(
        lambda: process.poll() is not None or ANSWERS[name](var_dir),
        seconds=60,
        failure=f"The embedded {name} does not answer; see {log}.",
    )
    if process.returncode is not None:
        raise EmbeddedServerError(f"The embedded {name} does not start:\n{log.read_text(errors='replace')[-2000:]}")


def _log(name: str, var_dir: Path) -> Path:
    return var_dir / "log" / f"{name}.log"
