"""The numbers of the expression explorer: one value per patient, described group by group, nothing tested."""

from typing import Any

import numpy as np
from django.db.models import QuerySet

from analytics.dashboards.keeping import Kept
from analytics.dashboards.measuring import kept_measurements
from analytics.groupings import GROUPINGS, in_all_languages
from analytics.kinds.expression_by_group.dataset import Samples, load
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.measurements import described
from analytics.population import keys_of, patients_of, with_keys
from analytics.stats.samples import summary
from cases.models import Patient


def explored(*, spec: ExpressionByGroup, kept: Kept) -> dict[str, Any]:
    """``result``, of the shape of a stored comparison of which nothing was compared, and the frozen ``rows`` behind it.

    Raises ``NotComparable`` where the values cannot stand together.
    """
    kept.rights.require("sees_rows")

    def answer() -> dict[str, Any]:
        patients = chosen(spec=spec, kept=kept)
        return _described(
            load(spec=spec, by=kept.by, patients=patients, measured_by=kept_measurements(kept)), spec=spec
        )

    return kept.get("expression", spec, answer)


def chosen(*, spec: ExpressionByGroup, kept: Kept) -> QuerySet[Patient]:
    """The patients of the question: the same, whatever is asked about them."""

    def keys() -> list[int]:
        return keys_of(patients_of(spec=spec, by=kept.by))

    return with_keys(kept.keep("patients", keys, about={"study": spec.study, "population": spec.population.as_json()}))


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
