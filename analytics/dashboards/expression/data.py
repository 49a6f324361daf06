"""The numbers of the expression explorer: one value per patient, described group by group, nothing tested."""

from typing import Any

import numpy as np
from django.core.cache import cache

from analytics.groupings import GROUPINGS, in_all_languages
from analytics.kinds.expression_by_group.dataset import Samples, load
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.measurements import described
from analytics.stats.samples import summary
from cases.access import Person, StudyRights
from cases.history import data_version

SECONDS_KEPT = 3600


def explored(*, spec: ExpressionByGroup, by: Person, rights: StudyRights) -> dict[str, Any]:
    """``result``, of the shape of a stored comparison of which nothing was compared, and the frozen ``rows`` behind it.

    Kept until a row changes, for each person apart: what a reader of stains sees depends on what this reader has
    scored. Raises ``NotComparable`` where the values cannot stand together.
    """
    rights.require("sees_rows")
    key = f"explored:{spec.digest(f'{rights.scope} {rights.role} {by.pk} {data_version()}')}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _described(load(spec=spec, by=by), spec=spec)
        cache.set(key, found, SECONDS_KEPT)
    return found


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
