"""The doing: load the rows at one moment, compute, and hand back what is stored."""

import platform
from importlib.metadata import version
from typing import Any

from django.http import Http404

from analytics.dataset import sha256
from analytics.kinds import kind_of, parse
from analytics.models import Analysis
from analytics.stats import NotComparable
from analytics.stats.checkpoint import Watcher, watched
from cases import access
from cases.history import data_version
from cases.jobs import Outcome, Progress, Refusal
from cases.models import JobStatus
from cases.one_moment import one_moment

SOFT_LIMIT_SECONDS = 300
HARD_LIMIT_SECONDS = 330
LOADED, COMPUTED, EVERYTHING = 10, 95, 100
"""How far an analysis is, in hundredths, once its rows are loaded and once the statistics are done."""

LIBRARIES = ("numpy", "scipy", "pandas", "django")


def answer(analysis: Analysis, progress: Progress) -> Outcome:
    """Answer a question from the data of one moment."""
    with one_moment(seconds=SOFT_LIMIT_SECONDS):
        return compute(analysis, progress)


def compute(analysis: Analysis, progress: Progress) -> Outcome:
    """What is stored of an answer. What has no answer is refused with a sentence and the counts behind it.

    Raises :class:`Refusal` when the asker's rights are no longer those the question was asked with.
    """
    spec, kind = parse(analysis.spec), kind_of(analysis)
    progress(done=0, total=EVERYTHING)
    _require_same_rights(analysis)
    seen = data_version()
    question = kind.describe(spec)
    try:
        dataset = kind.load(spec=spec, by=analysis.requested_by)
    except NotComparable as refusal:
        return _refused(refusal, data_version=seen, result={"question": question})
    progress(done=LOADED, total=EVERYTHING)
    frozen = dataset.frozen()
    fields = {
        "data_version": seen,
        "frozen_input": frozen,
        "input_sha256": sha256(frozen),
        "versions": versions(),
    }
    result = {"question": question, **dataset.described()}
    try:
        with watched(_advance(progress)):
            statistics = kind.compute(dataset=dataset, spec=spec, progress=progress)
    except NotComparable as refusal:
        return _refused(refusal, **fields, result=result)
    progress(done=COMPUTED, total=EVERYTHING)
    warnings = [*dataset.notes, *statistics["warnings"]]
    return Outcome(fields={**fields, "result": {**result, **statistics, "warnings": warnings}})


def _advance(progress: Progress) -> Watcher:
    """Tell the person who waits how far a long computation is, and end it once nobody waits any more."""

    def advance(share: float | None) -> None:
        # Of several loops one after another, each begins anew; what was reached stays.
        reached = LOADED + round((COMPUTED - LOADED) * (share or 0))
        progress(done=max(progress.done, reached), total=EVERYTHING)

    return advance


def versions() -> dict[str, str]:
    """The software an answer was computed with."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def _require_same_rights(analysis: Analysis) -> None:
    try:
        rights = access.rights(user=analysis.requested_by, study=analysis.study)
    except Http404:
        rights = None
    if rights is None or not rights.asks or rights.scope != analysis.scope:
        raise Refusal("Your rights in this study have changed since you asked. Ask again.")


def _refused(refusal: NotComparable, **fields: Any) -> Outcome:
    message = {"text": refusal.note.text, "values": refusal.note.values}
    return Outcome(fields={**fields, "message": message}, status=JobStatus.REFUSED)
