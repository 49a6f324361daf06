"""Cumulative incidence of each of several competing events: the Aalen–Johansen estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.follow_up import FollowUp, checked_causes, checked_follow_up, factor
from analytics.stats.result import Interval, NotComparable, Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Counts, Floats, RiskSets
from analytics.stats.samples import checked_confidence
from analytics.stats.survival.kaplan_meier import optional

# Incidences as near to 1 are 1 but for the rounding of their sums.
ROUNDING = 1e-12

_AALEN_JOHANSEN = _("Aalen–Johansen estimate of cumulative incidence, interval on the complementary log–log scale")


@dataclass(frozen=True)
class IncidenceCurve(Record):
    """Cumulative incidence of one cause in one group, one entry per day with an event of any cause.

    ``events`` are those of the cause; ``incidence`` holds from its day on (0 before the first). The bounds are ``None``
    where the incidence is 0 or 1.
    """

    group: str
    cause: str
    level: float
    n: int
    event_count: int
    day: tuple[int, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    incidence: tuple[float, ...]
    standard_error: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]

    def at(self, day: int) -> tuple[float, Interval | None]:
        """Incidence up to and including that day, with its interval."""
        index = int(np.searchsorted(self.day, day, side="right")) - 1
        if index < 0:
            return 0.0, None
        low, high = self.low[index], self.high[index]
        return self.incidence[index], None if low is None or high is None else Interval(low, high, self.level)


@dataclass(frozen=True)
class CumulativeIncidenceResult(Result):
    """The curves of every group and cause, by group, then by cause."""

    method: str
    level: float
    curves: tuple[IncidenceCurve, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def curve(self, *, group: str = "", cause: str) -> IncidenceCurve:
        """The curve of that group and cause."""
        return next(curve for curve in self.curves if (curve.group, curve.cause) == (group, cause))


def cumulative_incidence(
    time: ArrayLike,
    cause: ArrayLike,
    *,
    group: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    order: Sequence[str] | None = None,
    cause_names: Mapping[int, str] | None = None,
    confidence: float = 0.95,
) -> CumulativeIncidenceResult:
    """The probability that an event of each cause has come by each day, where other causes can come first.

    ``time`` holds whole days, ``cause`` what ended the row: 0 censored, any other whole number a cause, named by
    ``cause_names``. F(t) = Σ S(u−) d(u)/n(u) over the days u up to t, S being the survival without event of any cause
    (Aalen & Johansen 1978). The variance is Aalen's with the correction for ties of the hypergeometric distribution, as
    in R's ``cmprsk``; R's ``survival`` prints the infinitesimal jackknife, which differs in the third digit. The
    interval is 1 − (1 − F)^exp(±z·σ/((1 − F) log(1 − F))), which becomes the log–log interval of survival where there
    is one cause.

    One minus Kaplan–Meier, with other causes as censored, is always at least this and answers another question. Assumes
    that censoring and late ``entry`` do not depend on the prognosis. On a day with both, events come before
    censorings.

    Raises :class:`NotComparable` without any event.

    >>> result = cumulative_incidence([3, 4, 4, 6, 8, 9], [1, 2, 0, 1, 1, 0], cause_names={1: "fracture", 2: "death"})
    >>> [round(value, 4) for value in result.curve(cause="fracture").incidence]
    [0.1667, 0.1667, 0.3889, 0.6111]
    """
    checked_confidence(confidence)
    follow_up, causes = checked_competing(time, cause, entry=entry)
    groups = factor(group, size=follow_up.size, order=order)
    names = names_of_causes(causes, cause_names)
    sets = RiskSets(follow_up, stratum=groups.codes)
    one_group = np.zeros(follow_up.size, dtype=np.int64)
    at_risk = sets.counts(one_group, groups=1)[:, 0]
    everything = sets.ending(follow_up.event, one_group, groups=1)[:, 0]
    members = np.bincount(groups.codes, minlength=groups.size).tolist()
    by_cause = [sets.ending(causes == code, one_group, groups=1)[:, 0] for code in names]
    curves = []
    for index, label in enumerate(groups.labels):
        part = slice(sets.bounds[index], sets.bounds[index + 1])
        for name, events in zip(names.values(), by_cause, strict=True):
            incidence, error = incidence_and_error(at_risk[part], everything[part], events[part])
            low, high = _bounds(incidence, error, confidence)
            curves.append(
                IncidenceCurve(
                    group=label,
                    cause=name,
                    level=confidence,
                    n=members[index],
                    event_count=int(events[part].sum()),
                    day=tuple(sets.time[part].tolist()),
                    at_risk=tuple(at_risk[part].tolist()),
                    events=tuple(events[part].tolist()),
                    incidence=tuple(incidence.tolist()),
                    standard_error=tuple(error.tolist()),
                    low=optional(low),
                    high=optional(high),
                )
            )
    return CumulativeIncidenceResult(
        method=_AALEN_JOHANSEN,
        level=confidence,
        curves=tuple(curves),
        references=(
            "Aalen OO, Johansen S. Scand J Stat 1978;5:141–150",
            "Aalen O. Ann Stat 1978;6:534–545",
            "Gray RJ. Ann Stat 1988;16:1141–1154",
        ),
    )


def checked_competing(time: ArrayLike, cause: ArrayLike, *, entry: ArrayLike | None) -> tuple[FollowUp, Counts]:
    """Follow-up whose event is any cause, and the causes; refuses data without any event."""
    causes = checked_causes(cause, size=int(np.size(time)))
    follow_up = checked_follow_up(time, causes > 0, entry=entry)
    if not follow_up.event.any():
        raise NotComparable(_("Nobody has had an event of any cause."), code="no-events")
    return follow_up, causes


def names_of_causes(causes: Counts, names: Mapping[int, str] | None) -> dict[int, str]:
    """Names of the causes by code: those given, in their order, or else those that occur."""
    present = [int(code) for code in np.unique(causes) if code]
    if names is None:
        return {code: str(code) for code in present}
    unknown = [code for code in present if code not in names]
    if unknown:
        raise ValueError(f"No name for the causes {unknown}.")
    return dict(names)


def incidence_and_error(at_risk: Counts, everything: Counts, events: Counts) -> tuple[Floats, Floats]:
    """Cumulative incidence of a cause with its standard error, over the event days of one group.

    An event of the cause on day u adds to the variance of F(t) by 1 − g, one of another cause by g, where
    g = (F(t) − F(u))/S(u); written out in powers of F(t) this takes three running sums.
    """
    n = at_risk.astype(np.float64)
    survival = np.cumprod(1 - everything / n)
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.cumsum(before * events / n)
    inverse = np.divide(1, survival, where=survival > 0, out=np.zeros_like(survival))
    own = before**2 * increment_variance(events, n)
    # Where nobody is left, F does not change any more, whatever the other causes did.
    other = np.where(survival > 0, before**2 * increment_variance(everything - events, n), 0)
    slope = incidence * inverse
    constant = np.cumsum((1 + slope) ** 2 * own + slope**2 * other)
    linear = np.cumsum(inverse * ((1 + slope) * own + slope * other))
    square = np.cumsum(inverse**2 * (own + other))
    variance = constant - 2 * incidence * linear + incidence**2 * square
    return incidence, np.sqrt(np.maximum(variance, 0))


def increment_variance(events: Floats | Counts, at_risk: Floats) -> Floats:
    """Variance of d/n with d events among n: d/n² · (n − d)/(n − 1), the last factor 1 for a single event."""
    tied = np.where(events > 1, 1 - (events - 1) / np.maximum(at_risk - 1, 1), 1)
    return np.asarray(tied * events / at_risk**2)


def _bounds(incidence: Floats, error: Floats, confidence: float) -> tuple[Floats, Floats]:
    inside = (incidence > 0) & (incidence < 1 - ROUNDING)
    logarithm = np.log1p(-incidence, where=inside, out=np.full_like(incidence, np.nan))
    half = stats.norm.isf((1 - confidence) / 2) * error / (-(1 - incidence) * logarithm)
    return -np.expm1(logarithm * np.exp(-half)), -np.expm1(logarithm * np.exp(half))
