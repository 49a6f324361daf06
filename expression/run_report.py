"""What a qPCR run says: ΔCq and relative quantities, in tables and in sentences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from expression.measurements import SampleDeltaCq, assay, sample_delta_cqs
from expression.models import (
    EfficiencySource,
    QpcrPrintedResult,
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
    TargetRole,
    WellReading,
    WellTask,
)
from expression.result_row import ResultRow, cycles, significant
from expression.run_comparison import Comparison, comparison_of
from expression.run_curves import TargetCurve, curves_of
from expression.run_miqe import Miqe, miqe_of
from expression.scoring import (
    PERFECT_EFFICIENCY,
    ControlSignal,
    DeltaCq,
    Reason,
    Status,
    UndeterminedPolicy,
    calibrator_group,
    control_signals,
    relative_quantity,
)

CONTROLS = (WellTask.NO_TEMPLATE, WellTask.NO_RT)

POLICIES = {
    UndeterminedPolicy.CENSORED: gettext_lazy("undetermined wells give a limit"),
    UndeterminedPolicy.EXCLUDED: gettext_lazy("undetermined wells are left out"),
    UndeterminedPolicy.LIMIT: gettext_lazy("undetermined wells count as the last cycle"),
}


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """``wells`` are those of the run that the reader may see, with their targets, samples and specimens.

    ``printed`` is what the instrument's software said of them; ``undetermined`` what a target well without Cq means;
    ``flagged_calibrators`` how many samples of the run are flagged as such, those the reader may not see too.
    """

    run: QpcrRun
    targets: Sequence[QpcrTarget]
    wells: Sequence[QpcrWell]
    printed: Sequence[QpcrPrintedResult] = ()
    undetermined: UndeterminedPolicy = UndeterminedPolicy.CENSORED
    flagged_calibrators: int = 0

    @cached_property
    def references(self) -> list[QpcrTarget]:
        return [target for target in self.targets if target.role == TargetRole.REFERENCE]

    @cached_property
    def calibrators(self) -> list[QpcrSample]:
        """One sample, or a group whose mean ΔCq counts; in the order of their names."""
        flagged = {well.sample for well in self.wells if well.sample and well.sample.is_calibrator}
        return sorted(flagged, key=lambda sample: _natural(sample.name))

    @property
    def calibrator(self) -> str:
        """What relative quantities are multiples of, in words; blank without a calibrator."""
        names = ", ".join(sample.name for sample in self.calibrators)
        return _("the mean of %(samples)s") % {"samples": names} if len(self.calibrators) > 1 else names

    @cached_property
    def rows(self) -> list[ResultRow]:
        """Study markers first, in their order; within a target by sample."""
        return self._rows_of(
            sample_delta_cqs(run=self.run, wells=self.wells, references=self.references, undetermined=self.undetermined)
        )

    def _rows_of(self, found: list[SampleDeltaCq]) -> list[ResultRow]:
        own: dict[QpcrTarget, DeltaCq | None] = {}
        for target in dict.fromkeys(row.target for row in found):
            of_target = {row.sample: row.result for row in found if row.target == target}
            missing = DeltaCq(status=Status.NOT_EVALUABLE, reason=Reason.TARGET_NOT_READ)
            own[target] = calibrator_group([of_target.get(sample, missing) for sample in self.calibrators])
        rows = [
            ResultRow(
                sample=row.sample,
                target=row.target,
                delta=row.result,
                quantity=relative_quantity(sample=row.result, calibrator=own[row.target]),
            )
            for row in found
        ]
        return sorted(rows, key=lambda row: (*_order(row.target), _natural(row.sample.name)))

    @cached_property
    def curves(self) -> list[TargetCurve]:
        return curves_of(targets=self.targets, wells=self.wells)

    @cached_property
    def miqe(self) -> Miqe:
        return miqe_of(run=self.run, targets=self.targets, wells=self.wells)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The printed relative quantities beside ours, and beside those that perfect doubling would give."""
        doubling = sample_delta_cqs(
            run=self.run,
            wells=self.wells,
            references=self.references,
            undetermined=self.undetermined,
            efficiency=PERFECT_EFFICIENCY,
        )
        return comparison_of(
            printed=self.printed, rows=self.rows, doubling=self._rows_of(doubling), targets=self.targets
        )

    @property
    def groups(self) -> list[tuple[QpcrTarget, list[ResultRow]]]:
        """The rows of each target."""
        return [(target, list(rows)) for target, rows in groupby(self.rows, key=lambda row: row.target)]

    @property
    def sentences(self) -> list[str]:
        """The answer: one sentence a target."""
        return [self._sentence(target, rows) for target, rows in self.groups]

    def _sentence(self, target: QpcrTarget, rows: list[ResultRow]) -> str:
        ranked = sorted((row for row in rows if row.delta.value is not None), key=lambda row: row.delta.value or 0.0)
        if not ranked:
            said = _("%(target)s has a value in none of its samples.") % {"target": target}
        elif len(ranked) == 1:
            said = _("%(target)s has a value in one sample, %(sample)s (%(value)s).") % {
                "target": target,
                "sample": ranked[0].sample,
                "value": _amount(ranked[0]),
            }
        else:
            said = _(
                "%(target)s is highest in %(highest)s (%(most)s) and lowest in %(lowest)s (%(least)s) of %(number)s "
                "samples with a value."
            ) % {
                "target": target,
                "highest": ranked[0].sample,
                "most": _amount(ranked[0]),
                "lowest": ranked[-1].sample,
                "least": _amount(ranked[-1]),
                "number": len(ranked),
            }
        return " ".join([said, *_without_value(rows)])

    @property
    def basis(self) -> list[str]:
        """What the answer rests on."""
        facts = [
            ngettext("%(number)s sample", "%(number)s samples", len(self._samples)) % {"number": len(self._samples)},
            self._counts,
        ]
        if self.references:
            facts.append(
                _("compared with %(genes)s in %(wells)s")
                % {
                    "genes": _listed(self.references),
                    "wells": self.run.get_reference_pairing_display().lower(),
                }
            )
        if self.calibrators:
            facts.append(_("calibrator %(sample)s") % {"sample": self.calibrator})
        facts += [self._efficiencies, str(POLICIES[self.undetermined])]
        return facts

    @property
    def doubts(self) -> list[str]:
        """What speaks against the answer, each in a sentence."""
        doubts = [self._signal_sentence(signal) for signal in self.control_signals]
        flagged = sum(bool(row.delta.flags) for row in self.rows)
        if flagged:
            doubts.append(
                ngettext(
                    "In %(number)s value the replicates differ by a standard deviation of more than half a cycle.",
                    "In %(number)s values the replicates differ by a standard deviation of more than half a cycle.",
                    flagged,
                )
                % {"number": flagged}
            )
        if not self.references:
            doubts.append(_("The run has no reference gene, so there is no ΔCq."))
        elif not any(well.task in CONTROLS for well in self.wells):
            doubts.append(_("The run has no control without template or without reverse transcription."))
        if self.calibrators and self.flagged_calibrators > len(self.calibrators):
            doubts.append(
                _(
                    "A calibrator of this run cannot be used, because its patient withdrew consent or it has no wells: "
                    "relative quantities are multiples of the others."
                )
            )
        if self.undetermined != UndeterminedPolicy.CENSORED and self.undetermined_wells:
            doubts.append(_("Values of undetermined wells are no measurements: the limit is what is known."))
        return doubts

    @property
    def undetermined_wells(self) -> int:
        """Of targets in samples."""
        return sum(row.delta.undetermined_wells for row in self.rows)

    @property
    def policies(self) -> list[tuple[UndeterminedPolicy, Any, bool]]:
        """Each way to count undetermined wells in words, and whether it is the chosen one."""
        return [(policy, text, policy == self.undetermined) for policy, text in POLICIES.items()]

    @property
    def header_items(self) -> list[tuple[str, str]]:
        """What the file says about the run, by name."""
        return sorted(self.run.miqe.items())

    @cached_property
    def control_signals(self) -> list[ControlSignal]:
        return control_signals(
            controls=[self._assay(target, CONTROLS) for target in self.targets],
            samples=[self._assay(target, (WellTask.UNKNOWN,)) for target in self.targets],
        )

    def _assay(self, target: QpcrTarget, tasks: Sequence[str]) -> Any:
        return assay(target=target, wells=[well for well in self.wells if well.task in tasks])

    def _signal_sentence(self, signal: ControlSignal) -> str:
        found = {"well": signal.position, "target": signal.target, "cq": cycles(signal.cq)}
        if signal.weakest is None:
            return _("Control well %(well)s reads %(target)s at Cq %(cq)s, and no sample does.") % found
        return _(
            "Control well %(well)s reads %(target)s at Cq %(cq)s, less than 5 cycles after the weakest sample "
            "(%(weakest)s). The reagents may be contaminated."
        ) % {**found, "weakest": cycles(signal.weakest)}

    @cached_property
    def _samples(self) -> set[QpcrSample]:
        return {row.sample for row in self.rows}

    @property
    def _counts(self) -> str:
        readings = [well.reading for well in self.wells]
        return _("%(wells)s wells, %(detected)s Cq, %(undetermined)s undetermined, %(omitted)s omitted") % {
            "wells": len({well.position for well in self.wells}),
            "detected": readings.count(WellReading.DETECTED),
            "undetermined": readings.count(WellReading.UNDETERMINED),
            "omitted": sum(well.omitted for well in self.wells),
        }

    @property
    def _efficiencies(self) -> str:
        if all(target.efficiency_source == EfficiencySource.ASSUMED for target in self.targets):
            return _("efficiency 2 for every target")
        return _("efficiency %(efficiencies)s") % {
            "efficiencies": ", ".join(
                f"{target} {target.efficiency:.4g} ({target.get_efficiency_source_display()})"
                for target in self.targets
            )
        }


def _amount(row: ResultRow) -> str:
    if row.quantity.value is None:
        return f"ΔCq {row.delta_text}"
    return _("%(times)s × calibrator") % {"times": significant(row.quantity.value)}


def _without_value(rows: Sequence[ResultRow]) -> list[str]:
    counts = {status: sum(row.delta.status == status for row in rows) for status in Status}
    said = []
    if number := counts[Status.UNDETERMINED]:
        said.append(ngettext("Undetermined in %(n)s.", "Undetermined in %(n)s.", number) % {"n": number})
    if number := counts[Status.NOT_EVALUABLE]:
        said.append(ngettext("Not evaluable in %(n)s.", "Not evaluable in %(n)s.", number) % {"n": number})
    return said


def _listed(targets: Sequence[QpcrTarget]) -> str:
    names = [target.name for target in targets]
    if len(names) == 1:
        return names[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def _order(target: QpcrTarget) -> tuple[int, int, str]:
    if target.marker is None:
        return (1, 0, target.name)
    return (0, target.marker.position, target.name)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sample 2 before sample 10."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"([0-9]+)", name)]
