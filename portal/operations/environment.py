"""Creates or refreshes ``.venv`` from ``uv.lock``: run with the system's Python, before any package is there.

``python3 portal/operations/environment.py [GROUP ...]`` installs the project's own dependencies and the named
dependency groups; without a name, all groups. uv itself comes from PyPI into ``.tools``, or is the one that the
variable ``UV`` names. Does nothing when the environment is already that of the lock file.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = REPOSITORY / ".venv"
TOOLS = REPOSITORY / ".tools"
UV_VERSION = "0.13.9"
OLDEST_PYTHON = (3, 11)


def main(groups: list[str]) -> None:
    """Brings the environment up to date, or exits with a sentence that says what to do."""
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python 3.11 or newer is needed, this is {running}. Name a newer one: make demo PYTHON=python3.12")
    if _is_current(groups):
        return
    if not os.access(REPOSITORY, os.W_OK):
        sys.exit(f"{REPOSITORY} cannot be written. Give yourself the right, or clone the project elsewhere.")
    if not os.environ.get("UV"):
        _install_uv(running)
    print("Installing the Python packages of uv.lock ...", flush=True)
    if ENVIRONMENT.exists() and not _answers(ENVIRONMENT / "bin" / "python"):
        shutil.rmtree(ENVIRONMENT)
    _synchronise(groups)
    _stamp(groups).write_text(_fingerprint())


def _is_current(groups: list[str]) -> bool:
    """Whether the environment holds these groups, or all."""
    stamps = [stamp.read_text() for stamp in (_stamp(groups), _stamp([])) if stamp.exists()]
    return _fingerprint() in stamps and bool(_answers(ENVIRONMENT / "bin" / "python"))


def _stamp(groups: list[str]) -> Path:
    return ENVIRONMENT / "-".join(["stamp", *(sorted(groups) or ["all"])])


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((REPOSITORY / name).read_bytes())
    return digest.hexdigest()


def _answers(program: Path) -> str:
    """What the program says of its version, empty when it cannot run."""
    try:
        return subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout
    except OSError:
        return ""


def _install_uv(running: str) -> None:
    if _answers(TOOLS / "bin" / "uv").split()[1:2] == [UV_VERSION]:
        return
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(f"Python's venv module is not there. On Debian or Ubuntu: sudo apt install python{running}-venv")
    shutil.rmtree(TOOLS, ignore_errors=True)
    print("Fetching uv ...", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", TOOLS], check=False).returncode:
        sys.exit(f"A virtual environment cannot be made in {TOOLS}; the reason stands above.")
    pip: list[str | Path] = [TOOLS / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, f"uv=={UV_VERSION}"], check=False).returncode:
        sys.exit(
            "uv cannot be fetched from PyPI. Check the network, or name an installed one: make demo UV=/path/to/uv"
        )


def _synchronise(groups: list[str]) -> None:
    # With groups named, what another call installed stays.
    chosen = (
        ["--no-default-groups", "--inexact", *(f"--group={group}" for group in groups)] if groups else ["--all-groups"]
    )
    variables = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT)}
    variables.pop("VIRTUAL_ENV", None)
    uv = os.environ.get("UV") or str(TOOLS / "bin" / "uv")
    command = [uv, "sync", "--locked", "--quiet", "--python", sys.executable, *chosen]
    try:
        done = subprocess.run(command, check=False, env=variables, cwd=REPOSITORY)
    except OSError:
        sys.exit(f"UV names {uv}, which cannot be run. Name another, or none: it is then fetched from PyPI.")
    if done.returncode:
        sys.exit("The Python packages cannot be installed; the reason stands above. Check the network and start again.")


if __name__ == "__main__":
    main(sys.argv[1:])
