"""The embedded Redis, started in the foreground."""

import os
import signal
import socket
from pathlib import Path
from typing import NoReturn

from portal.embedded.addresses import redis_program, redis_socket
from portal.embedded.processes import end_with_parent, make_private


def become_redis(var_dir: Path) -> NoReturn:
    """Replaces this process by the Redis server.

    It keeps nothing on disk: jobs are rows of the database and are sent again when a queue is lost.
    Ends a server of the folder that was left over. Call only with sole use of the folder.
    """
    folder = var_dir / "redis"
    make_private(folder)
    make_private(redis_socket(var_dir).parent)
    end_left_over_redis(var_dir)
    options = {
        "port": "0",
        "unixsocket": str(redis_socket(var_dir)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
    }
    end_with_parent(signal.SIGTERM)
    program = str(redis_program())
    os.execv(program, [program, *(part for name, value in options.items() for part in (f"--{name}", value))])  # noqa: S606


def end_left_over_redis(var_dir: Path) -> None:
    """Ends a server whose starter is gone. Call only with sole use of the folder."""
    _ask(b"SHUTDOWN NOSAVE", var_dir)


def redis_answers(var_dir: Path) -> bool:
    """Whether the embedded server accepts a connection now."""
    return _ask(b"PING", var_dir) == b"+PONG\r\n"


def _ask(command: bytes, var_dir: Path) -> bytes:
    """The server's answer, empty if there is none. Without the client library, whose import takes half a second."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(str(redis_socket(var_dir)))
            connection.sendall(command + b"\r\n")
            return connection.recv(1024)
        except OSError:
            return b""
