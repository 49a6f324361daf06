"""Terms a manager adds without a release."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Histology, LaboratoryTest, Membership, Role, TreatmentAgent
from cases.vocabularies import VOCABULARIES
from tests.factories import DiagnosisFactory, HistologyFactory, MembershipFactory, TreatmentAgentFactory, UserFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.MANAGER)


@pytest.fixture
def client(membership: Membership, client: Client) -> Client:
    client.force_login(membership.user)
    return client


def page(membership: Membership, name: str, *rest: Any) -> str:
    return reverse(f"cases:{name}", args=[membership.study.code, *rest])


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_vocabulary_has_a_list_and_a_form(client: Client, membership: Membership, name: str) -> None:
    assert client.get(page(membership, "vocabulary", name)).status_code == 200
    add = page(membership, "vocabulary-add", name)
    assert client.get(add).status_code == 200
    assert client.post(add, dict.fromkeys(VOCABULARIES[name].fields, "\x00")).context["form"].errors


def test_add_a_term_and_use_it(client: Client, membership: Membership) -> None:
    values = {"name": "Denosumab biosimilar", "name_ja": "デノスマブ後続品", "code": "denosumab-biosimilar"}
    values |= {"treatment_class": "antiresorptive", "synonyms": "biosimilar, BS"}
    answer = client.post(page(membership, "vocabulary-add", "agents"), values)
    assert answer["Location"] == page(membership, "vocabulary", "agents")
    assert TreatmentAgent.objects.get(code="denosumab-biosimilar").synonyms == ["biosimilar", "BS"]
    table = client.get(answer["Location"], {"search": "ﾃﾞﾉｽﾏﾌﾞ後続"}).context["table"]
    assert [row.record.code for row in table.rows] == ["denosumab-biosimilar"]


def test_a_wrong_code_is_said(client: Client, membership: Membership) -> None:
    values = {"name": "New", "morphology": "9250", "usual_category": "primary_bone"}
    errors = client.post(page(membership, "vocabulary-add", "histologies"), values).context["form"].errors
    assert "9250/1" in str(errors["morphology"])
    assert not Histology.objects.filter(name="New").exists()


def test_only_an_administrator_changes_a_used_term(client: Client, membership: Membership) -> None:
    used = DiagnosisFactory(histology=HistologyFactory(name="Used tumour")).histology
    unused = HistologyFactory(name="Unused tumour")
    values = {"name": "Corrected", "usual_category": "soft_tissue"}
    edit = page(membership, "vocabulary-edit", "histologies", used.pk)
    assert client.post(edit, values).status_code == 403
    listed = client.get(page(membership, "vocabulary", "histologies"), {"search": "used tumour"}).content.decode()
    assert edit not in listed
    assert page(membership, "vocabulary-edit", "histologies", unused.pk) in listed
    client.force_login(UserFactory(is_superuser=True))
    assert client.post(edit, values).status_code == 302
    used.refresh_from_db()
    assert used.name == "Corrected"


def test_number_of_queries_does_not_grow(client: Client, membership: Membership) -> None:
    address = page(membership, "vocabulary", "agents")
    few = queries_of(client, address, {"per_page": 500})
    for number in range(30):
        TreatmentAgentFactory(code=f"agent-{number}")
    assert queries_of(client, address, {"per_page": 500}) == few


def test_the_unit_of_a_new_test(client: Client, membership: Membership) -> None:
    values = {"name": "Sclerostin", "code": "sclerostin", "usual_unit": "pmol/L"}
    assert client.post(page(membership, "vocabulary-add", "laboratory-tests"), values).status_code == 302
    assert LaboratoryTest.objects.get(code="sclerostin").usual_unit == "pmol/L"
