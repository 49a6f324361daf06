"""Tissue microarrays: blocks of patients punched three times, with control tissue in the last column."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.demonstration.chance import pick
from analytics.demonstration.records import SyntheticPatient

ROWS, COLUMNS = 10, 13
CORES_PER_BLOCK = 3
CORE_DIAMETER_MM = 2.0
CONTROLS = ("Placenta", "Lymph node", "Liver", "Giant cell tumour of bone, control", "Tonsil")
STATUS = {"evaluable": 0.86, "lost": 0.08, "no_tumour": 0.06}
ARRAYS = {
    "DEMO-TMA-BONE": ("primary_bone",),
    "DEMO-TMA-SOFT": ("soft_tissue", "bone_metastasis"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Core:
    """A core of the block with the code ``specimen``, or of a control tissue."""

    row: int
    column: int
    status: str
    specimen: str = ""
    control_tissue: str = ""


def cores(random: np.random.Generator, *, code: str, cohort: list[SyntheticPatient]) -> Iterator[Core]:
    """The cores of one array: the first blocks of its categories, row by row as far as the grid goes."""
    blocks = [
        specimen.code
        for one in cohort
        if one.diagnosis.category in ARRAYS[code]
        for specimen in one.specimens
        if specimen.kind == "ffpe_block"
    ]
    punched = [block for block in blocks for _core in range(CORES_PER_BLOCK)]
    for place, block in enumerate(punched[: ROWS * (COLUMNS - 1)]):
        row, column = divmod(place, COLUMNS - 1)
        yield Core(row=row + 1, column=column + 1, specimen=block, status=pick(random, STATUS))
    for row in range(ROWS):
        tissue = CONTROLS[row % len(CONTROLS)]
        yield Core(row=row + 1, column=COLUMNS, control_tissue=tissue, status="evaluable")
