"""Making the virtual environment: sentences instead of tracebacks, and nothing to do when it is current."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.operations import environment, system_packages


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that has a lock file and no environment."""
    (tmp_path / "uv.lock").write_text("version = 1")
    (tmp_path / "pyproject.toml").write_text("[project]")
    monkeypatch.setattr(environment, "REPOSITORY", tmp_path)
    monkeypatch.setattr(environment, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(environment, "TOOLS", tmp_path / ".tools")
    monkeypatch.delenv("UV", raising=False)
    return tmp_path


@pytest.fixture
def uv(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in place of uv that makes an environment and notes how it was called."""
    program = project / "uv"
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {project}/calls\nmkdir -p {project}/.venv/bin\n'
        f"ln -sf {sys.executable} {project}/.venv/bin/python\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("UV", str(program))
    return project / "calls"


def test_old_python_is_a_sentence(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    with pytest.raises(SystemExit, match=r"Python 3.11 or newer is needed, this is 3.10"):
        environment.main([])


def test_missing_venv_module_is_a_sentence(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    wanted = f"sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    with pytest.raises(SystemExit, match=wanted):
        environment.main([])


def test_uv_that_cannot_run_is_a_sentence(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV", str(project / "nowhere"))
    with pytest.raises(SystemExit, match="which cannot be run"):
        environment.main([])


def test_failing_installation_is_a_sentence_and_is_tried_again(project: Path, uv: Path) -> None:
    (project / "uv").write_text("#!/bin/sh\nexit 2\n")
    for _ in range(2):
        with pytest.raises(SystemExit, match="cannot be installed"):
            environment.main([])


def test_second_call_does_nothing_until_the_lock_file_changes(project: Path, uv: Path) -> None:
    environment.main(["build", "embedded"])
    environment.main(["embedded", "build"])
    assert uv.read_text().count("sync --locked") == 1
    (project / "uv.lock").write_text("version = 2")
    environment.main(["build", "embedded"])
    assert uv.read_text().count("sync --locked") == 2


def test_everything_includes_a_part(project: Path, uv: Path) -> None:
    environment.main([])
    environment.main(["build", "embedded"])
    assert uv.read_text().count("\n") == 1
    assert "--all-groups" in uv.read_text()


def test_part_leaves_the_rest_installed(project: Path, uv: Path) -> None:
    environment.main(["build"])
    assert "--no-default-groups --inexact --group=build" in uv.read_text()


def test_broken_environment_is_made_again(project: Path, uv: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(project / "vanished")
    (project / ".venv" / "rest").touch()
    environment.main([])
    assert not (project / ".venv" / "rest").exists()
    assert (project / ".venv" / "stamp-all").exists()


def test_older_pythons_can_read_the_file_far_enough_to_say_so() -> None:
    source = Path(environment.__file__).read_text()
    ast.parse(source, feature_version=(3, 8))
    # Without it, older ones stumble over the annotations when they define the functions.
    assert "from __future__ import annotations" in source


def test_missing_packages_are_named_for_who_may_not_install(tmp_path: Path) -> None:
    """A user without rights, on a machine with nothing: the exact command for the administrator."""
    script = (
        "import os; os.geteuid = lambda: 1000\nfrom portal.operations import system_packages\nsystem_packages.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=environment.REPOSITORY,
        env=os.environ | {"PATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    packages = ["chromium", "r-base-core", *system_packages.R_PACKAGES.values()]
    assert f"sudo apt-get install --yes --no-install-recommends {' '.join(packages)}" in done.stderr
