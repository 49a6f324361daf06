"""Two groups: the Mann–Whitney test with its effects."""

from __future__ import annotations

from numpy.typing import ArrayLike

from analytics.stats.differences import shift_effect
from analytics.stats.dominance import Dominance
from analytics.stats.rank_sum import RankSumDistribution, asymptotic_p, exact_distribution
from analytics.stats.result import Interval, NotComparable, Note, TwoGroupResult
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import (
    Values,
    checked_confidence,
    checked_groups,
    different_labels,
    sample_warnings,
    summary,
)

_MANN_WHITNEY_EXACT = _("Mann–Whitney U test, exact, two-sided")
_MANN_WHITNEY_ASYMPTOTIC = _("Mann–Whitney U test, normal approximation with tie and continuity correction, two-sided")


def mann_whitney(
    x: ArrayLike,
    y: ArrayLike,
    *,
    confidence: float = 0.95,
    labels: tuple[str, str] = ("x", "y"),
    unit: str = "",
    exact: bool | None = None,
) -> TwoGroupResult:
    """Whether values of one group tend to be higher than those of the other, and by how much.

    ``x`` and ``y`` are flat arrays, one value per independent unit (patient). Effects are x minus y: the
    Hodges–Lehmann shift (median of all differences, in ``unit``), the probability of superiority
    P(X > Y) + ½ P(X = Y), and Cliff's delta P(X > Y) − P(X < Y). The statistic is U of the first group, R's W.

    The p-value is exact given the ties, two-sided by the distance of U from its mean, wherever that is feasible (see
    :func:`~analytics.stats.rank_sum.exact_distribution`), otherwise asymptotic; ``exact`` demands one or the other.
    The interval of the shift follows the same choice (:func:`~analytics.stats.differences.shift_interval`). With ties
    R's ``wilcox.test`` prints as estimate a root of its test statistic; here it is always the median of the
    differences.

    Raises :class:`NotComparable` on an empty group, values that are not finite, or an exact test that is not feasible.

    >>> result = mann_whitney([0.8, 0.83, 1.89, 1.04, 1.45], [1.15, 0.88, 0.9], labels=("term", "mid-term"))
    >>> result.statistic, round(result.p_value, 6), result.p_kind
    (8.0, 1.0, 'exact')
    >>> print(result.effects[0])
    Hodges–Lehmann shift 0.14 (95% CI -0.35 to 1.01)
    """
    different_labels(labels)
    checked_confidence(confidence)
    groups = checked_groups({labels[0]: x, labels[1]: y})
    first, second = groups.values()
    null = _null_distribution(first, second, exact=exact)
    dominance = Dominance(first, second)
    rough_p = asymptotic_p(dominance.doubled_u, first, second)
    shift = shift_effect(first, second, confidence=confidence, null=null, unit=unit)
    p_value = rough_p if null is None else null.two_sided_p(dominance.doubled_u)
    return TwoGroupResult(
        method=_MANN_WHITNEY_ASYMPTOTIC if null is None else _MANN_WHITNEY_EXACT,
        groups=(summary(labels[0], first), summary(labels[1], second)),
        statistic_name="U",
        statistic=dominance.doubled_u / 2,
        p_value=p_value,
        p_kind="asymptotic" if null is None else "exact",
        asymptotic_p=rough_p,
        effects=(shift, dominance.superiority_effect(confidence), dominance.delta_effect(confidence)),
        warnings=(
            *sample_warnings(groups),
            *_separation_warning(dominance, labels),
            *(_level_warning(shift.interval, confidence) if dominance.varies else ()),
            *_disagreement_warning(shift.interval, p_value, confidence),
        ),
        references=(
            "Mann HB, Whitney DR. Ann Math Stat 1947;18:50–60",
            "Streitberg B, Röhmel J. Stat Softw Newsl 1986;12:10–17",
            "Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598–611",
            "Bauer DF. J Am Stat Assoc 1972;67:687–690",
            "Brunner E, Munzel U. Biom J 2000;42:17–25",
            "Feng D, Cliff N. J Mod Appl Stat Methods 2004;3:322–332",
        ),
    )


def _null_distribution(x: Values, y: Values, *, exact: bool | None) -> RankSumDistribution | None:
    if exact is False:
        return None
    null = exact_distribution(x, y)
    if exact and null is None:
        raise NotComparable(
            _("An exact test of {n} against {m} values is not feasible; choose the normal approximation."),
            code="exact-not-feasible",
            n=x.size,
            m=y.size,
        )
    return null


def _separation_warning(dominance: Dominance, labels: tuple[str, str]) -> tuple[Note, ...]:
    if not dominance.separated or min(dominance.n, dominance.m) == 1:
        return ()
    higher, lower = labels if dominance.delta > 0 else labels[::-1]
    text = _(
        "Every value of {higher} is above every value of {lower}; the intervals of probability of superiority and "
        "Cliff's delta then rest on the group sizes alone."
    )
    return (Note("complete-separation", text, {"higher": higher, "lower": lower}),)


def _level_warning(interval: Interval | None, confidence: float) -> tuple[Note, ...]:
    if interval is None:
        return (Note("no-shift-interval", _("No interval of the shift can be estimated from these values.")),)
    if interval.level >= confidence:
        return ()
    text = _(
        "With so few values an interval of {wanted:.3g}% cannot be reached; the interval of the shift is the range "
        "of all differences, with a confidence of {level:.3g}%."
    )
    return (Note("level-not-reached", text, {"wanted": 100 * confidence, "level": 100 * interval.level}),)


def _disagreement_warning(interval: Interval | None, p_value: float, confidence: float) -> tuple[Note, ...]:
    """The exact p adds what is as far from the mean, the interval halves its error on each side: they can differ."""
    if interval is None or interval.level < confidence or interval.low is None or interval.high is None:
        return ()
    includes_zero = interval.low <= 0 <= interval.high
    if includes_zero and p_value < 1 - confidence:
        text = _("The interval of the shift reaches 0 although p is below {alpha:.3g}: ties make the two differ.")
    elif not includes_zero and p_value > 1 - confidence:
        text = _("The interval of the shift excludes 0 although p is above {alpha:.3g}: ties make the two differ.")
    else:
        return ()
    return (Note("interval-disagrees", text, {"alpha": 1 - confidence}),)
