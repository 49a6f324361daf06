"""Events per patient-year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.episodes import RecurrentEvents, checked_recurrent
from analytics.stats.follow_up import DAYS_PER_YEAR, checked_response_days, factor
from analytics.stats.landmark import NON_RESPONDERS, RESPONDERS
from analytics.stats.result import Effect, HasEffects, Interval, NotComparable, Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Floats
from analytics.stats.samples import checked_confidence

RATE_RATIO = _("rate ratio")

_EVENT_RATE = _("Events per patient-year, robust variance by patient")
_EVENT_RATE_SPLIT = _("Events per patient-year, person-time split at the response, robust variance by patient")


@dataclass(frozen=True)
class EventRate(Record):
    """One group, or all time before or after a response. ``rate`` is events per patient-year."""

    label: str
    patients: int
    event_count: int
    patient_years: float
    rate: float
    interval: Interval


@dataclass(frozen=True)
class EventRateResult(HasEffects, Result):
    """Rates; of two of them the ratio, first over second, where both have events."""

    method: str
    rates: tuple[EventRate, ...]
    effects: tuple[Effect, ...]
    p_value: float | None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()


def event_rate(
    time: ArrayLike,
    event_patient: ArrayLike,
    event_day: ArrayLike,
    *,
    group: ArrayLike | None = None,
    response_time: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    order: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> EventRateResult:
    """Events per patient-year (the skeletal morbidity rate), by group or by response, and the rate ratio.

    ``time`` ends each patient's observation; event j is one of the patient at position ``event_patient[j]``, on day
    ``event_day[j]``. A year has 365.25 days. With ``response_time`` (first day of response, or ``None``) every
    patient's time and events up to and including that day belong to the non-responders, later ones to the responders:
    otherwise responders would be credited with the time they had to survive in order to respond. Groups are compared
    first over second, responders over non-responders.

    The rate is events over person-time; its logarithm and that of the ratio have the variance Σᵢ (eᵢ − λtᵢ)² over the
    squared number of events, summed over patients, so that a patient's events need be neither independent nor Poisson
    (as a Poisson regression with robust variance by patient; Lawless & Nadeau 1995). A rate without events has the
    exact Poisson bound instead. Rates that change with time are averaged.

    >>> result = event_rate([400, 800, 600], [0, 0, 1, 1, 2], [50, 300, 100, 700, 500], response_time=[200, 400, None])
    >>> [(rate.label, rate.event_count, round(rate.patient_years, 3)) for rate in result.rates]
    [('responders', 2, 1.643), ('non-responders', 3, 3.285)]
    >>> print(result.effects[0])
    rate ratio 1.333 (95% CI 0.8401 to 2.116)
    """
    checked_confidence(confidence)
    if group is not None and response_time is not None:
        raise ValueError("Rates are compared by group or by response, not by both.")
    recurrent = checked_recurrent(time, event_patient, event_day, entry=entry)
    labels, counts, days = (
        _by_group(recurrent, group, order) if response_time is None else _split(recurrent, response_time)
    )
    for label, total in zip(labels, days.sum(axis=0).tolist(), strict=True):
        if not total:
            text = _("There is no time under observation in {group}, so it has no rate.")
            raise NotComparable(text, code="no-person-time", group=label)
    rates = tuple(_rate(label, counts[:, index], days[:, index], confidence) for index, label in enumerate(labels))
    effects, p_value, notes = _ratio(rates, counts, days, confidence) if len(rates) == 2 else ((), None, ())
    return EventRateResult(
        method=_EVENT_RATE if response_time is None else _EVENT_RATE_SPLIT,
        rates=rates,
        effects=effects,
        p_value=p_value,
        warnings=notes,
        references=("Lawless JF, Nadeau C. Technometrics 1995;37:158–168",),
    )


def _by_group(
    recurrent: RecurrentEvents, group: ArrayLike | None, order: Sequence[str] | None
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Labels, and events and days of each patient in each group: patients × groups."""
    size = recurrent.time.size
    groups = factor(group, size=size, order=order)
    member = groups.codes[:, None] == np.arange(groups.size)
    events = np.bincount(recurrent.patient, minlength=size).astype(np.float64)
    return groups.labels, member * events[:, None], member * recurrent.person_days[:, None].astype(np.float64)


def _split(recurrent: RecurrentEvents, response_time: ArrayLike) -> tuple[tuple[str, ...], Floats, Floats]:
    """The same with time after, and up to, the response."""
    size = recurrent.time.size
    response = checked_response_days(response_time, size=size)
    entry = np.maximum(recurrent.entry, 0)
    days_before = np.clip(np.minimum(recurrent.time, response) - entry, 0, None)
    events = np.bincount(recurrent.patient, minlength=size)
    early = recurrent.day <= response[recurrent.patient]
    events_before = np.bincount(recurrent.patient[early], minlength=size)
    counts = np.stack([events - events_before, events_before], axis=1)
    days = np.stack([recurrent.person_days - days_before, days_before], axis=1)
    return (RESPONDERS, NON_RESPONDERS), counts.astype(np.float64), days.astype(np.float64)


def _rate(label: str, events: Floats, days: Floats, confidence: float) -> EventRate:
    total, years = float(events.sum()), float(days.sum()) / DAYS_PER_YEAR
    if total:
        half = float(stats.norm.isf((1 - confidence) / 2)) * math.sqrt(float(np.sum(_influence(events, days) ** 2)))
        interval = Interval(total / years * math.exp(-half), total / years * math.exp(half), confidence)
    else:
        interval = Interval(0.0, float(stats.chi2.isf((1 - confidence) / 2, 2)) / 2 / years, confidence)
    return EventRate(
        label=label,
        patients=int(np.count_nonzero(days > 0)),
        event_count=int(total),
        patient_years=years,
        rate=total / years,
        interval=interval,
    )


def _influence(events: Floats, days: Floats) -> Floats:
    """Each patient's influence on the logarithm of the rate."""
    return np.asarray((events - events.sum() / days.sum() * days) / events.sum())


def _ratio(
    rates: tuple[EventRate, ...], counts: Floats, days: Floats, confidence: float
) -> tuple[tuple[Effect, ...], float | None, tuple[Note, ...]]:
    without = [rate.label for rate in rates if not rate.event_count]
    if without:
        text = _(
            "There are no events in {group}, so no rate ratio can be estimated; read the rates with their intervals."
        )
        return (), None, (Note("no-events-in-group", text, {"group": ", ".join(without)}),)
    influence = _influence(counts[:, 0], days[:, 0]) - _influence(counts[:, 1], days[:, 1])
    error = math.sqrt(float(np.sum(influence**2)))
    logarithm = math.log(rates[0].rate / rates[1].rate)
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    if not error:
        return (Effect(RATE_RATIO, math.exp(logarithm), None),), None, ()
    interval = Interval(math.exp(logarithm - half), math.exp(logarithm + half), confidence)
    return (Effect(RATE_RATIO, math.exp(logarithm), interval),), float(2 * stats.norm.sf(abs(logarithm) / error)), ()
