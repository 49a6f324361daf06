"""Checks of measurements; importing this package registers them, see :mod:`cases.quality.registry`."""

from expression.quality import ihc_checks, qpcr_checks

__all__ = ["ihc_checks", "qpcr_checks"]
