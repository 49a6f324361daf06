"""Sums over patients of products of their processes, at every time, without a matrix of patients by times.

A process of patient i is Xᵢ(t) = Σ of its jumps up to t − Σ of a compensator c over the times at which i is at risk.
The influence of each patient on a mean cumulative function is such a process; its variance is Σᵢ Xᵢ(t)². From one time
to the next the sum of products changes by what those at risk and those with a jump contribute, and that needs running
sums only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.follow_up import Codes
from analytics.stats.risk_sets import Floats


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Patient i is at risk at the times ``first[i]`` to before ``beyond[i]`` of ``size`` times."""

    first: Codes
    beyond: Codes
    size: int

    def sums(self, values: Floats) -> Floats:
        """At each time the sum over the patients at risk of a value per patient."""
        entered = np.bincount(self.first, values, minlength=self.size + 1)
        left = np.bincount(self.beyond, values, minlength=self.size + 1)
        return np.asarray(np.cumsum(entered - left)[: self.size])


class PatientProcesses:
    """One process of every patient: its jumps (patient, time, size) and its compensator per time.

    Jumps happen while the patient is at risk; several at one time are added up.
    """

    def __init__(self, presence: Presence, patient: Codes, time: Codes, jump: Floats, compensator: Floats) -> None:
        self.presence = presence
        self.compensator = compensator
        self._key, index = np.unique(patient * presence.size + time, return_inverse=True)
        self._jump = np.bincount(index, jump, minlength=self._key.size) if self._key.size else np.zeros(0)
        self._jump_before = np.concatenate([[0.0], np.cumsum(self._jump)])
        self._compensated = np.concatenate([[0.0], np.cumsum(compensator)])

    def cross(self, other: PatientProcesses) -> Floats:
        """Σᵢ Xᵢ(t) Zᵢ(t) at every time."""
        size = self.presence.size
        at_risk = self.presence.sums(np.ones(self.presence.first.size))
        change = self._before_times_change(other) + other._before_times_change(self)
        common, here, there = np.intersect1d(self._key, other._key, assume_unique=True, return_indices=True)
        change += np.bincount(common % size, self._jump[here] * other._jump[there], minlength=size)
        change += at_risk * self.compensator * other.compensator
        change -= self._jumps_by_time() * other.compensator + other._jumps_by_time() * self.compensator
        return np.asarray(np.cumsum(change))

    def _before_times_change(self, other: PatientProcesses) -> Floats:
        """Σᵢ Xᵢ(t−) dZᵢ(t)."""
        patient, time = np.divmod(other._key, self.presence.size)
        jumps = np.bincount(time, self._before(patient, time) * other._jump, minlength=self.presence.size)
        return np.asarray(jumps - self._sum_before() * other.compensator)

    def _before(self, patient: Codes, time: Codes) -> Floats:
        """Xᵢ just before a time at which i is at risk."""
        start = np.searchsorted(self._key, patient * self.presence.size)
        stop = np.searchsorted(self._key, patient * self.presence.size + time)
        first = self.presence.first[patient]
        return np.asarray(
            self._jump_before[stop] - self._jump_before[start] - self._compensated[time] + self._compensated[first]
        )

    def _sum_before(self) -> Floats:
        """Σ of Xᵢ(t−) over the patients at risk at each time."""
        size, presence = self.presence.size, self.presence
        patient, time = np.divmod(self._key, size)
        counted = np.bincount(time + 1, self._jump, minlength=size + 1)
        counted -= np.bincount(presence.beyond[patient], self._jump, minlength=size + 1)
        at_risk = presence.sums(np.ones(presence.first.size))
        compensated = at_risk * self._compensated[:-1] - presence.sums(self._compensated[presence.first])
        return np.asarray(np.cumsum(counted)[:size] - compensated)

    def _jumps_by_time(self) -> Floats:
        return np.asarray(np.bincount(self._key % self.presence.size, self._jump, minlength=self.presence.size), float)
