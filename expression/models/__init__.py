from expression.models.marker import Marker, MarkerRole
from expression.models.profile import ExpressionDataset, ExpressionValue, ProfileUnit
from expression.models.qpcr import (
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
    ReferencePairing,
    TargetRole,
    WellReading,
    WellTask,
)

__all__ = [
    "ExpressionDataset",
    "ExpressionValue",
    "Marker",
    "MarkerRole",
    "ProfileUnit",
    "QpcrRun",
    "QpcrSample",
    "QpcrTarget",
    "QpcrWell",
    "ReferencePairing",
    "TargetRole",
    "WellReading",
    "WellTask",
]
