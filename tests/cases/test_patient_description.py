"""Who a patient is, in one line."""

import pytest

from cases.derived.course import courses
from cases.models import Patient
from cases.patient_description import description
from tests.factories import (
    DiagnosisFactory,
    HistologyFactory,
    LesionFactory,
    MolecularAlterationFactory,
    PatientFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db


def described(patient: Patient) -> str:
    return description(courses([patient])[patient.pk], alterations=patient.alterations.all())


def test_what_is_known_stands_in_one_line() -> None:
    patient = PatientFactory(sex="female", birth_year=1961, vital_status="alive", last_follow_up_date="2023-03-14")
    DiagnosisFactory(patient=patient, is_index=True, histology=HistologyFactory(name="Lung <adenocarcinoma>"))
    MolecularAlterationFactory(patient=patient, gene="EGFR", kind="mutation", partner="", hgvs="L858R")
    MolecularAlterationFactory(patient=patient, gene="ALK", partner="", result="not_detected")
    LesionFactory(patient=patient)
    TreatmentFactory(patient=patient, start="2021-01-12", end="2023-03")
    assert described(patient) == (
        'Woman born 1961 · Lung &lt;adenocarcinoma&gt;, <i class="gene">EGFR</i> L858R · 1 lesion · '
        "denosumab for 26 months · alive at last follow-up 2023-03-14"
    )


@pytest.mark.parametrize(("giant_cells", "said"), [("present", True), ("absent", False), ("not_assessed", False)])
def test_giant_cells_of_the_index_diagnosis(giant_cells: str, said: bool) -> None:
    patient = PatientFactory()
    DiagnosisFactory(patient=patient, histology=HistologyFactory(name="LMS"), giant_cells=giant_cells)
    assert ("LMS, with giant cells" in described(patient)) is said


def test_what_is_not_known_is_left_out() -> None:
    assert described(PatientFactory(vital_status="dead")) == "no index diagnosis · no denosumab · dead"
