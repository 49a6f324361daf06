"""Every address of the portal, who asks for it, and what came back."""

import io
import zipfile
from collections.abc import Iterator
from http import HTTPStatus

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver


def addresses(
    resolver: URLResolver, namespace: str = "", outer: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    """Name and parameters of every address of the portal."""
    for part in resolver.url_patterns:
        parameters = (*outer, *part.pattern.regex.groupindex)
        if isinstance(part, URLPattern):
            yield f"{namespace}{part.name}", list(parameters)
        else:
            inner = f"{namespace}{part.namespace}:" if part.namespace else namespace
            yield from addresses(part, inner, parameters)


ADDRESSES = list(addresses(get_resolver()))
PORTAL = [(name, parameters) for name, parameters in ADDRESSES if not name.startswith("admin:")]


def signed_in(person: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person)
    return client


def outcome(answer: HttpResponse) -> str:
    to_login = answer.status_code == HTTPStatus.FOUND and answer["Location"].startswith("/accounts/login/?next=")
    return "LOGIN" if to_login else str(answer.status_code)


def body(answer: HttpResponse, address: str) -> str:
    """What was answered, without the address itself, which the person already knew."""
    content = answer.getvalue()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as workbook:
            content = b"".join(map(workbook.read, workbook.namelist()))
    return content.decode().replace(address, "")
