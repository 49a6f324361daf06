"""What to know before a plate is imported: what is missing, what does not count, what the portal computes otherwise."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from cases.importing.formats import Findings
from cases.sentences import sentence
from expression.importing.plate import Plate
from expression.models import QpcrSample, QpcrTarget, TargetRole, WellTask
from expression.scoring import PERFECT_EFFICIENCY

CONTROL_NAME = re.compile(r"(ntc|nrt|nac|no[ _-]?template.*|no[ _-]?rt|h2o|water|blank)([ _-]?[0-9]+)?", re.IGNORECASE)


def note_doubts(
    *,
    plate: Plate,
    targets: Iterable[QpcrTarget],
    samples: Iterable[QpcrSample],
    findings: Findings,
    place_of: Callable[[str], dict[str, Any]],
) -> None:
    """Add the notes to ``findings``. ``place_of`` says where in the file a sample is."""
    targets = list(targets)
    if not any(target.role == TargetRole.REFERENCE for target in targets):
        findings.note(sentence("No target is a reference gene, so the run will have no ΔCq."))
    if not any(target.marker for target in targets if target.role == TargetRole.TARGET):
        findings.note(sentence("No target is a study marker, so analyses will not find this run."))
    if not any(sample.specimen for sample in samples):
        findings.note(sentence("No sample is a study sample, so analyses will not find this run."))
    for name in filter(CONTROL_NAME.fullmatch, plate.unknown_samples):
        findings.note(
            sentence(
                "Sample “{sample}” is called like a control, but the file calls its wells samples. It will not "
                "count as a control.",
                sample=name,
            ),
            **place_of(name),
        )
    _note_corrections(plate, findings)
    _note_counts(plate, findings)


def _note_corrections(plate: Plate, findings: Findings) -> None:
    corrected = {name: one for name, one in plate.efficiencies.items() if round(one, 3) != PERFECT_EFFICIENCY}
    if corrected:
        findings.note(
            sentence(
                "The instrument's software corrected its Cq by amplification efficiency ({efficiencies}), so its "
                "relative quantities differ from 2^(−ΔΔCq). Both are kept and shown side by side.",
                efficiencies=", ".join(f"{name} {one:.3f}" for name, one in corrected.items()),
            )
        )


def _note_counts(plate: Plate, findings: Findings) -> None:
    wells = plate.wells
    omitted = sum(well.omitted for well in wells)
    nameless = sum(well.task == WellTask.UNKNOWN and not well.sample for well in wells)
    other = sum(well.task == WellTask.OTHER for well in wells)
    unknown = sum(well.task == WellTask.STANDARD and well.quantity is None for well in wells)
    if omitted:
        findings.note(
            sentence("Readings omitted by the operator: {number}. They are kept and do not count.", number=omitted)
        )
    if nameless:
        findings.note(
            sentence("Readings without a sample name: {number}. They are kept and do not count.", number=nameless)
        )
    if other:
        findings.note(
            sentence(
                "Readings of positive or internal controls: {number}. They are kept and do not count.", number=other
            )
        )
    if unknown:
        findings.note(
            sentence(
                "Standards without a quantity: {number}. They are kept and make no standard curve.", number=unknown
            )
        )
