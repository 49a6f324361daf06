"""Immunohistochemistry of the demonstration: what readers saw on cores and sections. Pure NumPy.

Of a tissue with a level L of a marker, in log2(TPM+1), a share of cells is positive whose logit is
(L − ``HALF_POSITIVE``) / ``STEEPNESS``, with noise between cores and between readers; the stronger, the more of them
are 3+. So protein follows RNA, not perfectly (F7), RANKL is higher with giant cells (F13), and marrow fibrosed by
chemotherapy is negative (F9). Each marker is read in the cells that express it (F10).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.demonstration.chance import happens

HALF_POSITIVE, STEEPNESS = 3.4, 0.75
BETWEEN_CORES, BETWEEN_READERS = 0.45, 0.25
NEGATIVE_BELOW = 0.01
NOT_ASSESSABLE = 0.03

# Marker -> cell type and compartment it is read in.
READ_IN = {
    "TNFSF11": ("stromal", "cytoplasm"),
    "TNFRSF11A": ("giant_cell", "membrane"),
    "TNFRSF11B": ("tumour", "cytoplasm"),
    "ACP5": ("osteoclast", "cytoplasm"),
    "ALPL": ("osteoblast", "membrane"),
    "SOX9": ("chondrocyte", "nucleus"),
}
# Marker -> code, clone, vendor, dilution, retrieval of the invented antibody.
ANTIBODIES = {
    "TNFSF11": ("RANKL-12A", "12A668", "Synthetic Antibodies", "1:200", "Citrate pH 6, 95 °C, 20 min"),
    "TNFRSF11A": ("RANK-N1", "N-1H8", "Synthetic Antibodies", "1:100", "EDTA pH 9, 95 °C, 20 min"),
    "TNFRSF11B": ("OPG-98", "98A1071", "Synthetic Antibodies", "1:100", "Citrate pH 6, 95 °C, 20 min"),
    "ACP5": ("TRAP-9C5", "9C5", "Synthetic Antibodies", "1:50", "EDTA pH 9, 95 °C, 20 min"),
    "ALPL": ("ALP-2F4", "2F4", "Synthetic Antibodies", "1:400", "None"),
    "SOX9": ("SOX9-3C10", "3C10", "Synthetic Antibodies", "1:300", "EDTA pH 9, 95 °C, 20 min"),
}
ON_SECTIONS = ("TNFSF11", "TNFRSF11A", "TNFRSF11B")
FIRST_READER, SECOND_READER = "path1", "path2"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stain:
    """What one reader saw: percentages at 0, 1+, 2+ and 3+, or why there are none."""

    evaluability: str
    percentages: tuple[int, ...] = ()


def readings(
    random: np.random.Generator, *, level: float, readers: tuple[str, ...], status: str = "evaluable"
) -> Iterator[tuple[str, Stain]]:
    """The same core or section as each reader saw it. ``status`` is that of the core on its block."""
    if status != "evaluable":
        yield from ((reader, Stain(evaluability=status)) for reader in readers)
        return
    here = level + random.normal(0, BETWEEN_CORES)
    for reader in readers:
        if happens(random, NOT_ASSESSABLE):
            yield reader, Stain(evaluability="not_assessable")
        else:
            yield (
                reader,
                Stain(evaluability="evaluable", percentages=percentages(here + random.normal(0, BETWEEN_READERS))),
            )


def percentages(level: float) -> tuple[int, ...]:
    """Percentages at 0, 1+, 2+ and 3+ of a level of log2(TPM+1), to 5% as people read them; they add up to 100."""
    positive = float(1 / (1 + np.exp(-(level - HALF_POSITIVE) / STEEPNESS)))
    if positive < NEGATIVE_BELOW:
        return (100, 0, 0, 0)
    # In twentieths of the cells.
    stained = round(20 * positive)
    strong = round(20 * positive**3)
    moderate = min(round(40 * positive**2 * (1 - positive)), stained - strong)
    return tuple(5 * part for part in (20 - stained, stained - strong - moderate, moderate, strong))
