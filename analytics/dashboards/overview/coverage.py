"""Which markers were measured by which assay in which histologies."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from analytics.groupings import in_all_languages
from cases.access import StudyRights
from cases.models import Patient
from expression.coverage import AssayCoverage, assay_coverage


def coverage(*, rights: StudyRights, patients: QuerySet[Patient] | None) -> list[dict[str, Any]]:
    """One entry for each assay that was used, of all patients or of these. Cells are in the order of the markers;
    ``None`` stands for a number that is withheld.
    """
    return [_assay(one) for one in assay_coverage(rights=rights, patients=patients)]


def _assay(one: AssayCoverage) -> dict[str, Any]:
    labels = in_all_languages(one.assay.title)
    return {
        "code": slugify(labels["en"]),
        "assay": one.assay.code,
        "labels": labels,
        "markers": [{"symbol": marker.symbol, "name": marker.name} for marker in one.markers],
        "rows": [
            {
                "histology": row.name,
                "patients": [cell.patients for cell in row.cells],
                "measurements": [cell.measurements for cell in row.cells],
            }
            for row in one.rows
        ],
        "measured": _largest(one.rows),
    }


def _largest(rows: Sequence[Any]) -> int:
    """The largest number of patients in a cell."""
    return max((cell.patients or 0 for row in rows for cell in row.cells), default=0)
