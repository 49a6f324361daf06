"""A cut of a marker chosen from the data, with a p-value that knows it was chosen: maximally selected ranks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.checkpoint import checkpoint
from analytics.stats.permutation import DRAWN_AT_ONCE, simulation_p
from analytics.stats.result import NotComparable, Note, Result, Simulation, format_p, lines, number
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_values

_RANKS = _("Maximally selected rank statistic (Wilcoxon scores), simulated, two-sided")
_LOG_RANK = _("Maximally selected rank statistic (log-rank scores), simulated, two-sided")

# Statistics of two arrangements that differ by less than this are the same but for rounding.
ROUNDING = 1e-10


@dataclass(frozen=True)
class CutpointResult(Result):
    """The cut that separates best, among all between ``shares`` of the ``n`` units; ``at_or_below`` units are below.

    ``tried`` are all cuts, ``standardised`` their statistics: above 0 where responses are higher above the cut, or,
    with events, where they come earlier there. ``statistic`` is the largest of their sizes. ``p_value`` and
    ``asymptotic_p`` (Lausen & Schumacher) count that all were tried.
    """

    method: str
    label: str
    n: int
    events: int | None
    shares: tuple[float, ...]
    cutpoint: float
    at_or_below: int
    tried: tuple[float, ...]
    standardised: tuple[float, ...]
    statistic_name: str
    statistic: float
    p_value: float
    asymptotic_p: float
    simulation: Simulation
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return lines(
            self.method,
            f"{self.label}: n = {self.n}, cut at {number(self.cutpoint)} ({self.at_or_below} at or below, "
            f"{self.n - self.at_or_below} above), best of {len(self.tried)} cuts",
            f"{self.statistic_name} = {number(self.statistic)}, p {format_p(self.p_value)} (simulated), "
            f"p {format_p(self.asymptotic_p)} (asymptotic)",
            str(self.simulation),
            *map(str, self.warnings),
        )


def maximally_selected_rank(
    marker: ArrayLike,
    response: ArrayLike,
    *,
    event: ArrayLike | None = None,
    shares: tuple[float, float] = (0.1, 0.9),
    seed: int = 20_260_101,
    resamples: int = 9_999,
    label: str = "marker",
) -> CutpointResult:
    """Whether any cut of a marker separates the responses, and which does best, with p corrected for the choice.

    ``marker`` and ``response`` are flat arrays of equal length, one position per independent unit. Without ``event``
    the response is a number or 0 and 1, scored by its midrank; with it, ``response`` is the time to the event (1) or to
    the end of observation (0), scored by Hothorn & Lausen's log-rank score δᵢ − Σ δⱼ/(n − γⱼ + 1) over all j with
    tⱼ ≤ tᵢ, γⱼ being the number of times up to tⱼ. Cuts put the units at or below a value against those above, with at
    least ``shares[0]`` and at most ``shares[1]`` of all units below. Each cut with m units below has the standardised
    linear rank statistic of its scores a, with mean m·ā and variance m(n − m)/(n(n − 1))·Σ(a − ā)²; M is the largest of
    their sizes.

    p is the share of ``resamples`` random pairings of markers and scores, drawn with ``seed``, with an M as large, the
    observed one included. Beside it stands the limit of Lausen & Schumacher (1992), φ(M)(M − 1/M)·log(ε₂(1 − ε₁)/
    ((1 − ε₂)ε₁)) + 4φ(M)/M for shares ε₁ and ε₂, which is rough for few units. No size of the difference at the cut is
    given: the cut was chosen to make it large. Confirm the cut on other patients.

    Raises :class:`NotComparable` on arrays of different length, values that are not finite, a marker or responses that
    do not vary, no event, and where no cut lies between the shares.

    Lausen B, Schumacher M. Biometrics 1992;48:73–85. Hothorn T, Lausen B. Comput Stat Data Anal 2003;43:121–137.

    >>> marker, months = [1, 2, 3, 4, 5, 6, 7, 8], [30, 28, 35, 31, 9, 12, 8, 11]
    >>> result = maximally_selected_rank(marker, months, event=[0, 1, 0, 1, 1, 1, 1, 1], label="H-score")
    >>> result.cutpoint, round(result.statistic, 4), round(result.p_value, 3)
    (4.0, 2.2102, 0.119)
    """
    low, high = shares
    if not 0 < low < high < 1:
        raise ValueError(f"Shares lie between 0 and 1, the smaller first, not {shares}.")
    values, scores, events = _checked(marker, response, event, label=label)
    order = np.argsort(values, kind="stable")
    below = _cuts(values[order], low=low, high=high)
    standardised = _standardised(scores[order][None, :], below)[0]
    best = int(np.argmax(np.abs(standardised) >= np.abs(standardised).max() - ROUNDING))
    statistic = float(np.abs(standardised).max())
    p_value, simulation = _simulated_p(scores, below, observed=statistic, seed=seed, resamples=resamples)
    tried = values[order][below - 1]
    return CutpointResult(
        method=_RANKS if events is None else _LOG_RANK,
        label=label,
        n=values.size,
        events=events,
        shares=(low, high),
        cutpoint=float(tried[best]),
        at_or_below=int(below[best]),
        tried=tuple(tried.tolist()),
        standardised=tuple((-standardised).tolist()),
        statistic_name="M",
        statistic=statistic,
        p_value=p_value,
        asymptotic_p=_limit_p(statistic, low=low, high=high),
        simulation=simulation,
        warnings=(_chosen_note(),),
        references=(
            "Lausen B, Schumacher M. Biometrics 1992;48:73–85",
            "Hothorn T, Lausen B. Comput Stat Data Anal 2003;43:121–137",
        ),
    )


def _checked(
    marker: ArrayLike, response: ArrayLike, event: ArrayLike | None, *, label: str
) -> tuple[Values, Values, int | None]:
    values, responses = checked_values(marker, label=label), checked_values(response, label="response")
    if values.size != responses.size:
        text = _("There are {n} values of {marker} and {m} responses: each unit needs both.")
        raise NotComparable(text, code="not-paired", marker=label, n=values.size, m=responses.size)
    flags = None if event is None else _checked_flags(event, size=values.size)
    scores = stats.rankdata(responses) if flags is None else _log_rank_scores(responses, flags)
    if flags is not None and not flags.any():
        raise NotComparable(_("Nobody has had the event, so there is nothing to compare."), code="no-events")
    if not np.ptp(scores):
        text = _("All {n} responses are alike: no cut can separate them.")
        raise NotComparable(text, code="no-variation", n=values.size)
    return values, np.asarray(scores, dtype=np.float64), None if flags is None else int(flags.sum())


def _checked_flags(event: ArrayLike, *, size: int) -> np.ndarray:
    array = np.asarray(event, dtype=np.float64)
    if array.shape != (size,):
        raise ValueError(f"Expected {size} events, got an array of shape {array.shape}.")
    unknown = int(np.count_nonzero(~((array == 0) | (array == 1))))
    if unknown:
        text = _("{count} events are neither 0 (censored) nor 1 (event). Other causes need a competing-risks analysis.")
        raise NotComparable(text, code="event-code", count=unknown)
    return np.asarray(array == 1)


def _log_rank_scores(time: Values, event: np.ndarray) -> Values:
    up_to = stats.rankdata(time, method="max").astype(np.int64)
    order = np.argsort(time, kind="stable")
    hazard = np.cumsum((event / (time.size - up_to + 1))[order])
    return np.asarray(event - hazard[up_to - 1])


def _cuts(ascending: Values, *, low: float, high: float) -> np.ndarray:
    """How many units are at or below each cut that is tried."""
    n = ascending.size
    below = np.flatnonzero(np.diff(ascending)) + 1
    below = below[(below >= max(1, math.floor(n * low))) & (below <= math.floor(n * high))]
    if not below.size:
        text = _("The marker has no cut with {low:.3g} to {high:.3g}% of the {n} units below it.")
        raise NotComparable(text, code="no-cut", low=100 * low, high=100 * high, n=n)
    return below


def _standardised(scores: Values, below: np.ndarray) -> Values:
    """The standardised sums of the scores below each cut, for each row of scores."""
    n = scores.shape[1]
    centred = scores - scores.mean(axis=1, keepdims=True)
    unit_variance = (centred[:1] ** 2).sum() / (n * (n - 1))
    return np.asarray(np.cumsum(centred, axis=1)[:, below - 1] / np.sqrt(below * (n - below) * unit_variance))


def _simulated_p(
    scores: Values, below: np.ndarray, *, observed: float, seed: int, resamples: int
) -> tuple[float, Simulation]:
    generator = np.random.default_rng(seed)
    as_extreme, left = 0, resamples
    while left:
        now = min(left, max(DRAWN_AT_ONCE // scores.size, 1))
        arrangements = generator.permuted(np.broadcast_to(np.sort(scores), (now, scores.size)), axis=1)
        largest = np.abs(_standardised(arrangements, below)).max(axis=1)
        as_extreme += int(np.count_nonzero(largest >= observed - ROUNDING))
        left -= now
        checkpoint(done=resamples - left, total=resamples)
    return simulation_p(as_extreme, resamples=resamples, seed=seed)


def _limit_p(statistic: float, *, low: float, high: float) -> float:
    if statistic <= 1:
        return 1.0
    density = float(stats.norm.pdf(statistic))
    width = math.log(high * (1 - low) / ((1 - high) * low))
    return min(1.0, density * ((statistic - 1 / statistic) * width + 4 / statistic))


def _chosen_note() -> Note:
    text = _(
        "The cut was chosen from these data: differences between the groups it makes are too large, and it has to be "
        "confirmed on other patients."
    )
    return Note("chosen-from-data", text)
