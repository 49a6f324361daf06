"""Who may not read a dashboard tries to find more than was released of it."""

import json
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from analytics.models import DashboardRelease
from cases.models import Membership, Patient, Role, Study
from tests.factories import MembershipFactory, UserFactory


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def releasing(study: Study, dashboard: str, query: str = "") -> tuple[DashboardRelease, str]:
    """A dashboard as a manager released it, and the page on which it was confirmed."""
    manager = signed_in(MembershipFactory(study=study, role=Role.MANAGER).user)
    address = reverse("analytics:release-new", args=[study.code, dashboard]) + query
    confirming = manager.get(address).content.decode()
    answer = manager.post(address, {"title": f"The {dashboard}"})
    assert answer.status_code == 302, answer.content.decode()
    return DashboardRelease.objects.latest("pk"), " ".join(confirming.split())


def attack(release: DashboardRelease, *, page: str, panels: Sequence[str], api: str) -> tuple[str, dict[str, Any]]:
    """What a viewer reads of the release: its page, and the numbers over the API.

    Nothing of it names a patient, no step of the live dashboard is open, and who is not in the study finds neither.
    ``page`` is the URL name of the dashboard, ``api`` of its numbers.
    """
    study = release.study
    viewer: Membership = MembershipFactory(study=study, role=Role.VIEWER)
    live = [reverse(page, args=[study.code]), reverse(api, args=[study.code])]
    live += [reverse(f"{page}-{what}", args=[study.code, panel]) for panel in panels for what in ("figure", "csv")]
    client = signed_in(viewer.user)
    assert [client.get(address).status_code for address in live] == [403] * len(live)
    numbers_url = f"/api/v1/dashboard-releases/{release.pk}/"
    told = client.get(numbers_url).json()
    released = [release.get_absolute_url(), numbers_url, *_files(client, release, told["tables"])]
    codes = list(Patient.objects.filter(study=study).values_list("code", flat=True))
    for address in released:
        content = client.get(address).getvalue().decode()
        assert [code for code in codes if code in content] == [], address
        assert "NaN" not in content
    for outsider in (UserFactory(), MembershipFactory(role=Role.MANAGER).user):
        client_outside = signed_in(outsider)
        found = [client_outside.get(address).status_code for address in (*live, *released)]
        assert found == [404] * len(found)
    text = " ".join(unescape(client.get(release.get_absolute_url()).content.decode()).split())
    return text, told["numbers"]


def _files(client: Client, release: DashboardRelease, parts: Iterable[str]) -> list[str]:
    """Addresses of the tables, and of those figures that there are."""
    place = [release.study.code, release.pk]
    tables = [reverse("analytics:release-csv", args=[*place, part]) for part in parts]
    figures = [reverse("analytics:release-figure", args=[*place, part]) for part in parts]
    return tables + [address for address in figures if client.get(address).status_code == 200]


def drawn(release: DashboardRelease, part: str) -> Any:
    """The figure of a part as a viewer gets it."""
    client = signed_in(MembershipFactory(study=release.study, role=Role.VIEWER).user)
    answer = client.get(reverse("analytics:release-figure", args=[release.study.code, release.pk, part]))
    return json.loads(answer.content) if answer.status_code == 200 else None
