"""The simulations behind docs/statistics-proof.md run, their verdicts can fail, and the page has all of them."""

import math
import re

import numpy as np
import pytest

from analytics.stats import Interval, NotComparable
from benchmarks.proof import SUBJECTS
from benchmarks.proof.equivalence import power_of_means
from benchmarks.proof.page import PAGE, row, summary
from benchmarks.proof.promise import Enumeration, Finding, Promise, Simulation, covers, rejects, verdict

EXPERIMENTS = [experiment for experiments in SUBJECTS.values() for experiment in experiments]
TEST = Promise(method="test", kind="error")
EXACT = Promise(method="exact test", kind="error", guaranteed=True)
INTERVAL = Promise(method="interval", kind="coverage")
POWER = Promise(method="power", kind="power", target=0.8)
KNOWN = Promise(method="rank test", kind="error", accepted=0.14, because="unequal spread")


def found(promise, rate, *, simulations=5000):
    return Finding("somewhere", promise, rate, 0.0, simulations)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment.situation)
def test_every_simulation_runs(experiment):
    findings = experiment.findings(at_most=4)
    assert [(finding.situation, finding.promise) for finding in findings] == experiment.claims()
    for finding in findings:
        assert 0 <= finding.rate <= 1 + 1e-12 or (math.isnan(finding.rate) and finding.unanswered == 1)
        assert row(finding).count("|") == 9


def test_situations_have_names_of_their_own():
    """Each begins from a seed made of its name."""
    situations = [experiment.situation for experiment in EXPERIMENTS]
    assert len(set(situations)) == len(situations)


def test_the_page_has_every_promise_and_none_is_broken():
    text = PAGE.read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if re.match(r"\| .+ \| (at|power)", line)]
    expected = [(promise.method, situation) for experiment in EXPERIMENTS for situation, promise in experiment.claims()]
    assert sorted((cells[0].removeprefix("| "), cells[2]) for cells in rows) == sorted(expected)
    assert [cells for cells in rows if not cells[-1].startswith(("kept", "missed, as known: "))] == []


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (found(TEST, 0.05), "kept"),
        (found(TEST, 0.058), "kept"),
        (found(TEST, 0.03), "kept, on the safe side"),
        (found(TEST, 0.06, simulations=100_000), "kept within a point"),
        (found(TEST, 0.07), "BROKEN"),
        (found(EXACT, 0.058), "kept"),
        (found(EXACT, 0.062), "BROKEN"),
        (found(EXACT, 0.05 + 1e-6, simulations=None), "BROKEN"),
        (found(INTERVAL, 0.95), "kept"),
        (found(INTERVAL, 0.99), "kept, on the safe side"),
        (found(INTERVAL, 0.93), "BROKEN"),
        (found(POWER, 0.8), "kept"),
        (found(POWER, 0.75), "BROKEN"),
        (found(POWER, 0.85), "BROKEN"),
        (found(KNOWN, 0.13), "missed, as known: unequal spread"),
        (found(KNOWN, 0.17), "BROKEN"),
    ],
)
def test_verdicts(finding, text):
    assert verdict(finding).text == text
    assert verdict(finding).holds == (text != "BROKEN")


def test_a_test_that_rejects_too_often_is_found_out():
    def too_often(generator):
        return [rejects(generator.random() / 2)]

    (finding,) = Simulation(situation="wrong", promises=(TEST,), study=too_often).findings()
    assert finding.rate == pytest.approx(0.1, abs=0.02)
    assert not verdict(finding).holds


def test_the_same_seed_gives_the_same_answer():
    experiment = EXPERIMENTS[0]
    assert experiment.findings(at_most=20) == experiment.findings(at_most=20)


def test_refusals_are_counted():
    def sometimes(generator):
        if generator.random() < 0.5:
            raise NotComparable("Not today.")
        return [False]

    (finding,) = Simulation(situation="half", promises=(TEST,), study=sometimes).findings(at_most=400)
    assert 0.4 < finding.unanswered < 0.6
    assert finding.rate == 0


def test_a_table_is_added_up_on_average_and_where_it_is_worst():
    def table(size):
        assert size == 2
        return np.array([[0.2, 0.9], [0.8, 0.1]]), [np.array([[1.0], [np.nan]]), np.array([[1.0], [0.0]])]

    findings = Enumeration(situation="two", promises=(EXACT, TEST), sizes=(2,), table=table).findings()
    assert [finding.rate for finding in findings] == pytest.approx([1, 0.55, 0.9])
    assert [finding.unanswered for finding in findings] == pytest.approx([0.45, 0, 0])
    assert {finding.standard_error for finding in findings} == {0}


def test_intervals_may_be_open_or_missing():
    assert covers(Interval(None, 2, 0.95), -5)
    assert not covers(Interval(1, None, 0.95), 0.5)
    assert covers(Interval(1, None, 0.95), 1)
    assert covers(None, 1) is None
    assert rejects(None) is None


def test_power_of_means_is_that_of_large_samples_in_large_samples():
    """2·Φ(margin/SE − 1.645) − 1 (Schuirmann 1987)."""
    assert power_of_means(2000, 0.1, 0) == pytest.approx(0.8708, abs=0.001)
    assert power_of_means(2000, 0.1, 0.1) == pytest.approx(0.05, abs=0.001)


def test_the_summary_counts():
    assert "| BROKEN | 1 |" in summary([found(TEST, 0.5), found(TEST, 0.05), found(KNOWN, 0.13)])
