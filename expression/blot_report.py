"""What a western blot says: ratios in a table, in sentences, and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from expression.blot_ratios import LaneRatio, Measure, lane_ratios
from expression.models import Band, Lane, WesternBlot
from expression.result_row import MINUS, significant
from expression.scoring import BlotFlag, BlotReason, BlotStatus

Text = str | Promise

REASONS: dict[BlotReason, Text] = {
    BlotReason.PHOSPHO_MISSING: gettext_lazy("The lane has no band of the phosphorylated protein."),
    BlotReason.TOTAL_MISSING: gettext_lazy("The lane has no band of the total protein."),
    BlotReason.TOTAL_ZERO: gettext_lazy("The total protein has a volume of zero: nothing can be divided by it."),
    BlotReason.SEVERAL_TOTALS: gettext_lazy(
        "The total protein is on several other membranes: keep the one that belongs to this ratio."
    ),
    BlotReason.CONTROL_MISSING: gettext_lazy("A loading control has no band in this lane."),
    BlotReason.CONTROL_ZERO: gettext_lazy("A loading control has a volume of zero: nothing can be divided by it."),
    BlotReason.NO_CALIBRATOR: gettext_lazy("No lane shown is the calibrator."),
    BlotReason.CALIBRATOR_WITHOUT_VALUE: gettext_lazy("The calibrator lane has no ratio of this target."),
}
FLAGS: dict[BlotFlag, Text] = {
    BlotFlag.SATURATED: gettext_lazy("A band is saturated: shown, but left out of analyses."),
    BlotFlag.CALIBRATOR_SATURATED: gettext_lazy(
        "A band of the calibrator lane is saturated: shown, but left out of analyses."
    ),
}
BELOW = gettext_lazy("Below detection: the band has a volume of zero, and zero has no log2.")

COLUMNS = [
    "blot",
    "lane",
    "specimen",
    "patient",
    "cell_line",
    "treatment",
    "calibrator",
    "target",
    "symbol",
    "phospho_site",
    "membrane",
    "divided_by",
    "status",
    "reason",
    "flags",
    "ratio",
    "relative_to_calibrator",
    "log2",
    "log2_for_analysis",
]


@dataclass(frozen=True, kw_only=True)
class RatioRow:
    """One measure in one lane, as a reader sees it."""

    result: LaneRatio

    @property
    def lane(self) -> Lane:
        return self.result.lane

    @property
    def ratio_text(self) -> str:
        return _number(self.result.ratio.value)

    @property
    def relative_text(self) -> str:
        return _number(self.result.relative.value)

    @property
    def log2_text(self) -> str:
        log2 = self.result.relative.log2
        return "–" if log2 is None else f"{log2 + 0.0:.2f}".replace("-0.00", "0.00").replace("-", MINUS)

    @property
    def remarks(self) -> list[Text]:
        """What to doubt, or why there is no value."""
        relative = self.result.relative
        remarks = [FLAGS[flag] for flag in relative.flags]
        if relative.reason:
            remarks.append(REASONS[relative.reason])
        if self.result.ratio.status == BlotStatus.BELOW_DETECTION:
            remarks.append(BELOW)
        return remarks


@dataclass(frozen=True, kw_only=True)
class BlotReport:
    """``lanes`` and ``bands`` are those the reader may see; ``hidden`` is the number of the other lanes."""

    blot: WesternBlot
    lanes: Sequence[Lane]
    bands: Sequence[Band]
    hidden: int = 0

    @cached_property
    def rows(self) -> list[RatioRow]:
        return [RatioRow(result=result) for result in lane_ratios(lanes=self.lanes, bands=self.bands)]

    @cached_property
    def groups(self) -> list[tuple[Measure, str, list[RatioRow]]]:
        """The rows of each measure, with what was divided by what."""
        return [
            (measure, self.divided(measure), list(rows))
            for measure, rows in groupby(self.rows, key=lambda row: row.result.measure)
        ]

    @cached_property
    def calibrator(self) -> Lane | None:
        return next((lane for lane in self.lanes if lane.is_calibrator), None)

    @property
    def sentences(self) -> list[str]:
        """The answer: one sentence a measure."""
        return [_sentence(measure, rows) for measure, _divided, rows in self.groups]

    @property
    def basis(self) -> list[str]:
        """What the answer rests on."""
        facts = [
            ngettext("%(number)s lane", "%(number)s lanes", len(self.lanes)) % {"number": len(self.lanes)},
            ngettext("%(number)s band", "%(number)s bands", len(self.bands)) % {"number": len(self.bands)},
        ]
        if self.calibrator:
            facts.append(_("calibrator lane %(lane)s") % {"lane": self.calibrator.number})
        return facts

    @property
    def doubts(self) -> list[str]:
        """What speaks against the answer, and what is not shown."""
        doubts = []
        if self.hidden:
            doubts.append(
                ngettext(
                    "%(number)s lane holds a specimen that you may not see and is left out, also of the calculation.",
                    "%(number)s lanes hold specimens that you may not see and are left out, also of the calculation.",
                    self.hidden,
                )
                % {"number": self.hidden}
            )
        if self.bands and not self.calibrator:
            doubts.append(_("No lane shown is the calibrator, so there are ratios but no relative values and no log2."))
        saturated = sum(band.saturated for band in self.bands)
        if saturated:
            doubts.append(
                ngettext(
                    "%(number)s band is saturated. What rests on it is shown with a remark, and analyses leave it out.",
                    "%(number)s bands are saturated. What rests on them is shown with a remark, and analyses leave it "
                    "out.",
                    saturated,
                )
                % {"number": saturated}
            )
        return doubts

    def divided(self, measure: Measure) -> str:
        """What was divided by what."""
        total = measure.totals[0] if len(measure.totals) == 1 else None
        names: dict[str, Any] = {"leading": measure.leading, "membrane": measure.leading.membrane.name}
        if measure.phospho is None:
            said = _("%(leading)s ÷ %(control)s, both of membrane %(membrane)s") % {
                **names,
                "control": measure.leading.membrane.loading_control,
            }
        elif total is None:
            said = _("%(leading)s of membrane %(membrane)s, without a total to divide by") % names
        elif measure.on_one_membrane:
            said = _(
                "%(leading)s ÷ total %(total)s, both of membrane %(membrane)s, where the loading control %(control)s "
                "cancels"
            ) % {**names, "total": total, "control": total.membrane.loading_control}
        else:
            said = _(
                "(%(leading)s ÷ %(control)s, membrane %(membrane)s) ÷ (total %(total)s ÷ %(other_control)s, membrane "
                "%(other)s)"
            ) % {
                **names,
                "control": measure.leading.membrane.loading_control,
                "total": total,
                "other_control": total.membrane.loading_control,
                "other": total.membrane.name,
            }
        if self.calibrator is None:
            return f"{said}."
        return _("%(divided)s; relative to lane %(lane)s.") % {"divided": said, "lane": self.calibrator.number}

    @property
    def lines(self) -> list[list[Any]]:
        """The rows for other programs: raw numbers with all their digits, codes instead of words."""
        return [COLUMNS, *(self._line(row.result) for row in self.rows)]

    def _line(self, result: LaneRatio) -> list[Any]:
        lane, relative, leading = result.lane, result.relative, result.measure.leading
        return [
            self.blot.code,
            lane.number,
            lane.specimen.code if lane.specimen else "",
            lane.specimen.patient.code if lane.specimen else "",
            lane.line.name if lane.line else "",
            lane.treatment,
            int(lane.is_calibrator),
            str(leading),
            leading.marker.symbol if leading.marker else "",
            leading.site.residue if leading.site else "",
            leading.membrane.name,
            self.divided(result.measure),
            relative.status,
            relative.reason or "",
            " ".join(relative.flags),
            result.ratio.value,
            relative.value,
            relative.log2,
            relative.analysed,
        ]


def _sentence(measure: Measure, rows: list[RatioRow]) -> str:
    ranked = sorted((row for row in rows if row.result.ratio.value is not None), key=lambda row: _value(row))
    if not ranked:
        said = _("%(measure)s has a value in no lane.") % {"measure": measure}
    elif len(ranked) == 1:
        said = _("%(measure)s has a value in one lane, %(lane)s (%(value)s).") % {
            "measure": measure,
            "lane": ranked[0].lane.number,
            "value": _amount(ranked[0]),
        }
    else:
        said = _(
            "%(measure)s is highest in lane %(highest)s (%(most)s) and lowest in lane %(lowest)s (%(least)s) of "
            "%(number)s lanes with a value."
        ) % {
            "measure": measure,
            "highest": ranked[-1].lane.number,
            "most": _amount(ranked[-1]),
            "lowest": ranked[0].lane.number,
            "least": _amount(ranked[0]),
            "number": len(ranked),
        }
    return " ".join([said, *_without_value(rows)])


def _without_value(rows: list[RatioRow]) -> list[str]:
    """How many lanes have no ratio, and why."""
    statuses = [row.result.ratio.status for row in rows]
    below, none = statuses.count(BlotStatus.BELOW_DETECTION), statuses.count(BlotStatus.NOT_EVALUABLE)
    said = []
    if below:
        said.append(_("Below detection in %(number)s.") % {"number": below})
    if none:
        said.append(_("Not evaluable in %(number)s.") % {"number": none})
    return said


def _value(row: RatioRow) -> float:
    return row.result.ratio.value or 0.0


def _amount(row: RatioRow) -> str:
    relative = row.result.relative.value
    if relative is None:
        return _("ratio %(value)s") % {"value": significant(_value(row))}
    return _("%(times)s × calibrator") % {"times": significant(relative)}


def _number(value: float | None) -> str:
    return "–" if value is None else significant(value)
