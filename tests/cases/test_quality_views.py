"""Findings, queries and completeness on the pages; what a save says."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import ConsentStatus, DataQuery, Patient, QueryStatus, Role, Study
from tests.factories import (
    DataQueryFactory,
    LesionFactory,
    MembershipFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SiteFactory,
    SkeletalEventFactory,
    StudyFactory,
    TreatmentFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def signed_in(study: Study, role: Role = Role.MANAGER, **values: Any) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=study, role=role, **values).user)
    return client


def faulty(study: Study, **values: Any) -> Patient:
    """A patient with a skeletal event after the death, among other faults."""
    patient = PatientFactory(study=study, vital_status="dead", death_date="2020-05", **values)
    SkeletalEventFactory(patient=patient, date="2020-06-01")
    return patient


def page(client: Client, name: str, study: Study, *rest: Any, **query: Any) -> str:
    answer = client.get(reverse(f"cases:{name}", args=[study.code, *rest]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def messages_of(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


AFTER_DEATH = "A skeletal-related event is recorded on 2020-06-01"


def test_findings_lead_to_their_records(study: Study) -> None:
    patient = faulty(study)
    shown = page(signed_in(study), "quality", study)
    assert AFTER_DEATH in shown
    event = patient.skeletal_events.get()
    assert reverse("cases:record-edit", args=[study.code, patient.code, "skeletal-event", event.pk]) in shown
    reader = page(signed_in(study, Role.RESEARCHER), "quality", study)
    assert f"{patient.get_absolute_url()}#skeletal-event" in reader
    assert "Check the study now" not in reader


def test_findings_are_narrowed(study: Study) -> None:
    faulty(study, site=SiteFactory(study=study, code="NORTH"))
    client = signed_in(study)
    assert AFTER_DEATH in page(client, "quality", study, check="skeletal-event-after-death", site="NORTH")
    assert AFTER_DEATH not in page(client, "quality", study, check="no-index-diagnosis")
    assert AFTER_DEATH not in page(client, "quality", study, severity="hint")
    # What nobody offered is left out.
    assert AFTER_DEATH in page(client, "quality", study, check="horoscope", site="MARS")


def test_a_study_without_findings_says_so(study: Study) -> None:
    assert "Nothing to settle" in page(signed_in(study), "quality", study)


def test_a_save_says_what_it_brings_about(study: Study) -> None:
    patient = PatientFactory(study=study, vital_status="dead", death_date="2020-05")
    client = signed_in(study)
    address = reverse("cases:record-add", args=[study.code, patient.code, "skeletal-event"])
    answer = client.post(address, {"type": "pathological_fracture", "date": "2020-06-01"}, follow=True)
    said = messages_of(answer)
    assert said[1].startswith(AFTER_DEATH)
    assert "Correct the date" in said[1]
    # What was wrong before and is about another record is not said again.
    assert not any("index diagnosis" in message for message in said)
    assert len(said) == 2


def test_a_save_of_a_treatment_says_what_it_does_to_an_assessment(study: Study) -> None:
    patient = PatientFactory(study=study)
    ResponseAssessmentFactory(lesion=LesionFactory(patient=patient), date="2020-04-02")
    treatment = TreatmentFactory(patient=patient, start="2020-01-02")
    client = signed_in(study)
    address = reverse("cases:record-edit", args=[study.code, patient.code, "treatment", treatment.pk])
    values = {"agent": treatment.agent_id, "dose_mg": "120", "route": "subcutaneous", "start": "2020-05"}
    said = messages_of(client.post(address, values, follow=True))
    assert any("before denosumab began on 2020-05" in message for message in said)


def test_the_patient_page_lists_what_is_to_settle(study: Study) -> None:
    patient = faulty(study)
    query = DataQueryFactory(patient=patient)
    shown = page(signed_in(study), "patient", study, patient.code)
    assert "To settle" in shown
    assert AFTER_DEATH in shown
    assert "Is the birth year right?" in shown
    assert query.get_absolute_url() in shown


def test_ask_answer_close_reopen(study: Study) -> None:
    patient = PatientFactory(study=study)
    entry = MembershipFactory(study=study, role=Role.DATA_ENTRY)
    researcher, manager = signed_in(study, Role.RESEARCHER), signed_in(study)
    asked = {"question": "Is {this} the right lesion?", "owner": entry.user.pk}
    researcher.post(reverse("cases:quality-ask", args=[study.code, patient.code]), asked)
    query = DataQuery.objects.get()
    assert (query.owner, query.asked_by is None) == (entry.user, False)
    assert "Is {this} the right lesion?" in page(researcher, "quality-query", study, query.pk)
    client = Client()
    client.force_login(entry.user)
    client.post(reverse("cases:quality-query-answer", args=[study.code, query.pk]), {"answer": "Yes, it is."})
    query.refresh_from_db()
    assert (query.status, query.answered_by) == (QueryStatus.ANSWERED, entry.user)
    manager.post(reverse("cases:quality-query-close", args=[study.code, query.pk]), {"note": "Thanks."})
    shown = page(researcher, "quality-query", study, query.pk)
    for text in ("Yes, it is.", "Thanks.", "Closed", entry.user.username):
        assert text in shown
    manager.post(reverse("cases:quality-query-reopen", args=[study.code, query.pk]))
    query.refresh_from_db()
    assert (query.status, query.closed_by) == (QueryStatus.OPEN, None)


def test_a_closed_query_is_not_answered(study: Study) -> None:
    query = DataQueryFactory(patient__study=study)
    manager = signed_in(study)
    manager.post(reverse("cases:quality-query-close", args=[study.code, query.pk]))
    address = reverse("cases:quality-query-answer", args=[study.code, query.pk])
    assert "moved on" in messages_of(manager.post(address, {"answer": "Late."}, follow=True))[-1]
    query.refresh_from_db()
    assert (query.status, query.answer) == (QueryStatus.CLOSED, "")


def test_an_answer_has_words(study: Study) -> None:
    query = DataQueryFactory(patient__study=study)
    address = reverse("cases:quality-query-answer", args=[study.code, query.pk])
    answer = signed_in(study).post(address, {"answer": " "})
    assert "required" in str(answer.context["answer_form"].errors)


def test_words_that_may_identify_somebody_are_asked_about_and_kept_on_the_page(study: Study) -> None:
    query = DataQueryFactory(patient__study=study)
    address = reverse("cases:quality-query-answer", args=[study.code, query.pk])
    said = {"answer": "Call 090-1234-5678."}
    page_again = signed_in(study).post(address, said)
    assert "looks like" in str(page_again.context["answer_form"].errors)
    assert "Call 090-1234-5678." in page_again.content.decode()
    signed_in(study).post(address, said | {"identifies_nobody": "on"})
    query.refresh_from_db()
    assert query.answer == "Call 090-1234-5678."


def test_the_owner_can_see_the_patient(study: Study) -> None:
    north, south = (SiteFactory(study=study, code=code) for code in ("NORTH", "SOUTH"))
    query = DataQueryFactory(patient=PatientFactory(study=study, site=north))
    elsewhere = MembershipFactory(site=south, role=Role.DATA_ENTRY).user
    here = MembershipFactory(site=north, role=Role.DATA_ENTRY).user
    manager = signed_in(study)
    for owner, expected in ((elsewhere, None), (here, here)):
        manager.post(reverse("cases:quality-query-assign", args=[study.code, query.pk]), {"owner": owner.pk})
        query.refresh_from_db()
        assert query.owner == expected


def test_a_reopened_query_does_not_double_another(study: Study) -> None:
    patient = PatientFactory(study=study)
    closed = DataQueryFactory(patient=patient, check_code="no-index-diagnosis")
    manager = signed_in(study)
    manager.post(reverse("cases:quality-query-close", args=[study.code, closed.pk]))
    DataQueryFactory(patient=patient, check_code="no-index-diagnosis")
    address = reverse("cases:quality-query-reopen", args=[study.code, closed.pk])
    assert "moved on" in messages_of(manager.post(address, follow=True))[-1]


def test_a_withdrawn_patient_s_queries_are_gone(study: Study) -> None:
    patient = faulty(study)
    query = DataQueryFactory(patient=patient)
    manager = signed_in(study)
    patient.consent_status = ConsentStatus.WITHDRAWN
    patient.save()
    for name in ("quality", "quality-queries", "quality-completeness"):
        assert patient.code not in page(manager, name, study)
    assert "Is the birth year right?" not in page(manager, "quality-queries", study)
    assert manager.get(query.get_absolute_url()).status_code == 404


def test_completeness_tells_blanks_from_reasons(study: Study) -> None:
    patient = PatientFactory(study=study, site=SiteFactory(study=study, code="NORTH"))
    other = PatientFactory(study=study)
    LesionFactory(patient=patient, largest_diameter_mm=None)
    LesionFactory(patient=patient, largest_diameter_mm=None, missing={"largest_diameter_mm": "not_done"})
    manager = signed_in(study)
    shown = page(manager, "quality-completeness", study)
    address = reverse("cases:quality-incomplete", args=[study.code, "lesion", "largest_diameter_mm"])
    assert f'href="{address}"' in shown
    assert f'href="{address}?site=NORTH"' in shown
    assert f'href="{address}?said=1&amp;site=NORTH"' in shown
    blank = page(manager, "quality-incomplete", study, "lesion", "largest_diameter_mm")
    assert (patient.code in blank, other.code in blank) == (True, False)
    none = page(manager, "quality-incomplete", study, "lesion", "no-record")
    assert (patient.code in none, other.code in none) == (False, True)
    elsewhere = page(manager, "quality-incomplete", study, "lesion", "no-record", site="NORTH")
    assert other.code not in elsewhere


@pytest.mark.parametrize(("form", "field"), [("horoscope", "site"), ("lesion", "pk"), ("patient", "no-record")])
def test_what_is_not_counted_has_no_list(study: Study, form: str, field: str) -> None:
    address = reverse("cases:quality-incomplete", args=[study.code, form, field])
    assert signed_in(study).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("quality", ()),
        ("quality-queries", ()),
        ("quality-completeness", ()),
        ("quality-incomplete", ("skeletal-event", "lesion")),
    ],
)
def test_pages_need_as_many_queries_whatever_they_show(study: Study, name: str, rest: tuple[str, ...]) -> None:
    site = SiteFactory(study=study)
    manager = signed_in(study)

    def fill(number: int) -> None:
        for _patient in range(number):
            DataQueryFactory(patient=faulty(study, site=site), owner=MembershipFactory(study=study).user)

    fill(1)
    address = reverse(f"cases:{name}", args=[study.code, *rest])
    few = queries_of(manager, address)
    fill(4)
    assert queries_of(manager, address) == few


def test_queries_over_the_api(study: Study) -> None:
    query = DataQueryFactory(patient__study=study, owner=MembershipFactory(study=study, role=Role.DATA_ENTRY).user)
    DataQueryFactory(patient__study=study, patient__consent_status=ConsentStatus.WITHDRAWN)
    client = signed_in(study, Role.RESEARCHER)
    listed = client.get(reverse("api:query-list"), {"study": study.code, "status": "open"}).json()
    [row] = listed["results"]
    assert (row["patient"], row["question"], row["owner"]) == (
        query.patient.code,
        "Is the birth year right?",
        query.owner.username,
    )
    assert client.get(reverse("api:query-list"), {"status": "closed"}).json()["count"] == 0
