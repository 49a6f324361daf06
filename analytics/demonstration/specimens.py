"""Specimens: a block or frozen tissue, what was made from it, and the expression measured on its RNA.

log2(TPM+1) of each marker is normal around the mean of its histology, with the standard deviations below between
patients and between specimens of one patient. In a tumour with giant cells RANKL is ``GIANT_CELL_SHIFT`` higher than
in one of the same histology without. IL-6 and PTHrP rise with RANKL (``UPSTREAM``). Acid ruins RNA: nothing is
measured on it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from analytics.demonstration.chance import happens, pick, written
from analytics.demonstration.diseases import MARKERS, Disease
from analytics.demonstration.records import Lesion, Specimen, Truth

BETWEEN_PATIENTS = 0.8
BETWEEN_SPECIMENS = 0.25
GIANT_CELL_SHIFT = 0.8
# One patient in twelve has no specimen; who is treated may be biopsied or operated on again.
BIOPSIED = 11 / 12
TAKEN_AGAIN = 0.3
FROZEN = 0.45
DECALCIFIED = {"none": 0.35, "edta": 0.4, "acid": 0.2, "unknown": 0.05}
MEASURED = 0.95
# Upstream signals (F11): mean, and rise for each doubling of RANKL.
RANKL_CENTRE = 3.0
UPSTREAM = {"IL6": (2.6, 0.5), "PTHLH": (1.8, 0.3)}


def specimens(
    random: np.random.Generator,
    *,
    code: str,
    disease: Disease,
    has_giant_cells: bool,
    lesions: list[Lesion],
    truth: Truth,
) -> list[Specimen]:
    """All specimens of one patient: a biopsy at the diagnosis, and tissue taken again on or after denosumab."""
    level = np.array(disease.expression) + random.normal(0, BETWEEN_PATIENTS, len(MARKERS))
    share = disease.giant_cells
    # The shift leaves the mean of the histology as stated.
    level[MARKERS.index("TNFSF11")] += GIANT_CELL_SHIFT * (has_giant_cells - share)
    taken = {"1": int(random.integers(0, 8))} if happens(random, BIOPSIED) else {}
    if taken and truth.first_dose is not None and happens(random, TAKEN_AGAIN):
        again = truth.first_dose + int(random.integers(40, 900))
        taken |= {"2": again} if again < truth.end else {}
    rows: list[Specimen] = []
    for number, day in taken.items():
        rows += _taken(
            random,
            code=f"{code}-S{number}",
            procedure="biopsy" if number == "1" else pick(random, {"resection": 0.4, "curettage": 0.3, "biopsy": 0.3}),
            lesion=lesions[0] if lesions else None,
            date=written(random, truth.day(day), month=0.15, year=0.02),
            level=level,
        )
    return rows


def _taken(
    random: np.random.Generator, *, code: str, procedure: str, lesion: Lesion | None, date: str, level: np.ndarray
) -> Iterator[Specimen]:
    """The tissue and its descendants: frozen tissue → RNA; block → section → RNA."""
    frozen = happens(random, FROZEN)
    is_bone = lesion is None or lesion.tissue == "bone"
    decalcification = pick(random, DECALCIFIED) if is_bone and not frozen else "none"
    ischaemia = None if happens(random, 0.4) else int(random.gamma(4, 8))
    shared: dict[str, Any] = {
        "lesion": lesion.code if lesion else "",
        "procedure": procedure,
        "collection_date": date,
        "decalcification": decalcification,
        "level": dict(zip(MARKERS, level.tolist(), strict=True)),
    }
    tissue = code if frozen else f"{code}-BLOCK"
    yield Specimen(
        code=tissue,
        kind="fresh_frozen" if frozen else "ffpe_block",
        tumour_content_percent=float(random.integers(20, 96)),
        cold_ischaemia_minutes=ischaemia,
        storage_place="Freezer 2" if frozen else "Archive A",
        missing={"cold_ischaemia_minutes": "unknown"} if ischaemia is None else {},
        **shared,
    )
    source = tissue
    if not frozen:
        source = f"{code}-SECTION"
        yield Specimen(code=source, kind="section", parent=tissue, **shared)
    acid = decalcification == "acid"
    mean_integrity = 2.4 if acid else 8.0 if frozen else 4.5
    values = np.maximum(level + random.normal(0, BETWEEN_SPECIMENS, len(MARKERS)), 0.0).round(4)
    measured = happens(random, MEASURED) and not acid
    expression = dict(zip(MARKERS, values.tolist(), strict=True))
    # Drawn apart, so that what was simulated before stays as it is.
    upstream = random.spawn(1)[0]
    rise = expression["TNFSF11"] - RANKL_CENTRE
    for symbol, (mean, slope) in UPSTREAM.items():
        expression[symbol] = round(float(max(mean + slope * rise + upstream.normal(0, BETWEEN_PATIENTS), 0.0)), 4)
    yield Specimen(
        code=f"{code}-RNA",
        kind="rna_extract",
        parent=source,
        rna_integrity_number=round(float(np.clip(random.normal(mean_integrity, 0.7), 1, 10)), 1),
        a260_a280=round(float(random.normal(1.7 if acid else 1.98, 0.06)), 2),
        expression=expression if measured else {},
        **shared,
    )
