"""The standard curves of a run, target by target, and what their efficiencies are used for."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from expression.models import EfficiencySource, QpcrTarget, QpcrWell, WellReading, WellTask
from expression.result_row import MINUS, Text
from expression.scoring import (
    LARGEST_EFFICIENCY,
    USUAL_EFFICIENCY,
    NoEfficiency,
    Standard,
    StandardCurve,
    standard_curve,
)

REASONS = {
    NoEfficiency.NOT_DETECTED: gettext_lazy("Every standard is undetermined, so there is no curve."),
    NoEfficiency.ONE_DILUTION: gettext_lazy("The standards have one quantity only: a curve needs at least two."),
    NoEfficiency.NOT_FALLING: gettext_lazy(
        "The Cq do not fall as the quantity grows, so the standards show no efficiency. Check their quantities."
    ),
}


@dataclass(frozen=True, kw_only=True)
class TargetCurve:
    """The curve of the standards of one target."""

    target: QpcrTarget
    curve: StandardCurve

    @property
    def adoptable(self) -> bool:
        """Whether a person may calculate with this efficiency: there is one, it is storable, and it is not used yet."""
        efficiency = self.curve.efficiency
        return efficiency is not None and efficiency <= LARGEST_EFFICIENCY and not self.in_use

    @property
    def in_use(self) -> bool:
        return self.target.efficiency_source == EfficiencySource.CURVE and (
            self.target.efficiency == self.curve.efficiency
        )

    @property
    def is_outdated(self) -> bool:
        """The efficiency was adopted, and the standards show another one since."""
        return self.target.efficiency_source == EfficiencySource.CURVE and not self.in_use

    @property
    def slope_text(self) -> str:
        return _number(self.curve.slope, 3)

    @property
    def intercept_text(self) -> str:
        return _number(self.curve.intercept, 3)

    @property
    def r_squared_text(self) -> str:
        return _number(self.curve.r_squared, 4)

    @property
    def efficiency_text(self) -> str:
        return _number(self.curve.efficiency, 3)

    @property
    def remarks(self) -> list[Text]:
        """Why there is no efficiency, or what to doubt about it."""
        curve = self.curve
        remarks: list[Text] = [REASONS[curve.reason]] if curve.reason else []
        if curve.efficiency is not None and not curve.is_usual:
            lowest, highest = USUAL_EFFICIENCY
            remarks.append(
                _("An efficiency outside %(lowest)s–%(highest)s is to be doubted.")
                % {"lowest": lowest, "highest": highest}
            )
        if curve.undetermined:
            remarks.append(
                ngettext(
                    "%(number)s undetermined standard is no point of the curve.",
                    "%(number)s undetermined standards are no points of the curve.",
                    curve.undetermined,
                )
                % {"number": curve.undetermined}
            )
        if self.is_outdated:
            remarks.append(_("The efficiency in use was taken from this curve before its standards changed."))
        return remarks

    @property
    def sentence(self) -> str:
        """What the standards show."""
        if self.curve.reason:
            return f"{self.target}: {REASONS[self.curve.reason]}"
        return _(
            "%(target)s: efficiency %(efficiency)s per cycle (slope %(slope)s, R² %(fit)s, %(points)s wells in "
            "%(dilutions)s dilutions)."
        ) % {
            "target": self.target,
            "efficiency": self.efficiency_text,
            "slope": self.slope_text,
            "fit": self.r_squared_text,
            "points": self.curve.points,
            "dilutions": self.curve.dilutions,
        }


def curves_of(*, targets: Iterable[QpcrTarget], wells: Iterable[QpcrWell]) -> list[TargetCurve]:
    """The curve of each target that has standards of known quantity; omitted and unread wells are no points."""
    standards: dict[int, list[Standard]] = {}
    for well in wells:
        counts = well.task == WellTask.STANDARD and not well.omitted and well.reading != WellReading.NOT_READ
        if counts and well.quantity is not None:
            standards.setdefault(well.target_id, []).append(Standard(quantity=well.quantity, cq=well.cq))
    return [
        TargetCurve(target=target, curve=standard_curve(standards[target.pk]))
        for target in targets
        if target.pk in standards
    ]


def _number(value: float | None, decimals: int) -> str:
    return "–" if value is None else f"{value:.{decimals}f}".replace("-", MINUS)
