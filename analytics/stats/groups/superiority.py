"""Two groups of any shapes: the Brunner–Munzel test of the probability of superiority."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from analytics.stats.dominance import Dominance
from analytics.stats.rank_sum import asymptotic_p
from analytics.stats.result import NotComparable, Note, TwoGroupResult
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import (
    Values,
    checked_confidence,
    checked_groups,
    different_labels,
    sample_warnings,
    summary,
)

_BRUNNER_MUNZEL = _("Brunner–Munzel test, t approximation, two-sided")
_SEPARATED = _("Permutation test of the probability of superiority, exact, two-sided")

# The t approximation rejects too often in smaller groups (Brunner & Munzel 2000, section 4).
ROUGH_BELOW = 10


def brunner_munzel(
    x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95, labels: tuple[str, str] = ("x", "y")
) -> TwoGroupResult:
    """Whether a value of one group tends to exceed one of the other, without assuming equal shapes or spreads.

    ``x`` and ``y`` are flat arrays, one value per independent unit. The effect is the probability of superiority
    p = P(X > Y) + ½ P(X = Y), the statistic (p − ½)/√V on Student's t with the degrees of Satterthwaite and Welch, V
    being the sum of the variances of both groups' placements over their sizes: the test and the interval of
    :meth:`~analytics.stats.dominance.Dominance.superiority_interval` agree. Ties count one half and need no correction.

    Use it instead of Mann–Whitney where spreads differ, since that test then also reacts to the spread. With complete
    separation V is 0; the answer is then the exact permutation test, whose p is the number of arrangements that
    separate the groups over all arrangements.

    Raises :class:`NotComparable` on fewer than two values in a group, or values that are not finite.

    Brunner E, Munzel U. Biom J 2000;42:17–25, with its pain scores:

    >>> first, second = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1], [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]
    >>> result = brunner_munzel(second, first)
    >>> round(result.statistic, 4), round(result.degrees_of_freedom, 3), round(result.p_value, 6)
    (3.1375, 17.683, 0.005786)
    """
    different_labels(labels)
    checked_confidence(confidence)
    groups = checked_groups({labels[0]: x, labels[1]: y})
    for label, values in groups.items():
        if values.size < 2:
            raise NotComparable(
                _("Group {group} has a single value; the Brunner–Munzel test needs at least two. Use Mann–Whitney."),
                code="single-value",
                group=label,
            )
    first, second = groups.values()
    dominance = Dominance(first, second)
    rough = [label for label, values in groups.items() if values.size < ROUGH_BELOW]
    if dominance.separated:
        method, name, degrees = _SEPARATED, "U", None
        statistic, p_value = dominance.doubled_u / 2, _separated_p(first, second)
        note = _separation_note()
    elif not dominance.varies:
        method, name, statistic, degrees, p_value, note = _BRUNNER_MUNZEL, "t", 0.0, None, 1.0, ()
    else:
        method, name = _BRUNNER_MUNZEL, "t"
        variance, degrees = dominance.superiority_variance()
        statistic = (dominance.superiority - 0.5) / math.sqrt(variance)
        p_value = min(1.0, 2 * float(stats.t.sf(abs(statistic), degrees)))
        note = _rough_note(rough)
    return TwoGroupResult(
        method=method,
        groups=(summary(labels[0], first), summary(labels[1], second)),
        statistic_name=name,
        statistic=statistic,
        p_value=p_value,
        p_kind="exact" if dominance.separated else "asymptotic",
        asymptotic_p=asymptotic_p(dominance.doubled_u, first, second) if dominance.separated else p_value,
        effects=(dominance.superiority_effect(confidence),),
        warnings=(*sample_warnings(groups), *note),
        references=("Brunner E, Munzel U. Biom J 2000;42:17–25",),
        degrees_of_freedom=degrees,
    )


def _separated_p(x: Values, y: Values) -> float:
    """The share of arrangements that separate the groups: the observed one, and its mirror if no tie prevents it."""
    pooled = np.sort(np.concatenate([x, y]))
    lowest_are_x = x[0] < y[0]
    mirrored = y.size if lowest_are_x else x.size
    arrangements = 1 + int(pooled[mirrored - 1] < pooled[mirrored])
    return min(1.0, float(arrangements / special.binom(pooled.size, x.size)))


def _separation_note() -> tuple[Note, ...]:
    text = _(
        "One group is above the other in every value, so the Brunner–Munzel statistic is infinite: the p-value is "
        "that of the exact permutation test, and the interval rests on the group sizes alone."
    )
    return (Note("complete-separation", text),)


def _rough_note(labels: list[str]) -> tuple[Note, ...]:
    if not labels:
        return ()
    text = _("Fewer than {minimum} values in {groups}: the p-value of the Brunner–Munzel test is rough.")
    return (Note("small-groups", text, {"minimum": ROUGH_BELOW, "groups": ", ".join(labels)}),)
