"""PostgreSQL and Redis out of Python wheels, for use on one machine.

A server is embedded unless its address is given: ``DATABASE_URL`` for PostgreSQL, ``REDIS_URL`` for Redis.
Everything lives below one folder (``PORTAL_VAR``); the servers listen on Unix sockets there and nowhere else.
The package imports without the wheels, because settings ask it for addresses in every environment.

On the command line, ``python -m portal.embedded ...``:

``run -- COMMAND ...``     start what is not running, run the command with it, stop what was started
``postgres``, ``redis``    become that server in the foreground: for a supervisor that has sole use of the folder
"""

from portal.embedded.addresses import (
    EmbeddedServerError,
    postgres_program,
    postgres_url,
    redis_url,
    socket_folder,
    wanted,
)
from portal.embedded.processes import end_with_parent, explained, make_private
from portal.embedded.running import REPOSITORY, end_left_over, servers, sole_use, wait_until_ready

__all__ = [
    "REPOSITORY",
    "EmbeddedServerError",
    "end_left_over",
    "end_with_parent",
    "explained",
    "make_private",
    "postgres_program",
    "postgres_url",
    "redis_url",
    "servers",
    "socket_folder",
    "sole_use",
    "wait_until_ready",
    "wanted",
]
