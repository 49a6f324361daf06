"""Patients with a course of denosumab from 2 January 2020 on."""

from typing import Any

from cases.models import Patient, Study
from tests.factories import (
    LesionFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SkeletalEventFactory,
    TreatmentFactory,
)

FIRST_DOSE = "2020-01-02"


def treated(
    study: Study,
    *,
    events: tuple[str, ...] = (),
    sclerosis: str = "",
    seen: str = "",
    death: str = "",
    last: str = "2022-01-02",
    start: str = FIRST_DOSE,
    radiographic_type: str = "lytic",
    **fields: Any,
) -> Patient:
    """A patient with one lytic index lesion; ``sclerosis`` is the day it hardened, ``seen`` one on which it had not."""
    if death:
        fields |= {"vital_status": "dead", "death_date": death}
    patient = PatientFactory(study=study, last_follow_up_date="" if death else last, **fields)
    if start:
        TreatmentFactory(patient=patient, start=start)
    lesion = LesionFactory(patient=patient, is_index=True, radiographic_type=radiographic_type)
    for day, found in ((seen, "none"), (sclerosis, "partial")):
        if day:
            ResponseAssessmentFactory(lesion=lesion, date=day, sclerosis=found)
    for day in events:
        SkeletalEventFactory(patient=patient, date=day)
    return patient
