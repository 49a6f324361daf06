"""Agreement of several observers on a number: the intraclass correlation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

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
from analytics.stats.samples import LARGEST_MAGNITUDE, Values, checked_confidence

Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]

INTRACLASS_CORRELATION = _("intraclass correlation")

_METHODS: dict[Form, str] = {
    "1,1": _("Intraclass correlation ICC(1,1): one rating, each unit by other observers"),
    "2,1": _("Intraclass correlation ICC(2,1): one rating, absolute agreement of observers drawn at random"),
    "3,1": _("Intraclass correlation ICC(3,1): one rating, consistency of these observers"),
    "1,k": _("Intraclass correlation ICC(1,k): mean of all ratings, each unit by other observers"),
    "2,k": _("Intraclass correlation ICC(2,k): mean of all ratings, absolute agreement of observers drawn at random"),
    "3,k": _("Intraclass correlation ICC(3,k): mean of all ratings, consistency of these observers"),
}

# Of the total variation; a mean square below it is rounding.
NEGLIGIBLE = 1e-14
FEWEST_DEGREES = 1


@dataclass(frozen=True)
class IntraclassResult(HasEffects, Result):
    """Agreement on ``n`` units by ``observers``; the mean squares are those of the two-way analysis of variance.

    ``statistic`` is F of the question whether units differ at all; ``None`` where ratings of a unit do not vary.
    """

    method: str
    form: Form
    n: int
    observers: int
    mean_square_units: float
    mean_square_observers: float
    mean_square_residual: float
    mean_square_within: float
    effects: tuple[Effect, ...]
    statistic_name: str
    statistic: float | None
    degrees_of_freedom: tuple[int, ...]
    p_value: float | None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        test = []
        if self.statistic is not None and self.p_value is not None:
            above, below = self.degrees_of_freedom
            test = [
                f"{self.statistic_name} = {number(self.statistic)}, {above} and {below} df, "
                f"p {format_p(self.p_value)} (asymptotic)"
            ]
        return lines(
            self.method,
            f"{self.n} units, {self.observers} observers",
            *map(str, self.effects),
            *test,
            *map(str, self.warnings),
        )


def icc(ratings: ArrayLike, *, form: Form = "2,1", confidence: float = 0.95) -> IntraclassResult:
    """Which share of the variation of ratings lies between the units, not between or within observers.

    ``ratings`` has one row per independent unit (patient, specimen) and one column per observer, complete. ``form`` is
    Shrout & Fleiss' (1979), chosen by the design: 1 each unit was rated by other observers; 2 the same observers rated
    all and stand for others, so that a constant difference between them counts as disagreement; 3 only these observers
    matter and a constant difference does not count. ``1`` is the reliability of a single rating, ``k`` of the mean of
    all k. With the mean squares of units B, observers J, residual E and within units W, for n units:

        (1,1) (B − W)/(B + (k − 1)W)    (2,1) (B − E)/(B + (k − 1)E + k(J − E)/n)    (3,1) (B − E)/(B + (k − 1)E)
        (1,k) (B − W)/B                 (2,k) (B − E)/(B + (J − E)/n)                (3,k) (B − E)/B

    A negative estimate is reported as it is. Intervals are Shrout & Fleiss' from F, of form 2 with Satterthwaite's
    degrees of freedom; they assume normal unit, observer and residual effects. p asks by F = B/W or B/E whether units
    differ at all, one-sided, which even poor observers can answer.

    Raises :class:`NotComparable` with fewer than two units or observers, with ratings that are missing or not finite,
    where no rating differs from any other, and where the form is not defined because the units' means do not differ.

    Shrout PE, Fleiss JL. Psychol Bull 1979;86:420–428, table 2:

    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> print(icc(ratings).effects[0])
    intraclass correlation 0.2898 (95% CI 0.01879 to 0.7611)
    """
    checked_confidence(confidence)
    if form not in _METHODS:
        raise ValueError(f"Unknown form {form!r}: one of {', '.join(_METHODS)}.")
    squares = _MeanSquares(_checked_ratings(ratings))
    effect = Effect(INTRACLASS_CORRELATION, squares.estimate(form), squares.interval(form, confidence))
    error, degrees = squares.error(form)
    statistic = squares.units / error if error else None
    return IntraclassResult(
        method=_METHODS[form],
        form=form,
        n=squares.n,
        observers=squares.k,
        mean_square_units=squares.units,
        mean_square_observers=squares.observers,
        mean_square_residual=squares.residual,
        mean_square_within=squares.within,
        effects=(effect,),
        statistic_name="F",
        statistic=statistic,
        degrees_of_freedom=degrees,
        p_value=None if statistic is None else float(stats.f.sf(statistic, *degrees)),
        warnings=_notes(effect, error=error),
        references=(
            "Shrout PE, Fleiss JL. Psychol Bull 1979;86:420–428",
            "McGraw KO, Wong SP. Psychol Methods 1996;1:30–46",
        ),
    )


class _MeanSquares:
    """The two-way analysis of variance of units × observers without replication."""

    def __init__(self, ratings: Values) -> None:
        self.n, self.k = n, k = ratings.shape
        centred = ratings - ratings.mean()
        by_unit, by_observer = centred.mean(axis=1), centred.mean(axis=0)
        total = float((centred**2).sum())

        def mean_square(squares: float, degrees: int) -> float:
            return squares / degrees if squares > NEGLIGIBLE * total else 0.0

        self.units = mean_square(k * float((by_unit**2).sum()), n - 1)
        self.observers = mean_square(n * float((by_observer**2).sum()), k - 1)
        self.residual = mean_square(float(((centred - by_unit[:, None] - by_observer) ** 2).sum()), (n - 1) * (k - 1))
        self.within = mean_square(float(((centred - by_unit[:, None]) ** 2).sum()), n * (k - 1))

    def error(self, form: Form) -> tuple[float, tuple[int, int]]:
        """The mean square that units are compared with, and both degrees of freedom."""
        if form[0] == "1":
            return self.within, (self.n - 1, self.n * (self.k - 1))
        return self.residual, (self.n - 1, (self.n - 1) * (self.k - 1))

    def estimate(self, form: Form) -> float:
        error, _degrees = self.error(form)
        between_observers = (self.observers - error) / self.n if form[0] == "2" else 0.0
        if form[2] == "1":
            denominator = self.units + (self.k - 1) * error + self.k * between_observers
        else:
            denominator = self.units + between_observers
        if denominator <= NEGLIGIBLE * (self.units + self.observers + error):
            text = _("The means of the units do not differ, so this form of the intraclass correlation is not defined.")
            raise NotComparable(text, code="no-variation-between-units")
        return (self.units - error) / denominator

    def interval(self, form: Form, confidence: float) -> Interval | None:
        """``None`` where ratings of a unit or means of units do not vary, or Satterthwaite's degrees are below one."""
        tail = (1 - confidence) / 2
        error, (above, below) = self.error(form)
        if error == 0 or self.units == 0:
            return None
        if form[0] == "2":
            bounds = self._random_observers(self.estimate("2,1"), tail)
            if bounds is None:
                return None
            low, high = bounds
            if form[2] == "1":
                return Interval(low, high, confidence)
            return Interval(self._of_mean(low), self._of_mean(high), confidence)
        f = self.units / error
        f_low, f_high = f / float(stats.f.isf(tail, above, below)), f * float(stats.f.isf(tail, below, above))
        if form[2] == "1":
            low, high = ((bound - 1) / (bound + self.k - 1) for bound in (f_low, f_high))
        else:
            low, high = 1 - 1 / f_low, 1 - 1 / f_high
        return Interval(low, high, confidence)

    def _of_mean(self, single: float) -> float | None:
        """Reliability of the mean of k ratings (Spearman & Brown); open where a single one's is too far below 0."""
        rest = 1 + (self.k - 1) * single
        return self.k * single / rest if rest > 0 else None

    def _random_observers(self, estimate: float, tail: float) -> tuple[float, float] | None:
        """Bounds of ICC(2,1) by Satterthwaite's approximation (Shrout & Fleiss 1979, page 424).

        Far below 0 the estimate takes the degrees of freedom to 0, and the bounds past the estimate: ``None``.
        """
        n, k = self.n, self.k
        from_observers = k * estimate * self.observers / self.residual
        from_residual = n * (1 + (k - 1) * estimate) - k * estimate
        degrees = (k - 1) * (n - 1) * (from_observers + from_residual) ** 2
        degrees /= (n - 1) * from_observers**2 + from_residual**2
        if degrees < FEWEST_DEGREES:
            return None
        f_low, f_high = float(stats.f.isf(tail, n - 1, degrees)), float(stats.f.isf(tail, degrees, n - 1))
        rest = k * self.observers + (k * n - k - n) * self.residual
        low = n * (self.units - f_low * self.residual) / (f_low * rest + n * self.units)
        high = n * (f_high * self.units - self.residual) / (rest + n * f_high * self.units)
        return low, high


def _checked_ratings(ratings: ArrayLike) -> Values:
    array = np.asarray(ratings, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"Ratings are units × observers, not an array of {array.ndim} dimensions.")
    units, observers = array.shape
    if units < 2 or observers < 2:
        text = _("There are {units} units and {observers} observers; agreement needs at least two of each.")
        raise NotComparable(text, code="too-few-ratings", units=units, observers=observers)
    incomplete = int(np.count_nonzero(~(np.abs(array) <= LARGEST_MAGNITUDE).all(axis=1)))
    if incomplete:
        text = _("{count} units lack a rating, or it is not a finite number. Exclude them first.")
        raise NotComparable(text, code="not-finite", count=incomplete)
    if np.all(array == array[0, 0]):
        text = _("All {total} ratings are equal: without any variation there is no share of it to estimate.")
        raise NotComparable(text, code="no-variation", total=array.size)
    return array


def _notes(effect: Effect, *, error: float) -> tuple[Note, ...]:
    notes = []
    if error == 0:
        text = _("The ratings of a unit never differ beyond a constant: no interval can be estimated.")
        notes.append(Note("perfect-agreement", text))
    elif effect.interval is None:
        text = _("The units differ too little beside their observers: no interval can be estimated.")
        notes.append(Note("no-interval", text))
    if effect.estimate is not None and effect.estimate < 0:
        text = _("The estimate is negative: ratings of one unit differ more than the means of different units.")
        notes.append(Note("negative-estimate", text))
    return tuple(notes)
