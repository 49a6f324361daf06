"""The numbers of the dashboard of concordance: those of the questions about associations, and agreement by category."""

from collections.abc import Callable
from typing import Any

from analytics.dashboards.concordance.categories import agreement_by_cutoff
from analytics.dashboards.keeping import Kept
from analytics.dashboards.measuring import kept_measurements
from analytics.kinds import KINDS
from analytics.kinds.association.dataset import Pairs
from analytics.kinds.association.dataset import load as load_pairs
from analytics.kinds.association.spec import Association
from analytics.kinds.marker_matrix.dataset import Matrix
from analytics.kinds.marker_matrix.dataset import load as load_matrix
from analytics.kinds.marker_matrix.spec import MarkerMatrix
from analytics.stats import NotComparable
from cases.jobs import Progress


def concordance(*, question: Association, kept: Kept) -> dict[str, Any]:
    """``result`` of the shape of a stored answer, the frozen ``rows`` behind it, and ``categories`` by each cut-off.

    Without a result ``refusal`` says why. Raises ``PermissionDenied`` for who may not see single patients.
    """
    kept.rights.require("sees_rows")
    return kept.get(
        "concordance",
        question,
        lambda: {
            **_answered(question, load_pairs, kept=kept),
            "categories": agreement_by_cutoff(question, by=kept.by, measured_by=kept_measurements(kept)),
        },
    )


def matrix(*, question: MarkerMatrix, kept: Kept) -> dict[str, Any]:
    """``result`` and ``rows`` of the matrix, or the ``refusal``."""
    kept.rights.require("sees_rows")
    return kept.get("matrix", question, lambda: _answered(question, load_matrix, kept=kept))


def _answered(
    question: Association | MarkerMatrix, load: Callable[..., Pairs | Matrix], *, kept: Kept
) -> dict[str, Any]:
    """The answer of a question as its kind gives it, here and now, of kept measurements."""
    kind = KINDS[question.kind]
    try:
        dataset = load(spec=question, by=kept.by, measured_by=kept_measurements(kept))
        statistics = kind.compute(dataset=dataset, spec=question, progress=Progress())
    except NotComparable as refusal:
        note = {"text": refusal.note.text, "values": refusal.note.values}
        return {"result": None, "rows": {"columns": [], "rows": []}, "refusal": note}
    result = {"question": kind.describe(question), **dataset.described(), **statistics}
    result["warnings"] = [*dataset.notes, *statistics["warnings"]]
    return {"result": result, "rows": dataset.frozen(), "refusal": None}
