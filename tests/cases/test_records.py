"""Entering a patient's record on the pages: add, change, delete, why blank, two people, verified."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.history import changes
from cases.models import LaboratoryResult, Lesion, Patient, ResponseAssessment, Role
from cases.records import KINDS
from cases.versions import version_of
from tests.factories import (
    IhcReadingFactory,
    LaboratoryResultFactory,
    LaboratoryTestFactory,
    LesionFactory,
    MembershipFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SpecimenFactory,
    TreatmentFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

LESION = {"code": "L1", "laterality": "left", "tissue": "bone", "radiographic_type": "lytic", "is_index": "on"}


@pytest.fixture
def patient() -> Patient:
    return PatientFactory(study=MembershipFactory(role=Role.MANAGER).study)


@pytest.fixture
def client(patient: Patient) -> Client:
    client = Client()
    client.force_login(patient.study.memberships.get().user)
    return client


def address(name: str, patient: Patient, *rest: Any) -> str:
    return reverse(f"cases:{name}", args=[patient.study.code, patient.code, *rest])


def fields_of(client: Client, page: str) -> dict[str, Any]:
    """What the browser would send back from the form unchanged."""
    form = client.get(page).context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_add_one_and_another(client: Client, patient: Patient) -> None:
    page = address("record-add", patient, "lesion")
    answer = client.post(page, LESION | {"blank_largest_diameter_mm": "not_done", "another": "1"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert answer.context["form"]["code"].value() == "L2"
    lesion = patient.lesions.get()
    assert lesion.missing == {"largest_diameter_mm": "not_done"}
    shown = client.get(patient.get_absolute_url()).content.decode()
    assert "Not done" in shown
    assert "Largest diameter (mm)" in shown


def test_a_record_of_the_specimen_whose_page_asked_for_it(client: Client, patient: Patient) -> None:
    SpecimenFactory(patient=patient, code="S-A")
    specimen = SpecimenFactory(patient=patient, code="S-B")
    page = f"{address('record-add', patient, 'pathology-finding')}?specimen=S-B"
    form = client.get(page).context["form"]
    assert form["specimen"].value() == specimen.pk
    values = {"specimen": specimen.pk, "giant_cells": "present"}
    assert client.post(page, values).headers["Location"] == specimen.get_absolute_url()
    assert specimen.pathology_findings.get().giant_cells == "present"
    another = client.post(page, values | {"giant_cells": "absent", "reader": "MK", "another": "1"})
    assert another.headers["Location"] == page


@pytest.mark.parametrize("code", ["ELSEWHERE", "S-NONE", "\x00", ""])
def test_a_strange_specimen_is_not_chosen(client: Client, patient: Patient, code: str) -> None:
    SpecimenFactory(code="ELSEWHERE")
    for kind in ("pathology-finding", "lesion"):
        answer = client.get(address("record-add", patient, kind), {"specimen": code})
        assert answer.status_code == 200
        assert answer.context["form"].instance.patient == patient
        assert getattr(answer.context["form"].instance, "specimen_id", None) is None


def test_a_reading_leads_back_to_its_specimen(client: Client, patient: Patient) -> None:
    reading = IhcReadingFactory(specimen=SpecimenFactory(patient=patient))
    page = address("record-edit", patient, "ihc-reading", reading.pk)
    assert client.get(page).context["back_url"] == reading.specimen.get_absolute_url()


def test_in_place_the_page_says_so_and_offers_the_next(client: Client, patient: Patient) -> None:
    page, in_place = address("record-add", patient, "lesion"), {"HX-Request": "true"}
    answer = client.post(page, LESION | {"another": "1"}, headers=in_place, follow=True)
    assert answer.redirect_chain == [(f"{patient.get_absolute_url()}?at=lesion&another=1", 302)]
    assert answer.context["entry"]["form"]["code"].value() == "L2"
    assert answer["HX-Trigger"] == '{"record-saved": {}}'
    place = answer.content.decode().partition('id="lesion-form"')[2].partition('id="lesion-rows"')[0]
    assert "L1 is saved." in place
    assert 'name="code"' in place
    answer = client.post(page, LESION, headers=in_place)
    assert "already has a lesion with this code" in answer.content.decode().partition('id="lesion-form"')[2]


def test_only_the_form_in_place_is_sent_by_script(client: Client, patient: Patient) -> None:
    page = address("record-add", patient, "lesion")
    assert "hx-post" not in client.get(page).content.decode()
    assert f'hx-post="{page}"' in client.get(page, headers={"HX-Request": "true"}).content.decode()


def test_a_page_that_is_read_offers_no_form(patient: Patient) -> None:
    client = Client()
    client.force_login(MembershipFactory(study=patient.study, role=Role.RESEARCHER).user)
    page = client.get(patient.get_absolute_url(), {"at": "lesion", "another": "1"})
    assert page.context["entry"] == {}
    assert "HX-Trigger" not in page


def test_a_value_and_a_reason_for_its_absence_exclude_each_other(client: Client, patient: Patient) -> None:
    page = address("record-add", patient, "lesion")
    values = LESION | {"largest_diameter_mm": "12", "blank_largest_diameter_mm": "not_done"}
    answer = client.post(page, values)
    assert "There is a value" in answer.content.decode()
    assert not patient.lesions.exists()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_form_that_answers_nonsense_in_words(client: Client, patient: Patient, kind: Any) -> None:
    page = address("record-add", patient, kind.name)
    assert client.get(page).status_code == 200
    nonsense = dict.fromkeys(kind.form._meta.fields, "\x00nonsense")
    answer = client.post(page, nonsense)
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)


def test_an_unknown_kind_is_not_found(client: Client, patient: Patient) -> None:
    assert client.get(address("record-add", patient, "horoscope")).status_code == 404


def test_a_lesion_of_another_patient_cannot_be_chosen(client: Client, patient: Patient) -> None:
    values = {"lesion": LesionFactory().pk, "date": "2020", "modality": "ct", "criterion": "sclerosis"}
    answer = client.post(address("record-add", patient, "assessment"), values)
    assert "lesion" in answer.context["form"].errors
    assert not ResponseAssessment.objects.exists()


def test_the_criterion_is_required(client: Client, patient: Patient) -> None:
    values = {"lesion": LesionFactory(patient=patient).pk, "date": "2020-04", "modality": "ct", "criterion": ""}
    answer = client.post(address("record-add", patient, "assessment"), values)
    assert list(answer.context["form"].errors) == ["criterion"]


def test_the_next_assessment_is_of_the_next_lesion_on_the_same_day(client: Client, patient: Patient) -> None:
    first, second = (LesionFactory(patient=patient, code=code) for code in ("L1", "L2"))
    ResponseAssessmentFactory(lesion=first, date="2020-04-02", reader="KT")
    form = client.get(address("record-add", patient, "assessment")).context["form"]
    assert [form[name].value() for name in ("lesion", "date", "reader")] == [second.pk, "2020-04-02", "KT"]
    ResponseAssessmentFactory(lesion=second, date="2020-04-02", reader="KT")
    form = client.get(address("record-add", patient, "assessment")).context["form"]
    assert [form[name].value() for name in ("lesion", "date")] == [first.pk, ""]


def test_the_next_laboratory_value_is_of_the_same_day(client: Client, patient: Patient) -> None:
    LaboratoryResultFactory(patient=patient, date="2020-04-02")
    form = client.get(address("record-add", patient, "laboratory-result")).context["form"]
    assert form["date"].value() == "2020-04-02"


def test_a_laboratory_value_takes_the_usual_unit(client: Client, patient: Patient) -> None:
    test = LaboratoryTestFactory()
    values = {"test": test.pk, "date": "2020-04", "comparator": "=", "value": "81.5", "unit": ""}
    assert client.post(address("record-add", patient, "laboratory-result"), values).status_code == 302
    assert LaboratoryResult.objects.get().unit == test.usual_unit


def test_end_before_start_is_said_in_words(client: Client, patient: Patient) -> None:
    treatment = TreatmentFactory(patient=patient, start="2020-05")
    page = address("record-edit", patient, "treatment", treatment.pk)
    answer = client.post(page, fields_of(client, page) | {"end": "2020-04-30", "loading_days": ""})
    assert "The end lies before the start." in answer.content.decode()


def test_deleting_keeps_the_reason_and_what_was_there(client: Client, patient: Patient) -> None:
    lesion = LesionFactory(patient=patient)
    page = address("record-delete", patient, "lesion", lesion.pk)
    assert client.post(page, {"reason": ""}).context["form"].errors
    assert client.post(page, {"reason": "Entered twice."}).status_code == 302
    event = Lesion.pgh_event_model.objects.get(pgh_obj_id=lesion.pk, pgh_label="deleted")  # type: ignore[attr-defined]
    assert (event.code, event.pgh_context.metadata["reason"]) == (lesion.code, "Entered twice.")


def test_what_others_rest_on_is_not_deleted(client: Client, patient: Patient) -> None:
    lesion = ResponseAssessmentFactory(lesion__patient=patient).lesion
    answer = client.post(address("record-delete", patient, "lesion", lesion.pk), {"reason": "Wrong."})
    assert "Other records rest on this one" in answer.content.decode()
    assert patient.lesions.exists()


def test_two_people_edit_one_patient_and_the_second_chooses(client: Client, patient: Patient) -> None:
    page = address("patient-edit", patient)
    read = fields_of(client, page)
    Patient.objects.filter(pk=patient.pk).update(birth_year=1961, sex="male")
    answer = client.post(page, read | {"birth_year": "1971", "ecog_at_entry": "1"})
    found = {conflict.name: (conflict.theirs, conflict.yours) for conflict in answer.context["form"].conflicts}
    assert found == {"birth_year": ("1961", "1971"), "sex": ("Male", "Unknown"), "ecog_at_entry": ("–", "1")}
    patient.refresh_from_db()
    assert (patient.birth_year, patient.ecog_at_entry) == (1961, None)
    again = {field.html_name: field.value() for field in answer.context["form"]}
    again = {name: value for name, value in again.items() if value is not None}
    choices = {"choice_birth_year": "yours", "choice_sex": "theirs", "choice_ecog_at_entry": "yours"}
    assert client.post(page, again | choices).status_code == 302
    patient.refresh_from_db()
    assert (patient.birth_year, patient.sex, patient.ecog_at_entry) == (1971, "male", 1)


def test_a_record_deleted_meanwhile_is_not_saved(client: Client, patient: Patient) -> None:
    lesion = LesionFactory(patient=patient)
    form_class = next(kind.form for kind in KINDS if kind.name == "lesion")
    form = form_class(LESION | {"version": version_of(lesion)}, instance=lesion)
    Lesion.objects.filter(pk=lesion.pk).delete()
    assert form.is_valid()
    assert form.saved(by=patient.study.memberships.get().user) is None
    assert "deleted this record meanwhile" in str(form.errors)


def test_a_verified_patient_asks_for_a_reason(client: Client, patient: Patient) -> None:
    page = address("patient-verification", patient)
    assert client.post(page).status_code == 302
    patient.refresh_from_db()
    assert patient.verified_by == patient.study.memberships.get().user
    assert "Verified" in client.get(patient.get_absolute_url()).content.decode()
    add = address("record-add", patient, "lesion")
    assert list(client.post(add, LESION).context["form"].errors) == ["reason"]
    assert client.post(add, LESION | {"reason": "Found in the old report."}).status_code == 302
    assert patient.lesions.get().events.get().pgh_context.metadata["reason"] == "Found in the old report."
    assert client.post(page, {"reason": ""}).context["form"].errors
    assert client.post(page, {"reason": "New scans."}).status_code == 302
    patient.refresh_from_db()
    assert patient.verified_at is None
    assert changes(patient)[0].fields


def test_patient_page_needs_as_many_queries_for_many_records(client: Client, patient: Patient) -> None:
    def add(number: int) -> None:
        for _ in range(number):
            lesion = LesionFactory(patient=patient)
            ResponseAssessmentFactory(lesion=lesion)
            TreatmentFactory(patient=patient, lesion=lesion)

    add(2)
    few = queries_of(client, patient.get_absolute_url())
    add(10)
    assert queries_of(client, patient.get_absolute_url()) == few


def test_only_managers_verify(patient: Patient) -> None:
    for role in (Role.RESEARCHER, Role.DATA_ENTRY):
        client = Client()
        client.force_login(MembershipFactory(study=patient.study, role=role).user)
        assert client.post(address("patient-verification", patient)).status_code == 403
    assert not Patient.objects.exclude(verified_at=None).exists()
