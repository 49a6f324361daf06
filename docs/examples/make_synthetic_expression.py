"""Write synthetic_expression.csv: an invented cohort to try the import and a group comparison with.

Nothing in it was measured. Sample codes are a patient's code, a hyphen and the number of the sample; one patient has
two samples, two samples have no known fusion partner. Values are log2(TPM + 1) of invented TPM with two decimals, 0
below a limit, so that there are ties. The truth put in: RANKL (TNFSF11) is twice as high in TPM with SS18::SSX1 as with
SS18::SSX2; RANK (TNFRSF11A) and OPG (TNFRSF11B) do not differ.

Run: python docs/examples/make_synthetic_expression.py
"""

import csv
from pathlib import Path

import numpy as np

SEED = 20_250_301
PATIENTS = {"SSX1": 25, "SSX2": 12, "": 2}
HISTOLOGY = {"monophasic": 0.65, "biphasic": 0.3, "poorly differentiated": 0.05}
MEDIAN_TPM = {"TNFSF11": 0.5, "TNFRSF11A": 0.8, "TNFRSF11B": 4.0}
SPREAD_LOG2 = 1.2
DETECTION_LIMIT_TPM = 0.4
TARGET = Path(__file__).with_name("synthetic_expression.csv")


def main() -> None:
    """Draw the cohort and write it."""
    generator = np.random.default_rng(SEED)
    partners = generator.permutation(np.repeat(list(PATIENTS), list(PATIENTS.values())))
    with_two_samples = int(np.flatnonzero(partners == "SSX1")[4])
    rows = []
    for patient, partner in enumerate(partners):
        histology = generator.choice(list(HISTOLOGY), p=list(HISTOLOGY.values()))
        for sample in (1, 2) if patient == with_two_samples else (1,):
            row = {
                "sample": f"EX01-{patient + 1:04d}-S{sample}",
                "SS18_fusion_partner": partner,
                "histological_type": histology,
            }
            for gene, median in MEDIAN_TPM.items():
                fold = 2 if gene == "TNFSF11" and partner == "SSX1" else 1
                tpm = round(median * fold * 2 ** generator.normal(scale=SPREAD_LOG2), 2)
                row[gene] = f"{np.log2((tpm if tpm >= DETECTION_LIMIT_TPM else 0) + 1):.12g}"
            rows.append(row)
    with TARGET.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
