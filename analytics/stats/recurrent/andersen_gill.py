"""Andersen and Gill's regression of recurrent events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.cox.regression import cox_of
from analytics.stats.cox.result import CoxResult
from analytics.stats.episodes import checked_recurrent, split_at_events
from analytics.stats.landmark import RESPONSE
from analytics.stats.result import gettext_noop as _

_ANDERSEN_GILL = _("Andersen–Gill regression of recurrent events, robust variance by patient")


def andersen_gill(
    time: ArrayLike,
    event_patient: ArrayLike,
    event_day: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    *,
    response_time: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CoxResult:
    """Ratios of event rates per unit of each covariate, with all events of every patient.

    ``time`` ends each patient's observation; event j is one of the patient at position ``event_patient[j]``, on day
    ``event_day[j]``. ``covariates`` and ``stratum`` hold one value per patient; ``response_time``, the first day of
    response or ``None``, adds the covariate :data:`~analytics.stats.RESPONSE`, 1 from the day after it on. A patient is
    at risk of the next event right after one (Andersen & Gill 1982), with one baseline rate for first and later events;
    because a patient's events are not independent the variance is the robust one (Lin, Wei, Yang & Ying 2000). Ties by
    Efron. Death ends observation here: read it beside survival.

    Raises :class:`NotComparable` as :func:`~analytics.stats.cox` does, on an event outside its patient's observation,
    and on several events of a patient on one day (:func:`~analytics.stats.count_events` first).

    >>> result = andersen_gill([40, 50, 60, 30], [0, 0, 1, 2, 3], [10, 30, 20, 40, 15], {"treated": [0, 0, 1, 1]})
    >>> result.event_count, result.rows, result.clusters
    (5, 9, 4)
    """
    events = checked_recurrent(time, event_patient, event_day, entry=entry)
    episodes = split_at_events(events, response_time)
    of_rows = {name: np.asarray(values)[episodes.patient] for name, values in covariates.items()}
    if response_time is not None:
        of_rows[RESPONSE] = episodes.responded
    regression = cox_of(
        episodes.follow_up,
        of_rows,
        stratum=None if stratum is None else np.asarray(stratum)[episodes.patient],
        cluster=episodes.patient,
        patient=episodes.patient,
        confidence=confidence,
    )
    return replace(
        regression,
        method=_ANDERSEN_GILL,
        references=(
            "Andersen PK, Gill RD. Ann Stat 1982;10:1100–1120",
            "Lin DY, Wei LJ, Yang I, Ying Z. J R Stat Soc B 2000;62:711–730",
        ),
    )
