"""Invented patients, shaped to what the group published. Pure NumPy, seeded, with the truth stated here.

Each patient has a generator of random numbers of their own, made of the seed and the patient's number: a cohort of
400 is the beginning of the cohort of 10,000.

**Sclerosis under denosumab** (findings F1, F3–F5, F8). A lytic or mixed index lesion hardens by the chance of its
histology (``diseases.DISEASES``): every small-cell, *EGFR*-mutated and *ALK*-fused lung cancer that is followed at all,
19 of 20 giant cell tumours of bone and leiomyosarcomas with giant cells, about 70% of all bone metastases together;
blastic lesions never do. A follow-up image shows it weeks to months after the first dose. Radiotherapy and surgery
harden lesions too, which is no response.

**Skeletal-related events** (F2, F3). Whoever has a bone lesion has 0.6 events in a year, whatever the disease, so that
no comparison is confounded by the disease; after the first image with sclerosis of an index lesion the hazard is 0.6
times that, in the null variant 1.0 times. Before the sclerosis and without one the hazard is the same: a comparison by
"ever sclerotic" from the first dose on is biased, one with sclerosis as a time-dependent covariate finds 0.6. Death
competes; its hazard depends on the disease alone, and sclerosis does not change it.

**Expression** (F6, F7, F9, F13), see ``specimens``: RANKL is high in giant cell tumour of bone, aneurysmal bone cyst
and fibrous dysplasia, low in breast-cancer metastasis, near zero in marrow fibrosed by chemotherapy, and higher in
primary bone tumours with giant cells than in those without. It does not depend on denosumab.

**Stains, blots, cell experiments, pathology findings** (F5, F7, F9–F13): see ``stains``, ``blots``, ``cultures``,
``pathology``.
"""

from collections.abc import Iterator

import numpy as np

from analytics.demonstration import imaging, outcomes, people, safety, specimens, treatment
from analytics.demonstration.chance import happens, pick
from analytics.demonstration.diseases import DISEASES, SHARES
from analytics.demonstration.lesions import lesions
from analytics.demonstration.outcomes import HAZARD_RATIO
from analytics.demonstration.records import SyntheticPatient, Truth

SEED = 20241123
LOADED = "Giant cell tumour of bone"


def synthetic_patients(
    *, patients: int, seed: int = SEED, hazard_ratio: float = HAZARD_RATIO, first: int = 1
) -> Iterator[SyntheticPatient]:
    """So many patients from number ``first`` on, one after the other; the same seed gives the same people."""
    for number in range(first, first + patients):
        yield _patient(np.random.default_rng([seed, number]), code=f"B-{number:04d}", hazard_ratio=hazard_ratio)


def _patient(random: np.random.Generator, *, code: str, hazard_ratio: float) -> SyntheticPatient:
    histology = pick(random, SHARES)
    disease, loading = DISEASES[histology], histology == LOADED
    has_giant_cells = happens(random, disease.giant_cells)
    driver = people.driver(random, histology=histology)
    diagnosed, end, died = outcomes.fate(random, disease=disease)
    primary_site = pick(random, disease.primary_sites)
    tumours = lesions(random, histology=histology, disease=disease, primary_site=primary_site)
    has_bone_lesion = any(lesion.tissue == "bone" for lesion in tumours)
    courses = treatment.dose_days(random, disease=disease, loading=loading, can_be_treated=has_bone_lesion, end=end)
    first_dose = courses[0][0] if courses else None
    visits = imaging.visit_days(random, first_dose=first_dose, end=end)
    chance = imaging.hardening_chance(
        histology=histology, disease=disease, has_giant_cells=has_giant_cells, driver=driver
    )
    hardened = (
        imaging.hardened_days(random, lesions=tumours, visits=visits, chance=chance) if first_dose is not None else {}
    )
    local = treatment.local_days(random, disease=disease, lesions=tumours, hardened=hardened, end=end)
    # Drawn apart, so that another hazard ratio changes the events and nothing else.
    by_event = random.spawn(1)[0]
    first_sclerosis = min(
        (hardened[one.code] for one in tumours if one.is_index and one.code in hardened), default=None
    )
    truth = Truth(
        diagnosed=diagnosed,
        end=end,
        died=died,
        first_dose=first_dose,
        last_dose=courses[-1][-1] if courses else None,
        visits=visits,
        hardened=first_sclerosis,
        events=outcomes.event_days(by_event, end=end, hardened=first_sclerosis, hazard_ratio=hazard_ratio)
        if has_bone_lesion
        else (),
    )
    alterations = people.alterations(random, histology=histology, driver=driver)
    return SyntheticPatient(
        person=people.person(random, code=code, histology=histology, disease=disease, truth=truth),
        diagnosis=people.diagnosis(
            random,
            histology=histology,
            disease=disease,
            primary_site=primary_site,
            has_giant_cells=has_giant_cells,
            truth=truth,
        ),
        alterations=alterations,
        lesions=tumours,
        treatments=[
            *treatment.denosumab(random, courses=courses, loading=loading, truth=truth),
            *treatment.other_drugs(
                random,
                histology=histology,
                disease=disease,
                drivers=[one.gene for one in alterations if one.result == "detected"],
                truth=truth,
            ),
            *treatment.local_treatments(random, disease=disease, days=local, truth=truth),
        ],
        assessments=imaging.assessments(
            random, disease=disease, lesions=tumours, hardened=hardened, local=local, truth=truth
        ),
        skeletal_events=outcomes.skeletal_events(by_event, truth=truth, lesions=tumours),
        adverse_events=safety.adverse_events(random, truth=truth),
        laboratory_results=safety.laboratory_results(random, truth=truth),
        specimens=specimens.specimens(
            random, code=code, disease=disease, has_giant_cells=has_giant_cells, lesions=tumours, truth=truth
        ),
        truth=truth,
    )
