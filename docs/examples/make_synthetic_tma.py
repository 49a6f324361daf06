"""Write synthetic_tma.xlsx, and its last sheet alone as synthetic_score_rules.xlsx.

An invented tissue microarray as laboratories keep it, with a sheet for each biomarker.
Nothing in it was measured. Sixteen cases with two cores each in four sectors, which blank rows and columns divide, and
a core of tonsil as control. In RANKL and OPG the numbers mean what the sheet “translation” says; 9 and x are cores
without a score. The truth put in: a case has a step of its own, from which its second core differs in one of four.

Run: python docs/examples/make_synthetic_tma.py
"""

from datetime import datetime
from pathlib import Path

import numpy as np
import xlsxwriter

SEED = 20_260_301
CASES = list(range(1, 17))
CORNERS = [(1, 2), (1, 7), (6, 2), (6, 7)]
"""Where the sectors begin, from 0: two rows with two cases of two cores each."""
CONTROL = (9, 12)
MEANINGS = {"RANKL": ("negative", "weak", "moderate", "strong"), "OPG": ("negative", "focal", "diffuse")}
NO_SCORE = ("x", 9)
WITHOUT_SCORE = 0.12


def cores() -> list[tuple[int, int, int]]:
    """Row, column and case of every core."""
    found = []
    for case in CASES:
        (top, left), place = CORNERS[(case - 1) // 4], (case - 1) % 4
        row, column = top + place // 2, left + 2 * (place % 2)
        found += [(row, column, case), (row, column + 1, case)]
    return found


def scores(random: np.random.Generator, steps: int) -> dict[tuple[int, int], int | str]:
    """What was read on every core."""
    own = {case: int(random.integers(steps)) for case in CASES}
    read: dict[tuple[int, int], int | str] = {}
    for row, column, case in cores():
        step = own[case] if random.random() > 0.25 else int(random.integers(steps))
        read[row, column] = NO_SCORE[int(random.integers(2))] if random.random() < WITHOUT_SCORE else step
    return read


def write_translation(book: xlsxwriter.Workbook) -> None:
    """The sheet that says what the numbers mean."""
    sheet = book.add_worksheet("translation")
    sheet.write_row(0, 0, ["biomarker", "original_score", "translated_score"])
    rows = [(name, step, meaning) for name, meanings in MEANINGS.items() for step, meaning in enumerate(meanings)]
    rows += [(name, entry, "Unk") for name in MEANINGS for entry in NO_SCORE]
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row)


def main() -> None:
    random = np.random.default_rng(SEED)
    path = Path(__file__).with_name("synthetic_tma.xlsx")
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime(2026, 3, 1), "comments": "Synthetic: nothing in it was measured."})
        sheet = book.add_worksheet("TMA map")
        for row, column, case in cores():
            sheet.write(row, column, case)
        sheet.write(*CONTROL, "tonsil")
        for biomarker, meanings in MEANINGS.items():
            sheet = book.add_worksheet(biomarker)
            for (row, column), entry in scores(random, len(meanings)).items():
                sheet.write(row, column, entry)
            sheet.write(*CONTROL, len(meanings) - 1)
        write_translation(book)
    with xlsxwriter.Workbook(path.with_name("synthetic_score_rules.xlsx")) as book:
        book.set_properties({"created": datetime(2026, 3, 1)})
        write_translation(book)


if __name__ == "__main__":
    main()
