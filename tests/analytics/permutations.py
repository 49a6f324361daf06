"""A question that takes as long as one likes, for tests and benchmarks of workers.

``celery worker --include tests.analytics.permutations`` answers it; :func:`offered` lets the asking process ask it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from celery.signals import worker_init

from analytics.kinds import KINDS
from analytics.kinds.base import LONG
from analytics.kinds.expression_by_group.dataset import Samples
from analytics.kinds.expression_by_group.kind import ExpressionByGroupKind
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.models import Analysis
from analytics.services import request_analysis
from analytics.spec import FieldReader
from analytics.stats import permutation_test
from cases import access
from cases.jobs import Progress
from cases.models import Study
from tests.analytics.cohort import question

VALUES_PER_GROUP = 300


@dataclass(frozen=True, kw_only=True)
class Permutations(ExpressionByGroup):
    """Expression by group, and how many times ``VALUES_PER_GROUP`` made-up values are permuted before the answer."""

    kind = "permutations"

    resamples: int

    @classmethod
    def read(cls, reader: FieldReader, *, study: str) -> dict[str, Any]:
        return super().read(reader, study=study) | {"resamples": int(reader.value("resamples"))}


class PermutationsKind(ExpressionByGroupKind):
    code = Permutations.kind
    spec_class = Permutations  # type: ignore[assignment]

    def queue(self, spec: ExpressionByGroup) -> str:
        return LONG

    def compute(self, *, dataset: Samples, spec: ExpressionByGroup, progress: Progress) -> dict[str, Any]:
        assert isinstance(spec, Permutations)
        values = np.random.default_rng(1).normal(size=(2, VALUES_PER_GROUP))
        permutation_test(*values, resamples=spec.resamples)
        return super().compute(dataset=dataset, spec=spec, progress=progress)


@contextmanager
def offered() -> Iterator[None]:
    """The kind can be asked in this block."""
    KINDS[PermutationsKind.code] = PermutationsKind()
    try:
        yield
    finally:
        del KINDS[PermutationsKind.code]


def permutations_asked(study: Study, user: Any, *, resamples: int) -> Analysis:
    """RANKL by SS18 fusion partner after so many permutations, queued and sent."""
    plain = {**question(study).as_json(), "kind": Permutations.kind, "resamples": resamples}
    rights = access.rights(user=user, study=study)
    analysis, _created = request_analysis(spec=Permutations.from_mapping(plain), by=user, rights=rights)
    return analysis


@worker_init.connect
def offer(**_signal: Any) -> None:
    """A worker knows the kind as long as it lives."""
    KINDS[PermutationsKind.code] = PermutationsKind()
