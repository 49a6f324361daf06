"""Lesions: what is followed on images, one index lesion or two, and sometimes others."""

import numpy as np

from analytics.demonstration.chance import happens, pick
from analytics.demonstration.diseases import Disease
from analytics.demonstration.records import Lesion

METASTASIS_SITES = {"C41.2": 0.45, "C41.4": 0.25, "C40.2": 0.12, "C41.3": 0.12, "C40.0": 0.06}
MIDLINE = ("C41.2", "C41.3")
SIDES = {"left": 0.48, "right": 0.48, "unknown": 0.04}
TYPES = {"lytic": 0.6, "mixed": 0.25, "blastic": 0.12, "unknown": 0.03}
TYPES_OF = {"Prostate adenocarcinoma": {"blastic": 0.7, "mixed": 0.22, "lytic": 0.08}}
PRIMARY_TYPES = {"lytic": 0.85, "mixed": 0.15}
WITH_BONE_LESION = {"Leiomyosarcoma": 0.5, "Undifferentiated pleomorphic sarcoma": 0.3}
MOST_METASTASES = 4


def lesions(random: np.random.Generator, *, histology: str, disease: Disease, primary_site: str) -> list[Lesion]:
    """The lesions of one patient; a marrow has none."""
    if disease.category == "primary_bone":
        return [_lesion(random, number=1, site=primary_site, radiographic_type=pick(random, PRIMARY_TYPES))]
    if disease.category == "soft_tissue":
        tumour = _lesion(random, number=1, site=primary_site, tissue="soft_tissue", radiographic_type="not_applicable")
        has_bone_lesion = happens(random, WITH_BONE_LESION.get(histology, 0.0))
        return [tumour, _metastasis(random, number=2, histology=histology)] if has_bone_lesion else [tumour]
    if disease.category == "bone_metastasis":
        count = min(1 + random.poisson(0.9), MOST_METASTASES)
        return [
            _metastasis(random, number=number, histology=histology, is_index=number == 1 or happens(random, 0.2))
            for number in range(1, count + 1)
        ]
    return []


def _metastasis(random: np.random.Generator, *, number: int, histology: str, is_index: bool = True) -> Lesion:
    return _lesion(
        random,
        number=number,
        site=pick(random, METASTASIS_SITES),
        radiographic_type=pick(random, TYPES_OF.get(histology, TYPES)),
        is_index=is_index,
    )


def _lesion(
    random: np.random.Generator,
    *,
    number: int,
    site: str,
    radiographic_type: str,
    tissue: str = "bone",
    is_index: bool = True,
) -> Lesion:
    measured = not happens(random, 0.08)
    return Lesion(
        code=f"L{number}",
        site=site,
        laterality="midline" if site in MIDLINE else pick(random, SIDES),
        tissue=tissue,
        radiographic_type=radiographic_type,
        largest_diameter_mm=round(float(random.lognormal(3.5, 0.45)), 1) if measured else None,
        is_index=is_index,
        missing={} if measured else {"largest_diameter_mm": "not_done"},
    )
