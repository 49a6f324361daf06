"""What immunohistochemistry is scored on and by which scale."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StainedCell(models.TextChoices):
    TUMOUR = "tumour", _("Tumour cell")
    STROMAL = "stromal", _("Stromal cell")
    GIANT_CELL = "giant_cell", _("Giant cell")
    OSTEOCLAST = "osteoclast", _("Osteoclast")
    OSTEOBLAST = "osteoblast", _("Osteoblast")
    CHONDROCYTE = "chondrocyte", _("Chondrocyte")
    HAEMATOPOIETIC = "haematopoietic", _("Haematopoietic cell")
    OTHER = "other", _("Other cell")


class Compartment(models.TextChoices):
    MEMBRANE = "membrane", _("Membrane")
    CYTOPLASM = "cytoplasm", _("Cytoplasm")
    NUCLEUS = "nucleus", _("Nucleus")
    NOT_STATED = "not_stated", _("Not stated")


class Scale(models.TextChoices):
    """Summary scores of immunohistochemistry; see :mod:`expression.scoring`."""

    H_SCORE = "h_score", _("H-score")
    IMMUNOREACTIVE = "irs", _("Immunoreactive score")
    ALLRED = "allred", _("Allred score")
    PERCENT_POSITIVE = "percent_positive", _("Positive cells, %")


LARGEST = {Scale.H_SCORE: 300, Scale.IMMUNOREACTIVE: 12, Scale.ALLRED: 8, Scale.PERCENT_POSITIVE: 100}
"""The largest score of each scale; the smallest is 0."""


def within_scale(*, scale: str, score: str) -> Q:
    """The condition that the column ``score`` lies on the scale which the column ``scale`` names."""
    condition = Q()
    for name, largest in LARGEST.items():
        condition |= Q(**{scale: name, f"{score}__range": (0, largest)})
    return condition
