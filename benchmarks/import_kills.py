"""Kill the worker with SIGKILL at random moments of an import, and show that nothing is torn or written twice.

``python -m benchmarks.import_kills > docs/import-kills.md``

Starts a PostgreSQL and a Redis of its own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from portal import embedded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--moments", type=int, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--within", type=float, default=4.0, help="seconds after the worker began to write")
    arguments = parser.parse_args()
    print("# Killed in the middle of an import\n")
    print(
        "Written by `python -m benchmarks.import_kills`. A real worker on a real database and broker writes a checked"
    )
    print(f"file of {arguments.rows:,} IHC readings and is killed with SIGKILL at a random moment (seed")
    print(f"{arguments.seed}) within {arguments.within:g} s of its beginning; the sweep queues the import again.\n")
    print("| | killed after, s | rows then | events then | rows in the end | events in the end |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    with tempfile.TemporaryDirectory(prefix="portal-kills-") as name:
        os.environ |= {"PORTAL_VAR": name, "DJANGO_SETTINGS_MODULE": "portal.settings.testing"}
        with embedded.servers(Path(name)):
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, check=True, cwd=embedded.REPOSITORY)
            series = [sys.executable, "-m", "benchmarks.import_kill_series"]
            given = {"rows": arguments.rows, "moments": arguments.moments, "seed": arguments.seed}
            options = [f"--{option}={value}" for option, value in (given | {"within": arguments.within}).items()]
            sys.exit(subprocess.run([*series, *options], check=False).returncode)


if __name__ == "__main__":
    main()
