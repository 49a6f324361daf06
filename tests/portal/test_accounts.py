"""A person's own account: sign-in, password, language, tokens."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from portal.tokens import MOST_PER_HOUR, MOST_PER_PERSON, create_token
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

OLD, NEW = "correct horse", "battery staple sentence"


@pytest.fixture
def person() -> User:
    return UserFactory(username="yamada")


@pytest.fixture
def client(person: User, client: Client) -> Client:
    client.force_login(person)
    return client


def works(token: str) -> bool:
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/studies/")
    return answer.status_code == 200


def made(client: Client, days: str = "30") -> str:
    """The token shown after the form was sent."""
    answer = client.post(reverse("account"), {"days": days})
    assert answer.context["token"] in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    return str(answer.context["token"])


class TestTokens:
    def test_is_shown_once_and_kept_as_a_digest(self, client: Client, person: User) -> None:
        token = made(client)
        assert works(token)
        (row,) = AuthToken.objects.all()
        assert token not in (row.digest, row.token_key)
        assert row.user == person
        page = client.get(reverse("account")).content.decode()
        assert token not in page
        assert token[:8] in page

    @pytest.mark.parametrize(("days", "valid"), [("30", timedelta(days=30)), ("365", timedelta(days=365)), ("", None)])
    def test_is_valid_as_long_as_asked(self, client: Client, days: str, valid: timedelta | None) -> None:
        made(client, days)
        expiry = AuthToken.objects.get().expiry
        assert expiry is None if valid is None else abs(expiry - timezone.now() - valid) < timedelta(minutes=1)

    def test_ends(self, client: Client) -> None:
        token = made(client)
        AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
        assert not works(token)

    def test_nonsense_is_refused(self, client: Client) -> None:
        answer = client.post(reverse("account"), {"days": "-1"})
        assert "days" in answer.context["form"].errors
        assert not AuthToken.objects.exists()

    def test_is_revoked_by_its_owner_alone(self, client: Client) -> None:
        token = made(client)
        revoke = reverse("account-token-revoke", args=[AuthToken.objects.get().digest])
        stranger = Client()
        stranger.force_login(UserFactory())
        stranger.post(revoke)
        assert works(token)
        assert client.get(revoke).status_code == 405
        client.post(revoke)
        assert not works(token)

    def test_not_more_than_some_an_hour(self, client: Client) -> None:
        for _ in range(MOST_PER_HOUR):
            made(client)
        answer = client.post(reverse("account"), {"days": "30"})
        assert "within an hour" in answer.content.decode()
        assert AuthToken.objects.count() == MOST_PER_HOUR

    def test_not_more_than_some_at_all(self, client: Client, person: User) -> None:
        for _ in range(MOST_PER_PERSON):
            create_token(person=person, days=None)
            AuthToken.objects.update(created=timezone.now() - timedelta(days=1))
        answer = client.post(reverse("account"), {"days": "30"})
        assert "Revoke one first" in answer.content.decode()


class TestCommand:
    def command(self, *arguments: str) -> str:
        output = StringIO()
        call_command("create_token", *arguments, stdout=output)
        return output.getvalue().strip()

    def test_prints_a_token_that_works(self, person: User) -> None:
        assert works(self.command("yamada"))
        assert works(self.command("yamada", "--days", "3"))
        expiries = AuthToken.objects.order_by("created").values_list("expiry", flat=True)
        assert [expiry is None for expiry in expiries] == [True, False]

    @pytest.mark.parametrize("arguments", [["nobody"], ["asleep"], ["yamada", "--days", "0"]])
    def test_says_what_is_wrong(self, person: User, arguments: list[str]) -> None:
        UserFactory(username="asleep", is_active=False)
        with pytest.raises(CommandError, match=r"\.$"):
            self.command(*arguments)
        assert not AuthToken.objects.exists()


class TestPassword:
    def test_change_ends_every_token(self, client: Client, person: User) -> None:
        token = create_token(person=person, days=None)
        others = create_token(person=UserFactory(), days=None)
        fields = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
        answer = client.post(reverse("account_change_password"), fields)
        assert answer.status_code == 302
        person.refresh_from_db()
        assert person.check_password(NEW)
        assert (works(token), works(others)) == (False, True)

    def test_reset_in_the_administration_ends_every_token(self, person: User) -> None:
        token = create_token(person=person, days=None)
        administrator = Client()
        administrator.force_login(UserFactory(is_staff=True, is_superuser=True))
        fields = {"password1": NEW, "password2": NEW, "usable_password": "true"}
        administrator.post(reverse("admin:auth_user_password_change", args=[person.pk]), fields)
        person.refresh_from_db()
        assert (person.check_password(NEW), works(token)) == (True, False)

    def test_change_ends_every_other_session(self, client: Client, person: User) -> None:
        other = Client()
        other.force_login(person)
        fields = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
        client.post(reverse("account_change_password"), fields)
        assert other.get(reverse("account")).status_code == 302

    def test_the_old_one_is_asked_for(self, client: Client, person: User) -> None:
        fields = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
        assert client.post(reverse("account_change_password"), fields).context["form"].errors
        person.refresh_from_db()
        assert person.check_password(OLD)

    def test_nobody_signs_up(self) -> None:
        fields = {"username": "stranger", "password1": NEW, "password2": NEW}
        Client().post(reverse("account_signup"), fields)
        assert not User.objects.filter(username="stranger").exists()

    def test_reset_by_mail_does_not_exist(self) -> None:
        assert Client().post(reverse("account_reset_password"), {"email": "a@example.org"}).status_code == 405

    def test_sign_in_and_out(self, person: User) -> None:
        client = Client()
        answer = client.post(reverse("account_login"), {"login": "yamada", "password": OLD, "next": "/status/"})
        assert answer["Location"] == "/status/"
        assert client.post(reverse("account_logout")).status_code == 302
        assert client.get("/status/").status_code == 302

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_sign_in_leads_nowhere_else(self, person: User, target: str) -> None:
        answer = Client().post(reverse("account_login"), {"login": "yamada", "password": OLD, "next": target})
        assert answer["Location"] == "/"

    def test_an_account_that_is_switched_off(self, person: User) -> None:
        User.objects.update(is_active=False)
        client = Client()
        client.post(reverse("account_login"), {"login": "yamada", "password": OLD})
        assert client.get("/status/").status_code == 302


def test_account_page_names_the_studies(client: Client, person: User) -> None:
    membership = MembershipFactory(user=person)
    page = client.get(reverse("account")).content.decode()
    assert membership.study.code in page
    assert reverse("set_language") in page


def test_language(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "ja", "next": reverse("account")})
    assert 'lang="ja"' in client.get(reverse("account")).content.decode()
