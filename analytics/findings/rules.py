"""The rules of verdicts. Each has a confirmed side, a refuted side, and an interval too wide to tell them apart."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from analytics.findings.base import Estimate, Verdict


@dataclass(frozen=True, kw_only=True)
class Above:
    """Confirmed where the whole interval lies above ``nothing``, no effect.

    Not confirmed where it lies below ``worthwhile``, the smallest effect that would matter: such an effect is then
    excluded. An interval that holds both answers nothing.
    """

    nothing: float
    worthwhile: float

    def judge(self, estimate: Estimate) -> Verdict:
        if estimate.low is not None and estimate.low > self.nothing:
            return Verdict.CONFIRMED
        if estimate.high is not None and estimate.high < self.worthwhile:
            return Verdict.NOT_CONFIRMED
        return Verdict.NOT_ENOUGH

    @property
    def words(self) -> str:
        text = _(
            "Confirmed if the whole interval is above {nothing}; not confirmed if it is all below {worthwhile}; "
            "otherwise it is too wide."
        )
        return text.format(nothing=f"{self.nothing:.3g}", worthwhile=f"{self.worthwhile:.3g}")


@dataclass(frozen=True, kw_only=True)
class Below:
    """As :class:`Above`, downwards: of a ratio of hazards, say."""

    nothing: float
    worthwhile: float

    def judge(self, estimate: Estimate) -> Verdict:
        if estimate.high is not None and estimate.high < self.nothing:
            return Verdict.CONFIRMED
        if estimate.low is not None and estimate.low > self.worthwhile:
            return Verdict.NOT_CONFIRMED
        return Verdict.NOT_ENOUGH

    @property
    def words(self) -> str:
        text = _(
            "Confirmed if the whole interval is below {nothing}; not confirmed if it is all above {worthwhile}; "
            "otherwise it is too wide."
        )
        return text.format(nothing=f"{self.nothing:.3g}", worthwhile=f"{self.worthwhile:.3g}")


@dataclass(frozen=True, kw_only=True)
class Near:
    """Confirmed where the interval holds the reported share and is at most ``widest`` wide."""

    reported: float
    widest: float

    def judge(self, estimate: Estimate) -> Verdict:
        if estimate.low is None or estimate.high is None:
            return Verdict.NOT_ENOUGH
        if not estimate.low <= self.reported <= estimate.high:
            return Verdict.NOT_CONFIRMED
        return Verdict.CONFIRMED if estimate.high - estimate.low <= self.widest else Verdict.NOT_ENOUGH

    @property
    def words(self) -> str:
        text = _(
            "Confirmed if the interval holds {reported}% and is at most {widest} points wide; not confirmed if it does "
            "not hold it; otherwise it is too wide."
        )
        return text.format(reported=f"{100 * self.reported:g}", widest=f"{100 * self.widest:g}")


@dataclass(frozen=True, kw_only=True)
class Everybody:
    """Confirmed where every patient responded and the interval begins above ``least``."""

    least: float

    def judge(self, estimate: Estimate) -> Verdict:
        if estimate.value is None or estimate.low is None:
            return Verdict.NOT_ENOUGH
        if estimate.value < 1:
            return Verdict.NOT_CONFIRMED
        return Verdict.CONFIRMED if estimate.low > self.least else Verdict.NOT_ENOUGH

    @property
    def words(self) -> str:
        text = _(
            "Confirmed if all responded and the interval begins above {least}%; not confirmed if one did not respond; "
            "otherwise there are too few patients."
        )
        return text.format(least=f"{100 * self.least:g}")


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """Decided by one patient, or where there is none by excluding a share of ``rare`` or more."""

    rare: float
    by_one: ClassVar[Verdict]
    by_none: ClassVar[Verdict]

    def judge(self, estimate: Estimate) -> Verdict:
        if estimate.value is None or estimate.high is None:
            return Verdict.NOT_ENOUGH
        if estimate.value > 0:
            return self.by_one
        return self.by_none if estimate.high < self.rare else Verdict.NOT_ENOUGH


class Nobody(Occurrence):
    """Confirmed where no patient is positive and a share of ``rare`` or more is excluded."""

    by_one, by_none = Verdict.NOT_CONFIRMED, Verdict.CONFIRMED

    @property
    def words(self) -> str:
        text = _(
            "Confirmed if no patient is positive and the interval ends below {rare}%; not confirmed if one is; "
            "otherwise there are too few patients."
        )
        return text.format(rare=f"{100 * self.rare:g}")


class Somebody(Occurrence):
    """Confirmed where one patient responded; not confirmed where a share of ``rare`` or more is excluded."""

    by_one, by_none = Verdict.CONFIRMED, Verdict.NOT_CONFIRMED

    @property
    def words(self) -> str:
        text = _(
            "Confirmed if one patient responded; not confirmed if none did and the interval ends below {rare}%; "
            "otherwise there are too few patients."
        )
        return text.format(rare=f"{100 * self.rare:g}")


@dataclass(frozen=True, kw_only=True)
class Within:
    """Equivalence: confirmed where the whole interval lies within ±``margin``, not confirmed where all lies outside."""

    margin: float

    def judge(self, estimate: Estimate) -> Verdict:
        if estimate.low is None or estimate.high is None:
            return Verdict.NOT_ENOUGH
        if -self.margin < estimate.low and estimate.high < self.margin:
            return Verdict.CONFIRMED
        is_outside = estimate.low > self.margin or estimate.high < -self.margin
        return Verdict.NOT_CONFIRMED if is_outside else Verdict.NOT_ENOUGH

    @property
    def words(self) -> str:
        text = _(
            "Confirmed if the whole interval is within ±{margin}; not confirmed if it is all outside; otherwise it is "
            "too wide."
        )
        return text.format(margin=f"{self.margin:g}")
