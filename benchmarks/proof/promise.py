"""What a method promises, how often it keeps it in simulated studies, and the verdict."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analytics.stats import Interval, NotComparable

SEED = 20_261_127
ALPHA = 0.05
# A promise counts as kept within this many standard errors of the simulation, ...
STANDARD_ERRORS = 3
# ... and an approximation that promises no more than "about 5%" is within a point of it.
POINT = 0.01

# True: rejected, or covered; None: the method refuses, or gives no interval.
Outcome = bool | None
Kind = Literal["error", "coverage", "power"]
TARGETS = {"error": ALPHA, "coverage": 1 - ALPHA}


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One promise of one method in one situation.

    ``error``: the test rejects a true hypothesis in 5% of studies; ``coverage``: the interval holds the truth in 95%;
    ``power``: the test rejects in ``target`` of studies. ``guaranteed``: never more errors than that, in any sample;
    other methods are approximations. ``accepted`` is the rate up to which a method is known to miss, for the reason
    ``because``; in an :class:`Enumeration` that is under the least favourable truth.
    """

    method: str
    kind: Kind
    guaranteed: bool = False
    accepted: float | None = None
    because: str = ""
    target: float | None = None

    @property
    def goal(self) -> float:
        return TARGETS[self.kind] if self.target is None else self.target


@dataclass(frozen=True)
class Finding:
    """How often: ``rate`` of the studies with an answer. ``simulations`` is ``None`` where no study was drawn."""

    situation: str
    promise: Promise
    rate: float
    unanswered: float
    simulations: int | None

    @property
    def standard_error(self) -> float:
        if self.simulations is None:
            return 0.0
        return float(np.sqrt(self.rate * (1 - self.rate) / max(self.simulations * (1 - self.unanswered), 1)))

    @property
    def excess(self) -> float:
        """By how much the promise is missed; negative on the safe side."""
        distance = self.rate - self.promise.goal
        return {"error": distance, "coverage": -distance, "power": abs(distance)}[self.promise.kind]


@dataclass(frozen=True)
class Verdict:
    """``holds`` unless a promise is missed without an accepted reason."""

    text: str
    holds: bool


def verdict(finding: Finding) -> Verdict:
    """Whether a promise is kept, beyond the error of the simulation."""
    promise, margin = finding.promise, STANDARD_ERRORS * finding.standard_error + 1e-9
    if finding.excess <= margin:
        return Verdict("kept, on the safe side" if finding.excess < -margin else "kept", holds=True)
    if promise.guaranteed:
        return Verdict("BROKEN", holds=False)
    if finding.excess <= POINT and promise.kind != "power":
        return Verdict("kept within a point", holds=True)
    accepted = None if promise.accepted is None else abs(promise.accepted - promise.goal)
    if accepted is not None and finding.excess <= accepted + margin:
        return Verdict(f"missed, as known: {promise.because}", holds=True)
    return Verdict("BROKEN", holds=False)


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Studies drawn at random: ``study`` draws one and gives the outcome of every promise, in their order."""

    situation: str
    promises: tuple[Promise, ...]
    study: Callable[[np.random.Generator], Sequence[Outcome]]
    simulations: int = 5000

    def claims(self) -> list[tuple[str, Promise]]:
        """Situation and promise of every finding."""
        return [(self.situation, promise) for promise in self.promises]

    def findings(self, at_most: int | None = None) -> list[Finding]:
        """Every promise after as many studies as planned, or ``at_most`` so many."""
        count = min(self.simulations, at_most or self.simulations)
        generator = np.random.default_rng([SEED, zlib.crc32(self.situation.encode())])
        outcomes = [self._outcomes(generator) for _study in range(count)]
        found = []
        for promise, column in zip(self.promises, zip(*outcomes, strict=True), strict=True):
            answered = [outcome for outcome in column if outcome is not None]
            rate = float(np.mean(answered)) if answered else float("nan")
            found.append(Finding(self.situation, promise, rate, 1 - len(answered) / count, count))
        return found

    def _outcomes(self, generator: np.random.Generator) -> Sequence[Outcome]:
        try:
            outcomes = self.study(generator)
        except NotComparable:
            return (None,) * len(self.promises)
        if len(outcomes) != len(self.promises):
            raise ValueError(f"{self.situation}: {len(outcomes)} outcomes of {len(self.promises)} promises.")
        return outcomes


@dataclass(frozen=True, kw_only=True)
class Enumeration:
    """All possible outcomes of groups of these ``sizes`` added up, without an error of simulation.

    ``table`` takes the sizes and gives the probability of every outcome under every truth (outcomes × truths), and for
    every promise whether it rejects, or covers (outcomes × truths or × 1: 1, 0, or not a number without an answer).
    Guarantees are looked at under the least favourable truth, approximations on average and there.
    """

    situation: str
    promises: tuple[Promise, ...]
    sizes: tuple[int, ...]
    table: Callable[..., tuple[NDArray[np.float64], Sequence[NDArray[np.float64]]]]

    def claims(self) -> list[tuple[str, Promise]]:
        """Situation and promise of every finding."""
        found = []
        for promise in self.promises:
            if not promise.guaranteed:
                found.append((f"{self.situation}, on average", replace(promise, accepted=None, because="")))
            found.append((f"{self.situation}, least favourable", promise))
        return found

    def findings(self, at_most: int | None = None) -> list[Finding]:
        """Every promise, in groups of the planned sizes, or ``at_most`` so large."""
        probability, outcomes = self.table(*(min(size, at_most or size) for size in self.sizes))
        rates: list[tuple[float, float]] = []
        for promise, outcome in zip(self.promises, outcomes, strict=True):
            answered = np.isfinite(outcome)
            share = (probability * answered).sum(axis=0)
            rate = (probability * np.where(answered, outcome, 0)).sum(axis=0) / share
            worst = rate.max() if promise.kind == "error" else rate.min()
            looks = [worst] if promise.guaranteed else [rate.mean(), worst]
            rates += [(float(look), float(1 - share.mean())) for look in looks]
        return [
            Finding(situation, promise, rate, unanswered, None)
            for (situation, promise), (rate, unanswered) in zip(self.claims(), rates, strict=True)
        ]


def rejects(p_value: float | None) -> Outcome:
    """At the level of 5%."""
    return None if p_value is None else p_value <= ALPHA


def covers(interval: Interval | None, truth: float) -> Outcome:
    """Whether an interval, perhaps open, holds the truth, but for rounding."""
    if interval is None:
        return None
    slack = 1e-9 * max(1, abs(truth))
    above = interval.low is None or interval.low <= truth + slack
    return above and (interval.high is None or truth - slack <= interval.high)
