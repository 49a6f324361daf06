"""Checks of the clinical record: what they look for, what they find, and the run that asks about it.

Importing this package registers the checks of ``cases``; see :mod:`cases.quality.registry` for those of other apps.
"""

from cases.quality import course_checks, outcome_checks, person_checks, specimen_checks
from cases.quality.findings import Finding, findings
from cases.quality.registry import Check, Severity, check, registered

__all__ = [
    "Check",
    "Finding",
    "Severity",
    "check",
    "course_checks",
    "findings",
    "outcome_checks",
    "person_checks",
    "registered",
    "specimen_checks",
]
