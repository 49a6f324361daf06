"""Addresses and texts of pages, and patients to show on them."""

from typing import Any

from django.test import Client
from django.urls import reverse

from cases.models import (
    Membership,
    Patient,
)
from tests.factories import (
    DiagnosisFactory,
    HistologyFactory,
    PatientFactory,
)

GCTB, ABC = "Giant cell tumour of bone", "Aneurysmal bone cyst"


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def page(name: str, *arguments: Any) -> str:
    return reverse(f"cases:{name}", args=[*arguments])


def text(client: Client, address: str, query: dict[str, Any] | None = None) -> str:
    answer = client.get(address, query or {})
    assert answer.status_code == 200
    content = answer.content.decode()
    assert "NaN" not in content
    return content


def diagnosed(membership: Membership, number: int, histology: str = GCTB, **patient: Any) -> list[Patient]:
    patients = PatientFactory.create_batch(number, study=membership.study, **patient)
    for person in patients:
        DiagnosisFactory(patient=person, histology=HistologyFactory(name=histology))
    return patients
