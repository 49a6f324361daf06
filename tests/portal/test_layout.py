"""The frame around every page: landmarks, navigation by rights, languages, errors in plain sentences."""

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import ResolverMatch, reverse
from django.views import defaults

from cases.models import Role
from tests.factories import MembershipFactory, StudyFactory, UserFactory

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))


def _page_request(user: Any, *, code: str = "", url_name: str = "study") -> HttpRequest:
    """A request as a study's page gets it."""
    request = RequestFactory().get("/")
    request.user = user
    request.resolver_match = ResolverMatch(
        lambda: None, (), {"study_code": code}, url_name=url_name, app_names=["cases"], namespaces=["cases"]
    )
    return request


def _frame(user: Any, **page: str) -> str:
    return render_to_string("base.html", request=_page_request(user, **page))


@pytest.mark.django_db
def test_first_link_skips_to_the_content(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    first_link = re.search(r"<a [^>]*>", page)
    assert first_link is not None
    assert 'href="#main"' in first_link[0]
    assert '<main id="main"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("synthetic", [True, False])
def test_synthetic_study_says_so(synthetic: bool) -> None:
    study = StudyFactory(is_synthetic=synthetic)
    member = MembershipFactory(study=study)
    assert ("Demonstration study" in _frame(member.user, code=study.code)) is synthetic


@pytest.mark.django_db
def test_stranger_learns_nothing_of_a_study() -> None:
    study = StudyFactory(title="Secret tumours", is_synthetic=True)
    page = _frame(UserFactory(), code=study.code)
    assert "Secret tumours" not in page
    assert "Demonstration study" not in page
    assert 'id="rail"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        (Role.VIEWER, ["Overview", "Assays", "Analyses"], ["Cases", "Specimens", "Import", "Members"]),
        (Role.RESEARCHER, ["Overview", "Cases", "Specimens", "Assays", "Analyses"], ["Import", "Members"]),
        (Role.DATA_ENTRY, ["Cases", "Import"], ["Members"]),
        (Role.MANAGER, ["Cases", "Import", "Members"], []),
    ],
)
def test_rail_shows_what_the_role_may_open(role: Role, seen: list[str], unseen: list[str]) -> None:
    member = MembershipFactory(role=role)
    page = _frame(member.user, code=member.study.code)
    rail = page[page.index('id="rail"') : page.index("<main")]
    for label in seen:
        assert f">{label}</a>" in rail
    for label in unseen:
        assert f">{label}</a>" not in rail


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url_name", "label", "current"),
    [("patient-list", "Cases", "page"), ("patient", "Cases", "true"), ("import-new", "Import", "true")],
)
def test_rail_names_the_current_page(url_name: str, label: str, current: str) -> None:
    member = MembershipFactory(role=Role.MANAGER)
    page = _frame(member.user, code=member.study.code, url_name=url_name)
    rail = page[page.index('id="rail"') : page.index("<main")]
    assert re.findall(r'aria-current="(\w+)">([^<]*)</a>', rail) == [(current, label)]


@pytest.mark.django_db
def test_study_switch_offers_ones_own_studies() -> None:
    member = MembershipFactory()
    other = MembershipFactory(user=member.user)
    strange = StudyFactory()
    page = _frame(member.user, code=member.study.code)
    assert member.study.title in page
    assert other.study.title in page
    assert strange.title not in page


@pytest.mark.django_db
def test_language_is_switched_and_kept(client: Client) -> None:
    login = reverse("account_login")
    assert '<html lang="en">' in client.get(login).content.decode()
    answer = client.post(reverse("set_language"), {"language": "ja", "next": login})
    assert answer["Location"] == login
    assert '<html lang="ja">' in client.get(login).content.decode()


@pytest.mark.django_db
def test_sign_up_is_closed(client: Client) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    assert "Accounts are made by invitation" in page
    assert 'name="password1"' not in page


@pytest.mark.django_db
def test_administration_has_no_door_of_its_own(client: Client) -> None:
    answer = client.get(reverse("admin:login"), {"next": "/admin/"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    client.force_login(UserFactory())
    assert client.get(reverse("admin:login")).status_code == 403


@pytest.mark.django_db
def test_documentation_of_the_api_stands_in_the_frame(client: Client) -> None:
    client.force_login(UserFactory())
    page = client.get(reverse("api:docs")).content.decode()
    assert '<main id="main"' in page
    assert 'id="swagger-ui"' in page
    assert "api/v1/docs/?script=" in page


@pytest.mark.django_db
def test_unknown_address(client: Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_refusal_gives_its_reason() -> None:
    request = _page_request(AnonymousUser())
    answer = defaults.permission_denied(request, PermissionDenied("Only a manager of this study may do this."))
    assert answer.status_code == 403
    assert "Only a manager of this study may do this." in answer.content.decode()


def test_fault_needs_neither_database_nor_person() -> None:
    answer = defaults.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()


def test_malformed_request_needs_neither_database_nor_person() -> None:
    answer = defaults.bad_request(RequestFactory().get("/"), Exception())
    assert answer.status_code == 400
    assert "could not be understood" in answer.content.decode()


@pytest.mark.django_db
def test_form_left_open_too_long() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "person"})
    assert answer.status_code == 403
    assert "This page was open too long" in answer.content.decode()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_template_holds_no_script(template: Path) -> None:
    """The Content-Security-Policy would refuse it."""
    text = template.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert "javascript:" not in text


class _Dose(forms.Form):
    dose = forms.FloatField(label="Dose", help_text="At the first administration.", required=False)
    agent = forms.CharField(label="Agent")
    file = forms.FileField(label="File")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dose"].unit = "mg"  # type: ignore[attr-defined]


def test_field_names_unit_help_and_error() -> None:
    html = str(_Dose({"dose": "much"}, {}))
    assert '<span class="unit">mg</span>' in html
    assert 'aria-describedby="id_dose_helptext id_dose_error"' in html
    assert 'id="id_dose_helptext"' in html
    assert 'id="id_dose_error"' in html
    assert html.count('aria-invalid="true"') == 3


def test_only_fields_that_may_be_empty_say_so() -> None:
    html = str(_Dose())
    assert html.count("optional") == html.count('class="optional">optional') + 1 == 2
    assert 'class="file-drop"' in html
