"""Invented patients, shaped to what the group published. Pure NumPy, seeded, with the truth stated here.

Truth: log2(TPM+1) of each marker is normal around the mean of its histology (``EXPRESSION``) with a standard
deviation of 0.8 between patients and 0.25 between specimens of one patient; ΔCq is ``DELTA_CQ_AT_ZERO`` minus that
value plus noise of 0.3 cycles, so a cycle is one doubling. RANKL is high in giant cell tumour of bone, aneurysmal bone
cyst and fibrous dysplasia and low in breast-cancer metastasis.
"""

from dataclasses import dataclass, field

import numpy as np

SEED = 20241123
MARKERS = ("TNFSF11", "TNFRSF11A", "TNFRSF11B", "ACP5", "ALPL", "SOX9")
BETWEEN_PATIENTS = 0.8
BETWEEN_SPECIMENS = 0.25
DELTA_CQ_AT_ZERO = 12.0

# Histology: share of the patients, chance of giant cells, primary site, mean log2(TPM+1) in the order of MARKERS.
EXPRESSION: dict[str, tuple[float, float, str, tuple[float, ...]]] = {
    "Giant cell tumour of bone": (0.13, 1.0, "C40.2", (4.6, 4.2, 4.0, 6.5, 4.5, 1.5)),
    "Aneurysmal bone cyst": (0.07, 0.95, "C40.2", (4.5, 3.6, 3.8, 5.6, 4.8, 1.4)),
    "Fibrous dysplasia": (0.08, 0.6, "C40.2", (4.4, 2.6, 4.4, 4.2, 5.4, 1.8)),
    "Osteosarcoma": (0.08, 0.25, "C40.2", (2.6, 2.2, 4.2, 3.8, 6.0, 2.4)),
    "Chondroblastoma": (0.03, 0.9, "C40.2", (3.4, 2.8, 3.6, 4.8, 3.2, 5.2)),
    "Tenosynovial giant cell tumour, localised": (0.06, 0.95, "C49.1", (3.6, 3.8, 3.0, 5.2, 2.6, 1.2)),
    "Tenosynovial giant cell tumour, diffuse": (0.06, 0.9, "C49.2", (3.5, 3.9, 2.9, 5.0, 2.5, 1.2)),
    "Leiomyosarcoma": (0.09, 0.2, "C49.2", (2.9, 2.7, 3.1, 3.4, 2.8, 1.6)),
    "Undifferentiated pleomorphic sarcoma": (0.09, 0.25, "C49.2", (2.8, 2.9, 3.0, 3.6, 2.7, 1.5)),
    "Breast carcinoma": (0.15, 0.05, "C50.9", (1.4, 1.9, 2.6, 2.8, 3.0, 2.8)),
    "Lung adenocarcinoma": (0.12, 0.05, "C34.9", (1.7, 1.9, 2.5, 2.9, 2.9, 2.6)),
    "Small cell lung carcinoma": (0.04, 0.02, "C34.9", (2.1, 1.8, 2.2, 2.6, 2.4, 2.9)),
}
SITES = ("OSAKA", "NARA", "KOBE")


@dataclass(frozen=True, kw_only=True)
class SyntheticSpecimen:
    """``expression`` is log2(TPM+1) by marker symbol; empty where nothing was measured."""

    code: str
    kind: str
    collection_date: str
    expression: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class SyntheticPatient:
    code: str
    site: str
    sex: str
    birth_year: int | None
    histology: str
    primary_site: str
    giant_cells: str
    diagnosis_date: str
    egfr: str
    specimens: list[SyntheticSpecimen] = field(default_factory=list)


def synthetic_patients(*, patients: int, seed: int = SEED) -> list[SyntheticPatient]:
    """A cohort of the stated size; the same seed gives the same people."""
    random = np.random.default_rng(seed)
    names = list(EXPRESSION)
    shares = np.array([EXPRESSION[name][0] for name in names])
    histologies = random.choice(names, size=patients, p=shares / shares.sum())
    return [
        _patient(random=random, number=number, histology=str(histology))
        for number, histology in enumerate(histologies, start=1)
    ]


def _patient(*, random: np.random.Generator, number: int, histology: str) -> SyntheticPatient:
    _share, giant_cells, primary_site, means = EXPRESSION[histology]
    year = int(random.integers(2008, 2025))
    month = int(random.integers(1, 13))
    code = f"B-{number:04d}"
    level = np.array(means) + random.normal(0, BETWEEN_PATIENTS, len(MARKERS))
    # One patient in twelve has no specimen, one in eight has two: the flow of exclusions has something to say.
    specimens = random.choice([0, 1, 2], p=[1 / 12, 19 / 24, 1 / 8])
    return SyntheticPatient(
        code=code,
        site=str(random.choice(SITES, p=[0.5, 0.3, 0.2])),
        sex=str(random.choice(["female", "male", "unknown"], p=[0.5, 0.48, 0.02])),
        birth_year=None if random.random() < 0.03 else year - int(random.integers(15, 80)),
        histology=histology,
        primary_site=primary_site,
        giant_cells=_giant_cells(random=random, chance=giant_cells),
        diagnosis_date=str(
            random.choice([f"{year}", f"{year}-{month:02d}", f"{year}-{month:02d}-15"], p=[0.1, 0.3, 0.6])
        ),
        egfr=_egfr(random=random, histology=histology),
        specimens=[
            _specimen(random=random, code=f"{code}-S{index}", level=level, date=f"{year}-{month:02d}")
            for index in range(1, specimens + 1)
        ],
    )


def _specimen(*, random: np.random.Generator, code: str, level: np.ndarray, date: str) -> SyntheticSpecimen:
    measured = random.random() > 0.05
    values = np.maximum(level + random.normal(0, BETWEEN_SPECIMENS, len(MARKERS)), 0.0)
    return SyntheticSpecimen(
        code=code,
        kind=str(random.choice(["fresh_frozen", "rna_extract"], p=[0.7, 0.3])),
        collection_date=date,
        expression=dict(zip(MARKERS, values.round(4).tolist(), strict=True)) if measured else {},
    )


def _giant_cells(*, random: np.random.Generator, chance: float) -> str:
    if random.random() < 0.04:
        return "not_assessed"
    return "present" if random.random() < chance else "absent"


def _egfr(*, random: np.random.Generator, histology: str) -> str:
    """Detected, not detected, or blank where it was not tested."""
    if histology != "Lung adenocarcinoma" or random.random() < 0.2:
        return ""
    return "detected" if random.random() < 0.45 else "not_detected"


def cq_of(*, random: np.random.Generator, expression: float, reference_cq: float) -> float | None:
    """The Cq of a target well, or None when the reaction stays undetermined at 40 cycles."""
    cq = reference_cq + DELTA_CQ_AT_ZERO - expression + random.normal(0, 0.3)
    return None if cq >= 40 else round(float(cq), 4)
