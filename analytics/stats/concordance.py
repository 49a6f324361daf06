"""Comparisons of units by two values at once: the parts of Kendall's tau and of its variances."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from analytics.stats.samples import Values, tie_sizes

# Twice the midranks: whole numbers also with ties.
Ranks = NDArray[np.int64]


class Concordance:
    """Concordant minus discordant comparisons, and comparisons without a tie, of each unit with all others.

    ``total`` is S, the concordant minus the discordant comparisons of two units; ``tau`` is τ_b = S/√(A·B), A and B
    being the comparisons not tied in the first and in the second value.

    >>> concordance = Concordance(np.array([2, 4, 6]), np.array([2, 6, 4]))
    >>> concordance.total, round(concordance.tau, 4)
    (1, 0.3333)
    """

    def __init__(self, first: Ranks, second: Ranks) -> None:
        self._of_unit = np.array(
            [np.sign(first - x) @ np.sign(second - y) for x, y in zip(first, second, strict=True)], dtype=np.float64
        )
        self._ties = [tie_sizes(ranks.astype(np.float64)).tolist() for ranks in (first, second)]
        self._untied = [_untied_comparisons(ranks) for ranks in (first, second)]
        self.total = int(self._of_unit.sum()) // 2
        self.tau = 2 * self.total / math.sqrt(math.prod(float(counts.sum()) for counts in self._untied))

    def deviation(self) -> float:
        """Standard deviation of τ_b, from how it changes with the weight of each unit (delta method on S, A and B).

        0 at ±1 and where all units contribute alike. Brown & Benedetti 1977, with n − 1 for n.
        """
        in_first, in_second = self._untied
        scale = math.sqrt(float(in_first.mean() * in_second.mean()))
        ties = in_first / in_first.mean() + in_second / in_second.mean()
        influence = 2 * self._of_unit / scale - self.tau * ties
        if abs(self.tau) == 1 or np.allclose(influence, influence[0], rtol=0, atol=1e-12):
            return 0.0
        return math.sqrt(float(influence.var(ddof=1)) / influence.size)

    def null_deviation(self) -> float:
        """Standard deviation of S over all pairings given the ties (Kendall 1970, equation 4.3)."""
        n = self._of_unit.size
        x, y = map(_tie_sums, self._ties)
        variance = (n * (n - 1) * (2 * n + 5) - x[0] - y[0]) / 18
        variance += x[1] * y[1] / (2 * n * (n - 1)) + x[2] * y[2] / (9 * n * (n - 1) * (n - 2))
        return math.sqrt(variance)


def _tie_sums(sizes: list[int]) -> tuple[int, int, int]:
    return (
        sum(t * (t - 1) * (2 * t + 5) for t in sizes),
        sum(t * (t - 1) for t in sizes),
        sum(t * (t - 1) * (t - 2) for t in sizes),
    )


def _untied_comparisons(ranks: Ranks) -> Values:
    _distinct, position, sizes = np.unique(ranks, return_inverse=True, return_counts=True)
    return np.asarray(ranks.size - sizes[position], dtype=np.float64)
