"""Reading and writing the clinical record over the API: the forms' rules, versions, rights."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.api import RECORDS
from cases.history import changes
from cases.models import ConsentStatus, Lesion, Membership, Patient, Role, StudyStatus
from cases.records import KINDS
from cases.versions import version_of
from tests.cases.test_lists import MAKERS
from tests.factories import (
    AdministrationFactory,
    HistologyFactory,
    LesionFactory,
    MembershipFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SiteFactory,
    SpecimenFactory,
    TreatmentFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

LESIONS = "/api/v1/lesions/"
PATIENTS = "/api/v1/patients/"


@pytest.fixture
def patient() -> Patient:
    return PatientFactory(code="P-1")


@pytest.fixture
def membership(patient: Patient) -> Membership:
    return MembershipFactory(study=patient.study, role=Role.DATA_ENTRY)


@pytest.fixture
def client(membership: Membership) -> Client:
    return signed_in(membership)


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def send(client: Client, method: str, address: str, body: Any = None, version: str | None = None) -> Any:
    headers = {} if version is None else {"If-Match": version}
    return getattr(client, method)(address, body, content_type="application/json", headers=headers)


def lesion_of(patient: Patient, **values: Any) -> dict[str, Any]:
    return {"study": patient.study.code, "patient": patient.code, "code": "L1", **values}


def current(row: Any) -> str:
    return f'"{version_of(row)}"'


def refused(answer: HttpResponse, *names: str) -> bool:
    assert answer.status_code == 400, answer.content
    return list(answer.json()) == list(names)  # type: ignore[attr-defined]


class TestReading:
    @pytest.mark.parametrize("plural", RECORDS)
    def test_list_and_detail_of_every_kind(self, client: Client, patient: Patient, plural: str) -> None:
        kind, _view_set = RECORDS[plural]
        row = MAKERS[kind](patient)
        MAKERS[kind](PatientFactory())
        listed = client.get(f"/api/v1/{plural}/").json()["results"]
        assert row.pk in [each["id"] for each in listed]
        assert {(each["study"], each["patient"]) for each in listed} == {(patient.study.code, "P-1")}
        answer = client.get(f"/api/v1/{plural}/{row.pk}/")
        assert answer.json() == next(each for each in listed if each["id"] == row.pk)
        row.refresh_from_db()
        assert answer["ETag"] == current(row)

    @pytest.mark.parametrize("plural", RECORDS)
    def test_number_of_queries_does_not_grow(self, client: Client, patient: Patient, plural: str) -> None:
        kind, _view_set = RECORDS[plural]

        def add(number: int) -> None:
            for _ in range(number):
                MAKERS[kind](PatientFactory(study=patient.study))

        add(2)
        few = queries_of(client, f"/api/v1/{plural}/", {"page_size": 1000})
        add(20)
        assert queries_of(client, f"/api/v1/{plural}/", {"page_size": 1000}) == few

    def test_page_and_api_agree(self, client: Client, patient: Patient) -> None:
        LesionFactory(patient=patient, site_detail="Wrist", largest_diameter_mm="30")
        LesionFactory(patient=patient, site_detail="wrist, left", largest_diameter_mm="20")
        LesionFactory(patient=patient)
        query = {"search": "ＷＲＩＳＴ", "sort": "largest_diameter_mm"}
        page = client.get(reverse("cases:list", args=[patient.study.code, "lesion"]), query)
        api = client.get(LESIONS, query | {"study": patient.study.code}).json()["results"]
        assert [row["largest_diameter_mm"] for row in api] == [20, 30]
        assert [row["id"] for row in api] == [row.record.pk for row in page.context["table"].rows]

    def test_terms_and_sites(self, client: Client, patient: Patient) -> None:
        site = SiteFactory(study=patient.study)
        SiteFactory()
        assert [row["code"] for row in client.get("/api/v1/sites/").json()["results"]] == [site.code]
        histology = HistologyFactory()
        assert client.get(f"/api/v1/histologies/{histology.pk}/").json()["name"] == histology.name
        assert client.post("/api/v1/histologies/", {}, content_type="application/json").status_code == 405


class TestAdding:
    def test_a_patient_and_a_lesion(self, client: Client, patient: Patient) -> None:
        study = patient.study
        answer = send(client, "post", PATIENTS, {"study": study.code, "code": "P-2", "sex": "female"})
        assert (answer.status_code, answer.json()["code"]) == (201, "P-2")
        added = study.patients.get(code="P-2")
        assert (added.sex, answer["ETag"]) == ("female", current(added))
        body = lesion_of(added, largest_diameter_mm=12.5, missing={"site_detail": "unknown"}, is_index=False)
        answer = send(client, "post", LESIONS, body)
        assert answer.status_code == 201, answer.content
        lesion = added.lesions.get()
        assert (float(lesion.largest_diameter_mm), lesion.tissue, lesion.is_index) == (12.5, "bone", False)
        assert lesion.missing == {"site_detail": "unknown"}
        assert answer.json() == client.get(f"{LESIONS}{lesion.pk}/").json()

    @pytest.mark.parametrize("plural", RECORDS)
    def test_what_was_read_can_be_sent_again(self, client: Client, patient: Patient, plural: str) -> None:
        """PUT of every kind's own representation changes nothing."""
        kind, _view_set = RECORDS[plural]
        row = MAKERS[kind](patient)
        address = f"/api/v1/{plural}/{row.pk}/"
        read = client.get(address)
        answer = send(client, "put", address, read.json(), read["ETag"])
        assert answer.status_code == 200, answer.content
        assert (answer.json(), answer["ETag"]) == (read.json(), read["ETag"])

    @pytest.mark.parametrize(
        ("values", "name"),
        [
            ({"code": "not a code"}, "code"),
            ({"code": None}, "code"),
            ({"code": ["L1"]}, "code"),
            ({"tissue": "glass"}, "tissue"),
            ({"site": "C99.9"}, "site"),
            ({"is_index": "yes"}, "is_index"),
            ({"code": True}, "code"),
            ({"largest_diameter_mm": -3}, "largest_diameter_mm"),
            ({"nonsense": 1}, "nonsense"),
            ({"patient": "P-9"}, "patient"),
            ({"patient": None}, "patient"),
            ({"study": 7}, "study"),
            ({"missing": {"site_detail": "bored"}}, "missing"),
            ({"missing": {"tissue": "unknown"}}, "missing"),
            ({"missing": ["site_detail"]}, "missing"),
            ({"site_detail": "Wrist", "missing": {"site_detail": "unknown"}}, "missing"),
            ({"site_detail": "\x00"}, "site_detail"),
        ],
    )
    def test_bad_input_is_a_sentence_at_the_field(
        self, client: Client, patient: Patient, values: dict[str, Any], name: str
    ) -> None:
        answer = send(client, "post", LESIONS, lesion_of(patient) | values)
        assert (answer.status_code, next(iter(answer.json()))) == (400, name)
        assert not Lesion.objects.exists()

    @pytest.mark.parametrize("body", ["text", [1], 7, None])
    def test_anything_but_an_object_is_refused(self, client: Client, body: Any) -> None:
        assert send(client, "post", LESIONS, body).status_code == 400

    def test_rules_of_the_database_are_sentences(self, client: Client, patient: Patient) -> None:
        LesionFactory(patient=patient, code="L1")
        answer = send(client, "post", LESIONS, lesion_of(patient))
        assert "already has a lesion" in answer.json()["non_field_errors"][0]
        other = SpecimenFactory(patient__study=patient.study)
        body = {"study": patient.study.code, "patient": "P-1", "code": "S-1", "parent": other.code}
        assert refused(send(client, "post", "/api/v1/specimens/", body), "parent")

    def test_who_may(self, patient: Patient) -> None:
        expected = {Role.VIEWER: 403, Role.RESEARCHER: 403, Role.DATA_ENTRY: 201, Role.MANAGER: 201}
        for number, (role, status) in enumerate(expected.items()):
            client = signed_in(MembershipFactory(study=patient.study, role=role))
            assert send(client, "post", LESIONS, lesion_of(patient, code=f"L{number}")).status_code == status, role
        stranger = signed_in(MembershipFactory(role=Role.MANAGER))
        assert send(stranger, "post", LESIONS, lesion_of(patient)).status_code == 404
        assert send(Client(), "post", LESIONS, lesion_of(patient)).status_code == 401

    def test_data_entry_is_confined_to_its_site(self, patient: Patient) -> None:
        own, other = SiteFactory(study=patient.study), SiteFactory(study=patient.study)
        client = signed_in(MembershipFactory(site=own, role=Role.DATA_ENTRY))
        assert refused(send(client, "post", LESIONS, lesion_of(patient)), "patient")
        lesion = LesionFactory(patient=patient)
        assert send(client, "patch", f"{LESIONS}{lesion.pk}/", {}, current(lesion)).status_code == 404
        body = {"study": patient.study.code, "code": "P-2", "site": other.code}
        assert refused(send(client, "post", PATIENTS, body), "site")
        assert send(client, "post", PATIENTS, body | {"site": own.code}).status_code == 201

    def test_a_locked_study_takes_nothing(self, client: Client, patient: Patient) -> None:
        patient.study.status = StudyStatus.LOCKED
        patient.study.save()
        answer = send(client, "post", LESIONS, lesion_of(patient))
        assert (answer.status_code, "locked" in answer.json()["detail"]) == (403, True)


class TestChanging:
    @pytest.fixture
    def lesion(self, patient: Patient) -> Lesion:
        return LesionFactory(patient=patient, code="L1", site_detail="Wrist", laterality="left")

    def test_patch_leaves_the_rest(self, client: Client, lesion: Lesion, membership: Membership) -> None:
        before = client.get(f"{LESIONS}{lesion.pk}/").json()
        answer = send(client, "patch", f"{LESIONS}{lesion.pk}/", {"laterality": "right"}, current(lesion))
        assert answer.status_code == 200
        assert answer.json() == before | {"laterality": "right"}
        lesion.refresh_from_db()
        assert answer["ETag"] == current(lesion)
        assert changes(lesion)[0].by == membership.user.username

    def test_put_is_the_whole_record(self, client: Client, patient: Patient, lesion: Lesion) -> None:
        answer = send(client, "put", f"{LESIONS}{lesion.pk}/", lesion_of(patient), current(lesion))
        assert answer.status_code == 200
        lesion.refresh_from_db()
        assert (lesion.site_detail, lesion.laterality) == ("", "unknown")

    def test_a_value_takes_the_reason_away(self, client: Client, patient: Patient) -> None:
        lesion = LesionFactory(patient=patient, site_detail="", missing={"site_detail": "unknown"})
        answer = send(client, "patch", f"{LESIONS}{lesion.pk}/", {"site_detail": "Wrist"}, current(lesion))
        assert (answer.status_code, answer.json()["missing"]) == (200, {})

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_the_version_is_required_and_must_be_the_latest(
        self, client: Client, patient: Patient, lesion: Lesion, method: str
    ) -> None:
        address = f"{LESIONS}{lesion.pk}/?reason=Wrong"
        read = current(lesion)
        assert send(client, method, address, lesion_of(patient)).status_code == 428
        Lesion.objects.filter(pk=lesion.pk).update(site_detail="Elbow")
        for version in (read, "*", ""):
            answer = send(client, method, address, lesion_of(patient), version)
            assert (answer.status_code, answer.json()["site_detail"]) == (412, "Elbow")
        lesion.refresh_from_db()
        assert answer["ETag"] == current(lesion)
        assert lesion.site_detail == "Elbow"

    def test_a_record_stays_with_its_patient(self, client: Client, patient: Patient, lesion: Lesion) -> None:
        other = PatientFactory(study=patient.study)
        body = {"patient": other.code}
        assert refused(send(client, "patch", f"{LESIONS}{lesion.pk}/", body, current(lesion)), "patient")
        dose = AdministrationFactory(treatment=TreatmentFactory(patient=patient))
        body = {"treatment": TreatmentFactory(patient=patient).pk}
        answer = send(client, "patch", f"/api/v1/administrations/{dose.pk}/", body, current(dose))
        assert refused(answer, "treatment")

    def test_a_verified_patient_asks_for_a_reason(self, client: Client, patient: Patient, lesion: Lesion) -> None:
        Patient.objects.filter(pk=patient.pk).update(
            verified_at=timezone.now(), verified_by=patient.study.memberships.get().user
        )
        body = {"laterality": "right"}
        assert refused(send(client, "patch", f"{LESIONS}{lesion.pk}/", body, current(lesion)), "reason")
        body["reason"] = "Seen on the CT."
        assert send(client, "patch", f"{LESIONS}{lesion.pk}/", body, current(lesion)).status_code == 200
        event = lesion.events.order_by("pgh_id").last()
        assert event.pgh_context.metadata["reason"] == "Seen on the CT."

    def test_withdrawal_takes_the_patient_out_of_sight(self, client: Client, patient: Patient) -> None:
        address = f"{PATIENTS}{patient.pk}/"
        body = {"consent_status": ConsentStatus.WITHDRAWN}
        assert send(client, "patch", address, body, current(patient)).status_code == 204
        assert client.get(address).status_code == 404

    def test_delete_needs_a_reason_and_nothing_that_rests_on_it(self, client: Client, lesion: Lesion) -> None:
        address = f"{LESIONS}{lesion.pk}/"
        assert refused(send(client, "delete", address, None, current(lesion)), "reason")
        assessment = ResponseAssessmentFactory(lesion=lesion)
        answer = send(client, "delete", f"{address}?reason=Twice", None, current(lesion))
        assert (answer.status_code, "rest on this one" in answer.json()["detail"]) == (409, True)
        assessment.delete()
        assert send(client, "delete", f"{address}?reason=Twice", None, current(lesion)).status_code == 204
        event = Lesion.pgh_event_model.objects.get(pgh_obj_id=lesion.pk, pgh_label="deleted")  # type: ignore[attr-defined]
        assert event.pgh_context.metadata["reason"] == "Twice"

    def test_a_researcher_changes_nothing(self, patient: Patient, lesion: Lesion) -> None:
        client = signed_in(MembershipFactory(study=patient.study, role=Role.RESEARCHER))
        for method in ("put", "patch", "delete"):
            answer = send(client, method, f"{LESIONS}{lesion.pk}/", lesion_of(patient), current(lesion))
            assert answer.status_code == 403
        stranger = signed_in(MembershipFactory(role=Role.MANAGER))
        assert send(stranger, "patch", f"{LESIONS}{lesion.pk}/", {}, current(lesion)).status_code == 404


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_nonsense_for_every_field_is_no_failure(client: Client, patient: Patient, kind: Any) -> None:
    for nonsense in ("\x00nonsense", {"a": 1}, [1, "x"], 1e300, -1, True, "x" * 5000):
        body = dict.fromkeys(kind.form._meta.fields, nonsense)
        body |= {"study": patient.study.code, "patient": patient.code}
        assert send(client, "post", f"/api/v1/{kind.plural}/", body).status_code == 400
