"""docs/statistics-proof.md: every promise, how often it was kept, and the verdict."""

import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import scipy

from benchmarks.proof.promise import Finding, verdict

PAGE = Path(__file__).resolve().parents[2] / "docs" / "statistics-proof.md"

INTRODUCTION = """# What tests and intervals keep of their promises

Written by `make prove`, which draws many studies in which the truth is known, asks the engine about each, and counts.
A test at the 5% level is to reject a true hypothesis in no more than 5% of studies; a 95% interval is to hold the truth
in at least 95%; a test of equivalence is to find it as often as the formula for its power says. Small groups and ties
are looked at on purpose: there the answers of large samples need not hold. Whether the formulas are computed correctly
is another question, see [statistics.md](statistics.md).

- **kept**: no miss beyond three standard errors of the simulation; *on the safe side* where a test rejects clearly less
  often, or an interval covers clearly more often, than promised. Exact methods must be here, always.
- **kept within a point**: an approximation that rejects in up to 6%, or covers in at least 94%.
- **missed, as known**: further away, for the reason given. This is a property of the method, not of the program: choose
  another one in such a situation.
- **BROKEN**: missed without a reason that is known, which ends the command with an error.

*Studies* is the number drawn, or "all" where every possible table was weighed by its probability, without an error of
simulation: *on average* over, or under the *least favourable* of, the true proportions named. Studies in which a method
refuses to answer, or gives no interval, are left out and counted under *no answer*. The simulations begin from fixed
seeds; the same versions of the libraries give the same figures.

In short: exact methods keep their promises everywhere. Of the approximations, be careful in small groups with
restricted means when few have the event before the horizon, with rates and rate ratios of about 40 patients a group or
fewer who differ among themselves, and with the interval of the probability of superiority, where that of Cliff's delta
is right. Mann–Whitney and the permutation test ask whether two distributions are the same: where only their spread
differs they reject far more often than in 5%, which Welch's t and Brunner–Munzel do not.

Not looked at: the interval of epsilon-squared and Cramér's V, whose truth has no simple definition; dependence between
patients, wrong proportional hazards, censoring that depends on prognosis. No simulation can say that a situation of a
real study is among those below.
"""
HEAD = """| method | promise | situation | studies | found | standard error | no answer | verdict |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |"""


def page(findings: Mapping[str, Sequence[Finding]]) -> str:
    """The page of these findings, by subject."""
    every = [finding for found in findings.values() for finding in found]
    parts = [INTRODUCTION, f"{versions()}.\n", summary(every)]
    for subject, found in findings.items():
        order = list(dict.fromkeys(finding.promise.method for finding in found))
        rows = sorted(found, key=lambda finding: order.index(finding.promise.method))
        parts.append("\n".join([f"## {subject}\n", HEAD, *map(row, rows)]) + "\n")
    return "\n".join(parts)


def summary(findings: Sequence[Finding]) -> str:
    """How many promises fared how."""
    counts = Counter(verdict(finding).text.partition(":")[0] for finding in findings)
    lines = [f"| {text} | {count} |" for text, count in counts.most_common()]
    return "\n".join([f"{len(findings)} promises:\n", "| verdict | promises |", "| --- | ---: |", *lines]) + "\n"


def row(finding: Finding) -> str:
    """One row of the table."""
    promise = finding.promise
    wanted = {"error": "at most", "coverage": "at least", "power": "power"}[promise.kind]
    cells = (
        promise.method,
        f"{wanted} {promise.goal:.1%}" if promise.kind == "power" else f"{wanted} {promise.goal:.0%}",
        finding.situation,
        "all" if finding.simulations is None else f"{finding.simulations:,}",
        f"{finding.rate:.2%}",
        "" if finding.simulations is None else f"{finding.standard_error:.2%}",
        f"{finding.unanswered:.1%}" if finding.unanswered > 1e-9 else "",
        verdict(finding).text,
    )
    return "| " + " | ".join(cells) + " |"


def versions() -> str:
    return f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}"
