"""Means of cell experiments, on plain numbers.

Technical replicates tell how well one preparation was read, biological ones how the cells behave: technical replicates
are averaged first, and n is the number of biological replicates, never of wells. Lazic SE et al. (2018) PLoS Biol
16:e2005282, doi:10.1371/journal.pbio.2005282; Vaux DL et al. (2012) EMBO Rep 13:291–296, doi:10.1038/embor.2012.36.

−ΔCq and a log2 ratio are logarithms already and are averaged as they are, which is the geometric mean of the
quantities; concentrations and counts are averaged as they are.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, stdev


@dataclass(frozen=True, kw_only=True)
class Replicate:
    """One technical reading of a biological replicate. ``value`` None: below detection. Lost ones are no readings."""

    biological: int
    value: float | None


@dataclass(frozen=True, kw_only=True)
class ConditionSummary:
    """Biological replicates of one condition.

    ``values`` are the means of their technical replicates, by number. ``below_detection`` are the numbers of those with
    any technical replicate below detection: nothing is put in its place, and a mean of the others would be too high.
    """

    values: dict[int, float]
    below_detection: tuple[int, ...]

    @property
    def n(self) -> int:
        """Biological replicates with a value."""
        return len(self.values)

    @property
    def mean(self) -> float | None:
        """None without a value. With replicates below detection it is too high."""
        return fmean(self.values.values()) if self.values else None

    @property
    def sd(self) -> float | None:
        """Between biological replicates; None for fewer than two."""
        return stdev(self.values.values()) if self.n > 1 else None


def condition_summary(readings: Iterable[Replicate]) -> ConditionSummary:
    """Average technical replicates, then count and describe the biological ones.

    >>> wells = [(1, 10.0), (1, 14.0), (2, 20.0), (3, None)]
    >>> summary = condition_summary(Replicate(biological=of, value=value) for of, value in wells)
    >>> summary.n, summary.mean, summary.below_detection
    (2, 16.0, (3,))
    """
    read: dict[int, list[float | None]] = defaultdict(list)
    for reading in readings:
        read[reading.biological].append(reading.value)
    values = {
        number: math.fsum(known) / len(known)
        for number, own in sorted(read.items())
        if len(known := [value for value in own if value is not None]) == len(own)
    }
    return ConditionSummary(values=values, below_detection=tuple(sorted(read.keys() - values.keys())))
