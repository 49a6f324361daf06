"""Pages and endpoint of expression datasets."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import ConsentStatus, Membership, Patient, Role
from tests.factories import (
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    SiteFactory,
    SpecimenFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.RESEARCHER)


@pytest.fixture
def client(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


@pytest.fixture
def dataset(membership: Membership) -> Any:
    """Two patients with RANKL, one of them in two specimens, and one with SOX9 too."""
    dataset = ExpressionDatasetFactory(
        study=membership.study, code="TCGA", is_public=True, source="GDC", citation="Cell 2017; 171: 950–965"
    )
    first, second = PatientFactory.create_batch(2, study=membership.study)
    for patient in (first, first, second):
        ExpressionValueFactory(dataset=dataset, specimen=SpecimenFactory(patient=patient))
    ExpressionValueFactory(dataset=dataset, specimen=second.specimens.get(), marker=MarkerFactory(symbol="SOX9"))
    return dataset


def counted(client: Client, dataset: Any) -> list[tuple[str, int, int]]:
    markers = client.get(dataset.get_absolute_url()).context["markers"]
    return [(marker.symbol, specimens, patients) for marker, specimens, patients in markers]


def test_list(client: Client, dataset: Any) -> None:
    answer = client.get(reverse("expression:dataset-list", args=[dataset.study.code]))
    assert answer.context["datasets"] == [(dataset, 2, 3)]
    page = answer.content.decode()
    assert "Public cohort" in page
    assert "never compared with each other" in page


def test_page(client: Client, dataset: Any) -> None:
    assert counted(client, dataset) == [("TNFSF11", 3, 2), ("SOX9", 1, 1)]
    page = client.get(dataset.get_absolute_url()).content.decode()
    assert "Cell 2017; 171: 950–965" in page
    assert "Values in log2(TPM+1) by RNA-seq." in page


def test_withdrawn_consent_is_not_counted(client: Client, dataset: Any) -> None:
    Patient.objects.filter(specimens__expression_values__marker__symbol="SOX9").update(
        consent_status=ConsentStatus.WITHDRAWN
    )
    assert counted(client, dataset) == [("TNFSF11", 2, 1)]


def test_none_yet(client: Client, membership: Membership) -> None:
    page = client.get(reverse("expression:dataset-list", args=[membership.study.code])).content.decode()
    assert "No expression dataset yet" in page
    empty = ExpressionDatasetFactory(study=membership.study)
    assert "This dataset has no value yet." in client.get(empty.get_absolute_url()).content.decode()


def test_confined_to_a_site(dataset: Any) -> None:
    confined = MembershipFactory(site=SiteFactory(study=dataset.study), role=Role.DATA_ENTRY)
    client = Client()
    client.force_login(confined.user)
    answer = client.get(reverse("expression:dataset-list", args=[dataset.study.code]))
    assert answer.context["datasets"] == []
    assert "those who see one site only" in answer.content.decode()
    assert client.get(dataset.get_absolute_url()).status_code == 404


def test_over_the_api(client: Client, dataset: Any) -> None:
    ExpressionDatasetFactory(code="ELSEWHERE")
    assert client.get("/api/v1/datasets/").json()["results"] == [
        {
            "id": dataset.pk,
            "study": dataset.study.code,
            "code": "TCGA",
            "unit": "log2_tpm",
            "platform": "RNA-seq",
            "source": "GDC",
            "citation": "Cell 2017; 171: 950–965",
            "is_public": True,
        }
    ]


def test_queries_do_not_grow(client: Client, dataset: Any) -> None:
    pages = [reverse("expression:dataset-list", args=[dataset.study.code]), dataset.get_absolute_url()]
    before = [queries_of(client, page) for page in pages]
    other = ExpressionDatasetFactory(study=dataset.study)
    for symbol in ("IL6", "STAT3"):
        for each in (dataset, other):
            specimen = SpecimenFactory(patient=PatientFactory(study=dataset.study))
            ExpressionValueFactory(dataset=each, specimen=specimen, marker=MarkerFactory(symbol=symbol))
    assert [queries_of(client, page) for page in pages] == before
