"""What a pathologist wrote of each block: giant cells, osteoclasts, fibrosis and necrosis. Pure NumPy.

Osteoclasts follow TRAP; marrow fibrosed by chemotherapy has none and a fibrosis of MF-2 or MF-3 (F9); tissue taken
under denosumab has lost its giant cells in part of the cases.
"""

from dataclasses import dataclass

import numpy as np

from analytics.demonstration.chance import happens, pick
from analytics.demonstration.records import Specimen, SyntheticPatient

SEEN_AGAIN = 0.6
"""The chance that tissue taken again, under or after denosumab, still shows giant cells."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    giant_cells: str
    osteoclasts_per_field: float
    marrow_fibrosis: str
    necrosis_percent: float | None


def finding(random: np.random.Generator, *, patient: SyntheticPatient, specimen: Specimen, is_first: bool) -> Finding:
    """Of one block; ``is_first`` before any denosumab."""
    if patient.diagnosis.category == "bone_marrow":
        fibrosis = pick(random, {"MF-2": 0.4, "MF-3": 0.6})
        return Finding(giant_cells="absent", osteoclasts_per_field=0.0, marrow_fibrosis=fibrosis, necrosis_percent=None)
    present = patient.diagnosis.giant_cells == "present" and (is_first or happens(random, SEEN_AGAIN))
    osteoclasts = random.poisson(2 ** (specimen.level["ACP5"] - 3)) if present else random.poisson(0.3)
    return Finding(
        giant_cells="present" if present else "absent",
        osteoclasts_per_field=float(osteoclasts),
        marrow_fibrosis="",
        necrosis_percent=None if happens(random, 0.3) else float(5 * random.binomial(6, 0.25)),
    )
