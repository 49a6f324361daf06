"""The demonstration study in the database: every row passes its constraints, and the derived facts tell the truth."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.demonstration.cohort import synthetic_patients
from analytics.demonstration.study import STUDY_CODE, seed_demonstration
from cases.derived.course import courses
from cases.derived.response import Outcome
from cases.derived.timing import Timing
from cases.models import (
    Administration,
    AdverseEvent,
    Core,
    Diagnosis,
    LaboratoryResult,
    Lesion,
    MolecularAlteration,
    Patient,
    ResponseAssessment,
    SkeletalEvent,
    Specimen,
    Study,
    TissueMicroarray,
    Treatment,
)
from expression.models import ExpressionValue, IhcReading, PathologyFinding, QpcrWell

pytestmark = pytest.mark.django_db

SIZE = 150
FILLED = [
    Administration,
    AdverseEvent,
    Core,
    Diagnosis,
    ExpressionValue,
    IhcReading,
    PathologyFinding,
    LaboratoryResult,
    Lesion,
    MolecularAlteration,
    QpcrWell,
    ResponseAssessment,
    SkeletalEvent,
    Specimen,
    Treatment,
]


def seeded(*, patients: int = SIZE) -> Study:
    study = seed_demonstration(patients=patients, password="a password")
    assert study is not None
    return study


def test_every_row_passes_what_a_form_checks() -> None:
    study = seeded(patients=40)
    assert study.is_synthetic
    for model in [Patient, TissueMicroarray, *FILLED]:
        rows = list(model._default_manager.all())
        assert rows, model
        for row in rows:
            row.full_clean(validate_unique=False, validate_constraints=False)


def test_rows_have_a_history() -> None:
    seeded(patients=10)
    assert {patient.events.count() for patient in Patient.objects.all()} == {1}


def test_derived_responses_are_the_truth() -> None:
    seeded()
    truths = {one.person.code: one.truth for one in synthetic_patients(patients=SIZE)}
    patients = list(Patient.objects.all())
    timings = set()
    responses = 0
    for course in courses(patients).values():
        truth, response = truths[course.patient.code], course.response()
        responses += response.outcome is Outcome.RESPONSE
        assert (response.outcome is Outcome.RESPONSE) == (truth.hardened is not None), course.patient
        if response.day is not None and truth.hardened is not None and not response.day.imputed:
            assert response.day.date == truth.day(truth.hardened)
        assert len(course.counted_events) == len(truth.events)
        timings |= {course.timing(specimen).timing for specimen in course.specimens}
    assert responses > 30
    assert timings >= {Timing.BEFORE, Timing.ON, Timing.NEVER}


def test_two_arrays_with_several_cores_of_a_block() -> None:
    seeded()
    assert TissueMicroarray.objects.count() == 2
    assert set(Core.objects.values_list("status", flat=True)) == {"evaluable", "lost", "no_tumour"}
    assert Core.objects.filter(specimen=None).exclude(control_tissue="").count() == 20


def test_queries_do_not_depend_on_the_number_of_patients() -> None:
    counts = []
    for patients in (40, 120):
        with CaptureQueriesContext(connection) as captured:
            study = seeded(patients=patients)
        counts.append(len(captured))
        Study.objects.filter(pk=study.pk).update(code=f"OTHER-{patients}")
    # The first time makes the accounts.
    assert counts[1] <= counts[0]


def test_the_command_leaves_an_existing_study_as_it_is(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    said = StringIO()
    call_command("seed_demo", "--patients", "12", "--seed", "5", "--null", stdout=said)
    call_command("seed_demo", "--patients", "30", stdout=said)
    assert f"Made the study {STUDY_CODE} with 12 synthetic patients." in said.getvalue()
    assert f"The study {STUDY_CODE} is already there; nothing was changed." in said.getvalue()
    expected = [one.person.sex for one in synthetic_patients(patients=12, seed=5, hazard_ratio=1.0)]
    assert list(Patient.objects.order_by("code").values_list("sex", flat=True)) == expected
    events = sum(len(one.truth.events) for one in synthetic_patients(patients=12, seed=5, hazard_ratio=1.0))
    assert SkeletalEvent.objects.count() == events
