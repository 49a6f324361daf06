"""Competing risks: several kinds of event of which the first to come makes the others impossible."""

from analytics.stats.competing.cumulative_incidence import (
    CumulativeIncidenceResult,
    IncidenceCurve,
    cumulative_incidence,
)
from analytics.stats.competing.fine_gray import FineGrayResult, FineGrayTerm, fine_gray
from analytics.stats.competing.gray import GrayResult, GrayTest, gray_test

__all__ = [
    "CumulativeIncidenceResult",
    "FineGrayResult",
    "FineGrayTerm",
    "GrayResult",
    "GrayTest",
    "IncidenceCurve",
    "cumulative_incidence",
    "fine_gray",
    "gray_test",
]
