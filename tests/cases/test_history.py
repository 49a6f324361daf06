"""The history pages: who, when, why, by which way, and values as people read them."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Lesion, Patient, Role
from tests.factories import (
    DiagnosisFactory,
    ExpressionValueFactory,
    LesionFactory,
    MembershipFactory,
    ResponseAssessmentFactory,
    SpecimenFactory,
    TreatmentFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(MembershipFactory(role=Role.MANAGER, user__username="keiko").user)
    return client


@pytest.fixture
def patient(client: Client) -> Patient:
    study = MembershipFactory._meta.model.objects.get().study
    return DiagnosisFactory(patient__study=study).patient


def address(name: str, patient: Patient, *rest: object) -> str:
    return reverse(f"cases:{name}", args=[patient.study.code, patient.code, *rest])


def history(client: Client, place: str, **query: str) -> list[tuple[str, ...]]:
    """Kind, what, who, how, reason and changed fields of every entry of the page."""
    return [
        (
            entry.kind,
            entry.label,
            entry.by,
            entry.how,
            entry.reason,
            *((f.name, f.before, f.after) for f in entry.fields),
        )
        for entry in client.get(place, query).context["page"]
    ]


def test_a_raw_update_stands_there_with_before_and_after(client: Client, patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(sex="female", birth_year=1961)
    newest = history(client, address("patient-history", patient), kind="patient")[0]
    assert newest == (
        *("Patient", "Changed", "", "Directly in the database", ""),
        *(("Sex", "Unknown", "Female"), ("Birth year", "–", "1961")),
    )
    page = client.get(address("patient-history", patient)).content.decode()
    assert "Female" in page
    assert "1961" in page


def test_deleted_records_and_reasons_are_kept(client: Client, patient: Patient) -> None:
    lesion = LesionFactory(patient=patient, code="L7")
    delete = address("record-delete", patient, "lesion", lesion.pk)
    assert client.post(delete, {"reason": "Entered twice."}).status_code == 302
    newest, created, *_rest = history(client, address("patient-history", patient), kind="lesion")
    assert newest[:5] == ("Lesion", "Deleted", "keiko", "Page", "Entered twice.")
    assert ("Code", "–", "L7") in created
    assert not Lesion.objects.exists()
    assert len(history(client, address("record-history", patient, "lesion", lesion.pk))) == 2


def test_keys_are_shown_as_the_rows_they_stand_for(client: Client, patient: Patient) -> None:
    lesion = LesionFactory(patient=patient, code="L1", site_detail="L3 vertebra")
    treatment = TreatmentFactory(patient=patient)
    type(treatment).objects.filter(pk=treatment.pk).update(lesion=lesion)
    (newest, *_rest) = history(client, address("record-history", patient, "treatment", treatment.pk))
    assert newest[5:] == (("Treated lesion", "–", "L1 · L3 vertebra"),)


def test_kinds_are_filtered_and_pages_cut(client: Client, patient: Patient) -> None:
    for _number in range(60):
        LesionFactory(patient=patient)
    page = address("patient-history", patient)
    assert len(history(client, page)) == 50
    assert len(history(client, page, page="2")) == 12
    assert {entry[0] for entry in history(client, page, kind="diagnosis")} == {"Diagnosis"}
    assert len(history(client, page, kind="nonsense")) == 50


def test_the_history_of_a_specimen_tells_what_was_measured(client: Client, patient: Patient) -> None:
    specimen = SpecimenFactory(patient=patient)
    value = ExpressionValueFactory(specimen=specimen, value=2.5)
    type(value).objects.filter(pk=value.pk).update(value=3.5)
    page = reverse("cases:specimen-history", args=[patient.study.code, specimen.code])
    assert ("Value", "2.5", "3.5") in history(client, page, kind="expressionvalue")[0]


def test_records_of_other_patients_are_not_there(client: Client, patient: Patient) -> None:
    other = LesionFactory(patient__study=patient.study)
    assert client.get(address("record-history", patient, "lesion", other.pk)).status_code == 404
    assert "Lesion" not in {entry[0] for entry in history(client, address("patient-history", patient))}


def test_as_many_queries_for_many_events(client: Client, patient: Patient) -> None:
    def happen(number: int) -> None:
        for _number in range(number):
            ResponseAssessmentFactory(lesion__patient=patient)
            TreatmentFactory(patient=patient)

    # What happens after a request has its user, within the one transaction of a test.
    client.get(address("patient-history", patient))
    happen(1)
    few = queries_of(client, address("patient-history", patient))
    happen(12)
    assert queries_of(client, address("patient-history", patient)) == few
