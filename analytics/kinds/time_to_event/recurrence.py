"""All skeletal-related events of a patient, not only the first: rates, their ratio, and the mean number by day."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext_lazy as _
from numpy.typing import ArrayLike, NDArray

from analytics.groupings import Labels, in_all_languages
from analytics.kinds.time_to_event.covariates import Design
from analytics.kinds.time_to_event.regression import response_days
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.stats import (
    RESPONSE,
    NotComparable,
    andersen_gill,
    event_rate,
    mean_cumulative_function,
    negative_binomial,
)
from analytics.stats.follow_up import DAYS_PER_YEAR


@dataclass(frozen=True, kw_only=True)
class Events:
    """Ends of observation, one a patient, and the events: ``day[j]`` is one of the patient at ``patient[j]``."""

    end: NDArray[np.int64]
    entry: NDArray[np.int64] | None
    patient: list[int]
    day: list[int]
    died: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of events of each patient."""
        return np.bincount(self.patient, minlength=self.end.size).astype(np.int64)

    @property
    def exposure(self) -> NDArray[np.int64]:
        """Days under observation of each patient."""
        return self.end if self.entry is None else self.end - self.entry


def events_of(rows: pd.DataFrame, entry: NDArray[np.int64] | None) -> Events:
    """The events of frozen rows, whose days are joined by “;”."""
    days = [[int(day) for day in str(text).split(";") if day] for text in rows["event_days"]]
    return Events(
        end=rows["end"].to_numpy(dtype=np.int64),
        entry=entry,
        patient=[index for index, of_patient in enumerate(days) for _day in of_patient],
        day=[day for of_patient in days for day in of_patient],
        died=rows["died"].to_numpy(dtype=np.int64),
    )


def recurrence(
    rows: pd.DataFrame, spec: TimeToEvent, columns: Design, entry: NDArray[np.int64] | None, order: list[str]
) -> dict[str, Any]:
    """Rates, the ratio of rates and the mean number of events; what has no answer has a sentence in ``warnings``.

    By response, person-time is split at it, and the mean number is of all patients: a curve by response would need a
    response from day 0 on.
    """
    events = events_of(rows, entry)
    by_response = spec.compared == Compared.RESPONSE
    group = None if by_response else rows["group"].to_numpy()
    notes: list[dict[str, Any]] = []

    def tried(method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except NotComparable as refusal:
            notes.append(refusal.note.to_dict())
            return None

    response: ArrayLike | None = response_days(rows) if by_response else None
    rates = tried(
        event_rate,
        events.end,
        events.patient,
        events.day,
        entry=entry,
        group=group,
        response_time=response,
        order=None if by_response else order,
    )
    means = tried(
        mean_cumulative_function,
        events.end,
        events.patient,
        events.day,
        died=events.died,
        group=group,
        entry=entry,
        order=None if by_response else order,
    )
    fitted = _ratios(tried, events, columns, response)
    found = [result for result in (rates, means, fitted) if result]
    return {
        "rates": [rate.to_dict() for rate in rates.rates] if rates else [],
        "ratios": _terms(fitted, columns.labels) if fitted else [],
        "rates_method": rates.method if rates else None,
        "ratios_method": fitted.method if fitted else None,
        "means_method": means.method if means else None,
        "means": [_mean(curve, spec.year_marks, events.end[_members(group, curve.label)]) for curve in means.curves]
        if means
        else [],
        "warnings": [*notes, *(note.to_dict() for result in found for note in result.warnings)],
        "references": [reference for result in found for reference in result.references],
    }


def _ratios(tried: Callable[..., Any], events: Events, columns: Design, response: ArrayLike | None) -> Any:
    """Andersen and Gill's regression where a response changes over time, otherwise the negative binomial one."""
    if response is not None:
        return tried(
            andersen_gill,
            events.end,
            events.patient,
            events.day,
            columns.columns,
            response_time=response,
            entry=events.entry,
        )
    if not columns.columns:
        return None
    return tried(negative_binomial, events.counts, events.exposure, columns.columns)


def _terms(fitted: Any, labels: dict[str, Labels]) -> list[dict[str, Any]]:
    after = {RESPONSE: in_all_languages(_("After a response over before, or without one"))}
    terms = []
    for term in fitted.terms:
        plain = term.to_dict()
        ratio = plain.pop("rate_ratio") if "rate_ratio" in plain else plain.pop("hazard_ratio")
        terms.append({**plain, "ratio": ratio, "labels": (after | labels)[term.covariate]})
    return terms


def _members(group: Any, code: str) -> Any:
    return slice(None) if group is None else group == code


def _mean(curve: Any, years: list[float], end: NDArray[np.int64]) -> dict[str, Any]:
    """The curve with its values at the chosen times, and how many are still under observation."""
    marks = []
    for year in years:
        day = round(year * DAYS_PER_YEAR)
        index = int(np.searchsorted(curve.day, day, side="right")) - 1
        at = {name: getattr(curve, name)[index] if index >= 0 else None for name in ("mean", "low", "high")}
        at_risk = int(np.sum(end >= day))
        marks.append({"years": year, **at, "mean": at["mean"] if index >= 0 else 0.0, "at_risk": at_risk})
    columns = {name: list(getattr(curve, name)) for name in ("day", "mean", "low", "high")}
    return {"code": curve.label, "patients": curve.n, "events": curve.event_count, "estimates": marks, **columns}
