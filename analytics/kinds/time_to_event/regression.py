"""Hazard ratios: Cox's regression with its check, and Fine and Gray's where it has an answer."""

from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from analytics.groupings import Labels, in_all_languages
from analytics.kinds.time_to_event.covariates import Design, design, over
from analytics.kinds.time_to_event.naming import HIGH, LOW
from analytics.kinds.time_to_event.observation import EVENT
from analytics.kinds.time_to_event.spec import Compared, MarkerAs, TimeToEvent
from analytics.stats import (
    RESPONSE,
    CoxResult,
    NotComparable,
    Note,
    cox,
    fine_gray,
    proportional_hazards_test,
    time_dependent_response,
)
from analytics.stats.episodes import split_at_response
from analytics.stats.follow_up import FollowUp
from analytics.stats.result import gettext_noop

MARKER = "marker"
DOUBTED = 0.05
"""Below this p the proportional hazards are doubted."""


def columns_of(rows: pd.DataFrame, spec: TimeToEvent, names: dict[str, Any]) -> Design:
    """What the regression compares, and then the covariates. A response is no column: it changes over time."""
    groups: dict[str, Labels] = names["groups"]
    compared = Design(columns={}, labels={})
    if spec.compared == Compared.MARKER and spec.marker_as != MarkerAs.MEDIAN:
        compared = _number(rows, spec)
    elif spec.compared == Compared.MARKER:
        high = (rows["group"] == HIGH).astype(float).tolist()
        compared = Design(columns={MARKER: high}, labels={MARKER: over(groups[HIGH], groups[LOW])} if groups else {})
    elif spec.compared == Compared.GROUPS:
        present = [code for code in groups if (rows["group"] == code).any()]
        compared = Design(
            columns={f"group={code}": (rows["group"] == code).astype(float).tolist() for code in present[:-1]},
            labels={f"group={code}": over(groups[code], groups[present[-1]]) for code in present[:-1]},
        )
    return compared | design(rows, spec.covariates, names["covariates"])


def unit_of(rows: pd.DataFrame, spec: TimeToEvent) -> float:
    """How much of the marker the hazard ratio is for."""
    values = rows["value"].astype(float).to_numpy()
    if spec.marker_as == MarkerAs.DEVIATION:
        return float(np.std(values, ddof=1)) if values.size > 1 else 0.0
    low, high = np.quantile(values, [0.25, 0.75])
    return float(high - low)


def regression(
    rows: pd.DataFrame, spec: TimeToEvent, columns: Design, entry: NDArray[np.int64] | None
) -> dict[str, Any] | None:
    """Cox's regression of the event, death and other ends as censored; ``None`` where nothing is compared."""
    time, event = rows["time"].to_numpy(dtype=np.int64), (rows["status"] == EVENT).to_numpy()
    response = response_days(rows)
    if spec.compared == Compared.RESPONSE:
        answer = time_dependent_response(time, event, response, covariates=columns.columns, entry=entry)
        fitted, method = answer.regression, answer.method
        periods = {"before": answer.before.to_dict(), "after": answer.after.to_dict()}
        labels = {RESPONSE: in_all_languages(_("After a response over before, or without one"))} | columns.labels
    elif columns.columns:
        fitted = cox(time, event, columns.columns, entry=entry)
        method, periods, labels = fitted.method, None, columns.labels
    else:
        return None
    check, notes = _check(time, event, columns, entry, response if spec.compared == Compared.RESPONSE else None)
    return {
        "method": method,
        "events": fitted.event_count,
        "periods": periods,
        "terms": _terms(fitted, labels),
        "check": check,
        "warnings": [*(note.to_dict() for note in fitted.warnings), *notes],
        "references": list(fitted.references),
    }


def subdistribution(
    rows: pd.DataFrame, spec: TimeToEvent, columns: Design, entry: NDArray[np.int64] | None
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Fine and Gray's regression where death competes, or the sentence why it has no answer."""
    if not spec.competes or not (columns.columns or spec.compared == Compared.RESPONSE):
        return None, []
    response = response_days(rows) if spec.compared == Compared.RESPONSE else None
    try:
        fitted = fine_gray(rows["time"], rows["status"], columns.columns, entry=entry, response_time=response)
    except NotComparable as refusal:
        return None, [refusal.note.to_dict()]
    terms = [{**term.to_dict(), "labels": columns.labels[term.covariate], "limit": None} for term in fitted.terms]
    return {"method": fitted.method, "terms": terms, "references": list(fitted.references)}, []


def response_days(rows: pd.DataFrame) -> NDArray[np.float64]:
    """The day of response of each patient, not a number without one."""
    return np.array([np.nan if day is None else day for day in rows["response_day"]], dtype=np.float64)


def _number(rows: pd.DataFrame, spec: TimeToEvent) -> Design:
    unit = unit_of(rows, spec) if len(rows) else 0.0
    if not unit:
        text = gettext_noop("The values of {marker} do not vary enough for a hazard ratio per unit of their spread.")
        raise NotComparable(text, code="no-spread", marker=spec.marker)
    per = {MarkerAs.DEVIATION: _("Per standard deviation more"), MarkerAs.QUARTILES: _("Per interquartile range more")}
    return Design(
        columns={MARKER: (rows["value"].astype(float) / unit).tolist()},
        labels={MARKER: in_all_languages(per[spec.marker_as])},
    )


def _terms(fitted: CoxResult, labels: dict[str, Labels]) -> list[dict[str, Any]]:
    return [{**term.to_dict(), "labels": labels[term.covariate]} for term in fitted.terms]


def _check(
    time: NDArray[np.int64],
    event: NDArray[np.bool_],
    columns: Design,
    entry: NDArray[np.int64] | None,
    response: NDArray[np.float64] | None,
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Whether the hazard ratios change over time, and the doubt where they seem to.

    A clock that starts a day earlier leaves everything as it is, and lets rows begin before day 0.
    """
    rows: dict[str, Any] = {name: np.array(values) for name, values in columns.columns.items()}
    if response is not None:
        episodes = split_at_response(FollowUp(time=time, event=event, entry=entry), response)
        follow_up, start = episodes.follow_up, episodes.follow_up.entry
        rows = {RESPONSE: episodes.responded, **{name: values[episodes.patient] for name, values in rows.items()}}
        time, event = follow_up.time, follow_up.event
        entry = start if start is not None else entry
    try:
        result = proportional_hazards_test(time + 1, event, rows, entry=None if entry is None else entry + 1)
    except NotComparable as refusal:
        return None, [refusal.note.to_dict()]
    notes = []
    for term in result.terms:
        if term.test.p_value < DOUBTED:
            text = gettext_noop(
                "The hazard ratio of “{covariate}” changes over time (p = {p}): the one number is an average over it."
            )
            note = Note(
                "hazards-not-proportional", text, {"covariate": term.covariate, "p": f"{term.test.p_value:.2g}"}
            )
            notes.append(note.to_dict())
    return {
        "method": result.method,
        "terms": [{"covariate": term.covariate, **term.test.to_dict()} for term in result.terms],
        "overall": result.overall.to_dict(),
        "references": list(result.references),
    }, notes
