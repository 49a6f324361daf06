"""Command line of the embedded servers, see the package."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from portal.embedded.addresses import EmbeddedServerError
from portal.embedded.postgres import become_postgres
from portal.embedded.processes import explained
from portal.embedded.redis_server import become_redis
from portal.embedded.running import REPOSITORY, servers


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status of the command that was run, exits with a sentence when a server cannot be started."""
    parser = argparse.ArgumentParser(prog="python -m portal.embedded")
    actions = parser.add_subparsers(dest="action", required=True)
    for name in ("postgres", "redis"):
        actions.add_parser(name).add_argument("--scratch", action="store_true", help="for data that may be lost")
    actions.add_parser("run").add_argument("command", nargs="+")
    chosen = parser.parse_args(arguments)
    var_dir = Path(os.environ.get("PORTAL_VAR", REPOSITORY / "var")).resolve()
    try:
        if chosen.action == "postgres":
            become_postgres(var_dir, durable=not chosen.scratch)
        if chosen.action == "redis":
            become_redis(var_dir)
        with servers(var_dir):
            return subprocess.run(chosen.command, check=False).returncode
    except EmbeddedServerError as failure:
        sys.exit(str(failure))
    except OSError as failure:
        sys.exit(explained(failure))


if __name__ == "__main__":
    sys.exit(main())
