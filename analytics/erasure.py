"""Answers an erased patient was part of: its rows leave the frozen input, and the answer says so."""

from typing import Any

from analytics.models import Analysis
from cases.erasure import Erased, register


@register
def frozen_inputs(erased: Erased) -> None:
    """The numbers of an answer stay as they were computed; ``frozen_input["erased"]`` counts the patients gone."""
    for analysis in Analysis.objects.filter(study=erased.patient.study):
        frozen = analysis.frozen_input
        rows = frozen["rows"] if frozen else []
        kept = [row for row in rows if not _is_of(row, erased)]
        fields: dict[str, Any] = {}
        if frozen and len(kept) < len(rows):
            fields["frozen_input"] = frozen | {"rows": kept, "erased": frozen.get("erased", 0) + 1}
            erased.removed["rows of frozen inputs"] += len(rows) - len(kept)
        for name in ("result", "message"):
            stored = getattr(analysis, name)
            if (clean := erased.without_codes(stored)) != stored:
                fields[name] = clean
        if fields:
            Analysis.objects.filter(pk=analysis.pk).update(**fields)


def _is_of(row: list[Any], erased: Erased) -> bool:
    return any(isinstance(value, str) and value in erased.codes for value in row)
