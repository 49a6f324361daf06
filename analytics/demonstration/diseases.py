"""The diseases of the demonstration: what is stated of each histology, as numbers.

``hardens`` is the chance that a lytic or mixed index lesion turns sclerotic under denosumab when the patient is
followed long enough; ``deaths_per_year`` the hazard of death; ``treated`` the chance of denosumab.
"""

from dataclasses import dataclass

MARKERS = ("TNFSF11", "TNFRSF11A", "TNFRSF11B", "ACP5", "ALPL", "SOX9")
LONG_BONES = {"C40.2": 0.65, "C40.0": 0.2, "C41.4": 0.15}
LIMBS = {"C49.2": 0.6, "C49.1": 0.4}


@dataclass(frozen=True, kw_only=True)
class Disease:
    """``expression`` is the mean log2(TPM+1) in the order of ``MARKERS``."""

    category: str
    share: float
    giant_cells: float
    primary_sites: dict[str, float]
    hardens: float
    treated: float
    deaths_per_year: float
    expression: tuple[float, ...]


def _primary_bone(
    share: float, giant_cells: float, hardens: float, treated: float, deaths: float, *expression: float
) -> Disease:
    return Disease(
        category="primary_bone",
        share=share,
        giant_cells=giant_cells,
        primary_sites=LONG_BONES,
        hardens=hardens,
        treated=treated,
        deaths_per_year=deaths,
        expression=expression,
    )


def _soft_tissue(
    share: float, giant_cells: float, hardens: float, treated: float, deaths: float, *expression: float
) -> Disease:
    return Disease(
        category="soft_tissue",
        share=share,
        giant_cells=giant_cells,
        primary_sites=LIMBS,
        hardens=hardens,
        treated=treated,
        deaths_per_year=deaths,
        expression=expression,
    )


def _metastasis(primary_site: str, share: float, hardens: float, deaths: float, *expression: float) -> Disease:
    return Disease(
        category="bone_metastasis",
        share=share,
        giant_cells=0.05,
        primary_sites={primary_site: 1.0},
        hardens=hardens,
        treated=0.85,
        deaths_per_year=deaths,
        expression=expression,
    )


# Bone and soft tissue: share of the patients, chance of giant cells, hardens, treated, deaths per year, expression.
# Metastases: primary site, share, hardens, deaths per year, expression. Of a leiomyosarcoma and of a lung
# adenocarcinoma ``hardens`` holds without giant cells and without a driver: see ``imaging.hardening_chance``.
DISEASES: dict[str, Disease] = {
    "Giant cell tumour of bone": _primary_bone(0.11, 1.0, 0.95, 0.85, 0.01, 4.6, 4.2, 4.0, 6.5, 4.5, 1.5),
    "Aneurysmal bone cyst": _primary_bone(0.05, 0.95, 0.9, 0.6, 0.005, 4.5, 3.6, 3.8, 5.6, 4.8, 1.4),
    "Fibrous dysplasia": _primary_bone(0.05, 0.6, 0.85, 0.6, 0.005, 4.4, 2.6, 4.4, 4.2, 5.4, 1.8),
    "Osteosarcoma": _primary_bone(0.06, 0.25, 0.3, 0.25, 0.15, 2.6, 2.2, 4.2, 3.8, 6.0, 2.4),
    "Chondroblastoma": _primary_bone(0.025, 0.9, 0.7, 0.4, 0.01, 3.4, 2.8, 3.6, 4.8, 3.2, 5.2),
    "Chondrosarcoma": _primary_bone(0.025, 0.05, 0.1, 0.15, 0.08, 1.6, 1.8, 3.2, 2.4, 2.8, 6.0),
    "Ewing sarcoma": _primary_bone(0.02, 0.03, 0.2, 0.15, 0.2, 1.2, 1.6, 2.6, 2.2, 2.2, 2.0),
    "Tenosynovial giant cell tumour, localised": _soft_tissue(
        0.04, 0.95, 0.0, 0.0, 0.002, 3.6, 3.8, 3.0, 5.2, 2.6, 1.2
    ),
    "Tenosynovial giant cell tumour, diffuse": _soft_tissue(0.04, 0.9, 0.0, 0.0, 0.002, 3.5, 3.9, 2.9, 5.0, 2.5, 1.2),
    "Leiomyosarcoma": _soft_tissue(0.06, 0.2, 0.25, 0.5, 0.3, 2.9, 2.7, 3.1, 3.4, 2.8, 1.6),
    "Undifferentiated pleomorphic sarcoma": _soft_tissue(0.05, 0.25, 0.2, 0.2, 0.35, 2.8, 2.9, 3.0, 3.6, 2.7, 1.5),
    "Breast carcinoma": _metastasis("C50.9", 0.14, 0.7, 0.25, 1.4, 1.9, 2.6, 2.8, 3.0, 2.8),
    "Lung adenocarcinoma": _metastasis("C34.9", 0.14, 0.55, 0.45, 1.7, 1.9, 2.5, 2.9, 2.9, 2.6),
    "Small cell lung carcinoma": _metastasis("C34.9", 0.04, 1.0, 0.8, 2.1, 1.8, 2.2, 2.6, 2.4, 2.9),
    "Lung squamous cell carcinoma": _metastasis("C34.9", 0.03, 0.5, 0.6, 1.8, 2.0, 2.4, 2.8, 2.6, 3.0),
    "Prostate adenocarcinoma": _metastasis("C61.9", 0.04, 0.6, 0.25, 1.5, 1.7, 2.8, 2.6, 3.4, 2.4),
    "Clear cell renal cell carcinoma": _metastasis("C64.9", 0.04, 0.6, 0.4, 1.6, 1.9, 2.6, 3.0, 2.6, 1.8),
    "Follicular thyroid carcinoma": _metastasis("C73.9", 0.02, 0.65, 0.15, 1.5, 1.8, 2.7, 2.7, 2.6, 2.0),
    "Chemotherapy-related marrow fibrosis": Disease(
        category="bone_marrow",
        share=0.02,
        giant_cells=0.0,
        primary_sites={"C42.1": 1.0},
        hardens=0.0,
        treated=0.0,
        deaths_per_year=0.2,
        expression=(0.1, 1.0, 2.0, 0.4, 2.2, 1.0),
    ),
}
SHARES = {histology: disease.share for histology, disease in DISEASES.items()}
