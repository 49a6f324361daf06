"""People and their diagnoses: who they are, what their tumours carry, what became of them."""

import numpy as np

from analytics.demonstration.chance import happens, pick, written
from analytics.demonstration.diseases import Disease
from analytics.demonstration.records import Alteration, Diagnosis, Person, Truth

SITES = {"OSAKA": 0.5, "NARA": 0.3, "KOBE": 0.2}
CONSENT = {"given": 0.94, "not_required": 0.02, "pending": 0.01, "withdrawn": 0.02, "unknown": 0.01}
# Ages of whom a tumour meets: metastases the old, primary bone tumours the young.
MEAN_AGE = {"primary_bone": 30, "soft_tissue": 52, "bone_metastasis": 65, "bone_marrow": 60}
SEX = {"female": 0.5, "male": 0.48, "unknown": 0.02}
SEX_OF = {"Breast carcinoma": {"female": 0.99, "male": 0.01}, "Prostate adenocarcinoma": {"male": 1.0}}
TESTED = 0.8
DRIVERS = {"EGFR": 0.45, "ALK": 0.06, "": 0.49}
EGFR_MUTATIONS = {"p.(Leu858Arg)": 0.5, "p.(Glu746_Ala750del)": 0.5}


def driver(random: np.random.Generator, *, histology: str) -> str:
    """The gene that drives a lung adenocarcinoma, whether or not anybody tested; blank for none of them."""
    return pick(random, DRIVERS) if histology == "Lung adenocarcinoma" else ""


def diagnosis(
    random: np.random.Generator,
    *,
    histology: str,
    disease: Disease,
    primary_site: str,
    has_giant_cells: bool,
    truth: Truth,
) -> Diagnosis:
    giant_cells = "present" if has_giant_cells else "absent"
    return Diagnosis(
        category=disease.category,
        histology=histology,
        primary_site=primary_site,
        date=written(random, truth.diagnosed, month=0.25, year=0.05),
        giant_cells="not_assessed" if happens(random, 0.04) else giant_cells,
    )


def alterations(random: np.random.Generator, *, histology: str, driver: str) -> list[Alteration]:
    """Results of *EGFR* and *ALK*, each tested alone: a test that was not done leaves no row."""
    if histology != "Lung adenocarcinoma":
        return []
    results = []
    if happens(random, TESTED):
        found = driver == "EGFR"
        results.append(
            Alteration(
                gene="EGFR",
                kind="mutation",
                result="detected" if found else "not_detected",
                hgvs=pick(random, EGFR_MUTATIONS) if found else "",
            )
        )
    if happens(random, TESTED):
        found = driver == "ALK"
        results.append(
            Alteration(
                gene="ALK",
                kind="fusion",
                result="detected" if found else "not_detected",
                partner="EML4" if found else "",
                method="FISH",
            )
        )
    return results


def person(random: np.random.Generator, *, code: str, histology: str, disease: Disease, truth: Truth) -> Person:
    """The row of the patient; who died has a last follow-up up to a month before."""
    missing: dict[str, str] = {}
    consent = pick(random, CONSENT)
    asked = consent in ("given", "withdrawn")
    age = float(np.clip(random.normal(MEAN_AGE[disease.category], 13), 12, 92))
    known_birth, known_death = not happens(random, 0.03), not happens(random, 0.02)
    ecog = None if happens(random, 0.05) else pick(random, {0: 0.4, 1: 0.38, 2: 0.15, 3: 0.06, 4: 0.01})
    status = "unknown" if not truth.died and happens(random, 0.03) else "dead" if truth.died else "alive"
    if not known_birth:
        missing["birth_year"] = "unknown"
    if ecog is None:
        missing["ecog_at_entry"] = pick(random, {"not_done": 0.7, "unknown": 0.3})
    if truth.died and not known_death:
        missing["death_date"] = "unknown"
    last_seen = truth.end - int(random.integers(1, 30) if truth.died else 0)
    return Person(
        code=code,
        site=pick(random, SITES),
        sex=pick(random, SEX_OF.get(histology, SEX)),
        birth_year=truth.diagnosed.year - int(age) if known_birth else None,
        ecog_at_entry=ecog,
        consent_status=consent,
        consent_version=pick(random, {"1.0": 0.4, "2.0": 0.6}) if asked else "",
        consent_date=written(random, truth.day(int(random.integers(0, 30))), month=0.05) if asked else "",
        consent_scope="Clinical data and archived tissue" if asked else "",
        vital_status=status,
        death_date=written(random, truth.day(truth.end), month=0.06, year=0.01) if truth.died and known_death else "",
        cause_of_death=pick(random, {"Tumour": 0.88, "Other": 0.12}) if truth.died else "",
        last_follow_up_date=written(random, truth.day(max(last_seen, 0)), month=0.05),
        missing=missing,
    )
