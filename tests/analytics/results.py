"""Results as they are stored, without a database."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from analytics.kinds.expression_by_group.comparison import compare
from analytics.kinds.expression_by_group.spec import ExpressionByGroup

SPEC = {"study": "S", "assay": "profile", "dataset": "RNA", "marker": "TNFSF11", "grouping": "histology"}


def result_of(
    values: Mapping[str, Sequence[float]], *, exclusions: Sequence[Mapping[str, Any]] = (), **changes: Any
) -> dict[str, Any]:
    """What an analysis of these groups stores, after a round trip through JSON; one sample a patient."""
    spec = ExpressionByGroup.from_mapping({**SPEC, **changes})
    statistics = compare(values={code: list(group) for code, group in values.items()}, spec=spec).as_json()
    total = sum(len(group) for group in values.values())
    groups = [
        {
            "code": group["label"],
            "labels": {"en": group["label"], "ja": f"{group['label']}群"},
            "patients": group["n"],
            "samples": group["n"],
            **{name: group[name] for name in ("median", "q1", "q3", "minimum", "maximum")},
        }
        for group in statistics["groups"]
    ]
    result = {
        "question": {
            "marker": {"symbol": "TNFSF11", "name": "RANKL"},
            "grouping": {"en": "Histology", "ja": "組織型"},
            "dataset": {"code": "RNA", "platform": "RNA-seq", "source": ""},
        },
        "unit": {"en": "log2(TPM+1)", "ja": "log2(TPM+1)"},
        "difference_unit": {"en": "log2(TPM+1)", "ja": "log2(TPM+1)"},
        "reference_genes": [],
        "population": {
            "flow": [{"step": "in_scope", "patients": total + 3}, {"step": "compared", "patients": total}],
            "samples": total,
            "exclusions": list(exclusions),
        },
        **statistics,
        "groups": groups,
    }
    return dict(json.loads(json.dumps(result, allow_nan=False)))
