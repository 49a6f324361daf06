"""The percentages of cells at each intensity, and the scores which they make."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from expression.models.scale import Scale
from expression.scoring import (
    StainIntensity,
    allred,
    h_score,
    immunoreactive_score,
    percent_positive,
    stain_intensity,
)

PERCENTAGES = ("percent_0", "percent_1", "percent_2", "percent_3")
SCORED = (
    "h_score",
    "percent_positive",
    "immunoreactive_score",
    "allred_score",
    "scored_intensity",
    "intensity_is_derived",
)
"""Properties of a reading which its percentages make."""


class Intensity(models.IntegerChoices):
    NEGATIVE = 0, _("0 negative")
    WEAK = 1, _("1+ weak")
    MODERATE = 2, _("2+ moderate")
    STRONG = 3, _("3+ strong")


SCORES: dict[str, Callable[[Any, int | None], Decimal | int]] = {
    Scale.H_SCORE: lambda cells, _as_read: h_score(cells),
    Scale.PERCENT_POSITIVE: lambda cells, _as_read: percent_positive(cells),
    Scale.IMMUNOREACTIVE: lambda cells, as_read: immunoreactive_score(cells, intensity=_intensity(cells, as_read)),
    Scale.ALLRED: lambda cells, as_read: allred(cells, intensity=_intensity(cells, as_read)),
}
"""How percentages, and the intensity as it was read, make the score of each scale."""


def _intensity(cells: Any, as_read: int | None) -> int:
    return stain_intensity(cells, as_read=as_read).value


class Scored:
    """What a reading of percentages, an intensity or a recorded score amounts to on each scale."""

    intensity: Any
    recorded_score: Any
    recorded_scale: Any

    @property
    def percentages(self) -> tuple[Decimal, Decimal, Decimal, Decimal] | None:
        """Of cells at 0, 1+, 2+ and 3+; None where they were not recorded."""
        cells: Any = tuple(getattr(self, name) for name in PERCENTAGES)
        return None if None in cells else cells

    @property
    def stain_intensity(self) -> StainIntensity | None:
        """What the immunoreactive and the Allred score rest on; None without percentages."""
        return None if self.percentages is None else stain_intensity(self.percentages, as_read=self.intensity)

    def score(self, scale: str) -> Decimal | int | None:
        """On one scale: as recorded, or of the percentages. A summary on another scale says nothing about this one."""
        if self.recorded_score is not None:
            return self.recorded_score if self.recorded_scale == scale else None
        percentages = self.percentages
        return None if percentages is None else SCORES[scale](percentages, self.intensity)

    @property
    def h_score(self) -> float | None:
        return self._number(Scale.H_SCORE)

    @property
    def percent_positive(self) -> float | None:
        return self._number(Scale.PERCENT_POSITIVE)

    @property
    def immunoreactive_score(self) -> float | None:
        return self._number(Scale.IMMUNOREACTIVE)

    @property
    def allred_score(self) -> float | None:
        return self._number(Scale.ALLRED)

    @property
    def scored_intensity(self) -> int | None:
        """The intensity in the immunoreactive and the Allred score."""
        return self.stain_intensity.value if self.stain_intensity else None

    @property
    def intensity_is_derived(self) -> bool | None:
        """Whether nobody read that intensity."""
        return self.stain_intensity.derived if self.stain_intensity else None

    def _number(self, scale: str) -> float | None:
        score = self.score(scale)
        return None if score is None else float(score)
