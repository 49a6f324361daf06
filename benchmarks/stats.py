"""Compare the speed of the statistics engine with R's.

``python -m benchmarks.stats > docs/statistics-speed.md``

Both read the same file and use one thread. "Computation" is the call of the method alone, the best of several;
"process" also starts the interpreter, loads packages and reads the file. Needs R with survival and cmprsk.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from analytics import stats

SIZES = (1_000, 100_000, 1_000_000)
REPEATS = {1_000: 30, 100_000: 5, 1_000_000: 3}
COVARIATES = ("x1", "x2", "x3", "x4", "x5")
COLUMNS = ("value", "group", "time", "event", "cause", *COVARIATES)
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

METHODS = ("Mann–Whitney", "Kaplan–Meier", "log-rank", "Cox, five covariates", "cumulative incidence with Gray")

R_CALLS = {
    "Mann–Whitney": "wilcox.test(value ~ group, d, exact = FALSE, conf.int = TRUE)",
    "Kaplan–Meier": 'survfit(Surv(time, event) ~ group, d, conf.type = "log-log")',
    "log-rank": "survdiff(Surv(time, event) ~ group, d)",
    "Cox, five covariates": "coxph(Surv(time, event) ~ x1 + x2 + x3 + x4 + x5, d)",
    "cumulative incidence with Gray": "cuminc(d$time, d$cause, d$group)",
}
R_SCRIPT = """
suppressPackageStartupMessages({{ library(survival); library(cmprsk) }})
d <- as.data.frame(matrix(readBin("{file}", "double", {rows} * {columns}), {rows}))
names(d) <- c({names})
seconds <- vapply(seq_len({repeats}), function(i) system.time({call})[["elapsed"]], 0)
cat("seconds", min(seconds), "\\n")
"""


def cohort(size: int) -> np.ndarray:
    """Rows of a study of ten years in whole days, with half of the times censored and two causes: size × columns."""
    generator = np.random.default_rng(size)
    group = generator.integers(0, 2, size)
    covariates = generator.normal(size=(size, len(COVARIATES)))
    hazard = np.exp(0.2 * group + covariates @ [0.3, -0.2, 0.1, 0, 0]) / 1500
    failure, end = generator.exponential(1 / hazard), generator.uniform(0, 3650, size)
    observed = failure <= end
    days = np.ceil(np.minimum(failure, end))
    cause = np.where(observed, generator.integers(1, 3, size), 0)
    value = np.round(generator.normal(0.1 * group, 1), 3)
    return np.column_stack([value, group, days, observed, cause, covariates])


def calculation(method: str, table: np.ndarray) -> Callable[[], Any]:
    """The call that answers with our engine."""
    column = dict(zip(COLUMNS, table.T, strict=True))
    group = column["group"].astype(np.int64)
    day, event, cause = (column[name].astype(np.int64) for name in ("time", "event", "cause"))
    if method == "Mann–Whitney":
        first, second = column["value"][group == 0], column["value"][group == 1]
        return lambda: stats.mann_whitney(first, second, exact=False)
    if method == "Kaplan–Meier":
        return lambda: stats.kaplan_meier(day, event, group=group)
    if method == "log-rank":
        return lambda: stats.log_rank(day, event, group)
    if method == "Cox, five covariates":
        return lambda: stats.cox(day, event, {name: column[name] for name in COVARIATES})
    return lambda: (stats.cumulative_incidence(day, cause, group=group), stats.gray_test(day, cause, group))


def time_ours(method: str, file: Path, size: int) -> None:
    """Print the seconds of the best of several calls."""
    table = np.fromfile(file).reshape(len(COLUMNS), size).T
    call = calculation(method, table)
    seconds = []
    for _repeat in range(REPEATS[size]):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    print("seconds", min(seconds))


def seconds_of(command: list[str]) -> tuple[float, float]:
    """Computation and whole process of a command that prints ``seconds``."""
    start = time.perf_counter()
    answer = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **ONE_THREAD})
    process = time.perf_counter() - start
    found = re.search(r"seconds (\S+)", answer.stdout)
    if found is None:
        raise SystemExit(f"No time in the answer of {command}: {answer.stdout}")
    return float(found[1]), process


def compare(method: str, file: Path, size: int, rscript: str) -> str:
    """One row of the table."""
    script = R_SCRIPT.format(
        file=file,
        rows=size,
        columns=len(COLUMNS),
        names=", ".join(f'"{name}"' for name in COLUMNS),
        repeats=REPEATS[size],
        call=R_CALLS[method],
    )
    of_r, r_process = seconds_of([rscript, "-e", script])
    ours, our_process = seconds_of(
        [sys.executable, "-m", "benchmarks.stats", "--ours", method, "--file", str(file), "--size", str(size)]
    )
    # R's clock counts milliseconds.
    ratio = f"{max(of_r, 0.0005) / ours:.1f}"
    return f"| {method} | {size:,} | {ours:.4f} | {of_r:.3f} | {ratio} | {our_process:.2f} | {r_process:.2f} |"


def report(sizes: list[int], rscript: str) -> None:
    """Print the whole table as Markdown."""
    versions = subprocess.run(
        [rscript, "-e", 'cat(R.version.string, as.character(packageVersion("survival")))'],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    r_version, _, survival = versions.rpartition(" ")
    print("# Speed of the statistics engine\n")
    print("Written by `python -m benchmarks.stats`; see there what is measured. Seconds, one thread; the ratio is R's")
    print("computation over ours.\n")
    print(
        f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}; {r_version}, survival"
    )
    print(f"{survival}; {platform.system()} on {platform.machine()}.\n")
    print("| method | rows | ours | R | ratio | our process | R's process |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            file = Path(folder) / f"{size}.bin"
            cohort(size).T.tofile(file)
            for method in METHODS:
                print(compare(method, file, size, rscript), flush=True)
    print("\nMann–Whitney includes the shift with its interval, ours also the other effects with theirs.")


def main() -> None:
    """Time everything, or one method of ours in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--rscript", default="Rscript")
    parser.add_argument("--ours", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ours:
        time_ours(arguments.ours, arguments.file, arguments.size)
    else:
        report(arguments.sizes, arguments.rscript)


if __name__ == "__main__":
    main()
