"""The findings board: published findings as declared questions, each with a verdict on today's answer."""

from analytics.findings.base import Estimate, Finding, Part, Verdict
from analytics.findings.declared import FINDINGS

__all__ = ["FINDINGS", "Estimate", "Finding", "Part", "Verdict"]
