"""What somebody who has not signed in can make the portal write to the disk."""

import io

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.parametrize(("files", "status"), [(1, 200), (2, 400)])
def test_one_file_a_request(db: None, files: int, status: int) -> None:
    fields = {f"file{number}": io.BytesIO(b"text") for number in range(files)}
    assert Client().post(reverse("account_login"), fields).status_code == status
