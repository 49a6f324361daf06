"""Everybody tries every page and every endpoint.

The addresses come from the URL configuration itself: a new one without a row in ``EXPECTED`` fails here. A row says
what each of ``PEOPLE`` gets. Whoever may not see single patients finds no code and no value of them in any answer.
"""

from copy import deepcopy
from http import HTTPStatus

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.asking import ADDRESSES, PORTAL, body, outcome, signed_in
from tests.access.expected import EXPECTED, EXPECTED_OF_STUDY, PEOPLE, SEES_PATIENT
from tests.access.world import World
from tests.analytics.cohort import add_patient
from tests.factories import (
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_every_address_is_in_the_table() -> None:
    assert {name for name, _parameters in PORTAL} == EXPECTED.keys()


def test_everybody_tries(world: World, subtests: pytest.Subtests) -> None:
    clients = {person: signed_in(user) for person, user in world.people.items()}
    for name, parameters in PORTAL:
        address = world.address(name, parameters)
        with subtests.test(name):
            answers = {person: client.get(address) for person, client in clients.items()}
            found = [outcome(answer) for answer in answers.values()]
            assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, EXPECTED[name].split(), strict=True))
            for person, answer in answers.items():
                leaked = [secret for secret in world.secrets if secret in body(answer, address)]
                assert person in SEES_PATIENT or not leaked, f"{person} reads {leaked}"


def test_what_cannot_be_read_cannot_be_written(world: World, subtests: pytest.Subtests) -> None:
    """A POST is refused where a GET is, and is never answered by a failure of the portal. Nothing is kept."""
    sessions = {person: signed_in(user).cookies for person, user in world.people.items()}
    for name, parameters in PORTAL:
        address = world.address(name, parameters)
        for person, expected in zip(PEOPLE, EXPECTED[name].split(), strict=True):
            client = Client()
            client.cookies = deepcopy(sessions[person])
            with subtests.test(name, person=person), transaction.atomic():
                answer = client.post(address)
                transaction.set_rollback(True)
                assert answer.status_code < 500
                if expected in ("LOGIN", "401", "403", "404"):
                    assert outcome(answer) in (expected, "405")


def test_everybody_asks_for_the_study(world: World, subtests: pytest.Subtests) -> None:
    for name, expected in EXPECTED_OF_STUDY.items():
        with subtests.test(name):
            found = {}
            for person, user in world.people.items():
                answer = signed_in(user).get(reverse(name), {"study": world.study.code})
                found[person] = outcome(answer)
                if person not in SEES_PATIENT:
                    assert not [secret for secret in world.secrets if secret in body(answer, "")], person
            assert found == dict(zip(PEOPLE, expected.split(), strict=True))


def test_secrets_are_shown_to_those_who_may_see_them(world: World) -> None:
    """Otherwise their absence would prove nothing."""
    client = signed_in(world.people["researcher"])
    patient_code, _lesion, specimen_code, *_others = world.secrets
    assert patient_code in client.get(reverse("cases:patient-list", args=[world.study.code])).content.decode()
    page = client.get(reverse("cases:patient", args=[world.study.code, patient_code])).content.decode()
    assert specimen_code in page
    assert "7.123" in page
    measurements = client.get(reverse("api:measurement-list"), {"patient": patient_code}).content.decode()
    assert "7.123456" in measurements
    assert "31.337" in measurements
    blot = world.keys["blot_code"]
    assert "4711.25" in client.get(reverse("expression:blot", args=[world.study.code, blot])).content.decode()


def test_confined_data_entry_sees_and_changes_its_own_site(world: World) -> None:
    site = world.study.sites.get(code="NORTH")
    patient = add_patient(world.study, 3.25, site=site)
    client = signed_in(world.people["confined"])
    for name in ("patient", "patient-edit"):
        assert client.get(reverse(f"cases:{name}", args=[world.study.code, patient.code])).status_code == 200
    listed = client.get(reverse("api:patient-list")).json()
    assert [row["code"] for row in listed["results"]] == [patient.code]
    assert client.get(reverse("api:measurement-list")).json()["count"] == 1


def test_superuser_sees_everything_and_an_inactive_account_nothing(world: World) -> None:
    superuser = UserFactory(is_superuser=True)
    address = reverse("cases:patient-list", args=[world.study.code])
    assert signed_in(superuser).get(address).status_code == 200
    manager = world.people["manager"]
    client = signed_in(manager)
    manager.is_active = False
    manager.save()
    assert outcome(client.get(address)) == "LOGIN"


def test_administration_is_for_staff(world: World) -> None:
    values = {"object_id": "1", "content_type_id": "1", "app_label": "cases", "url": "x", "id": "1"}
    for name, parameters in ADDRESSES:
        if not name.startswith("admin:") or name in ("admin:login", "admin:logout"):
            continue
        if name == "admin:None":
            address = "/admin/nowhere"
        else:
            address = reverse(name, kwargs={parameter: values[parameter] for parameter in parameters})
        for person in ("anonymous", "stranger", "manager"):
            answer = signed_in(world.people[person]).get(address)
            assert answer.status_code == HTTPStatus.FOUND, (name, person)


def test_refusals_of_the_api_say_how_to_sign_in(world: World) -> None:
    answer = Client().get(reverse("api:patient-list"))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    answer = Client().get(reverse("api:patient-list"), headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
