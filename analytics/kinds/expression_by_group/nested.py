"""The comparison of all samples by a mixed model: they come from patients, who stay the independent units."""

from typing import Any

import numpy as np
import pandas as pd

from analytics.kinds.expression_by_group.comparison import dicts
from analytics.stats import ClusteredResult, MeanComparison, mixed_model
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import summary


def compare_nested(*, samples: pd.DataFrame, groups: dict[str, list[float]], reference: str) -> dict[str, Any]:
    """The part of a stored result that the statistics decide, of samples with patient, group and value.

    ``groups`` are the patients' own values, by which groups are described and drawn: one for each patient.

    Raises :class:`NotComparable` where no patient has several samples, say.
    """
    result = mixed_model(
        samples["value"], samples["group"], samples["patient"], order=list(groups), reference=reference or None
    )
    return {
        "groups": [summary(label, np.array(values)).to_dict() for label, values in groups.items()],
        "comparison": _overall(result),
        "pairs": _pairs(result, reference) if len(groups) > 2 else None,
        "warnings": dicts(result.warnings),
        "references": list(result.references),
    }


def _overall(result: ClusteredResult) -> dict[str, Any]:
    """``variation`` is ``None`` where all values are equal."""
    return {
        "method": result.method,
        "statistic_name": result.statistic_name,
        "statistic": result.statistic,
        "degrees_of_freedom": result.degrees_of_freedom,
        "denominator_degrees": result.denominator_degrees,
        "p_value": result.p_value,
        "p_kind": "asymptotic",
        "asymptotic_p": None,
        "margin": None,
        "effects": dicts(result.comparisons[0].effects) if len(result.groups) == 2 else [],
        "variation": result.variation.to_dict() if result.variation else None,
    }


def _pairs(result: ClusteredResult, reference: str) -> dict[str, Any]:
    return {
        "method": _("t tests of the differences of means"),
        "adjustment": "holm",
        "reference": reference or None,
        "statistic_name": "t",
        "comparisons": [_pair(pair) for pair in result.comparisons],
    }


def _pair(pair: MeanComparison) -> dict[str, Any]:
    kept = {name: getattr(pair, name) for name in ("first", "second", "statistic", "p_value", "adjusted_p")}
    return {**kept, "effects": dicts(pair.effects)}
