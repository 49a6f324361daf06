"""What there is to ask a person about a plate, with the answers the portal would guess."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.importing.codes import as_code, before_separator
from cases.importing.formats import Source
from cases.models import Patient, Specimen
from expression.importing.plate import Plate, PlateWell
from expression.marker_words import gene_word, markers_by_word
from expression.models import Marker, ReferencePairing, TargetRole, WellReading, WellTask
from expression.scoring import FLATTEST_SLOPE, LARGEST_EFFICIENCY, PERFECT_EFFICIENCY, efficiency_from_slope

ROWS_SHOWN = 8
DEFAULT_CYCLES = 40
CYCLES = range(10, 61)
DECIMALS = 6
"""Of an efficiency."""

REFERENCE_GENES = frozenset(
    {
        "18s",
        "actb",
        "b2m",
        "bactin",
        "βactin",
        "gapdh",
        "gusb",
        "hmbs",
        "hprt",
        "hprt1",
        "pgk1",
        "polr2a",
        "ppia",
        "rn18s",
        "rpl13a",
        "rplp0",
        "sdha",
        "tbp",
        "tfrc",
        "ubc",
        "ywhaz",
    }
)
"""Names under which laboratories keep their reference genes, without punctuation."""

ASSAY_SUFFIX = re.compile(r"(?:\s*\(.*\)|[\s_-]+(?:human|hs|hsa|Hs[0-9]{8}_\w+))\s*$", re.IGNORECASE)
"""What laboratories add to a gene's name: the species and the supplier's assay number."""


class SampleAction(models.TextChoices):
    """What becomes of a sample of the plate."""

    MATCH = "match", _("Existing specimen")
    CREATE = "create", _("New specimen")
    SKIP = "skip", _("Not a study sample")


class PatientRule(models.TextChoices):
    """Whose a new specimen is, where nobody typed it."""

    BEFORE_SEPARATOR = "before_separator", _("Name without its last part (A-1-S1: A-1)")
    SAMPLE_NAME = "sample_name", _("Name of the sample")
    TYPED = "typed", _("Typed below")

    def patient_of(self, sample: str) -> str:
        """The patient's code; blank where it must be typed."""
        if self is PatientRule.TYPED:
            return ""
        code = as_code(sample)
        return before_separator(code) if self is PatientRule.BEFORE_SEPARATOR else code


def outline_of(plate: Plate, source: Source) -> dict[str, Any]:
    """What :class:`expression.importing.plate_form.PlateForm` asks about, as JSON."""
    specimens = set(
        Specimen.objects.filter(study=source.study, code__in=map(as_code, plate.unknown_samples)).values_list(
            "code", flat=True
        )
    )
    targets = _targets(plate)
    return {
        "code": as_code(plate.name or source.file_name.rpartition(".")[0]),
        "cycles": _cycles(plate),
        "calibrator": plate.calibrator if plate.calibrator in plate.unknown_samples else "",
        "reference_pairing": _pairing(
            plate, [name for name in targets if targets[name]["role"] == TargetRole.REFERENCE]
        ),
        "patient_rule": _patient_rule(plate, source),
        "targets": [{"name": name, **target} for name, target in targets.items()],
        "samples": [
            {
                "name": name,
                "wells": count,
                "specimen": as_code(name),
                "action": SampleAction.MATCH if as_code(name) in specimens else "",
            }
            for name, count in _wells_of(plate, (well.sample for well in plate.wells)).items()
            if name in plate.unknown_samples
        ],
        "counts": _counts(plate),
        "about": [text for text in (plate.experiment_type, plate.instrument, plate.run_at) if text],
        **_first_rows(plate),
    }


def _targets(plate: Plate) -> dict[str, dict[str, Any]]:
    markers = markers_by_word(Marker.objects.all())
    wells = _wells_of(plate, (well.target for well in plate.wells))
    return {
        name: {
            "wells": count,
            "marker": marker.symbol if (marker := markers.get(gene_word(ASSAY_SUFFIX.sub("", name)))) else "",
            "role": TargetRole.REFERENCE if _is_reference(name, plate) else TargetRole.TARGET,
            "efficiency": efficiency_in(plate, name) or PERFECT_EFFICIENCY,
            "slope": plate.slopes.get(name),
        }
        for name, count in wells.items()
    }


def _wells_of(plate: Plate, names: Iterable[str]) -> Counter[str]:
    return Counter(name for name in names if name)


def _is_reference(name: str, plate: Plate) -> bool:
    if plate.reference_targets:
        return name in plate.reference_targets
    return gene_word(ASSAY_SUFFIX.sub("", name)) in REFERENCE_GENES


def efficiency_in(plate: Plate, target: str) -> float | None:
    """What the file says of a target: by the slope of its standard curve, or by how its Cq were corrected."""
    slope = plate.slopes.get(target)
    told = efficiency_from_slope(slope) if slope is not None and slope <= FLATTEST_SLOPE else None
    efficiency = plate.efficiencies.get(target, told)
    if efficiency is None or not 1 < round(efficiency, DECIMALS) <= LARGEST_EFFICIENCY:
        return None
    return round(efficiency, DECIMALS)


def _pairing(plate: Plate, references: list[str]) -> ReferencePairing:
    """The same well, when every sample well with a target holds all reference genes too."""
    measured = [well for well in plate.wells if well.task == WellTask.UNKNOWN]
    positions = [{well.position for well in measured if well.target == name} for name in references]
    with_targets = {well.position for well in measured if well.target not in references}
    multiplex = bool(positions and with_targets) and with_targets <= set.intersection(*positions)
    return ReferencePairing.SAME_WELL if multiplex else ReferencePairing.SAME_SAMPLE


def _cycles(plate: Plate) -> int:
    """As many as the amplification data have, unless they were cut; else 40, or what the highest Cq needs."""
    highest = max(plate.cqs, default=0)
    if plate.cycles is not None and plate.cycles in CYCLES and plate.cycles >= highest:
        return plate.cycles
    return next((cycles for cycles in range(DEFAULT_CYCLES, CYCLES.stop, 5) if cycles >= highest), DEFAULT_CYCLES)


def _patient_rule(plate: Plate, source: Source) -> PatientRule:
    """The rule that finds most patients of the study; for a study without them, whatever the names look like."""
    derived = {
        rule: {rule.patient_of(name) for name in plate.unknown_samples}
        for rule in (PatientRule.BEFORE_SEPARATOR, PatientRule.SAMPLE_NAME)
    }
    known = set(
        Patient.objects.filter(study=source.study, code__in=set().union(*derived.values())).values_list(
            "code", flat=True
        )
    )
    return max(derived, key=lambda rule: len(derived[rule] & known))


def _counts(plate: Plate) -> dict[str, int]:
    readings = Counter(well.reading for well in plate.wells)
    return {
        "wells": len({well.position for well in plate.wells}),
        "readings": len(plate.wells),
        "detected": readings[WellReading.DETECTED],
        "undetermined": readings[WellReading.UNDETERMINED],
        "not_read": readings[WellReading.NOT_READ],
        "omitted": sum(well.omitted for well in plate.wells),
        "empty": plate.empty_wells,
    }


def _first_rows(plate: Plate) -> dict[str, Any]:
    headings = plate.headings
    return {
        "header": [headings.position, headings.sample, headings.target, headings.cq],
        "rows": [[well.position, well.sample, well.target, _cq(well)] for well in plate.wells[:ROWS_SHOWN]],
    }


def _cq(well: PlateWell) -> str:
    if well.cq is not None:
        return f"{well.cq:.3f}"
    return "Undetermined" if well.reading == WellReading.UNDETERMINED else ""
