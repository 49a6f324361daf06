"""docs/statistics.md: what the comparison of the engine with R's frozen answers found."""

import platform
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import scipy

from tests.known_answers import METHODS
from tests.known_answers.method import KnownAnswer
from tests.reference.answers import FOLDER, reference

PAGE = Path(__file__).resolve().parents[2] / "docs" / "statistics.md"

# Public functions without a row, and why.
WITHOUT_A_ROW = {
    "adjust_family": "names the questions of a family and adjusts them by `adjust`, which has a row",
    "count_events": "applies a rule of the portal (21 days) that R does not have; tested against a count written out "
    "event by event and against that of the patient's record",
    "format_p": "writes a p-value",
}

INTRODUCTION = """# Known answers of the statistics engine

Written by `make known-answers`, which computes every method of `analytics/stats` on the data sets below and compares
each figure — estimates, bounds of intervals, statistics, p-values — with what R answers on the same data. R's answers
are frozen with 17 digits in [tests/reference](../tests/reference/README.md), beside the scripts that asked for them; a
test compares anew at every change and holds this page to what it finds.

*Largest difference* is that of all figures in all data sets of a row, as a fraction of R's figure (or absolute, where
marked, because R's figure can be 0). It is to stay below 1e-9; where R itself is less accurate, the reason stands
beside it. Up to about 1e-13 is what the last digits of double-precision numbers leave. Where two R packages differ from
each other, the same README says which of them is right and why.

"Formula in base R" means that no R package at hand has the method, or none is right: the script then computes the
published formula by another route, mostly the slow and literal one. Such a row shows that the formula was programmed
correctly, twice; it cannot show more than that. Neither can any row show that a method suits a question: whether
intervals and tests keep what they promise in small samples is in [statistics-proof.md](statistics-proof.md).

{versions}.

| method | function | R | data sets | largest difference | remark |
| --- | --- | --- | --- | ---: | --- |
"""


def page() -> str:
    """The whole page. Computes everything."""
    lines = [row(method, figure(method)) for method in METHODS]
    exempt = [f"- `{name}` {reason}." for name, reason in WITHOUT_A_ROW.items()]
    return "\n".join(
        [
            INTRODUCTION.format(versions=versions()) + "\n".join(lines),
            "",
            "Without a row:",
            "",
            *exempt,
            "",
        ]
    )


def row(method: KnownAnswer, difference: str) -> str:
    """One row of the table."""
    cells = (method.method, f"`{method.call}`", method.r, data_sets(method.cases), difference, method.because)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def figure(method: KnownAnswer) -> str:
    """The largest difference as it stands in the table."""
    difference = method.difference()
    text = "0" if difference == 0 else f"{difference:.0e}"
    return f"{text} (absolute)" if method.absolute else text


def data_sets(cases: Mapping[str, object]) -> str:
    return ", ".join(name.replace("_", " ") for name in cases)


def versions() -> str:
    """Those of the libraries here and those that wrote R's answers."""
    of_r: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.json")):
        answers = reference(file.stem)
        of_r |= answers if file.stem.endswith("versions") else answers.get("versions", {})
    theirs = ", ".join(f"{package} {version}" for package, version in of_r.items())
    return f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}; {theirs}"
