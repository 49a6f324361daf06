"""Checks of measurements; importing this package registers them, see :mod:`cases.quality.registry`."""

from expression.quality import ihc_checks, pathology_checks, qpcr_checks, run_checks, western_checks

__all__ = ["ihc_checks", "pathology_checks", "qpcr_checks", "run_checks", "western_checks"]
