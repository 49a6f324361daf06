"""Calls into libraries that answer wrongly are refused: whole functions by ruff, missing arguments here."""

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import REPOSITORY

# What a call has to say, with the value where only one is right, and why.
WANTED = {
    "scipy.stats.mannwhitneyu": ("method", None, "it chooses between exact, which ignores ties, and asymptotic"),
    "scipy.stats.wilcoxon": ("method", None, "it chooses by size, ties and zeros"),
    "scipy.stats.permutation_test": ("alternative", None, "its two-sided p doubles the smaller tail"),
    "statsmodels.stats.contingency_tables.Table2x2": ("shift_zeros", False, "it adds ½ to empty cells"),
    "statsmodels.stats.nonparametric.jonckheere_terpstra": ("alternative", None, "its default is one-sided"),
}
FOLDERS = ("analytics", "expression", "cases", "portal", "tests", "docs")


def incomplete_calls(source: str) -> Iterator[str]:
    """Calls in a module that leave out what they have to say."""
    tree = ast.parse(source)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {name.asname: name.name for name in node.names if name.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called, _dot, rest = ast.unparse(node.func).partition(".")
            called = ".".join(filter(None, (names.get(called, called), rest)))
            if called not in WANTED:
                continue
            argument, value, reason = WANTED[called]
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            if argument not in given or (value is not None and ast.unparse(given[argument]) != repr(value)):
                wanted = argument if value is None else f"{argument}={value}"
                yield f"line {node.lineno}: {called} without {wanted}: {reason}"


def test_no_call_leaves_out_what_it_has_to_say():
    found = {
        str(path.relative_to(REPOSITORY)): calls
        for folder in FOLDERS
        for path in (REPOSITORY / folder).rglob("*.py")
        if (calls := list(incomplete_calls(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "from scipy import stats\nstats.mannwhitneyu([1], [2])",
        "from scipy.stats import mannwhitneyu as test\ntest([1], [2], alternative='two-sided')",
        "import scipy.stats\nscipy.stats.wilcoxon([1])",
        "import scipy.stats as st\nst.permutation_test((x, y), f)",
        "from statsmodels.stats.contingency_tables import Table2x2\nTable2x2(t)",
        "from statsmodels.stats.contingency_tables import Table2x2\nTable2x2(t, shift_zeros=True)",
        "from statsmodels.stats import nonparametric\nnonparametric.jonckheere_terpstra(samples)",
    ],
)
def test_an_incomplete_call_is_found(source):
    (found,) = incomplete_calls(source)
    assert found.startswith("line 2: ")


@pytest.mark.parametrize(
    "source",
    [
        "from scipy import stats\nstats.mannwhitneyu([1], [2], method='exact')",
        "from statsmodels.stats.contingency_tables import Table2x2\nTable2x2(t, shift_zeros=False)",
        "from analytics.stats import jonckheere_terpstra, permutation_test\npermutation_test(x, y)",
    ],
)
def test_a_complete_call_is_none_of_them(source):
    assert list(incomplete_calls(source)) == []


def ruff(source: str) -> subprocess.CompletedProcess[str]:
    """What the linter says with the project's settings about a module of the statistics."""
    settings = ["--select", "TID251", "--stdin-filename", "analytics/stats/new.py"]
    return subprocess.run(
        [sys.executable, "-m", "ruff", "check", *settings, "-"],
        input=source,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "source",
    [
        "from scipy import stats\nstats.logrank(x, y)",
        "from scipy.stats import barnard_exact",
        "import scipy.stats\nscipy.stats.fisher_exact(table)",
        "from statsmodels.stats.proportion import confint_proportions_2indep",
        "import statsmodels.stats.api as sms\nsms.confint_proportions_2indep(1, 2, 3, 4)",
        "import statsmodels.api as sm\nsm.PHReg(time, x, entry=entry)",
        "from statsmodels.duration.hazard_regression import PHReg",
        "from statsmodels.duration.api import PHReg",
        "from lifelines import CoxPHFitter",
        "import pingouin",
        "import sksurv.nonparametric",
        "import scikit_posthocs",
        "import rpy2.robjects",
    ],
)
def test_the_linter_refuses_what_answers_wrongly(source):
    refused = ruff(f"{source}\n")
    assert refused.returncode == 1, refused.stderr
    assert "TID251" in refused.stdout


def test_the_linter_accepts_the_rest():
    assert ruff("from scipy import stats\nstats.kruskal([1], [2])\n").returncode == 0
