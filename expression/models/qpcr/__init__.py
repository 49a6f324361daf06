"""Quantitative PCR: a run, its targets and samples, and what was read in each well."""

from expression.models.qpcr.run import QpcrRun, ReferencePairing
from expression.models.qpcr.sample import QpcrSample
from expression.models.qpcr.target import EfficiencySource, QpcrTarget, TargetRole
from expression.models.qpcr.well import QpcrPrintedResult, QpcrWell, WellReading, WellTask

__all__ = [
    "EfficiencySource",
    "QpcrPrintedResult",
    "QpcrRun",
    "QpcrSample",
    "QpcrTarget",
    "QpcrWell",
    "ReferencePairing",
    "TargetRole",
    "WellReading",
    "WellTask",
]
