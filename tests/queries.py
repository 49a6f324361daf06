"""How many queries a page needs."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(client: Client, address: str, query: dict[str, Any] | None = None) -> int:
    """The number of queries of a GET, which must succeed."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, query or {})
        answer.getvalue()
    assert answer.status_code == 200
    return len(captured)
