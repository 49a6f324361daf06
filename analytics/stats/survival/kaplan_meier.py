"""The Kaplan–Meier estimate of survival, by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.follow_up import Days, FollowUp, checked_days, checked_follow_up, factor
from analytics.stats.result import Interval, Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Counts, Floats, RiskSets
from analytics.stats.samples import checked_confidence

_KAPLAN_MEIER = _("Kaplan–Meier estimate, interval on the log–log scale")

# Survival that equals a wanted fraction but for rounding is equal to it, as in R's quantile of a survfit.
EQUAL = 2.0**-26


@dataclass(frozen=True)
class SurvivalQuantile(Record):
    """When that fraction of a group has had the event. ``time`` is ``None`` where it is not reached."""

    fraction: float
    time: float | None
    interval: Interval | None


@dataclass(frozen=True)
class SurvivalCurve(Record):
    """One group's curve: columns of equal length, one entry per distinct day with an event or a censoring.

    ``survival`` holds from its day on (1 before the first). ``standard_error`` is Greenwood's; it and the bounds are
    ``None`` where survival is 0, the bounds also where it is still 1. ``at_risk_at`` answers the table below a figure:
    how many are at risk just before each of its days.
    """

    label: str
    n: int
    event_count: int
    day: tuple[int, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    censored: tuple[int, ...]
    survival: tuple[float, ...]
    standard_error: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    quantiles: tuple[SurvivalQuantile, ...]
    at_risk_at: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.label}: n = {self.n}, events {self.event_count}"


@dataclass(frozen=True)
class KaplanMeierResult(Result):
    """Curves of all groups; ``table_days`` are the days of ``SurvivalCurve.at_risk_at``."""

    method: str
    level: float
    table_days: tuple[int, ...]
    curves: tuple[SurvivalCurve, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def curve(self, label: str) -> SurvivalCurve:
        """The curve of that group."""
        return next(curve for curve in self.curves if curve.label == label)


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The estimate of one group as arrays; ``greenwood`` is Σ d/(n(n − d)), infinite once survival is 0."""

    day: Days
    at_risk: Counts
    events: Counts
    censored: Counts
    survival: Floats
    greenwood: Floats


def kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    *,
    group: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    order: Sequence[str] | None = None,
    quantiles: Sequence[float] = (0.25, 0.5, 0.75),
    table_days: Sequence[int] = (),
    confidence: float = 0.95,
) -> KaplanMeierResult:
    """How many are still without the event, day by day: S(t) = Π (1 − d/n) over the days up to t (Kaplan & Meier 1958).

    ``time`` holds whole days to the event (``event`` 1) or to the end of observation (0), one entry per patient;
    ``entry`` the day from which a patient is at risk, where observation began late. On a day with both, events come
    before censorings. Censoring, and late entry, must not depend on the prognosis.

    The interval is Kalbfleisch & Prentice's, on the scale of log(−log S), with Greenwood's variance: it stays within 0
    and 1. Quantiles are the first day on which survival is at or below the fraction that is left; where the curve is
    flat at just that fraction, the middle of the flat piece, up to the last day observed if the curve never leaves it,
    as R defines it. Their interval inverts the pointwise interval (Brookmeyer & Crowley 1982); an open bound is not
    reached.

    Use it for one kind of event. Where another event makes it impossible (death before a skeletal event) one minus this
    estimate is too high: use :func:`~analytics.stats.cumulative_incidence`.

    Raises :class:`NotComparable` as :func:`~analytics.stats.follow_up.checked_follow_up` does.

    >>> result = kaplan_meier([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
    >>> curve = result.curves[0]
    >>> curve.day[:4], [round(value, 4) for value in curve.survival[:4]]
    ((9, 13, 18, 23), [0.9091, 0.8182, 0.7159, 0.6136])
    >>> curve.quantiles[1].time, str(curve.quantiles[1].interval)
    (31.0, '95% CI 13 to ∞')
    """
    checked_confidence(confidence)
    if not all(0 < fraction < 1 for fraction in quantiles):
        raise ValueError(f"Quantiles are fractions between 0 and 1, not {list(quantiles)}.")
    follow_up = checked_follow_up(time, event, entry=entry)
    groups = factor(group, size=follow_up.size, order=order)
    days = checked_days(table_days) if len(table_days) else np.zeros(0, dtype=np.int64)
    curves: list[SurvivalCurve] = []
    notes: list[Note] = []
    members = np.bincount(groups.codes, minlength=groups.size)
    for code, steps in enumerate(group_steps(follow_up, groups.codes)):
        label, n = groups.labels[code], int(members[code])
        at_risk_at = _at_risk(follow_up, np.equal(groups.codes, code), days) if days.size else ()
        curves.append(_curve(label, n, steps, tuple(quantiles), at_risk_at, confidence))
        notes += _curve_notes(label, steps)
    return KaplanMeierResult(
        method=_KAPLAN_MEIER,
        level=confidence,
        table_days=tuple(days.tolist()),
        curves=tuple(curves),
        warnings=tuple(notes),
        references=(
            "Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457–481",
            "Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data. Wiley, 2nd ed. 2002",
            "Brookmeyer R, Crowley J. Biometrics 1982;38:29–41",
        ),
    )


def group_steps(follow_up: FollowUp, codes: Counts) -> list[Steps]:
    """The estimate of each group, at every distinct day on which somebody's observation ends."""
    everybody = np.ones(follow_up.size, dtype=bool)
    sets = RiskSets(follow_up, stratum=codes, at=everybody)
    one_group = np.zeros(follow_up.size, dtype=np.int64)
    at_risk = sets.counts(one_group, groups=1)[:, 0]
    events = sets.ending(follow_up.event, one_group, groups=1)[:, 0]
    ended = sets.ending(everybody, one_group, groups=1)[:, 0]
    survival = sets.product(1 - events / at_risk)
    alive = np.where(events < at_risk, at_risk * (at_risk - events), 1)
    greenwood = sets.cumulative(np.where(events < at_risk, events / alive, np.inf))
    return [
        Steps(
            day=sets.time[start:stop],
            at_risk=at_risk[start:stop],
            events=events[start:stop],
            censored=(ended - events)[start:stop],
            survival=survival[start:stop],
            greenwood=greenwood[start:stop],
        )
        for start, stop in zip(sets.bounds[:-1], sets.bounds[1:], strict=True)
    ]


def log_log_bounds(survival: Floats, relative_error: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Bounds S^exp(±z·σ/log S), σ being the standard error of log S; not a number where S is 0 or 1."""
    inside = (survival > 0) & (survival < 1)
    logarithm = np.log(survival, where=inside, out=np.full_like(survival, np.nan))
    half = stats.norm.isf((1 - confidence) / 2) * relative_error / -logarithm
    return np.exp(logarithm * np.exp(half)), np.exp(logarithm * np.exp(-half))


def optional(values: Floats) -> tuple[float | None, ...]:
    """Plain numbers, with ``None`` for what is not finite."""
    return tuple(value if finite else None for value, finite in zip(values.tolist(), np.isfinite(values), strict=True))


def _curve(
    label: str, n: int, steps: Steps, fractions: tuple[float, ...], at_risk_at: tuple[int, ...], confidence: float
) -> SurvivalCurve:
    relative_error = np.sqrt(np.where(steps.survival > 0, steps.greenwood, np.nan))
    low, high = log_log_bounds(steps.survival, relative_error, confidence)
    return SurvivalCurve(
        label=label,
        n=n,
        event_count=int(steps.events.sum()),
        day=tuple(steps.day.tolist()),
        at_risk=tuple(steps.at_risk.tolist()),
        events=tuple(steps.events.tolist()),
        censored=tuple(steps.censored.tolist()),
        survival=tuple(steps.survival.tolist()),
        standard_error=optional(steps.survival * relative_error),
        low=optional(low),
        high=optional(high),
        quantiles=tuple(_quantile(steps, low, high, fraction, confidence) for fraction in fractions),
        at_risk_at=at_risk_at,
    )


def _quantile(steps: Steps, low: Floats, high: Floats, fraction: float, confidence: float) -> SurvivalQuantile:
    time = crossing(steps.day, steps.survival, 1 - fraction)
    earliest, latest = (crossing(steps.day, bound, 1 - fraction) for bound in (low, high))
    interval = None if earliest is None and latest is None else Interval(earliest, latest, confidence)
    return SurvivalQuantile(fraction, time, interval)


def crossing(day: Days | Floats, survival: Floats, left: float) -> float | None:
    """The first day with at most ``left`` surviving; where the curve is flat at just that, the middle of that piece."""
    known = np.isfinite(survival)
    day, survival = day[known], survival[known]
    reached = np.flatnonzero(survival <= left + EQUAL)
    if not reached.size:
        return None
    start = int(reached[0])
    if survival[start] < left - EQUAL:
        return float(day[start])
    below = np.flatnonzero(survival < left - EQUAL)
    return float(day[start] + day[below[0] if below.size else -1]) / 2


def _at_risk(follow_up: FollowUp, members: np.ndarray, days: Days) -> tuple[int, ...]:
    time = np.sort(follow_up.time[members])
    at_risk = time.size - np.searchsorted(time, days, side="left")
    if follow_up.entry is not None:
        entry = np.sort(follow_up.entry[members])
        # A patient who enters on day 0 is there when the table's first column, day 0, is read.
        at_risk = at_risk - (entry.size - np.searchsorted(entry, np.maximum(days, 1), side="left"))
    return tuple(at_risk.tolist())


def _curve_notes(label: str, steps: Steps) -> list[Note]:
    notes = []
    if not steps.events.any():
        text = _("Nobody in group {group} has had the event; its survival stays at 1.")
        notes.append(Note("no-events-in-group", text, {"group": label}))
    zero = np.flatnonzero(steps.survival == 0)
    if zero.size and zero[0] < steps.day.size - 1:
        text = _(
            "In group {group} everybody at risk on day {day} had the event, before others entered: the curve stays at "
            "0 for those as well. Begin the curve where more patients are at risk."
        )
        notes.append(Note("emptied-risk-set", text, {"group": label, "day": int(steps.day[zero[0]])}))
    return notes
