"""Answers about responses without a database: from counts by group, as the kind computes and stores them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analytics.kinds.response_proportions.dataset import Responses
from analytics.kinds.response_proportions.kind import ResponseProportionsKind
from analytics.kinds.response_proportions.spec import ResponseProportions
from cases.jobs import Progress

KIND = ResponseProportionsKind()
SPEC = {"study": "S", "criterion": "sclerosis", "grouping": "histology"}
MARKER = {"marker_assay": "profile", "marker_dataset": "RNA", "marker_marker": "TNFSF11"}
Counts = Mapping[str, Sequence[int]]


def spec_of(**changes: Any) -> ResponseProportions:
    return ResponseProportions.from_mapping({**SPEC, **changes})


def dataset_of(groups: Counts, columns: Mapping[str, Sequence[Any]] | None = None) -> Responses:
    """For each group as many responders, other patients and patients not evaluable; ``columns`` go on with them."""
    rows = pd.DataFrame(
        [
            (group, outcome)
            for group, counts in groups.items()
            for outcome, count in zip(("response", "no_response", "not_evaluable"), counts, strict=False)
            for _patient in range(count)
        ],
        columns=["group", "outcome"],
    )
    rows.insert(0, "patient", [f"P{number:03}" for number in range(len(rows))])
    levels: dict[str, Any] = {}
    for name, values in (columns or {}).items():
        rows[name] = list(values)
        if not pd.api.types.is_numeric_dtype(rows[name]):
            levels[name] = {code: {"en": f"{name} {code}"} for code in sorted(rows[name].dropna().unique())}
    return Responses(
        rows=rows,
        groups={group: {"en": f"Group {group}", "ja": f"群{group}"} for group in groups},
        levels=levels,
        measured={"unit": {"en": "log2(TPM+1)"}, "reference_genes": []},
        flow={"in_scope": len(rows) + 3, "treated": len(rows) + 1, "followed": len(rows), "analysed": len(rows)},
    )


def result_of(groups: Counts, columns: Mapping[str, Sequence[Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """What is stored of the answer, after a round trip through JSON."""
    return stored(dataset_of(groups, columns), spec_of(**changes))


def stored(dataset: Responses, spec: ResponseProportions) -> dict[str, Any]:
    computed = KIND.compute(dataset=dataset, spec=spec, progress=Progress())
    names = {
        "outcome": {"en": "Sclerosis"},
        "grouping": {"en": "Histology"},
        "stratum": {"en": "Sex"} if spec.stratum else None,
        "covariates": {code: {"en": f"The {code}"} for code in spec.covariates},
        "step": spec.step.value,
        "marker": {"symbol": "TNFSF11", "name": "RANKL"},
    }
    result = {"question": names, **dataset.described(), **computed}
    return dict(json.loads(json.dumps(result, allow_nan=False)))
