"""Write synthetic_quantstudio.txt: an invented plate in the layout of a QuantStudio export.

Nothing in it was measured. Twelve samples of synthetic_expression.csv, one a row, and a no-template control; RANKL,
RANK and OPG with the reference genes GAPDH and ACTB, in duplicate, on a 384-well plate. The truth put in: ΔCq of a
sample is normal around 8 (RANKL), 7 (RANK) and 4 (OPG) with a standard deviation of 1.2; ACTB comes 1.5 cycles after
GAPDH; a sample's RNA shifts all its wells alike; replicates scatter with 0.08 cycles. Then four things happen that
happen in laboratories: RANKL of EX01-0004-S1 is undetermined, a well of ACTB of EX01-0008-S1 is undetermined, a
replicate of RANK of EX01-0003-S1 failed and was omitted, the replicates of OPG of EX01-0010-S1 differ by a cycle.

Run: python docs/examples/make_synthetic_quantstudio.py
"""

from pathlib import Path

import numpy as np

SEED = 20_250_302
SAMPLES = [f"EX01-{patient:04d}-S1" for patient in range(1, 13)]
DELTA_CQ = {"RANKL": 8.0, "RANK": 7.0, "OPG": 4.0}
AFTER_GAPDH = {"GAPDH": 0.0, "ACTB": 1.5}
SPREAD, LOADING, REPLICATES = 1.2, 0.6, 0.08
ROWS = "ABCDEFGHIJKLMNOP"
CONTROL_ROW = "P"
UNDETERMINED = {("EX01-0004-S1", "RANKL", 1), ("EX01-0004-S1", "RANKL", 2), ("EX01-0008-S1", "ACTB", 2)}
OMITTED = {("EX01-0003-S1", "RANK", 2): 4.5}
APART = {("EX01-0010-S1", "OPG", 2): 1.0}

HEADER = """\
* Block Type = 384-Well Block
* Chemistry = TAQMAN
* Experiment Barcode = NA
* Experiment Comment = Synthetic, for trying the import
* Experiment File Name = C:\\Plates\\SYNTHETIC-PLATE-1.eds
* Experiment Name = SYNTHETIC-PLATE-1
* Experiment Run End Time = 2025-03-02 14:20:00 PM JST
* Experiment Type = Comparative Cт (ΔΔCт)
* Instrument Name = synthetic
* Instrument Type = Synthetic instrument, QuantStudio layout
* Passive Reference = ROX
* Quantification Cycle Method = Ct
* Signal Smoothing On = true
* Stage/ Cycle where Analysis is performed = Stage 2, Step 2
* User Name = NA
"""
COLUMNS = ["Well", "Well Position", "Omit", "Sample Name", "Target Name", "Task", "Reporter", "Quencher", "CT"]
FOOTER = """\
Analysis Type = Singleplex
Endogenous Control = GAPDH, ACTB
Reference Sample = EX01-0001-S1
"""
TARGET = Path(__file__).with_name("synthetic_quantstudio.txt")


def wells(generator: np.random.Generator) -> list[list[str]]:
    """One row of cells a well and target."""
    found = []
    for plate_row, sample in zip(ROWS, SAMPLES, strict=False):
        gapdh = 19.0 + generator.normal(scale=LOADING)
        reference = gapdh + np.mean(list(AFTER_GAPDH.values()))
        true = {name: gapdh + late for name, late in AFTER_GAPDH.items()} | {
            name: reference + delta + generator.normal(scale=SPREAD) for name, delta in DELTA_CQ.items()
        }
        column = 0
        for target in (*DELTA_CQ, *AFTER_GAPDH):
            for replicate in (1, 2):
                column += 1
                key = (sample, target, replicate)
                cq = true[target] + generator.normal(scale=REPLICATES) + OMITTED.get(key, 0) + APART.get(key, 0)
                text = "Undetermined" if key in UNDETERMINED else f"{cq:.3f}"
                omit = "true" if key in OMITTED else "false"
                found.append(well(plate_row, column, omit, sample, target, "UNKNOWN", text))
    for column in range(1, 11):
        target = (*DELTA_CQ, *AFTER_GAPDH)[(column - 1) // 2]
        found.append(well(CONTROL_ROW, column, "false", "NTC", target, "NTC", "Undetermined"))
    return found


def well(plate_row: str, column: int, omit: str, sample: str, target: str, task: str, cq: str) -> list[str]:
    """Cells under ``COLUMNS``; wells are numbered along the rows of 24."""
    number = ROWS.index(plate_row) * 24 + column
    return [str(number), f"{plate_row}{column}", omit, sample, target, task, "FAM", "NFQ-MGB", cq]


def main() -> None:
    """Draw the plate and write it."""
    lines = ["\t".join(cells) for cells in [COLUMNS, *wells(np.random.default_rng(SEED))]]
    TARGET.write_text(f"{HEADER}\n[Results]\n" + "\n".join(lines) + f"\n\n{FOOTER}", encoding="utf-8")


if __name__ == "__main__":
    main()
