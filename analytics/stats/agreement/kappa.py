"""Agreement of two observers on categories: Cohen's kappa, plain and weighted."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analytics.stats.proportions.one import wilson_bounds
from analytics.stats.result import (
    Effect,
    HasEffects,
    Interval,
    NotComparable,
    Note,
    Result,
    format_p,
    lines,
    number,
)
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence, different_labels

KAPPA = _("Cohen's kappa")
WEIGHTED_KAPPA = _("weighted kappa")
OBSERVED_AGREEMENT = _("observed agreement")

_UNWEIGHTED = _("Cohen's kappa, normal interval")
_LINEAR = _("Cohen's kappa with linear weights, normal interval")
_QUADRATIC = _("Cohen's kappa with quadratic weights, normal interval")
_METHODS = {"none": _UNWEIGHTED, "linear": _LINEAR, "quadratic": _QUADRATIC}

# What is left of a variance of 0 by rounding.
NEGLIGIBLE = 1e-14

Weights = Literal["none", "linear", "quadratic"]
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class KappaResult(HasEffects, Result):
    """Agreement on ``n`` units; ``table`` counts the first observer's categories in rows, the second's in columns.

    ``statistic`` and ``p_value`` belong to the question whether kappa is 0; ``None`` where it cannot be asked.
    """

    method: str
    labels: tuple[str, ...]
    n: int
    categories: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    effects: tuple[Effect, ...]
    statistic_name: str
    statistic: float | None
    p_value: float | None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        test = []
        if self.statistic is not None and self.p_value is not None:
            test = [f"{self.statistic_name} = {number(self.statistic)}, p {format_p(self.p_value)} (asymptotic)"]
        return lines(
            self.method,
            f"{self.labels[0]} and {self.labels[1]}: n = {self.n}, categories {', '.join(self.categories)}",
            *map(str, self.effects),
            *test,
            *map(str, self.warnings),
        )


def cohens_kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    weights: Weights = "none",
    categories: Sequence[Hashable] | None = None,
    confidence: float = 0.95,
    labels: tuple[str, str] = ("first observer", "second observer"),
) -> KappaResult:
    """How far two observers agree on categories beyond what their frequencies give by chance.

    ``first`` and ``second`` hold each observer's category of the same independent units, ``categories`` all that could
    be given, in order; weights go by the place in it, so a weighted kappa needs it. With shares pᵢⱼ and weights wᵢⱼ
    (1 on the diagonal; off it 0, or linear 1 − |i − j|/(k − 1), or quadratic 1 − (i − j)²/(k − 1)²)

        κ = (p_o − p_e)/(1 − p_e),  p_o = Σ wᵢⱼ pᵢⱼ,  p_e = Σ wᵢⱼ pᵢ. p.ⱼ.

    The interval is κ ± z·SE, cut at −1 and 1, with the large-sample variance of Fleiss, Cohen & Everitt (1969),

        {Σ pᵢⱼ [wᵢⱼ − (w̄ᵢ. + w̄.ⱼ)(1 − κ)]² − [κ − p_e(1 − κ)]²} / [n(1 − p_e)²],  w̄ᵢ. = Σ wᵢⱼ p.ⱼ,  w̄.ⱼ = Σ wᵢⱼ pᵢ.;

    p asks whether κ is 0 and takes their variance under that hypothesis. Linear weights suit ordered categories whose
    steps count alike, quadratic ones make κ an intraclass correlation. κ depends on how frequent the categories are;
    the observed agreement (share of equal categories, Wilson's interval) stands beside it.

    Raises :class:`NotComparable` on sequences of different length, no units, a rating that is none of the categories,
    and where both observers gave one and the same category throughout, which leaves κ undefined.

    Fleiss JL, Cohen J, Everitt BS. Psychol Bull 1969;72:323–327, with the 200 diagnoses of their example:

    >>> pairs = {"PP": 106, "PN": 10, "PO": 4, "NP": 22, "NN": 28, "NO": 10, "OP": 2, "ON": 12, "OO": 6}
    >>> first, second = zip(*(pair for pair, count in pairs.items() for _ in range(count)))
    >>> print(cohens_kappa(first, second).effects[0])
    Cohen's kappa 0.4286 (95% CI 0.3233 to 0.5338)
    """
    checked_confidence(confidence)
    different_labels(labels)
    order = _checked_categories(first, second, weights=weights, categories=categories)
    table = _counts(first, second, order=order, labels=labels)
    n = int(table.sum())
    agreement = _Agreement(table / n, _weights(len(order), weights), n=n)
    if agreement.chance_disagreement == 0:
        text = _("Both observers gave {category} to all {n} units: kappa is not defined without a second category.")
        raise NotComparable(text, code="one-category", category=str(order[int(table.sum(axis=1).argmax())]), n=n)
    kappa = Effect(KAPPA if weights == "none" else WEIGHTED_KAPPA, agreement.kappa, agreement.interval(confidence))
    null_error = agreement.null_error()
    z = agreement.kappa / null_error if null_error else None
    return KappaResult(
        method=_METHODS[weights],
        labels=labels,
        n=n,
        categories=tuple(map(str, order)),
        table=tuple(map(tuple, table.tolist())),
        effects=(kappa, _observed(table, confidence)),
        statistic_name="z",
        statistic=z,
        p_value=None if z is None else min(1.0, 2 * float(stats.norm.sf(abs(z)))),
        warnings=_notes(kappa, perfect=agreement.kappa == 1),
        references=(
            "Cohen J. Educ Psychol Meas 1960;20:37–46",
            *([] if weights == "none" else ["Cohen J. Psychol Bull 1968;70:213–220"]),
            "Fleiss JL, Cohen J, Everitt BS. Psychol Bull 1969;72:323–327",
        ),
    )


class _Agreement:
    """Kappa of a table of shares with its standard errors."""

    def __init__(self, shares: Shares, weights: Shares, *, n: int) -> None:
        self._shares, self._weights, self._n = shares, weights, n
        rows, columns = shares.sum(axis=1), shares.sum(axis=0)
        self._expected = np.outer(rows, columns)
        self._mean_weights = (weights @ columns)[:, None] + (rows @ weights)[None, :]
        # Disagreements are summed rather than agreements: none is then exactly 0.
        self.chance_disagreement = float(((1 - weights) * self._expected).sum())
        self._disagreement = float(((1 - weights) * shares).sum())

    @property
    def kappa(self) -> float:
        return 1 - self._disagreement / self.chance_disagreement

    def interval(self, confidence: float) -> Interval | None:
        """``None`` where the variance is 0: no disagreement, or an observer with one category only."""
        left = self._mean_weights * (1 - self.kappa)
        by_chance = 1 - self.chance_disagreement
        error = self._error(self._shares, left, centre=self.kappa - by_chance * (1 - self.kappa))
        if error == 0:
            return None
        half = float(stats.norm.isf((1 - confidence) / 2)) * error
        return Interval(max(-1.0, self.kappa - half), min(1.0, self.kappa + half), confidence)

    def null_error(self) -> float:
        """Of kappa if the observers were independent of each other."""
        return self._error(self._expected, self._mean_weights, centre=1 - self.chance_disagreement)

    def _error(self, shares: Shares, subtracted: Shares, *, centre: float) -> float:
        variance = float((shares * (self._weights - subtracted) ** 2).sum()) - centre**2
        return math.sqrt(variance / self._n) / self.chance_disagreement if variance > NEGLIGIBLE else 0.0


def _weights(size: int, weights: Weights) -> Shares:
    if weights == "none" or size == 1:
        return np.eye(size)
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / (size - 1)
    return np.asarray(1 - distance ** (1 if weights == "linear" else 2))


def _checked_categories(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    weights: Weights,
    categories: Sequence[Hashable] | None,
) -> list[Hashable]:
    if weights not in _METHODS:
        raise ValueError(f"Unknown weights {weights!r}: none, linear or quadratic.")
    if categories is None:
        if weights != "none":
            raise ValueError("A weighted kappa needs all categories in their order.")
        return sorted({rating for rating in (*first, *second) if _given(rating)}, key=str)
    if len(set(categories)) != len(categories):
        raise ValueError("Categories are listed once each.")
    return list(categories)


def _given(rating: Hashable) -> bool:
    # A missing number is not equal to itself.
    return rating is not None and rating == rating


def _counts(
    first: Sequence[Hashable], second: Sequence[Hashable], *, order: list[Hashable], labels: tuple[str, str]
) -> NDArray[np.int64]:
    if len(first) != len(second):
        text = _("{first} has {n} values and {second} has {m}: each unit needs both.")
        raise NotComparable(text, code="not-paired", first=labels[0], second=labels[1], n=len(first), m=len(second))
    if not len(first):
        raise NotComparable(_("There are no units that both observers rated."), code="no-units")
    place = {category: index for index, category in enumerate(order)}
    unknown = sum(rating not in place for ratings in (first, second) for rating in ratings)
    if unknown:
        text = _("{count} ratings are missing or none of the categories. Exclude those units first.")
        raise NotComparable(text, code="unknown-category", count=unknown)
    table = np.zeros((len(order), len(order)), dtype=np.int64)
    np.add.at(table, ([place[rating] for rating in first], [place[rating] for rating in second]), 1)
    return table


def _observed(table: NDArray[np.int64], confidence: float) -> Effect:
    equal, n = int(np.trace(table)), int(table.sum())
    low, high = wilson_bounds(equal, n, confidence)
    return Effect(OBSERVED_AGREEMENT, equal / n, Interval(low, high, confidence))


def _notes(kappa: Effect, *, perfect: bool) -> tuple[Note, ...]:
    if kappa.interval is not None:
        return ()
    if perfect:
        text = _("The observers agree on every unit: the interval of kappa cannot be estimated.")
        return (Note("perfect-agreement", text),)
    text = _("An observer gave one category throughout: the interval of kappa cannot be estimated.")
    return (Note("no-variation", text),)
