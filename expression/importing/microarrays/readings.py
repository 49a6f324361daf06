"""Readings of cores out of a file: new, unchanged, or in conflict with what the study holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.importing.formats import Findings
from cases.models import Core, CoreStatus, Patient
from cases.sentences import sentence
from expression.core_score import number
from expression.models import Antibody, Evaluability, IhcReading, LaboratoryScale
from expression.models.percentages import PERCENTAGES

VALUES = (*PERCENTAGES, "recorded_score", "recorded_scale")


@dataclass(frozen=True, kw_only=True)
class Stain:
    """What was scored by whom: everything that the readings of one sheet have in common."""

    antibody: Antibody
    cell_type: str
    compartment: str
    reader: str
    read_on: str


@dataclass(frozen=True, kw_only=True)
class Read:
    """What stands in the file about one core: a score and its scale, percentages, or why there is none."""

    evaluability: Evaluability = Evaluability.EVALUABLE
    values: Mapping[str, Any] = field(default_factory=dict)
    laboratory_scale: LaboratoryScale | None = None


class Readings:
    """Compares what is read in a file with the study. One query.

    ``new`` goes into :attr:`cases.importing.formats.ImportPlan.new`, ``unchanged`` counts readings the study has
    already. A reading that differs from the study's is an error: neither is silently the right one.
    """

    def __init__(self, *, cores: Iterable[Core], stains: Iterable[Stain], findings: Findings, reason: str) -> None:
        stored = [core.pk for core in cores if core.pk]
        antibodies = {stain.antibody.pk for stain in stains}
        rows = IhcReading.objects.filter(core__in=stored, antibody__in=antibodies, is_consensus=False)
        self._known = {_key(row): row for row in rows.select_related("laboratory_scale")}
        self._findings, self._reason = findings, reason
        self._refused: set[Patient] = set()
        self.new: list[IhcReading] = []
        self.unchanged = 0

    def add(self, core: Core, stain: Stain, read: Read, **place: Any) -> None:
        """Errors at ``place`` (sheet, column) for a core without tissue, a conflict, a verified patient."""
        if read.evaluability == Evaluability.EVALUABLE and core.status != CoreStatus.EVALUABLE:
            self._findings.error(
                sentence(
                    "Core {core} is recorded as “{status}” and cannot have a score. Correct the core or the file.",
                    core=core.position,
                    status=CoreStatus(core.status).value,
                ),
                **place,
            )
            return
        row = _reading(core, stain, read)
        known = self._known.get(_key(row)) if core.pk else None
        if known is None:
            if self._may_be_added(row, **place):
                self.new.append(row)
        elif _agree(known, row):
            self.unchanged += 1
        else:
            self._findings.error(
                sentence(
                    "{reader} has read core {core} already as “{known}”, and the file says “{read}”. Correct the one "
                    "that is wrong.",
                    reader=stain.reader,
                    core=core.position,
                    known=_in_words(known),
                    read=_in_words(row),
                ),
                **place,
            )

    def _may_be_added(self, reading: IhcReading, **place: Any) -> bool:
        patient = reading.patient
        if patient is None or patient.verified_at is None or self._reason:
            return True
        if patient not in self._refused:
            self._refused.add(patient)
            self._findings.error(
                sentence(
                    "Patient {patient} is verified. Give the reason for the change with the answers, or take the "
                    "entries out of the file.",
                    patient=patient.code,
                ),
                **place,
            )
        return False


def _reading(core: Core, stain: Stain, read: Read) -> IhcReading:
    return IhcReading(
        study=core.study,
        patient=core.specimen.patient if core.specimen else None,
        specimen=core.specimen,
        core=core,
        antibody=stain.antibody,
        cell_type=stain.cell_type,
        compartment=stain.compartment,
        reader=stain.reader,
        read_on=stain.read_on,
        evaluability=read.evaluability,
        laboratory_scale=read.laboratory_scale,
        **read.values,
    )


def _key(row: IhcReading) -> tuple[Any, ...]:
    return row.core_id, row.antibody_id, row.cell_type, row.compartment, row.reader


def _agree(known: IhcReading, read: IhcReading) -> bool:
    """A date of reading that one of them does not know is no contradiction."""
    same_day = known.read_on == read.read_on or "" in (known.read_on, read.read_on)
    return (
        same_day
        and known.evaluability == read.evaluability
        and known.laboratory_scale_id == (read.laboratory_scale.pk if read.laboratory_scale else None)
        and all(getattr(known, name) == getattr(read, name) for name in VALUES)
    )


def _in_words(row: IhcReading) -> str:
    """Percentages, a recorded score with its scale, or why there is none; codes are the same in every language."""
    if row.evaluability != Evaluability.EVALUABLE:
        return Evaluability(row.evaluability).value
    if row.percentages is not None:
        said = " / ".join(number(part) for part in row.percentages)
    else:
        said = f"{row.laboratory_scale or row.recorded_scale} {number(row.recorded_score or 0)}"
    return f"{said}, {row.read_on}" if row.read_on else said
