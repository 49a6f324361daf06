"""The arithmetic of the assays, on plain numbers. No Django."""

from expression.scoring.ihc import h_score
from expression.scoring.qpcr import (
    CONTROL_MARGIN,
    PERFECT_EFFICIENCY,
    REPLICATE_SD_LIMIT,
    Assay,
    ControlSignal,
    DeltaCq,
    Flag,
    Reading,
    Reason,
    RelativeQuantity,
    Status,
    UndeterminedPolicy,
    control_signals,
    delta_cq,
    efficiency_from_slope,
    relative_quantity,
)

__all__ = [
    "CONTROL_MARGIN",
    "PERFECT_EFFICIENCY",
    "REPLICATE_SD_LIMIT",
    "Assay",
    "ControlSignal",
    "DeltaCq",
    "Flag",
    "Reading",
    "Reason",
    "RelativeQuantity",
    "Status",
    "UndeterminedPolicy",
    "control_signals",
    "delta_cq",
    "efficiency_from_slope",
    "h_score",
    "relative_quantity",
]
