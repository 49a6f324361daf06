"""Values of an experiment by block and dose: technical replicates averaged first, and never counted as n."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.stats.follow_up import factor
from analytics.stats.result import GroupSummary, NotComparable, Note, counted
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_values, summary

Scale = Literal["log", "linear"]


@dataclass(frozen=True)
class Cells:
    """One mean per block and dose (blocks × doses), ``nan`` where a block has no value of a dose.

    On the scale ``log`` the means are those of the values' binary logarithms. ``doses`` ascend; ``wells`` counts the
    values behind the means.
    """

    means: Values
    doses: Values
    labels: tuple[str, ...]
    blocks: tuple[str, ...]
    wells: int
    scale: Scale

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Which blocks have a value of every dose."""
        return np.asarray(~np.isnan(self.means).any(axis=1))

    def of_complete_blocks(self) -> Values:
        """The means of the blocks with every dose.

        Raises :class:`NotComparable` where there is none.
        """
        if not self.complete.any():
            text = _("No block (experiment) has a value of every dose.")
            raise NotComparable(text, code="no-complete-block")
        return np.asarray(self.means[self.complete])

    def summaries(self, means: Values) -> tuple[GroupSummary, ...]:
        """The distribution of these means at each dose, over blocks."""
        return tuple(
            summary(label, column[~np.isnan(column)]) for label, column in zip(self.labels, means.T, strict=True)
        )

    def notes(self, *, excluding: bool) -> tuple[Note, ...]:
        """What was averaged, and which blocks are incomplete; ``excluding``: and therefore left out."""
        notes = []
        cells = int(np.count_nonzero(~np.isnan(self.means)))
        if self.wells > cells:
            text = _("{wells} technical replicates were averaged to {cells} values, one per block and dose.")
            notes.append(Note("replicates-averaged", text, {"wells": self.wells, "cells": cells}))
        incomplete = int(np.count_nonzero(~self.complete))
        if incomplete:
            text = _incomplete(incomplete, excluding=excluding)
            notes.append(Note("incomplete-blocks", text, {"count": incomplete, "total": len(self.blocks)}))
        return tuple(notes)


def _incomplete(count: int, *, excluding: bool) -> str:
    if excluding:
        return counted(
            count,
            one=_("{count} of {total} blocks lacks a value of some dose and is left out."),
            several=_("{count} of {total} blocks lack a value of some dose and are left out."),
        )
    return counted(
        count,
        one=_("{count} of {total} blocks lacks a value of some dose; the model uses the values it has."),
        several=_("{count} of {total} blocks lack a value of some dose; the model uses the values they have."),
    )


def checked_cells(values: ArrayLike, doses: ArrayLike, blocks: ArrayLike, *, scale: Scale) -> Cells:
    """Averages of flat arrays of values, their doses (or times) and their blocks, one place per well.

    Raises :class:`NotComparable` on values or doses that are missing or not finite, a single dose, and on the scale
    ``log`` on values that are not above 0.
    """
    array, dose = checked_values(values, label="values"), checked_values(doses, label="doses")
    if dose.size != array.size:
        raise ValueError(f"There are {dose.size} doses for {array.size} values.")
    block = factor(blocks, size=array.size)
    if scale not in ("log", "linear"):
        raise ValueError(f"Unknown scale {scale!r}: log or linear.")
    if scale == "log":
        unusable = int(np.count_nonzero(array <= 0))
        if unusable:
            text = counted(
                unusable,
                one=_("{count} value is 0 or below and has no logarithm. Compare on the linear scale."),
                several=_("{count} values are 0 or below and have no logarithm. Compare on the linear scale."),
            )
            raise NotComparable(text, code="no-logarithm", count=unusable)
        array = np.log2(array)
    distinct, position = np.unique(dose, return_inverse=True)
    if distinct.size < 2:
        raise NotComparable(_("All values are of one dose, so there is nothing to compare."), code="one-dose")
    return Cells(
        means=_means(array, block.codes * distinct.size + position, shape=(block.size, distinct.size)),
        doses=distinct,
        labels=tuple(np.format_float_positional(value, trim="-") for value in distinct),
        blocks=block.labels,
        wells=array.size,
        scale=scale,
    )


def no_variation_within_blocks() -> Note:
    """What to say where no dose makes any difference in any block."""
    return Note("no-variation", _("Within every block all values are equal: nothing to compare."))


def _means(values: Values, cell: NDArray[np.int64], *, shape: tuple[int, int]) -> Values:
    """Means of the values in each cell, ``nan`` where it is empty; of equal values it is exactly that value."""
    means = np.full(shape[0] * shape[1], np.nan)
    order = np.argsort(cell, kind="stable")
    cells, starts, counts = np.unique(cell[order], return_index=True, return_counts=True)
    ordered = values[order]
    # Sums of the distances from the first value of a cell keep equal values equal.
    first = ordered[starts]
    means[cells] = first + np.add.reduceat(ordered - np.repeat(first, counts), starts) / counts
    return means.reshape(shape)
