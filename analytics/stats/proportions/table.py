"""Tables of counts as they enter a method, and the answer about one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.stats.result import Effect, HasEffects, NotComparable, Note, PKind, Result, Simulation, format_p
from analytics.stats.result import gettext_noop as _

Counts = NDArray[np.int64]

# Beyond this sums of counts are not exact in double precision.
LARGEST_COUNT = 2**50


@dataclass(frozen=True)
class TableResult(HasEffects, Result):
    """One question about a table of counts. ``p_value`` is ``None`` where a method gives an interval only."""

    method: str
    table: tuple[tuple[int, ...], ...]
    effects: tuple[Effect, ...]
    p_value: float | None = None
    p_kind: PKind = "asymptotic"
    statistic_name: str = ""
    statistic: float | None = None
    degrees_of_freedom: int | None = None
    simulation: Simulation | None = None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        test = [] if self.statistic is None else [f"{self.statistic_name} = {self.statistic:.4g}"]
        if self.degrees_of_freedom is not None:
            test.append(f"{self.degrees_of_freedom} df")
        if self.p_value is not None:
            test.append(f"p {format_p(self.p_value)} ({self.p_kind})")
        return "\n".join(
            (
                self.method,
                *map(str, self.effects),
                *([", ".join(test)] if test else []),
                *([str(self.simulation)] if self.simulation else []),
                *map(str, self.warnings),
            )
        )


def checked_table(table: ArrayLike, *, shape: tuple[int | None, int | None] = (None, None)) -> Counts:
    """A table of counts with at least two rows and columns, or of the ``shape`` wanted, none of them empty.

    Raises :class:`NotComparable` on anything but whole counts from 0 on, and on a row or column without any count.

    >>> checked_table([[3, 0], [1, 2]]).tolist()
    [[3, 0], [1, 2]]
    """
    counts = checked_counts(table)
    if counts.ndim != 2 or any(wanted not in (None, size) for wanted, size in zip(shape, counts.shape, strict=True)):
        raise ValueError(f"Expected a table of shape {shape}, not one of {counts.shape}.")
    if min(counts.shape) < 2:
        raise NotComparable(_("A table needs at least two rows and two columns with counts."), code="one-group")
    for axis, text in ((1, _("Row {number} of the table is empty.")), (0, _("Column {number} of the table is empty."))):
        empty = np.flatnonzero(counts.sum(axis=axis) == 0)
        if empty.size:
            raise NotComparable(text, code="empty-margin", number=int(empty[0]) + 1)
    return counts


def checked_counts(counts: ArrayLike) -> Counts:
    """Whole numbers from 0 on. Raises :class:`NotComparable` on anything else."""
    array = np.asarray(counts, dtype=np.float64)
    if not np.all((array >= 0) & (array <= LARGEST_COUNT) & (np.floor(array) == array)):
        raise NotComparable(_("Counts are whole numbers from 0 on."), code="no-counts")
    return array.astype(np.int64)


def as_tuples(table: Counts) -> tuple[tuple[int, ...], ...]:
    """The table as a result keeps it."""
    return tuple(tuple(row) for row in table.tolist())
