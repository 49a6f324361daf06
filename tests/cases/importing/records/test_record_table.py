"""Tables of records: what is new, changed and unchanged, by every rule that forms enforce."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.importing.reading import check_of_stored
from cases.jobs import Progress
from cases.models import AdverseEvent, JobStatus, LaboratoryResult, Lesion, Patient, Specimen, Study, Treatment
from tests.cases.importing.records.books import book, plan_of, refusals
from tests.factories import (
    AdverseEventTermFactory,
    DiagnosisFactory,
    LesionFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
    TreatmentAgentFactory,
    TreatmentFactory,
    UserFactory,
)
from tests.import_steps import answered, brought, confirmed, counts, findings, member

pytestmark = pytest.mark.django_db

PATIENTS = "code,sex,birth_year,vital_status,death_date\nP1,F,1961,alive,\nP2,男,１９４８,dead,2022年11月\n"


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def test_the_whole_way(study: Study) -> None:
    job = brought(study, PATIENTS, name="patients.csv")
    assert job.format == "record_table"
    job = confirmed(answered(job))
    assert (job.status, job.written) == (JobStatus.SUCCEEDED, {"cases.Patient": 2})
    second = Patient.objects.get(study=study, code="P2")
    assert (second.sex, second.birth_year, second.death_date) == ("male", 1948, "2022-11")
    assert second.events.get().pgh_context.metadata["import_job"] == job.pk


def test_the_same_file_again_changes_nothing(study: Study) -> None:
    confirmed(answered(brought(study, PATIENTS, name="patients.csv")))
    job = answered(brought(study, PATIENTS, name="patients.csv"))
    assert counts(job) == {"cases.Patient": (0, 2)}
    assert job.preview["check"]["changed"] == 0


def test_changes_are_shown_field_by_field_and_written(study: Study) -> None:
    confirmed(answered(brought(study, PATIENTS, name="patients.csv")))
    job = answered(brought(study, "code,sex,birth_year\nP1,male,1962\nP2,,\n", name="patients.csv"))
    sheet = job.preview["check"]["sheets"][0]
    assert (sheet["new"], sheet["changed"], sheet["unchanged"]) == (0, 1, 1)
    assert {"name": "birth_year", "count": 1, "row": 2, "before": "1961", "after": "1962"} in sheet["fields"]
    confirmed(job)
    assert Patient.objects.get(code="P1").birth_year == 1962
    assert Patient.objects.get(code="P2").birth_year == 1948


def test_blank_cells_erase_only_when_asked(study: Study) -> None:
    PatientFactory(study=study, code="P1", birth_year=1961)
    table = "code,sex,birth_year\nP1,female,\n"
    confirmed(answered(brought(study, table, name="patients.csv"), blank_erases="on"))
    assert Patient.objects.get(code="P1").birth_year is None


def test_several_sheets_at_once_in_any_order(study: Study) -> None:
    content = book(
        {
            "Specimens": [
                ["patient", "code", "kind", "made from", "lesion"],
                ["P1", "S1-R", "RNA", "S1", ""],
                ["P1", "S1", "block", "", "L1"],
            ],
            "Laboratory results": [["patient", "test", "date", "value"], ["P1", "calcium", "2020/1/5", "<2,1"]],
            "Treatments": [["patient", "agent", "start", "dose (mg)"], ["P1", "デノスマブ", "2019/05/17", 120]],
            "Administrations": [["patient", "treatment", "date"], ["P1", "denosumab 2019-05-17", "2019-05-17"]],
            "病変": [["患者", "コード", "左右"], ["P1", "L1", "右"]],
            "患者": [["患者コード", "性別"], ["P1", "女性"]],
        }
    )
    job = confirmed(answered(brought(study, content, name="records.xlsx")))
    assert job.status == JobStatus.SUCCEEDED
    assert Lesion.objects.get().laterality == "right"
    assert Specimen.objects.get(code="S1-R").parent == Specimen.objects.get(code="S1")
    assert Treatment.objects.get().administrations.get().date == "2019-05-17"
    result = LaboratoryResult.objects.get()
    assert (result.comparator, float(result.value), result.unit) == ("<", 2.1, result.test.usual_unit)
    again = answered(brought(study, content, name="records.xlsx"))
    assert (again.preview["check"]["new"], again.preview["check"]["changed"]) == (0, 0)


@pytest.mark.parametrize(
    ("table", "column", "part"),
    [
        ("code,sex\nP1,blue\n", "sex", "is none of the values of this column"),
        ("code,birth_year\nP1,19611\n", "birth_year", "less than or equal to 2100"),
        ("code,death_date,vital_status\nP1,03/04/2019,dead\n", "death_date", "is no date"),
        ("code,last_follow_up_date\nP1,2099\n", "last_follow_up_date", "lies in the future"),
        ("code,death_date,vital_status\nP1,2019,alive\n", "vital_status", "needs the vital status"),
        ("code,sex\nP 1,f\n", "code", "letters, digits"),
        ("code,sex\n,f\n", "code", "Whose row"),
        ("code,sex\nP1,f\nP1,m\n", "code", "Row 2 of the file is about the same"),
        ("code,birth year\nP1,1961-05-17\n", "birth year", "Write the birth year alone"),
        ("code,site,sex\nP1,Mars,f\n", "site", "The study has no “Mars”"),
        ("code,cause_of_death,vital_status\nP1,call 03-1234-5678,dead\n", "cause_of_death", "telephone"),
    ],
)
def test_bad_cells_of_patients_are_refused_in_words(study: Study, table: str, column: str, part: str) -> None:
    job = answered(brought(study, table, name="patients.csv", format_code="record_table"))
    assert [(found[1], part in found[2]) for found in findings(job)][:1] == [(column, True)]
    assert check_of_stored(job.preview["check"]).asks_for_answers == (part == "telephone")


def test_a_text_that_identifies_nobody_passes_after_a_tick(study: Study) -> None:
    table = "code,cause_of_death,vital_status\nP1,call 03-1234-5678,dead\n"
    job = answered(brought(study, table, name="patients.csv", format_code="record_table"), identifies_nobody="on")
    assert confirmed(job).status == JobStatus.SUCCEEDED


def test_missing_values_say_why(study: Study) -> None:
    PatientFactory(study=study, code="P1")
    table = "patient,code,largest_diameter_mm\nP1,L1,not done\nP1,L2,3.5\nP1,L3,未実施\n"
    confirmed(answered(brought(study, table, name="lesions.csv")))
    assert Lesion.objects.get(code="L1").missing == {"largest_diameter_mm": "not_done"}
    assert Lesion.objects.get(code="L3").missing == {"largest_diameter_mm": "not_done"}
    confirmed(answered(brought(study, "patient,code,largest_diameter_mm\nP1,L1,12\n", name="lesions.csv")))
    assert Lesion.objects.get(code="L1").missing == {}


def test_verified_patients_need_a_reason(study: Study) -> None:
    PatientFactory(study=study, code="P1", verified_at="2024-01-01T00:00Z", verified_by=UserFactory())
    table = "patient,code,laterality\nP1,L1,left\n"
    job = answered(brought(study, table, name="lesions.csv"))
    assert "is verified" in findings(job)[0][2]
    assert check_of_stored(job.preview["check"]).asks_for_answers
    job = confirmed(answered(brought(study, table, name="lesions.csv"), reason="Radiology looked again"))
    assert job.status == JobStatus.SUCCEEDED
    assert Lesion.objects.get().events.get().pgh_context.metadata["reason"] == "Radiology looked again"


def test_unknown_and_withdrawn_patients_are_refused(study: Study) -> None:
    PatientFactory(study=study, code="GONE", consent_status="withdrawn")
    job = answered(brought(study, "patient,code,laterality\nGONE,L1,left\nWHO,L1,left\n", name="lesions.csv"))
    assert ["withdrew consent" in findings(job)[0][2], "no patient “WHO”" in findings(job)[1][2]] == [True, True]


def test_a_specimen_of_another_patient_is_not_taken_over(study: Study) -> None:
    SpecimenFactory(study=study, patient=PatientFactory(study=study, code="P1"), code="S1")
    PatientFactory(study=study, code="P2")
    job = answered(brought(study, "patient,code,kind\nP2,S1,RNA\n", name="specimens.csv"))
    assert findings(job) == [(2, "code", "This study already has a specimen with this code.")]


def test_specimens_made_from_each_other_are_refused(study: Study) -> None:
    PatientFactory(study=study, code="P1")
    table = "patient,code,kind,parent\nP1,A,RNA,B\nP1,B,RNA,A\nP1,C,RNA,A\n"
    job = answered(brought(study, table, name="specimens.csv"))
    assert {row for row, _column, _text in findings(job)} == {2, 3}


def test_two_rows_about_one_record_are_ambiguous(study: Study) -> None:
    LesionFactory(patient=PatientFactory(study=study, code="P1"), code="L1", laterality="left")
    job = answered(brought(study, "patient,code,laterality\nP1,L1,right\nP1,L1,midline\n", name="lesions.csv"))
    assert [row for row, _column, text in findings(job) if "same record" in text] == [2, 3]


def test_queries_do_not_grow_with_rows(study: Study) -> None:
    PatientFactory(study=study, code="P1", birth_year=1950)

    def queries(rows: int) -> int:
        lines = "".join(f"P1,L{number},left,{number}.5,大腿骨\n" for number in range(rows))
        job = brought(study, f"patient,code,laterality,largest_diameter_mm,site_detail\n{lines}", name="lesions.csv")
        with CaptureQueriesContext(connection) as captured:
            plan_of(job)
        return len(captured)

    assert queries(2) == queries(40)


def test_what_changed_since_the_check_is_looked_at_again(study: Study) -> None:
    PatientFactory(study=study, code="P1", birth_year=1961, sex="female")
    job = answered(brought(study, "code,birth_year,sex\nP1,1962,f\n", name="patients.csv"))
    Patient.objects.filter(code="P1").update(birth_year=1970)
    job = confirmed(job)
    assert job.status == JobStatus.REFUSED
    assert Patient.objects.get(code="P1").birth_year == 1970


def test_refusals_can_be_taken_out(study: Study) -> None:
    job = answered(brought(study, "code,sex\nP1,f\nP2,blue\n", name="patients.csv"))
    assert refusals(job) == [(3, ["P2", "blue"])]


def test_the_only_diagnosis_is_meant_whatever_it_says(study: Study) -> None:
    known = DiagnosisFactory(patient=PatientFactory(study=study, code="P1"), date="2019", grade="G1")
    table = f"patient,histology,date,grade\nP1,{known.histology.name},2019-05,G2\n"
    confirmed(answered(brought(study, table, name="diagnosis.csv")))
    known.refresh_from_db()
    assert (known.date, known.grade) == ("2019-05", "G2")


def test_rows_that_share_a_key_are_paired_by_what_they_say(study: Study) -> None:
    patient = PatientFactory(study=study, code="P1")
    agent = TreatmentAgentFactory(code="rays", name="Rays")
    for code in ("L1", "L2"):
        lesion = LesionFactory(patient=patient, code=code)
        TreatmentFactory(patient=patient, agent=agent, start="2019-05-17", end="", lesion=lesion)
    table = "patient,agent,start,lesion,end\nP1,rays,2019-05-17,L1,\nP1,rays,2019-05-17,L2,2019-06\n"
    job = answered(brought(study, table, name="treatment.csv"))
    sheet = job.preview["check"]["sheets"][0]
    assert (sheet["new"], sheet["changed"], sheet["unchanged"]) == (0, 1, 1)


def test_queries_do_not_grow_with_changes(study: Study) -> None:
    def queries(number: int) -> int:
        patients = [PatientFactory(study=study, birth_year=1950) for _number in range(number)]
        lines = "".join(f"{patient.code},1951,男\n" for patient in patients)
        job = brought(study, f"code,birth_year,sex\n{lines}", name="patient.csv")
        with CaptureQueriesContext(connection) as captured:
            assert plan_of(job).written == {"cases.Patient": number}
        return len(captured)

    assert queries(2) == queries(20)


def test_an_edit_between_reading_and_writing_is_never_overwritten(study: Study) -> None:
    PatientFactory(study=study, code="P1", birth_year=1961)
    plan = plan_of(brought(study, "code,birth_year\nP1,1962\n", name="patients.csv"))
    Patient.objects.filter(code="P1").update(birth_year=1970)
    with pytest.raises(IntegrityError), transaction.atomic():
        plan.write(Progress())
    assert Patient.objects.get(code="P1").birth_year == 1970


def test_why_a_value_of_a_patient_is_blank_is_kept_until_there_is_one(study: Study, client: Client) -> None:
    confirmed(answered(brought(study, "code,sex,birth_year\nP1,female,unknown\n", name="patients.csv")))
    patient = Patient.objects.get()
    assert (patient.birth_year, patient.missing) == (None, {"birth_year": "unknown"})
    client.force_login(member(study))
    page = reverse("cases:patient-edit", args=[study.code, "P1"])
    form = client.get(page).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    assert client.post(page, fields | {"birth_year": "1961"}).status_code == 302
    patient.refresh_from_db()
    assert (patient.birth_year, patient.missing) == (1961, {})


def test_a_version_of_ctcae_that_there_is_not_is_written_out(study: Study) -> None:
    PatientFactory(study=study, code="P1")
    AdverseEventTermFactory(code="invented-harm")
    table = "patient,term,date,ctcae_version\nP1,invented-harm,2020,none\nP1,invented-harm,2021,\n"
    confirmed(answered(brought(study, table, name="adverse-event.csv")))
    assert list(AdverseEvent.objects.order_by("date").values_list("ctcae_version", flat=True)) == ["", "5.0"]
