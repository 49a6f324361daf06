"""Lists of every kind of record: search, filters, sort, files, saved filters."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.lists import LISTS
from cases.models import Membership, Role
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    DiagnosisFactory,
    LaboratoryResultFactory,
    LesionFactory,
    MembershipFactory,
    MolecularAlterationFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SiteFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    TreatmentFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.MANAGER)


@pytest.fixture
def client(membership: Membership) -> Client:
    return signed_in(membership)


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def address(membership: Membership, name: str) -> str:
    return reverse("cases:list", args=[membership.study.code, name])


def found(client: Client, membership: Membership, name: str, **query: Any) -> list[Any]:
    """The rows of the list in its order."""
    answer = client.get(address(membership, name), query)
    assert answer.status_code == 200
    assert not answer.context["filter"].form.errors
    return [row.record for row in answer.context["table"].rows]


MAKERS: dict[str, Callable[[Any], Any]] = {
    "patient": lambda patient: DiagnosisFactory(patient=patient),
    "diagnosis": lambda patient: DiagnosisFactory(patient=patient),
    "alteration": lambda patient: MolecularAlterationFactory(patient=patient),
    "lesion": lambda patient: LesionFactory(patient=patient),
    "treatment": lambda patient: TreatmentFactory(patient=patient, lesion=LesionFactory(patient=patient)),
    "administration": lambda patient: AdministrationFactory(treatment=TreatmentFactory(patient=patient)),
    "assessment": lambda patient: ResponseAssessmentFactory(lesion=LesionFactory(patient=patient)),
    "skeletal-event": lambda patient: SkeletalEventFactory(patient=patient),
    "adverse-event": lambda patient: AdverseEventFactory(patient=patient, treatment=TreatmentFactory(patient=patient)),
    "laboratory-result": lambda patient: LaboratoryResultFactory(patient=patient),
    "specimen": lambda patient: SpecimenFactory(patient=patient, parent=SpecimenFactory(patient=patient)),
}


def test_every_list_is_tried() -> None:
    assert MAKERS.keys() == LISTS.keys()


@pytest.mark.parametrize("name", LISTS)
def test_number_of_queries_does_not_grow(client: Client, membership: Membership, name: str) -> None:
    """Of the page, of the API and of the file."""

    def add(number: int) -> None:
        for _ in range(number):
            site = SiteFactory(study=membership.study)
            MAKERS[name](PatientFactory(study=membership.study, site=site))

    pages = {
        address(membership, name): {"per_page": 500},
        reverse("cases:list-file", args=[membership.study.code, name, "xlsx"]): {},
    }
    add(3)
    few = {page: queries_of(client, page, query) for page, query in pages.items()}
    add(40)
    assert {page: queries_of(client, page, query) for page, query in pages.items()} == few


@pytest.mark.parametrize("name", LISTS)
def test_every_column_sorts(client: Client, membership: Membership, name: str) -> None:
    for _ in range(2):
        MAKERS[name](PatientFactory(study=membership.study, site=SiteFactory(study=membership.study)))
    both = set(found(client, membership, name))
    assert len(both) >= 2
    for column in LISTS[name].table.base_columns:
        for sort in (column, f"-{column}"):
            assert set(found(client, membership, name, sort=sort)) == both
