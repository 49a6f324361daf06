"""After erasing, no trace of the patient is left in any table or file; others stay as they were."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.models import Analysis
from cases.erasure import CannotErase, Rows, erase
from cases.history import because
from cases.importing.at_once import ImportRequest
from cases.importing.folders import import_folder
from cases.importing.records.record_table import RecordTable
from cases.models import Core, Erasure, ExportJob, ImportJob, JobStatus, Patient, Role, Specimen, Study, Treatment
from expression.models import Band, IhcReading, QpcrRun, WesternBlot
from tests.analytics.cohort import HIGH, LOW, add_patient, answered, cohort
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    AntibodyFactory,
    BandFactory,
    CoreFactory,
    DataQueryFactory,
    DiagnosisFactory,
    ExportJobFactory,
    IhcReadingFactory,
    ImportJobFactory,
    LaboratoryResultFactory,
    LaneFactory,
    LesionFactory,
    ListExportFactory,
    MembershipFactory,
    PathologyFindingFactory,
    PatientFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrWellFactory,
    ResponseAssessmentFactory,
    SavedFilterFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    TreatmentFactory,
    WesternBlotFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
CODE, FORMER, SPECIMEN, CHILD = "TRACE-77", "TRACE-OLD", "TRACESPEC-1", "TRACESPEC-2"


@pytest.fixture(autouse=True)
def storage(settings: object, tmp_path: Path) -> Iterator[Path]:
    location, default_storage._wrapped = default_storage.location, type(default_storage._wrapped)(location=tmp_path)
    yield tmp_path
    default_storage._wrapped = type(default_storage._wrapped)(location=location)


@pytest.fixture
def manager() -> User:
    return MembershipFactory(role=Role.MANAGER).user


@pytest.fixture
def study(manager: User) -> Study:
    return manager.memberships.get().study


@pytest.fixture
def patient(study: Study, manager: User) -> Patient:
    """With a row of every kind, a past under another code, files, an answer, and a verified record."""
    client = Client()
    client.force_login(manager)
    patient = add_patient(study, 5.5)
    patient.specimens.update(code=SPECIMEN)
    Patient.objects.filter(pk=patient.pk).update(code=FORMER)
    Patient.objects.filter(pk=patient.pk).update(code=CODE)
    patient.refresh_from_db()
    specimen = patient.specimens.get()
    SpecimenFactory(patient=patient, code=CHILD, parent=specimen)
    lesion = LesionFactory(patient=patient)
    ResponseAssessmentFactory(lesion=lesion)
    AdministrationFactory(treatment__patient=patient)
    SkeletalEventFactory(patient=patient, lesion=lesion)
    DiagnosisFactory(patient=patient, is_index=False)
    CoreFactory(specimen=specimen, microarray__study=study)
    DataQueryFactory(patient=patient, question={"text": f"Is {CODE} right?", "values": {}})
    DataQueryFactory(
        patient=None, study=study, subject_pk=patient.pk, question={"text": f"{CODE}: sure?", "values": {}}
    )
    run = QpcrRunFactory(study=study, file_name=f"{CODE}.txt", miqe={"Comment": f"plate of {SPECIMEN}"})
    QpcrWellFactory(run=run, sample=QpcrSampleFactory(run=run, specimen=specimen, name=SPECIMEN))
    blot = WesternBlotFactory(study=study, detection=f"ChemiDoc, {SPECIMEN} in lane 1")
    BandFactory(blot=blot, lane=LaneFactory(blot=blot, specimen=specimen))
    SavedFilterFactory(study=study, query=f"q={CODE}")
    ListExportFactory(study=study, query=f"patient={CODE}&sort=-date")
    ImportJobFactory(
        study=study,
        file_name=f"{CODE}.csv",
        content=f"sample,value\n{SPECIMEN},1\n".encode(),
        status=JobStatus.SUCCEEDED,
        options={"samples": {SPECIMEN: {"patient": CODE}}},
        preview={"outline": {"rows": [[SPECIMEN, "1"]]}, "check": None},
    )
    export = ExportJobFactory(study=study, status=JobStatus.SUCCEEDED)
    export.file.save("history.csv", ContentFile(f"patient\n{CODE}\n".encode()))
    page = reverse("cases:record-add", args=[study.code, CODE, "lesion"])
    lesion_form = {"code": "L9", "laterality": "left", "tissue": "bone", "radiographic_type": "lytic"}
    assert client.post(page, lesion_form).status_code == 302
    gone = patient.lesions.get(code="L9")
    assert (
        client.post(
            reverse("cases:record-delete", args=[study.code, CODE, "lesion", gone.pk]), {"reason": f"Not of {CODE}."}
        ).status_code
        == 302
    )
    Patient.objects.filter(pk=patient.pk).update(verified_at=timezone.now(), verified_by=manager)
    return patient


def traces(words: list[str]) -> list[str]:
    """Columns of any table, as text, and files that hold one of the words."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for table, column in cursor.fetchall():
            name = connection.ops.quote_name(column)
            cursor.execute(
                f"SELECT count(*) FROM {connection.ops.quote_name(table)} WHERE {name}::text LIKE ANY(%s)",  # noqa: S608
                [[f"%{word}%" for word in words]],
            )
            found += [f"{table}.{column}"] if cursor.fetchone() != (0,) else []
    for path in Path(default_storage.location).rglob("*"):
        if path.is_file() and any(word in f"{path} {path.read_text()}" for word in words):
            found.append(str(path))
    return found


def test_no_trace_is_left(study: Study, patient: Patient, manager: User) -> None:
    cohort({"SSX1": HIGH, "SSX2": LOW}, study=study)
    analysis = answered(study, manager)
    samples = [row for row in analysis.frozen_input["rows"] if row[0] == CODE]
    assert samples
    before = analysis.frozen_input["rows"]
    words = [CODE, FORMER, SPECIMEN, CHILD]
    assert {"cases_patient.code", "pghistory_context.metadata", "analytics_analysis.frozen_input"} <= {*traces(words)}
    others = Patient.objects.exclude(pk=patient.pk).count()

    call_command("erase_patient", study.code, CODE, "--reason", "Asked to.", "--by", manager.username, "--yes")

    assert traces(words) == []
    assert Patient.objects.count() == others
    assert QpcrRun.objects.get().miqe == {"Comment": "plate of [erased]"}
    assert (WesternBlot.objects.get().detection, Band.objects.count()) == ("ChemiDoc, [erased] in lane 1", 0)
    tombstone = Erasure.objects.get()
    assert (tombstone.study, tombstone.erased_by, tombstone.reason) == (study, manager, "Asked to.")
    analysis = Analysis.objects.get(pk=analysis.pk)
    assert analysis.frozen_input["rows"] == [row for row in before if row[0] != CODE]
    assert not any(job.file for job in [*ImportJob.objects.all(), *ExportJob.objects.all()])

    client = Client()
    client.force_login(manager)
    assert "1 patient of this answer was erased" in client.get(analysis.get_absolute_url()).content.decode()
    assert client.get(reverse("api:analysis-detail", args=[analysis.pk])).json()["erased_patients"] == 1
    assert client.get(ImportJob.objects.get().get_absolute_url()).status_code == 200
    again = answered(study, manager)
    assert again.pk != analysis.pk, "an answer with the erased patient is not used again"


def pointing_to(keys: Rows) -> list[str]:
    """Foreign keys of rows and of events, those without a constraint too, that name one of the rows."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and (named := keys.get(field.related_model))
        if model._base_manager.filter(**{f"{field.attname}__in": named}).exists()
    ]


def test_nothing_names_what_was_erased(study: Study, patient: Patient, manager: User) -> None:
    """Rows that were changed and deleted, and cores that were of somebody else before or after."""
    specimen, other = patient.specimens.get(code=SPECIMEN), SpecimenFactory(study=study, patient__study=study)
    array, antibody = study.microarrays.get(), AntibodyFactory(study=study)
    with because("Made up."):
        treatment, lesion = TreatmentFactory(patient=patient), LesionFactory(patient=patient)
        for made in (
            AdministrationFactory(treatment=treatment),
            AdverseEventFactory(patient=patient, treatment=treatment),
            ResponseAssessmentFactory(lesion=lesion),
            SkeletalEventFactory(patient=patient, lesion=lesion),
            LaboratoryResultFactory(patient=patient),
            PathologyFindingFactory(specimen=specimen),
            IhcReadingFactory(specimen=specimen, antibody=antibody),
        ):
            made.delete()
        came, went = (
            CoreFactory(specimen=one, microarray=array, row=2, column=2 + n) for n, one in enumerate((other, specimen))
        )
        readings = [IhcReadingFactory(specimen=core.specimen, core=core, antibody=antibody) for core in (came, went)]
        for reading in readings:
            reading.delete()
        Core.objects.filter(pk=came.pk).update(specimen=specimen)
        Core.objects.filter(pk=went.pk).update(specimen=other)
        IhcReadingFactory(specimen=specimen, core=came, antibody=antibody)
        of_other = IhcReadingFactory(specimen=other, core=went, antibody=antibody)
        treatment.delete()
    erased = erase(patient=patient, reason="Asked to.", by=manager)
    assert {Core, IhcReading, Treatment, Specimen} <= set(erased.keys)
    assert came.pk in erased.keys[Core]
    # The reading of somebody else of a core that came to be the patient's is that person's history.
    assert pointing_to(erased.keys) == ["expression.IhcReadingEvent.core"]
    left = IhcReading.pgh_event_model.objects.order_by("pgh_id")
    assert {event.patient_id for event in left} == {other.patient_id}
    assert list(IhcReading.objects.all()) == [of_other]
    assert {event.specimen_id for event in went.events.all()} == {other.pk}


def test_rows_and_history_of_others_stay(study: Study, patient: Patient, manager: User) -> None:
    other = SpecimenFactory(patient__study=study, patient__code="OTHER-1")
    core = CoreFactory(specimen=other, microarray=study.microarrays.get(), row=2)
    file = ImportJobFactory(study=study, content=b"sample,value\nOTHER-1-a,2\n")
    ImportJob.objects.filter(pk=file.pk).update(status=JobStatus.SUCCEEDED)
    erase(patient=patient, reason="Asked to.", by=manager)
    assert list(study.cores.all()) == [core]
    assert other.events.count() == 1  # type: ignore[attr-defined]
    assert ImportJob.objects.get(pk=file.pk).file


def test_of_kept_folders_those_go_that_name_the_patient(
    study: Study, patient: Patient, manager: User, tmp_path: Path
) -> None:
    """Of an archive that somebody brought nobody knows."""
    others = [PatientFactory(study=study, code=f"OTHER-{number}").code for number in range(4)]
    request = ImportRequest(study=study, by=manager, import_format=RecordTable(), answers={"reason": "Seen on CT."})
    jobs: dict[str, Any] = {}
    for name, codes in (("of-others", others), ("of-both", [*others, CODE])):
        folder = tmp_path / name
        folder.mkdir()
        lines = ["patient,code,site_detail", *(f"{code},L8,{name}" for code in codes)]
        (folder / "lesion.csv").write_text("\n".join(lines))
        jobs[name] = import_folder(request, folder).job
    assert all(job is not None and Path(job.file.path).suffix == ".zip" for job in jobs.values())
    brought = ImportJobFactory(study=study, file_name="x.zip", content=Path(jobs["of-others"].file.path).read_bytes())
    ImportJob.objects.filter(pk=brought.pk).update(status=JobStatus.REFUSED)
    erase(patient=patient, reason="Withdrew and asked", by=manager)
    kept = {job.pk: bool(job.file) for job in ImportJob.objects.filter(study=study)}
    assert (kept[jobs["of-others"].pk], kept[jobs["of-both"].pk], kept[brought.pk]) == (True, False, False)


def test_nothing_happens_while_work_goes_on_or_with_a_telling_reason(
    study: Study, patient: Patient, manager: User
) -> None:
    with pytest.raises(CannotErase, match="without the code"):
        erase(patient=patient, reason=f"{CODE} asked to.", by=manager)
    ImportJobFactory(study=study)
    with pytest.raises(CannotErase, match="at work"):
        erase(patient=patient, reason="Asked to.", by=manager)
    assert Patient.objects.get(pk=patient.pk).verified_at is not None
    assert not Erasure.objects.exists()


def test_the_command_asks(study: Study, patient: Patient, manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["erase_patient", study.code, CODE, "--reason", "Asked to.", "--by", manager.username]
    monkeypatch.setattr("builtins.input", lambda _prompt: "yes")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command(*arguments)
    assert Patient.objects.filter(code=CODE).exists()
    monkeypatch.setattr("builtins.input", lambda _prompt: CODE)
    call_command(*arguments)
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"), [(("NOBODY", "Asked to."), "no such patient"), ((CODE, " "), "Give a reason")]
)
def test_the_command_says_what_is_wrong(
    study: Study, patient: Patient, manager: User, change: tuple[str, str], words: str
) -> None:
    code, reason = change
    with pytest.raises(CommandError, match=words):
        call_command("erase_patient", study.code, code, "--reason", reason, "--by", manager.username, "--yes")
