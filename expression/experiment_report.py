"""What a cell experiment says: means of biological replicates by condition, in a table, in a sentence, as a file."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from expression.models import CellExperiment, ExperimentCondition, ExperimentReading, ReadingStatus, Readout
from expression.result_row import MINUS
from expression.scoring import ConditionSummary, Replicate, condition_summary

SCALES: dict[str, str | Promise] = {
    Readout.QPCR: gettext_lazy("−ΔCq is a logarithm: its mean is that of the log scale."),
    Readout.WESTERN: gettext_lazy("The ratios are logarithms: their mean is that of the log scale."),
    Readout.ELISA: gettext_lazy("Concentrations are averaged as they are, in pg/mL."),
    Readout.TRAP_CELLS: gettext_lazy("Counts are averaged as they are, in cells per field."),
}
UNITS: dict[str, str | Promise] = {
    Readout.QPCR: gettext_lazy("cycles"),
    Readout.WESTERN: "log2",
    Readout.ELISA: "pg/mL",
    Readout.TRAP_CELLS: gettext_lazy("cells per field"),
}
COLUMNS = [
    "experiment",
    "line",
    "accession",
    "readout",
    "symbol",
    "culture",
    "stimulus",
    "concentration_ng_ml",
    "hours",
    "biological_replicate",
    "technical_replicates",
    "below_detection",
    "lost",
    "mean_of_technical",
]


@dataclass(frozen=True, kw_only=True)
class ConditionRow:
    """One condition as a reader sees it."""

    condition: ExperimentCondition
    summary: ConditionSummary
    lost: int

    @property
    def mean_text(self) -> str:
        return number(self.summary.mean)

    @property
    def sd_text(self) -> str:
        return number(self.summary.sd)

    @property
    def values_text(self) -> str:
        """The means of the technical replicates, one for each biological replicate."""
        return " · ".join(number(value) for value in self.summary.values.values()) or "–"

    @property
    def remarks(self) -> list[str]:
        """What to doubt, or why there is no mean."""
        below, remarks = len(self.summary.below_detection), []
        if below and self.summary.n:
            said = ngettext(
                "%(number)s replicate is below detection: the mean of the others is too high.",
                "%(number)s replicates are below detection: the mean of the others is too high.",
                below,
            )
            remarks.append(said % {"number": below})
        elif below:
            remarks.append(_("Below detection in every replicate."))
        elif not self.summary.n:
            remarks.append(_("Nothing measured yet."))
        if self.summary.n == 1:
            remarks.append(_("One biological replicate: no spread."))
        if self.lost:
            remarks.append(
                ngettext("%(number)s reading is lost.", "%(number)s readings are lost.", self.lost)
                % {"number": self.lost}
            )
        return remarks


@dataclass(frozen=True, kw_only=True)
class ExperimentReport:
    """``readings`` are all of the experiment, ``conditions`` in the order of its table."""

    experiment: CellExperiment
    conditions: Sequence[ExperimentCondition]
    readings: Sequence[ExperimentReading]

    @cached_property
    def _read(self) -> dict[int, list[ExperimentReading]]:
        of_condition: dict[int, list[ExperimentReading]] = defaultdict(list)
        for reading in self.readings:
            of_condition[reading.condition_id].append(reading)
        return of_condition

    @cached_property
    def rows(self) -> list[ConditionRow]:
        return [
            ConditionRow(
                condition=condition,
                summary=condition_summary(
                    Replicate(biological=reading.biological_replicate, value=reading.value)
                    for reading in self._read[condition.pk]
                    if reading.status != ReadingStatus.LOST
                ),
                lost=sum(reading.status == ReadingStatus.LOST for reading in self._read[condition.pk]),
            )
            for condition in self.conditions
        ]

    @property
    def unit(self) -> str | Promise:
        return UNITS[self.experiment.readout]

    @property
    def scale(self) -> str | Promise:
        return SCALES[self.experiment.readout]

    @property
    def sentence(self) -> str:
        """The answer."""
        ranked = sorted((row for row in self.rows if row.summary.n), key=lambda row: row.summary.mean or 0.0)
        name = str(self.experiment.marker or _("TRAP-positive cells"))
        if not ranked:
            return _("%(name)s has a mean under no condition yet.") % {"name": name}
        if len(ranked) == 1:
            return _("%(name)s was measured under one condition: %(condition)s (%(amount)s).") % {
                "name": name,
                "condition": ranked[0].condition,
                "amount": self._amount(ranked[0]),
            }
        return _("%(name)s is highest with %(highest)s (%(most)s) and lowest with %(lowest)s (%(least)s).") % {
            "name": name,
            "highest": ranked[-1].condition,
            "most": self._amount(ranked[-1]),
            "lowest": ranked[0].condition,
            "least": self._amount(ranked[0]),
        }

    @property
    def basis(self) -> list[str]:
        """What the answer rests on."""
        biological = {reading.biological_replicate for reading in self.readings}
        return [
            str(self.experiment.line),
            ngettext("%(number)s condition", "%(number)s conditions", len(self.conditions))
            % {"number": len(self.conditions)},
            ngettext("%(number)s biological replicate", "%(number)s biological replicates", len(biological))
            % {"number": len(biological)},
            ngettext("%(number)s reading", "%(number)s readings", len(self.readings)) % {"number": len(self.readings)},
        ]

    @property
    def doubts(self) -> list[str]:
        """What speaks against the answer."""
        doubts = []
        if self.readings and len({reading.biological_replicate for reading in self.readings}) == 1:
            doubts.append(
                _("There is one biological replicate. However many wells it has, it says nothing about repetition.")
            )
        cultures = {condition.culture for condition in self.conditions if not condition.stimulus}
        alone = [one for one in self.conditions if one.stimulus and one.culture not in cultures]
        if alone:
            doubts.append(_("A stimulus has no condition without stimulus in the same culture to compare with."))
        return doubts

    @property
    def lines(self) -> list[list[Any]]:
        """One row a biological replicate, for other programs: all digits, codes instead of words."""
        return [COLUMNS, *(line for row in self.rows for line in self._lines(row))]

    def _lines(self, row: ConditionRow) -> list[list[Any]]:
        experiment, condition = self.experiment, row.condition
        read: dict[int, list[ExperimentReading]] = defaultdict(list)
        for reading in self._read[condition.pk]:
            read[reading.biological_replicate].append(reading)
        return [
            [
                experiment.code,
                experiment.line.name,
                experiment.line.accession,
                experiment.readout,
                experiment.marker.symbol if experiment.marker else "",
                condition.culture,
                condition.stimulus,
                condition.concentration_ng_ml,
                condition.hours,
                number,
                sum(reading.status == ReadingStatus.MEASURED for reading in own),
                sum(reading.status == ReadingStatus.BELOW_DETECTION for reading in own),
                sum(reading.status == ReadingStatus.LOST for reading in own),
                row.summary.values.get(number),
            ]
            for number, own in sorted(read.items())
        ]

    def _amount(self, row: ConditionRow) -> str:
        summary = row.summary
        if summary.sd is None:
            return _("mean %(mean)s %(unit)s, n = %(n)s") % {
                "mean": row.mean_text,
                "unit": self.unit,
                "n": summary.n,
            }
        return _("mean %(mean)s %(unit)s, SD %(sd)s, n = %(n)s") % {
            "mean": row.mean_text,
            "unit": self.unit,
            "sd": row.sd_text,
            "n": summary.n,
        }


def number(value: float | None) -> str:
    """Four significant digits without an exponent, with a true minus sign.

    >>> number(-0.25), number(123456.0), number(None)
    ('−0.25', '123456', '–')
    """
    if value is None:
        return "–"
    text = f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"
    if "e" in text:
        text = f"{value:.8f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)
