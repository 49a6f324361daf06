"""The one test by which an answer counts in a family of tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scale(TextChoices):
    """What an estimate is, and hence with which others it can be drawn."""

    SHIFT = "shift", _("Shift")
    MEAN_DIFFERENCE = "mean_difference", _("Difference of means")
    SUPERIORITY = "superiority", _("Probability of superiority")
    HAZARD_RATIO = "hazard_ratio", _("Hazard ratio")
    RISK_DIFFERENCE = "risk_difference", _("Difference of shares")
    CORRELATION = "correlation", _("Correlation")

    @property
    def nothing(self) -> float:
        """The estimate of no difference."""
        return {Scale.HAZARD_RATIO: 1.0, Scale.SUPERIORITY: 0.5}.get(self, 0.0)


@dataclass(frozen=True, kw_only=True)
class Tested:
    """The p-value, and the estimate it belongs to with its interval; ``None`` where there is none, or it is withheld.

    ``of`` names what was estimated as far as the question does not, such as “SSX1 − SSX2”; ``unit`` is that of a shift.
    """

    p_value: float | None
    scale: Scale | None = None
    of: str = ""
    unit: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_ratio(self) -> bool:
        return self.scale == Scale.HAZARD_RATIO


def with_effect(
    effect: Mapping[str, Any] | None, *, p_value: float | None, scale: Scale, of: str = "", unit: str = ""
) -> Tested:
    """From an effect as it is stored; without one the p-value stands alone."""
    if not effect:
        return Tested(p_value=p_value, of=of)
    interval = effect["interval"] or {"low": None, "high": None}
    ends = {"value": effect["estimate"], "low": interval["low"], "high": interval["high"]}
    return Tested(p_value=p_value, scale=scale, of=of, unit=unit, **ends)
