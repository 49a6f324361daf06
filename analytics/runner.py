"""The doing: load the numbers at one moment, compare them, and hand back what is stored."""

import platform
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from django.http import Http404

from analytics.comparison import compare
from analytics.dataset import Dataset, load, sha256
from analytics.groupings import GROUPINGS, in_all_languages
from analytics.measurements import described_stain
from analytics.models import Analysis
from analytics.spec import AnalysisSpec, Assay
from analytics.stats import NotComparable
from cases import access
from cases.history import data_version
from cases.jobs import Outcome, Progress, Refusal
from cases.models import JobStatus
from cases.one_moment import one_moment
from expression.models import ExpressionDataset, Marker

SOFT_LIMIT_SECONDS = 300
HARD_LIMIT_SECONDS = 330
STEPS = 3
LIBRARIES = ("numpy", "scipy", "pandas", "django")


def answer(analysis: Analysis, progress: Progress) -> Outcome:
    """Answer a question from the data of one moment."""
    with one_moment(seconds=SOFT_LIMIT_SECONDS):
        return compute(analysis, progress)


def compute(analysis: Analysis, progress: Progress) -> Outcome:
    """What is stored of an answer. What cannot be compared is refused with a sentence and the counts behind it.

    Raises :class:`Refusal` when the asker's rights are no longer those the question was asked with.
    """
    spec = AnalysisSpec.from_mapping(analysis.spec)
    progress(done=0, total=STEPS)
    _require_same_rights(analysis)
    seen = data_version()
    question = describe(spec)
    try:
        dataset = load(spec=spec, by=analysis.requested_by)
    except NotComparable as refusal:
        return _refused(refusal, data_version=seen, result={"question": question})
    progress(done=1, total=STEPS)
    frozen = dataset.frozen()
    fields = {
        "data_version": seen,
        "frozen_input": frozen,
        "input_sha256": sha256(frozen),
        "versions": versions(),
    }
    result = {"question": question, **_population(dataset)}
    try:
        comparison = compare(values=dataset.values_by_group(), spec=spec)
    except NotComparable as refusal:
        return _refused(refusal, **fields, result=result)
    progress(done=2, total=STEPS)
    statistics = comparison.as_json()
    groups = [_with_names(group, dataset) for group in statistics["groups"]]
    warnings = [*dataset.notes, *statistics["warnings"]]
    return Outcome(fields={**fields, "result": {**result, **statistics, "groups": groups, "warnings": warnings}})


def describe(spec: AnalysisSpec) -> dict[str, Any]:
    """The names a reader needs, as they are now, in every language: marker, unit's dataset, stain, grouping."""
    marker = Marker.objects.get(symbol=spec.marker)
    dataset = (
        ExpressionDataset.objects.get(study__code=spec.study, code=spec.dataset)
        if spec.assay == Assay.PROFILE
        else None
    )
    return {
        "marker": {"symbol": marker.symbol, "name": marker.name},
        "grouping": in_all_languages(GROUPINGS[spec.grouping].label(spec.detail)),
        "dataset": dataset and {"code": dataset.code, "platform": dataset.platform, "source": dataset.source},
        "stain": described_stain(spec) if spec.assay == Assay.IHC else None,
    }


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


def _population(dataset: Dataset) -> dict[str, Any]:
    return {
        "unit": dataset.unit,
        "difference_unit": dataset.difference_unit,
        "reference_genes": dataset.reference_genes,
        "antibodies": [asdict(antibody) for antibody in dataset.antibodies],
        "population": {
            "flow": [{"step": step, "patients": count} for step, count in dataset.flow.items()],
            "samples": len(dataset.samples),
            "places": dataset.places,
            "exclusions": [
                {"reason": item.reason, "patients": item.patients, "samples": item.samples}
                for item in dataset.exclusions
            ],
        },
    }


def _with_names(group: dict[str, Any], dataset: Dataset) -> dict[str, Any]:
    code = group["label"]
    rest = {name: value for name, value in group.items() if name not in ("label", "n")}
    samples = dataset.samples_by_group()[code]
    return {"code": code, "labels": dataset.groups[code], "patients": group["n"], "samples": samples, **rest}
