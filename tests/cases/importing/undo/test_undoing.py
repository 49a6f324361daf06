"""Whole imports taken back: nothing of them is left, what they changed is as before, and history tells it."""

from typing import Any

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.history import changes, data_version
from cases.importing.undo.obstacles import Reason, obstacles
from cases.importing.undo.traces import traces
from cases.importing.undo.undoing import request_undo
from cases.jobs import Refusal, cancel
from cases.models import (
    DataQuery,
    ImportJob,
    ImportUndo,
    JobStatus,
    Membership,
    Patient,
    Specimen,
    Study,
    StudyStatus,
)
from cases.sentences import render
from expression.models import ExpressionDataset, ExpressionValue, QpcrRun, QpcrWell
from tests.factories import (
    DataQueryFactory,
    ExpressionValueFactory,
    LesionFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
    UserFactory,
)
from tests.import_steps import answered, brought, confirmed, counts
from tests.import_undoing import somebody, undone, worked_off

pytestmark = pytest.mark.django_db

PEOPLE = "code,sex,birth_year\nP1,f,1961\nP2,m,1950\n"
EXPRESSION = "sample,SS18_fusion_partner,TNFSF11\nA-1,SSX1,1.5\nA-2,SSX1,2.5\nB-1,,0.5\n"
UNIT = {"unit": "log2_tpm", "platform": "RNA-seq"}


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def imported(study: Study, content: str | bytes, *, name: str = "table.csv", **answers: Any) -> ImportJob:
    return confirmed(answered(brought(study, content, name=name), **answers))


def data_of(study: Study) -> str:
    """Every row of every tracked model, as text; who is a member aside."""
    return "".join(
        serialize("json", model._default_manager.order_by("pk"))
        for model in apps.get_models()
        if hasattr(model, "pgh_event_model")
        and model._meta.app_label in ("cases", "expression")
        and model is not Membership
    )


def what_stands_in_the_way(job: ImportJob) -> list[tuple[str, str, int]]:
    return [(found.reason, found.model.__name__, found.count) for found in obstacles(traces(job))]


@pytest.mark.parametrize(
    ("example", "answers"),
    [
        ("synthetic_records.csv", {}),
        ("synthetic_expression.csv", UNIT),
        ("synthetic_quantstudio.txt", {"unmatched": "create"}),
    ],
)
def test_every_format_leaves_nothing_behind(study: Study, example: str, answers: dict[str, str], settings: Any) -> None:
    content = (settings.BASE_DIR / "docs" / "examples" / example).read_bytes()
    job = answered(brought(study, content, name=example), **answers)
    before = data_of(study)
    confirmed(job)
    assert data_of(study) != before
    undo = undone(job)
    assert (undo.status, undo.removed, undo.restored) == (JobStatus.SUCCEEDED, job.written, {})
    assert data_of(study) == before
    again = answered(brought(study, content, name=example), **answers)
    assert counts(again) == counts(job)
    assert confirmed(again).status == JobStatus.SUCCEEDED


def test_what_it_changed_gets_its_values_back(study: Study) -> None:
    patient = PatientFactory(study=study, code="P1", sex="male", birth_year=1950, cause_of_death="")
    LesionFactory(patient=patient, code="L1", largest_diameter_mm=31)
    before = data_of(study)
    job = imported(study, PEOPLE)
    assert job.written == {"cases.Patient": 2}
    undo = undone(job)
    assert (undo.removed, undo.restored) == ({"cases.Patient": 1}, {"cases.Patient": 1})
    assert data_of(study) == before
    patient.refresh_from_db()
    assert (patient.sex, patient.birth_year) == ("male", 1950)


def test_history_tells_who_took_what_back(study: Study) -> None:
    PatientFactory(study=study, code="P1", sex="male", birth_year=1950)
    job = imported(study, PEOPLE)
    by = job.requested_by
    undone(job)
    newest = changes(Patient.objects.get(code="P1"))[0]
    assert (newest.label, newest.by) == ("changed", str(by))
    assert [field[1:] for field in newest.fields] == [("female", "male"), (1961, 1950)]
    gone = Patient.pgh_event_model.objects.get(code="P2", pgh_label="deleted")
    assert gone.pgh_context.metadata == {"user": by.pk, "undone_import": job.pk}


def test_an_import_is_undone_once(study: Study) -> None:
    job = imported(study, PEOPLE)
    first = request_undo(job=job, by=job.requested_by)
    with pytest.raises(Refusal, match="undone already, or is being undone"):
        request_undo(job=job, by=job.requested_by)
    assert worked_off(first).status == JobStatus.SUCCEEDED
    with pytest.raises(Refusal, match="undone already, or is being undone"):
        request_undo(job=job, by=job.requested_by)
    assert ImportUndo.objects.count() == 1


def test_what_was_not_written_cannot_be_undone(study: Study) -> None:
    with pytest.raises(Refusal, match="has written nothing"):
        request_undo(job=answered(brought(study, PEOPLE)), by=UserFactory())


def test_the_version_of_the_data_differs(study: Study) -> None:
    """So that an earlier answer is not used again."""
    seen = {data_version()}
    job = imported(study, PEOPLE)
    seen.add(data_version())
    undone(job)
    seen.add(data_version())
    assert len(seen) == 3


def test_the_same_file_is_no_repetition_afterwards(study: Study) -> None:
    undone(imported(study, PEOPLE))
    again = answered(brought(study, PEOPLE))
    assert "was imported on" not in str(again.preview)


class TestObstacles:
    """Nothing is undone once something was built on it, and the person is told what."""

    @pytest.fixture
    def job(self, study: Study) -> ImportJob:
        return imported(study, EXPRESSION, **UNIT)

    def refused(self, job: ImportJob, *expected: tuple[str, str, int]) -> None:
        assert what_stands_in_the_way(job) == list(expected)
        before = data_of(job.study)
        undo = undone(job)
        assert undo.status == JobStatus.REFUSED
        assert "Other work rests on this import" in render(undo.message)
        assert (undo.removed, data_of(job.study)) == ({}, before)

    def test_none(self, job: ImportJob) -> None:
        assert what_stands_in_the_way(job) == []

    def test_a_row_it_added_was_changed(self, job: ImportJob) -> None:
        with somebody():
            ExpressionValue.objects.filter(value=1.5).update(value=1.6)
        self.refused(job, (Reason.CHANGED, "ExpressionValue", 1))

    def test_a_change_that_was_taken_back_is_none(self, job: ImportJob) -> None:
        for value in (1.6, 1.5):
            with somebody():
                ExpressionValue.objects.filter(value__in=(1.5, 1.6)).update(value=value)
        assert undone(job).status == JobStatus.SUCCEEDED

    def test_rows_that_went_since_are_none(self, job: ImportJob) -> None:
        with somebody():
            ExpressionValue.objects.filter(value=1.5).delete()
        assert undone(job).removed["expression.ExpressionValue"] == 2

    def test_other_rows_name_rows_it_added(self, job: ImportJob) -> None:
        with somebody():
            LesionFactory(patient=Patient.objects.get(code="A"))
            SpecimenFactory(patient=Patient.objects.get(code="A"), parent=Specimen.objects.get(code="A-1"))
        self.refused(job, (Reason.REFERRED, "Lesion", 1), (Reason.REFERRED, "Specimen", 1))

    def test_another_import_builds_on_it_until_it_is_undone(self, study: Study, job: ImportJob) -> None:
        later = imported(study, EXPRESSION.replace("TNFSF11", "TNFRSF11B"), **UNIT)
        self.refused(job, (Reason.REFERRED, "ExpressionValue", 3))
        assert undone(later).status == JobStatus.SUCCEEDED
        assert undone(job).status == JobStatus.SUCCEEDED
        assert not Patient.objects.filter(study=study).exists()

    def test_imports_that_change_the_same_rows_are_undone_backwards(self, study: Study) -> None:
        patient = PatientFactory(study=study, code="P1", sex="unknown", birth_year=None)
        first = imported(study, PEOPLE)
        second = imported(study, "code,birth_year,ecog\nP1,1962,1\n")
        assert what_stands_in_the_way(first) == [(Reason.CHANGED, "Patient", 1)]
        undone(second)
        undone(first)
        patient.refresh_from_db()
        assert (patient.sex, patient.birth_year, patient.ecog_at_entry) == ("unknown", None, None)

    def test_a_row_it_changed_was_changed_again(self, study: Study) -> None:
        PatientFactory(study=study, code="P1", sex="male")
        job = imported(study, PEOPLE)
        with somebody():
            Patient.objects.filter(code="P1").update(consent_version="2")
        self.refused(job, (Reason.CHANGED, "Patient", 1))

    def test_a_verified_patient(self, study: Study) -> None:
        patient = PatientFactory(study=study, code="P1")
        job = imported(study, "patient,code\nP1,L1\nP1,L2\n", name="lesion.csv", **{"sheet-0": "lesion"})
        with somebody():
            Patient.objects.filter(pk=patient.pk).update(verified_at=timezone.now(), verified_by=UserFactory())
        self.refused(job, (Reason.VERIFIED, "Patient", 1))

    def test_values_the_history_does_not_know(self, study: Study) -> None:
        PatientFactory(study=study, code="P1", sex="male")
        Patient.pgh_event_model.objects.all().delete()
        self.refused(imported(study, PEOPLE), (Reason.UNKNOWN_BEFORE, "Patient", 1))

    def test_a_question_of_a_person(self, job: ImportJob) -> None:
        patient = Patient.objects.get(code="A")
        with somebody():
            DataQueryFactory(patient=patient, check_code="", asked_by=UserFactory())
        self.refused(job, (Reason.ASKED, "DataQuery", 1))

    def test_questions_of_checks_that_nobody_took_up_go_along(self, job: ImportJob) -> None:
        patient = Patient.objects.get(code="A")
        with somebody():
            DataQueryFactory(patient=patient, check_code="age", subject_model="cases.Patient", subject_pk=patient.pk)
        assert undone(job).status == JobStatus.SUCCEEDED
        assert not DataQuery.objects.exists()

    def test_only_so_many_rows_are_named(self, study: Study) -> None:
        job = imported(study, "code,sex\n" + "".join(f"P{number},f\n" for number in range(9)))
        with somebody():
            Patient.objects.update(sex="male")
        (found,) = obstacles(traces(job))
        assert (found.count, len(found.keys)) == (9, 5)


class TestWork:
    @pytest.fixture
    def job(self, study: Study) -> ImportJob:
        return imported(study, PEOPLE)

    @pytest.mark.parametrize("loss", ["locked", "left"])
    def test_a_right_lost_meanwhile(self, study: Study, job: ImportJob, loss: str) -> None:
        undo = request_undo(job=job, by=job.requested_by)
        if loss == "locked":
            Study.objects.update(status=StudyStatus.LOCKED)
        else:
            Membership.objects.filter(study=study).delete()
        worked_off(undo)
        assert (undo.status, Patient.objects.count()) == (JobStatus.REFUSED, 0 if undo.removed else 2)
        assert "You may no longer import files" in render(undo.message)

    def test_a_cancelled_undoing_can_be_asked_for_again(self, job: ImportJob) -> None:
        undo = request_undo(job=job, by=job.requested_by)
        assert cancel(undo)
        worked_off(undo)
        assert (undo.status, Patient.objects.count()) == (JobStatus.CANCELLED, 2)
        assert undone(job).status == JobStatus.SUCCEEDED

    def test_values_that_no_longer_fit_are_refused_in_words(self, study: Study) -> None:
        specimen = SpecimenFactory(patient__study=study, code="OLD")
        lesion = LesionFactory(patient=specimen.patient, code="L1")
        Specimen.objects.filter(pk=specimen.pk).update(lesion=lesion)
        code = specimen.patient.code
        job = imported(
            study,
            f"patient,specimen code,lesion\n{code},OLD,\n",
            name="specimen.csv",
            **{"sheet-0": "specimen", "blank_erases": "on"},
        )
        assert job.written == {"cases.Specimen": 1}
        with somebody():
            lesion.delete()
        undo = undone(job)
        assert undo.status == JobStatus.REFUSED
        assert "The values before this import no longer fit the study" in render(undo.message)

    def test_queries_do_not_grow_with_the_rows(self, study: Study) -> None:
        def queries(number: int) -> int:
            rows = "".join(f"X{number}-{row},f\n" for row in range(number))
            job = imported(study, "code,sex\n" + rows)
            undo = request_undo(job=job, by=job.requested_by)
            with CaptureQueriesContext(connection) as captured:
                worked_off(undo)
            assert undo.removed == {"cases.Patient": number}
            return len(captured)

        assert queries(3) == queries(60)


def test_a_row_of_another_study_is_never_touched(study: Study) -> None:
    other = ExpressionValueFactory()
    undone(imported(study, EXPRESSION, **UNIT))
    assert ExpressionValue.objects.get() == other
    assert ExpressionDataset.objects.get() == other.dataset
    assert not QpcrRun.objects.exists()
    assert not QpcrWell.objects.exists()
