"""The numbers of the expression explorer: one value per patient, described group by group, nothing tested."""

from typing import Any

import numpy as np

from analytics.dashboards.keeping import Kept
from analytics.groupings import GROUPINGS, in_all_languages
from analytics.kinds.expression_by_group.dataset import Samples, load
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.measurements import Measurements, described, measurements
from analytics.spec import Measure
from analytics.stats.samples import summary
from cases.access import Person


def explored(*, spec: ExpressionByGroup, kept: Kept) -> dict[str, Any]:
    """``result``, of the shape of a stored comparison of which nothing was compared, and the frozen ``rows`` behind it.

    Raises ``NotComparable`` where the values cannot stand together.
    """
    kept.rights.require("sees_rows")

    def measured(*, measure: Measure, by: Person) -> Measurements:
        """Kept apart from the answer: another population or grouping asks for the same values."""
        about = measure.measure_json()
        return kept.keep("measurements", lambda: measurements(measure=measure, by=by), about=about)

    def answer() -> dict[str, Any]:
        return _described(load(spec=spec, by=kept.by, measured_by=measured), spec=spec)

    return kept.get("expression", spec, answer)


def _described(dataset: Samples, *, spec: ExpressionByGroup) -> dict[str, Any]:
    grouping = in_all_languages(GROUPINGS[spec.grouping].label(spec.detail))
    result = {
        "question": {**described(spec), "grouping": grouping},
        **dataset.described(),
        "groups": _groups(dataset),
        "comparison": None,
        "pairs": None,
        "warnings": dataset.notes,
    }
    return {"result": result, "rows": dataset.frozen()}


def _groups(dataset: Samples) -> list[dict[str, Any]]:
    """Number of patients and samples, median, quartiles and range of each group; ``None`` where nobody is in it."""
    samples = dataset.samples_by_group()
    return [
        {
            "code": code,
            "labels": dataset.groups[code],
            "patients": len(values),
            "samples": samples[code],
            **_quantiles(code, values),
        }
        for code, values in dataset.values_by_group().items()
    ]


def _quantiles(code: str, values: list[float]) -> dict[str, float | None]:
    names = ("median", "q1", "q3", "minimum", "maximum")
    if not values:
        return dict.fromkeys(names)
    of_group = summary(code, np.array(values))
    return {name: getattr(of_group, name) for name in names}
