"""Bodies that no endpoint can want are refused in words, whatever the endpoint."""

from typing import Any

import pytest
from django.test import Client

from portal.tokens import create_token
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(headers={"Authorization": f"Bearer {create_token(person=MembershipFactory().user, days=1)}"})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("[" * 100_000 + "]" * 100_000, "too deep"),
        ('{"a":' * 40 + "1" + "}" * 40, "too deep"),
        ('{"study": "\\ud800"}', "half of a character"),
        ('{"\\udfff": 1}', "half of a character"),
        ('{"study": NaN}', "JSON parse error"),
    ],
    ids=["array", "object", "value", "key", "nan"],
)
def test_what_cannot_be_taken(client: Client, body: str, words: str) -> None:
    answer = client.post("/api/v1/exports/", body, content_type="application/json")
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_what_is_too_long(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20
    answer = client.post("/api/v1/exports/", '{"study": "A study"}' * 2, content_type="application/json")
    assert (answer.status_code, answer.json()) == (413, {"detail": "The body is too long."})


def test_a_few_levels_are_taken(client: Client) -> None:
    body = '{"variables": ' + "[" * 20 + "]" * 20 + "}"
    answer = client.post("/api/v1/exports/", body, content_type="application/json")
    assert (answer.status_code, "study" in answer.json()) == (400, True)
