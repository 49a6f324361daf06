"""Numbers of expression profiles as texts."""

import math
import re

from cases.importing.cells import UnreadableCell
from cases.importing.words import is_known
from cases.sentences import sentence
from expression.models import ProfileUnit

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

RANGES = {
    # 10⁶ transcripts per million are all there are.
    ProfileUnit.LOG2_TPM: (0.0, math.log2(1e6 + 1)),
    ProfileUnit.LOG2_FPKM: (0.0, 32.0),
    ProfileUnit.RSEM: (0.0, 1e9),
    ProfileUnit.LOG2_RSEM: (0.0, 32.0),
    ProfileUnit.LOG2_INTENSITY: (-32.0, 32.0),
}
"""What a value in the unit can be; beyond it the unit is wrong or the number is."""


def is_number(text: str) -> bool:
    """Whether the text is a plain number with a decimal point."""
    return NUMBER.fullmatch(text) is not None


def read_value(text: str, *, unit: ProfileUnit) -> float | None:
    """The expression value; None where the cell says that there is none."""
    if not is_known(text):
        return None
    if not is_number(text):
        raise UnreadableCell(
            sentence("“{value}” is no number. Write it with a decimal point, or leave the cell blank.", value=text)
        )
    value = float(text)
    lowest, highest = RANGES[unit]
    if not lowest <= value <= highest:
        raise UnreadableCell(
            sentence(
                "{value} cannot be {unit}, which lies between {lowest} and {highest}. Check the number and the unit.",
                value=text,
                unit=str(unit.label),
                lowest=f"{lowest:.6g}",
                highest=f"{highest:.6g}",
            )
        )
    return value
