"""The mean number of events per patient up to each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.episodes import RecurrentEvents, checked_recurrent
from analytics.stats.follow_up import Days, Flags, factor
from analytics.stats.recurrent.patient_processes import PatientProcesses, Presence
from analytics.stats.result import Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Counts, Floats
from analytics.stats.samples import checked_confidence

Bounds = tuple[float | None, ...]

_MEAN_FUNCTION = _("Mean cumulative function, robust variance (Nelson–Aalen)")
_GHOSH_LIN = _("Mean cumulative function with death as terminal event (Ghosh–Lin)")


@dataclass(frozen=True)
class MeanCumulativeCurve(Record):
    """One group's mean number of events per patient, one entry per day with an event or a death."""

    label: str
    n: int
    event_count: int
    death_count: int
    day: tuple[int, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    mean: tuple[float, ...]
    standard_error: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True)
class MeanCumulativeResult(Result):
    """Curves of all groups."""

    method: str
    level: float
    curves: tuple[MeanCumulativeCurve, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def curve(self, label: str) -> MeanCumulativeCurve:
        """The curve of that group."""
        return next(curve for curve in self.curves if curve.label == label)


def mean_cumulative_function(
    time: ArrayLike,
    event_patient: ArrayLike,
    event_day: ArrayLike,
    *,
    died: ArrayLike | None = None,
    group: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    order: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> MeanCumulativeResult:
    """How many events a patient has had, on average, by each day.

    ``time`` ends each patient's observation; event j is one of the patient at position ``event_patient[j]``, on day
    ``event_day[j]``. Without ``died`` the estimate is Σ d(u)/n(u) (Nelson 1988, Lawless & Nadeau 1995): the mean of
    patients who stay under observation. With ``died`` (1 where observation ended by death) it is Σ S(u−) d(u)/n(u), S
    being the survival (Ghosh & Lin 2000): the dead have no more events, as in life; censoring the deaths instead gives
    numbers that nobody experiences. On a day with both, events come before deaths, deaths before censorings.

    The variance is the sum over patients of their squared influence, so events of one patient may depend on each other
    in any way. The interval is on the scale of the logarithm. Assumes that censoring depends on nothing that goes
    with the events. Ties are counted as they stand.

    Raises :class:`NotComparable` on an event outside its patient's observation.

    >>> result = mean_cumulative_function([10, 8, 6, 12], [0, 0, 1, 3], [2, 5, 5, 9], died=[1, 0, 1, 0])
    >>> [round(value, 4) for value in result.curves[0].mean]
    [0.25, 0.75, 0.75, 1.125, 1.125]
    """
    checked_confidence(confidence)
    recurrent = checked_recurrent(time, event_patient, event_day, entry=entry)
    size = recurrent.time.size
    deaths = None
    if died is not None:
        deaths = np.asarray(died).astype(bool)
        if deaths.shape != (size,):
            raise ValueError(f"Expected {size} marks of death, got an array of shape {deaths.shape}.")
    groups = factor(group, size=size, order=order)
    curves = tuple(
        _curve(label, recurrent, deaths, groups.codes == code, confidence) for code, label in enumerate(groups.labels)
    )
    text = _("Nobody in group {group} has had the event.")
    return MeanCumulativeResult(
        method=_MEAN_FUNCTION if deaths is None else _GHOSH_LIN,
        level=confidence,
        curves=curves,
        warnings=tuple(
            Note("no-events-in-group", text, {"group": curve.label}) for curve in curves if not curve.event_count
        ),
        references=(
            "Lawless JF, Nadeau C. Technometrics 1995;37:158–168",
            *(() if deaths is None else ("Ghosh D, Lin DY. Biometrics 2000;56:554–562",)),
        ),
    )


def _curve(
    label: str, recurrent: RecurrentEvents, died: Flags | None, members: Flags, confidence: float
) -> MeanCumulativeCurve:
    position = np.cumsum(members) - 1
    of_group = members[recurrent.patient]
    patient, day = position[recurrent.patient[of_group]], recurrent.day[of_group]
    time, entry = recurrent.time[members], recurrent.entry[members]
    deaths = np.zeros(time.size, dtype=bool) if died is None else died[members]
    days = np.unique(np.concatenate([day, time[deaths]]))
    presence = Presence(
        first=np.searchsorted(days, entry, side="right"),
        beyond=np.searchsorted(days, time, side="right"),
        size=days.size,
    )
    at_risk = presence.sums(np.ones(time.size)).astype(np.int64)
    events = np.bincount(np.searchsorted(days, day), minlength=days.size)
    mean, error = _mean_and_error(presence, at_risk, (patient, np.searchsorted(days, day)), events, deaths)
    low, high = _bounds(mean, error, confidence)
    return MeanCumulativeCurve(
        label=label,
        n=int(time.size),
        event_count=int(day.size),
        death_count=int(deaths.sum()),
        day=tuple(days.tolist()),
        at_risk=tuple(at_risk.tolist()),
        events=tuple(events.tolist()),
        mean=tuple(mean.tolist()),
        standard_error=tuple(error.tolist()),
        low=low,
        high=high,
    )


def _mean_and_error(
    presence: Presence, at_risk: Counts, jumps: tuple[Counts, Days], events: Counts, died: Flags
) -> tuple[Floats, Floats]:
    """Ghosh & Lin's estimate and its standard error; without deaths it is Lawless & Nadeau's.

    The influence of patient i on μ(t) is ∫ S(u−)/n dMᵢ − ∫ (μ(t) − μ(u))/n dMᵢᴰ over u up to t, with the martingales of
    events and of death: a process H and −μ(t) times a process D.
    """
    n = at_risk.astype(np.float64)
    dying = np.flatnonzero(died)
    death_time = presence.beyond[dying] - 1
    deaths = np.bincount(death_time, minlength=presence.size)
    survival = np.cumprod(1 - deaths / n)
    before = np.concatenate([[1.0], survival[:-1]])[: presence.size]
    mean = np.cumsum(before * events / n)
    patient, event_time = jumps
    hazard = deaths / n**2
    influence = PatientProcesses(
        presence,
        np.concatenate([patient, dying]),
        np.concatenate([event_time, death_time]),
        np.concatenate([(before / n)[event_time], (mean / n)[death_time]]),
        before * events / n**2 + mean * hazard,
    )
    by_death = PatientProcesses(presence, dying, death_time, (1 / n)[death_time], hazard)
    variance = influence.cross(influence)
    if dying.size:
        variance += mean**2 * by_death.cross(by_death) - 2 * mean * influence.cross(by_death)
    return mean, np.sqrt(np.maximum(variance, 0))


def _bounds(mean: Floats, error: Floats, confidence: float) -> tuple[Bounds, Bounds]:
    """Bounds on the scale of the logarithm, ``None`` before the first event."""
    positive = np.where(mean > 0, mean, 1)
    factor_of = np.exp(stats.norm.isf((1 - confidence) / 2) * error / positive)
    known = mean > 0
    low = tuple(value if ok else None for value, ok in zip((mean / factor_of).tolist(), known.tolist(), strict=True))
    high = tuple(value if ok else None for value, ok in zip((mean * factor_of).tolist(), known.tolist(), strict=True))
    return low, high
