"""The R scripts of answers, run by R itself in a folder of their own, as somebody who downloaded them does."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from analytics.dataset import write_csv
from analytics.files import r_script
from analytics.kinds import kind_of, parse
from analytics.models import Analysis
from analytics.reading import read
from cases import access

R = shutil.which("Rscript")
needs_r = pytest.mark.skipif(R is None, reason="R is not installed")
INPUT = re.compile(r'read\.csv\("([^"]+)"')
LONGEST_SECONDS = 120


def reported(script_text: str, frozen: Mapping[str, Any]) -> dict[str, float]:
    """The numbers the script reports from the frozen rows, which lie beside it as they are downloaded."""
    name = INPUT.findall(script_text)[0]
    with TemporaryDirectory() as folder:
        with Path(folder, name).open("w", encoding="utf-8", newline="") as file:
            write_csv(frozen, file)
        Path(folder, "analysis.R").write_text(script_text, encoding="utf-8")
        run = subprocess.run(
            [str(R), "--vanilla", "analysis.R"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    assert run.returncode == 0, f"{run.stderr}\n{script_text}"
    lines = (line.split("\t") for line in run.stdout.splitlines() if "\t" in line)
    return {name: float(value) for name, value in lines}


def script_of(analysis: Analysis) -> str:
    """The script of an answered question, as the person who asked downloads it."""
    asker = analysis.requested_by
    return r_script(read(analysis=analysis, user=asker, rights=access.rights(user=asker, study=analysis.study)))


def assert_r_agrees(analysis: Analysis, *, tolerance: float = 1e-6) -> None:
    """R reports the numbers of the answer, all of them and no other."""
    found = reported(script_of(analysis), analysis.frozen_input or {})
    expected = kind_of(analysis).numbers(spec=parse(analysis.spec), result=analysis.result or {})
    assert found == pytest.approx(expected, rel=tolerance, abs=tolerance)
