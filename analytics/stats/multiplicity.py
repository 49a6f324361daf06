"""Adjusting p-values of several questions that were asked together."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

Adjustment = Literal["holm", "bh"]


def adjust(p_values: ArrayLike, method: Adjustment = "holm") -> list[float]:
    """Adjusted p-values, in the order given; the family is all the p-values given.

    ``holm`` controls the chance of any false positive (Holm 1979), ``bh`` the expected share of false positives among
    the positives (Benjamini & Hochberg 1995). As R's ``p.adjust``. Raises ``ValueError`` on anything but
    probabilities: a question without a p-value has to leave the family in the open.

    >>> adjust([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    >>> adjust([0.01, 0.04, 0.03], method="bh")
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError("p-values are a flat list of numbers between 0 and 1.")
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, p.size + 1)
    if method == "holm":
        ordered = np.maximum.accumulate((p.size + 1 - rank) * p[order])
    elif method == "bh":
        ordered = np.minimum.accumulate((p.size / rank * p[order])[::-1])[::-1]
    else:
        raise ValueError(f"Unknown adjustment {method!r}: holm or bh.")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(ordered, 1)
    return [float(value) for value in adjusted]
