"""Every model can be looked at and searched, within the rights of whoever looks."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from analytics.models import Analysis
from cases.models import Patient, Role, ServiceHeartbeat
from cases.models.vocabulary import CodedTerm
from expression.models import QpcrRun
from tests import factories
from tests.analytics.cohort import answered, cohort
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

FACTORIES = {
    getattr(factories, name)._meta.model: getattr(factories, name)
    for name in factories.__all__
    if getattr(factories, name)._meta.model._meta.app_label in ("cases", "expression")
}
MODELS = [
    model
    for app in ("cases", "expression", "analytics")
    for model in apps.get_app_config(app).get_models()
    if model._meta.managed and not model.__name__.endswith("Event")
]


@pytest.fixture
def superuser_client() -> Client:
    client = Client()
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    return client


def staff_client(membership) -> Client:
    membership.user.is_staff = True
    membership.user.save()
    membership.user.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["cases", "expression", "analytics"])
    )
    client = Client()
    client.force_login(membership.user)
    return client


def study_of(row):
    """The study of any row, whatever the way to it."""
    for name in ("study", "run", "patient", "blot", "experiment"):
        if hasattr(row, name):
            owner = getattr(row, name)
            return owner if name == "study" else owner.study
    return row


def url(model, page: str, *arguments) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_model_is_registered_and_searchable(model) -> None:
    assert admin.site._registry[model].search_fields


@pytest.mark.parametrize("model", FACTORIES, ids=lambda model: model.__name__)
def test_pages_of_a_row(superuser_client: Client, model) -> None:
    row = FACTORIES[model]()
    assert superuser_client.get(url(model, "changelist"), {"q": "x"}).status_code == 200
    assert row in superuser_client.get(url(model, "changelist")).context["cl"].result_list
    assert superuser_client.get(url(model, "change", row.pk)).status_code == 200
    assert superuser_client.get(url(model, "history", row.pk)).status_code == 200
    assert superuser_client.get(url(model, "delete", row.pk)).status_code in (200, 403)


@pytest.mark.parametrize("model", FACTORIES, ids=lambda model: model.__name__)
def test_list_needs_as_many_queries_for_many_rows_as_for_few(superuser_client: Client, model) -> None:
    FACTORIES[model].create_batch(2)
    few = queries_of(superuser_client, url(model, "changelist"))
    FACTORIES[model].create_batch(8)
    assert queries_of(superuser_client, url(model, "changelist")) == few


def test_history_shows_who_changed_what(superuser_client: Client) -> None:
    membership = factories.MembershipFactory(role=Role.MANAGER)
    patient = factories.PatientFactory(study=membership.study, birth_year=1961)
    client = Client()
    client.force_login(membership.user)
    page = reverse("cases:patient-edit", args=[patient.study.code, patient.code])
    form = client.get(page).context["form"]
    fields = {name: value for name, value in form.initial.items() if value is not None} | {"birth_year": 1971}
    assert client.post(page, fields).status_code == 302
    history = superuser_client.get(url(Patient, "history", patient.pk)).content.decode()
    for expected in ("1961", "1971", membership.user.username, "changed", "created"):
        assert expected in history


@pytest.mark.parametrize(
    "model",
    [
        model
        for model in FACTORIES
        if not issubclass(model, CodedTerm) and model.__name__ not in ("Marker", "PhosphoSite")
    ],
)
def test_staff_see_rows_of_their_own_studies_only(model) -> None:
    row = FACTORIES[model]()
    stranger = staff_client(factories.MembershipFactory(role=Role.MANAGER))
    assert stranger.get(url(model, "change", row.pk)).status_code == 302
    assert stranger.get(url(model, "history", row.pk)).status_code == 302
    viewer = staff_client(factories.MembershipFactory(role=Role.VIEWER, study=study_of(row)))
    for client in (stranger, viewer):
        assert row not in client.get(url(model, "changelist")).context["cl"].result_list


def test_staff_see_but_do_not_change_what_their_role_does_not_enter() -> None:
    membership = factories.MembershipFactory(role=Role.RESEARCHER)
    patient = factories.PatientFactory(study=membership.study)
    client = staff_client(membership)
    assert client.get(url(Patient, "change", patient.pk)).status_code == 200
    assert client.post(url(Patient, "change", patient.pk), {"code": "OTHER"}).status_code == 403
    assert client.post(url(Patient, "delete", patient.pk), {"post": "yes"}).status_code == 403


def test_staff_cannot_choose_what_they_do_not_see() -> None:
    membership = factories.MembershipFactory(role=Role.MANAGER)
    elsewhere = factories.StudyFactory()
    client = staff_client(membership)
    fields = {
        "study": elsewhere.pk,
        "code": "P1",
        "sex": "unknown",
        "vital_status": "unknown",
        "consent_status": "given",
    }
    answer = client.post(url(Patient, "add"), fields)
    assert "study" in answer.context["adminform"].form.errors
    assert client.post(url(Patient, "add"), fields | {"study": membership.study.pk}).status_code == 302
    assert list(Patient.objects.values_list("study", "code")) == [(membership.study.pk, "P1")]


def test_a_site_of_another_study_is_refused_in_words(superuser_client: Client) -> None:
    patient, site = factories.PatientFactory(), factories.SiteFactory()
    fields = {"code": "P1", "site": site.pk, "sex": "unknown", "vital_status": "unknown", "consent_status": "given"}
    answer = superuser_client.post(url(Patient, "change", patient.pk), fields)
    assert "belongs elsewhere" in str(answer.context["adminform"].form.errors["site"])


@pytest.mark.parametrize("page", ["auth_user", "auth_group", "account_emailaddress", "knox_authtoken"])
def test_accounts_are_for_superusers(superuser_client: Client, page: str) -> None:
    staff = factories.UserFactory(is_staff=True)
    staff.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(staff)
    address = reverse(f"admin:{page}_changelist")
    assert client.get(address).status_code == 403
    assert superuser_client.get(address).status_code == 200


def test_imports_and_heartbeats_are_read_only(superuser_client: Client) -> None:
    job = factories.ImportJobFactory()
    assert superuser_client.post(url(type(job), "change", job.pk), {"status": "failed"}).status_code == 403
    assert superuser_client.get(url(type(job), "add")).status_code == 403
    assert superuser_client.get(url(ServiceHeartbeat, "changelist")).status_code == 200


def test_analyses_are_looked_at_within_ones_rights(superuser_client: Client) -> None:
    asker = factories.MembershipFactory()
    analysis = answered(cohort(study=asker.study), asker.user)
    member = staff_client(factories.MembershipFactory(study=asker.study))
    stranger = staff_client(factories.MembershipFactory())
    for client in (superuser_client, member):
        content = client.get(url(Analysis, "change", analysis.pk)).content.decode()
        # In quotes, as a key of the result: a random token of the page may hold the two letters.
        assert not re.search(r"(\"|&quot;|&#x27;|')q1(\"|&quot;|&#x27;|')", content)
    assert stranger.get(url(Analysis, "change", analysis.pk)).status_code == 302
    assert superuser_client.post(url(Analysis, "change", analysis.pk), {}).status_code == 403


@pytest.mark.parametrize("model", [Patient, apps.get_model("cases.Diagnosis"), QpcrRun])
def test_filters_name_no_study_of_others(model) -> None:
    membership = factories.MembershipFactory(role=Role.MANAGER)
    for study in (membership.study, factories.StudyFactory(code="SECRET"), factories.StudyFactory(code="SECRET-TOO")):
        if model is QpcrRun:
            factories.QpcrRunFactory(study=study)
        else:
            factories.DiagnosisFactory(patient__study=study)
    assert b"SECRET" not in staff_client(membership).get(url(model, "changelist")).content
