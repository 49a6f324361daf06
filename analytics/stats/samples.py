"""Samples as they enter a method: checked once, described once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.stats.result import GroupSummary, NotComparable, Note
from analytics.stats.result import gettext_noop as _

Values = NDArray[np.float64]

# Beyond this the difference of two values, or its square, leaves the range of double precision.
LARGEST_MAGNITUDE = 1e150


def checked_values(values: ArrayLike, *, label: str) -> Values:
    """A group's values as a flat array of floats.

    Raises :class:`NotComparable` when the group is empty or holds anything but finite numbers: what to do with missing
    values is decided, and counted, before a method is called.

    >>> checked_values([1, 2.5], label="SSX1")
    array([1. , 2.5])
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"The values of a group are a flat array, not one of {array.ndim} dimensions.")
    if array.size == 0:
        raise NotComparable(_("Group {group} has no values."), code="empty-group", group=label)
    unusable = int(np.count_nonzero(~np.isfinite(array) | (np.abs(array) > LARGEST_MAGNITUDE)))
    if unusable:
        raise NotComparable(
            _("Group {group} has values that are missing or not finite numbers ({count}). Exclude them first."),
            code="not-finite",
            group=label,
            count=unusable,
        )
    return array


def checked_groups(groups: Mapping[str, ArrayLike]) -> dict[str, Values]:
    """Two or more named groups, each checked by :func:`checked_values`, in the order given."""
    if len(groups) < 2:
        raise NotComparable(_("A comparison needs at least two groups with values."), code="one-group")
    return {label: checked_values(values, label=label) for label, values in groups.items()}


def checked_pairs(first: ArrayLike, second: ArrayLike, *, labels: tuple[str, str]) -> tuple[Values, Values]:
    """Two values of every unit, each set checked by :func:`checked_values`; refused where a unit lacks one."""
    different_labels(labels)
    one, other = (checked_values(values, label=label) for label, values in zip(labels, (first, second), strict=True))
    if one.size != other.size:
        raise NotComparable(
            _("{first} has {n} values and {second} has {m}: each unit needs both."),
            code="not-paired",
            first=labels[0],
            second=labels[1],
            n=one.size,
            m=other.size,
        )
    return one, other


def checked_confidence(confidence: float) -> float:
    """A confidence level strictly between 0 and 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence level lies between 0 and 1, not at {confidence}.")
    return confidence


def different_labels(labels: tuple[str, str]) -> None:
    """Two groups of one name could not be told apart."""
    if labels[0] == labels[1]:
        raise ValueError("The two groups need different labels.")


def summary(label: str, values: Values) -> GroupSummary:
    """Median, quartiles and range of a group.

    >>> summary("SSX1", np.array([1.0, 2.0, 3.0, 10.0]))
    GroupSummary(label='SSX1', n=4, median=2.5, q1=1.75, q3=4.75, minimum=1.0, maximum=10.0)
    """
    minimum, q1, median, q3, maximum = np.quantile(values, [0, 0.25, 0.5, 0.75, 1]).tolist()
    return GroupSummary(label=label, n=values.size, median=median, q1=q1, q3=q3, minimum=minimum, maximum=maximum)


def tie_sizes(values: Values) -> NDArray[np.int64]:
    """How often each distinct value occurs, in ascending order of the values.

    >>> tie_sizes(np.array([3.0, 1.0, 3.0]))
    array([1, 2])
    """
    return np.unique(values, return_counts=True)[1].astype(np.int64)


def tie_excess(values: Values) -> float:
    """Σ(t³ − t) over groups of t tied values: the term of every tie correction of rank tests.

    >>> tie_excess(np.array([3.0, 1.0, 3.0]))
    6.0
    """
    sizes = tie_sizes(values).astype(np.float64)
    return float(np.sum(sizes**3 - sizes))


def sample_warnings(groups: Mapping[str, Values], *, ranks: bool = True) -> tuple[Note, ...]:
    """What a reader of any comparison of these groups has to know about them; ``ranks``: of one by ranks."""
    pooled = np.concatenate(list(groups.values()))
    sizes = tie_sizes(pooled)
    if sizes.size == 1:
        return (
            Note(
                "no-variation",
                _("All {total} values are equal: no variation, so nothing to compare."),
                {"total": pooled.size},
            ),
        )
    notes = [
        Note("single-value", _("Group {group} has a single value; its spread is unknown."), {"group": label})
        for label, values in groups.items()
        if values.size == 1
    ]
    most_frequent = int(sizes.max())
    if ranks and 2 * most_frequent > pooled.size and most_frequent > 1:
        text = _(
            "{equal} of {total} values are the same number; a shift says little about such values, "
            "the probability of superiority more."
        )
        notes.append(Note("mostly-equal", text, {"equal": most_frequent, "total": pooled.size}))
    return tuple(notes)
