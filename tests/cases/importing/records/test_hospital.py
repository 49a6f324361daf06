"""The workbook of a Japanese hospital into a study without patients, by the command and as the page asks."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from cases.models import Diagnosis, Lesion, Patient, Specimen, Study, Treatment
from expression.models import IhcReading
from tests.factories import AntibodyFactory, StudyFactory, UserFactory
from tests.import_steps import answered, brought, findings

pytestmark = pytest.mark.django_db

HOSPITAL = Path(settings.BASE_DIR) / "docs" / "examples" / "synthetic_hospital.xlsx"


@pytest.fixture
def study() -> Study:
    study = StudyFactory(code="HOSPITAL")
    AntibodyFactory(study=study, code="RANKL-12A")
    return study


def imported(study: Study) -> str:
    answer = io.StringIO()
    call_command("import_table", study.code, HOSPITAL, stdout=answer)
    return answer.getvalue()


def test_every_sheet_and_column_is_recognised(study: Study) -> None:
    job = brought(study, HOSPITAL.read_bytes(), name="synthetic_hospital.xlsx")
    assert job.format == "record_table"
    kinds = [sheet["target"] for sheet in job.preview["outline"]["sheets"]]
    assert kinds == ["patient", "diagnosis", "lesion", "treatment", "specimen", "ihc-reading"]
    unknown = [one for one in job.preview["outline"]["warnings"] if "unknown" in one["text"]]
    assert unknown == []
    assert findings(answered(job)) == []


def test_it_says_what_was_written(study: Study) -> None:
    UserFactory(is_superuser=True)
    said = imported(study)
    assert said.endswith("Imported.\n")
    patients = Patient.objects.order_by("code").values_list("code", "sex", "birth_year", "vital_status", "death_date")
    assert list(patients) == [
        ("SYN-J01", "female", 1973, "alive", ""),
        ("SYN-J02", "male", 1948, "dead", "2022-11-02"),
        ("SYN-J03", "female", 1992, "alive", ""),
        ("SYN-J04", "male", 1961, "unknown", ""),
    ]
    diagnoses = Diagnosis.objects.order_by("patient__code").values_list("histology__name", "date", "giant_cells")
    assert list(diagnoses)[:3] == [
        ("Giant cell tumour of bone", "2018-04", "present"),
        ("Leiomyosarcoma", "2019-04-30", "present"),
        ("Fibrous dysplasia", "2019", "absent"),
    ]
    assert [str(lesion.largest_diameter_mm) for lesion in Lesion.objects.order_by("pk")] == ["45.0", "32.5", "28.0"]
    treatments = Treatment.objects.order_by("patient__code").values_list("agent__code", "dose_mg", "start", "end")
    assert list(treatments) == [("denosumab", 120, "2018-05-08", "2019-11-20"), ("denosumab", 120, "2019-05-14", "")]
    assert list(Specimen.objects.order_by("code").values_list("code", "decalcification")) == [
        ("SYN-J01-B1", "edta"),
        ("SYN-J02-B1", "none"),
        ("SYN-J03-B1", "acid"),
    ]
    readings: Any = IhcReading.objects.order_by("specimen__code")
    assert [reading.h_score for reading in readings] == [225, 100, None]
    assert [(reading.evaluability, reading.reader, reading.read_on) for reading in readings][1:] == [
        ("evaluable", "MK", "2025-06-02"),
        ("lost", "MK", "2025-06-02"),
    ]


def test_the_same_workbook_again_changes_nothing(study: Study) -> None:
    UserFactory(is_superuser=True)
    imported(study)
    said = imported(study)
    assert said.count("new 0, changed 0") == 6
    assert said.endswith("Nothing was written.\n")
