"""How much template the standards hold, wherever the export says so."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from expression.importing.plate import PlateWell
from expression.importing.quantstudio.sections import CURVES, POSITION, REPLICATES, RESULTS, SETUP, Sections

Place = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Quantities:
    """Quantities of standards by well and target, and by sample and target where only those are told."""

    by_well: Mapping[Place, float]
    by_sample: Mapping[Place, float]

    @classmethod
    def of(cls, sections: Sections, *, decimal: str) -> "Quantities":
        """What was assigned on setting the plate up counts before what the results repeat."""
        by_well: dict[Place, float] = {}
        for name in (SETUP, CURVES, RESULTS):
            for record in sections.records(name):
                quantity = quantity_of(record.get("quantity", ""), decimal=decimal)
                position = POSITION.fullmatch(record.get("well position", "").upper())
                if quantity is not None and position and record.get("task", "").upper() == "STANDARD":
                    by_well.setdefault((position[1] + position[2], record.get("target", "")), quantity)
        by_sample = {
            (record.get("sample", ""), record.get("target", "")): quantity
            for record in sections.records(REPLICATES)
            if (quantity := quantity_of(record.get("quantity", ""), decimal=decimal)) is not None
        }
        return cls(by_well=by_well, by_sample=by_sample)

    def quantity_of(self, well: PlateWell) -> float | None:
        """That of a standard; None where the file does not say it."""
        told = self.by_well.get((well.position, well.target))
        return self.by_sample.get((well.sample, well.target)) if told is None else told


def quantity_of(text: str, *, decimal: str) -> float | None:
    """The number of a cell that may have signs of thousands; None for none.

    >>> quantity_of("1,250.000", decimal="."), quantity_of("1.250,000", decimal=","), quantity_of("-", decimal=".")
    (1250.0, 1250.0, None)
    """
    thousands = "." if decimal == "," else ","
    plain = text.strip().replace(thousands, "").replace(decimal, ".")
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", plain):
        return None
    number = float(plain)
    return number if math.isfinite(number) else None
