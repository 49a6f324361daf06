"""Patients by the histology of the index diagnosis."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from analytics.groupings import in_all_languages
from cases.derived.course import Course
from cases.models import Histology


def histologies(everybody: Sequence[Course]) -> list[dict[str, Any]]:
    """The number of patients of each, the most first; those without an index diagnosis have a blank name."""
    found: dict[Histology | None, int] = Counter(index_histology(course) for course in everybody)
    return [
        {
            "name": histology.name if histology else "",
            "labels": in_all_languages(histology or _("No index diagnosis")),
            "patients": number,
        }
        for histology, number in sorted(found.items(), key=lambda item: (-item[1], str(item[0])))
    ]


def index_histology(course: Course) -> Histology | None:
    return next((one.histology for one in course.diagnoses if one.is_index), None)
