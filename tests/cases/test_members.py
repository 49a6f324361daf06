"""Invitations and one-time links, as an attacker would use them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from cases import members
from cases.models import Membership, Role, Study
from tests.factories import MembershipFactory, SiteFactory, StudyFactory, UserFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough sentence"


@pytest.fixture
def manager() -> Membership:
    return MembershipFactory(role=Role.MANAGER)


def invited(manager: Membership, username: str = "newcomer", role: Role = Role.VIEWER) -> Membership:
    membership = Membership(study=manager.study, role=role)
    return members.invite(membership=membership, username=username, full_name="Hanako Yamada", by=manager.user)


def settled(manager: Membership, role: Role = Role.VIEWER) -> User:
    """Somebody who was invited to the manager's study and has chosen the password ``correct horse``."""
    person = invited(manager, username=f"settled-{User.objects.count()}", role=role).user
    person.set_password("correct horse")
    person.save()
    return person


def use(link: str, password: str = PASSWORD) -> bool:
    """Whether the link sets the password."""
    client = Client()
    form = client.get(link, follow=True)
    if "form" not in form.context:
        return False
    answer = client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    return answer.status_code == 302


def signs_in(username: str, password: str = PASSWORD) -> bool:
    answer = Client().post(reverse("account_login"), {"login": username, "password": password})
    return answer.status_code == 302


class TestInvitation:
    def test_link_sets_the_password_once(self, manager: Membership) -> None:
        person = invited(manager).user
        link = members.password_link(person=person, by=manager.user)
        assert (person.first_name, person.last_name) == ("Hanako", "Yamada")
        assert not signs_in("newcomer")
        assert use(link)
        assert signs_in("newcomer")
        assert not use(link, "another sentence entirely")

    def test_a_newer_link_ends_the_older(self, manager: Membership) -> None:
        person = invited(manager).user
        older = members.password_link(person=person, by=manager.user)
        newer = members.password_link(person=person, by=manager.user)
        assert not use(older)
        assert use(newer)

    def test_link_dies_after_seven_days(self, manager: Membership) -> None:
        link = members.password_link(person=invited(manager).user, by=manager.user)
        now = members.LinkTokens()._now()
        for later, works in ((timedelta(days=7, minutes=1), False), (timedelta(days=6, hours=23), True)):
            with patch.object(members.LinkTokens, "_now", lambda _self, later=later: now + later):
                assert use(link) is works

    def test_a_weak_password_is_refused(self, manager: Membership) -> None:
        link = members.password_link(person=invited(manager).user, by=manager.user)
        assert not use(link, "newcomer")
        assert use(link)

    def test_a_manager_can_be_invited(self, manager: Membership) -> None:
        person = invited(manager, role=Role.MANAGER).user
        assert use(members.password_link(person=person, by=manager.user))

    def test_is_recorded(self, manager: Membership) -> None:
        person = invited(manager).user
        members.password_link(person=person, by=manager.user)
        entries = LogEntry.objects.filter(user=manager.user, object_id=str(person.pk)).order_by("pk")
        assert [entry.change_message for entry in entries] == [f"Invited to {manager.study.code}", "One-time link made"]

    def test_portal_uses_these_tokens(self) -> None:
        assert import_string(settings.ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR) is members.LinkTokens


class TestWhoseLink:
    """``may_make_link``: only of somebody all of whose rights the manager could take away."""

    def allowed(self, person: User, manager: Membership) -> bool:
        allowed = members.may_make_link(person=person, by=manager.user)
        if not allowed:
            with pytest.raises(PermissionDenied, match="not yours to give"):
                members.password_link(person=person, by=manager.user)
        return allowed

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER, Role.DATA_ENTRY])
    def test_a_member_with_fewer_rights(self, manager: Membership, role: Role) -> None:
        assert self.allowed(settled(manager, role), manager)

    def test_no_other_manager(self, manager: Membership) -> None:
        assert not self.allowed(settled(manager, Role.MANAGER), manager)

    def test_not_oneself(self, manager: Membership) -> None:
        assert not self.allowed(manager.user, manager)

    def test_no_member_of_another_study_as_well(self, manager: Membership) -> None:
        person = settled(manager, Role.VIEWER)
        MembershipFactory(user=person, role=Role.VIEWER)
        assert not self.allowed(person, manager)

    def test_a_member_of_two_studies_of_the_same_manager(self, manager: Membership) -> None:
        second = MembershipFactory(user=manager.user, role=Role.MANAGER)
        person = settled(manager)
        MembershipFactory(user=person, study=second.study)
        assert self.allowed(person, manager)

    def test_not_where_the_manager_only_reads(self, manager: Membership) -> None:
        reads = MembershipFactory(user=manager.user, role=Role.RESEARCHER)
        person = settled(manager)
        MembershipFactory(user=person, study=reads.study)
        assert not self.allowed(person, manager)

    def test_no_account_that_began_elsewhere(self, manager: Membership) -> None:
        """Whoever adds an existing account could set its password and wait for the rights it is given elsewhere."""
        person = UserFactory()
        MembershipFactory(study=manager.study, user=person, role=Role.VIEWER)
        assert not self.allowed(person, manager)

    def test_no_account_of_a_study_the_person_left(self, manager: Membership) -> None:
        person = settled(MembershipFactory(role=Role.MANAGER))
        Membership.objects.filter(user=person).delete()
        MembershipFactory(study=manager.study, user=person, role=Role.VIEWER)
        assert not self.allowed(person, manager)

    def test_nobody_outside(self, manager: Membership) -> None:
        assert not self.allowed(UserFactory(), manager)
        assert not self.allowed(MembershipFactory().user, manager)

    @pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
    def test_no_administrator_even_as_a_viewer(self, manager: Membership, flag: str) -> None:
        person = settled(manager)
        User.objects.filter(pk=person.pk).update(**{flag: True})
        person.refresh_from_db()
        assert not self.allowed(person, manager)

    def test_no_account_that_is_switched_off(self, manager: Membership) -> None:
        person = settled(manager)
        person.is_active = False
        person.save()
        assert not self.allowed(person, manager)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER, Role.DATA_ENTRY])
    def test_nobody_who_is_no_manager_makes_links(self, manager: Membership, role: Role) -> None:
        person = settled(manager, Role.VIEWER)
        assert not self.allowed(person, MembershipFactory(study=manager.study, role=role))

    def test_superuser_helps_managers(self, manager: Membership) -> None:
        superuser = UserFactory(is_superuser=True)
        assert members.may_make_link(person=manager.user, by=superuser)
        assert not members.may_make_link(person=UserFactory(is_superuser=True), by=superuser)


class TestALinkKeptForLater:
    """A manager makes a link, keeps it, and waits until the account can do more."""

    @pytest.fixture
    def person(self, manager: Membership) -> User:
        return settled(manager, Role.VIEWER)

    @pytest.fixture
    def link(self, manager: Membership, person: User) -> str:
        return members.password_link(person=person, by=manager.user)

    def test_works_while_nothing_changes(self, link: str) -> None:
        assert use(link)

    def test_dies_when_the_person_joins_another_study(self, link: str, person: User) -> None:
        MembershipFactory(user=person)
        assert not use(link)

    def test_dies_when_the_person_becomes_manager(self, link: str, person: User) -> None:
        person.memberships.update(role=Role.MANAGER)
        assert not use(link)

    @pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
    def test_dies_when_the_person_becomes_administrator(self, link: str, person: User, flag: str) -> None:
        User.objects.filter(pk=person.pk).update(**{flag: True})
        assert not use(link)

    def test_dies_when_the_person_leaves(self, link: str, person: User) -> None:
        person.memberships.all().delete()
        assert not use(link)

    def test_dies_when_the_person_signs_in(self, link: str, person: User) -> None:
        assert signs_in(person.username, "correct horse")
        assert not use(link)


class TestPages:
    @pytest.fixture
    def client(self, manager: Membership, client: Client) -> Client:
        client.force_login(manager.user)
        return client

    def test_inviting_shows_the_link_once(self, manager: Membership, client: Client) -> None:
        address = reverse("cases:member-invite", args=[manager.study.code])
        answer = client.post(address, {"username": "newcomer", "full_name": "", "role": "researcher"})
        link = answer.context["link"]
        assert link.startswith("http://testserver/accounts/password/reset/key/")
        assert link in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        person = User.objects.get(username="newcomer")
        page = client.get(reverse("cases:member-edit", args=[manager.study.code, person.memberships.get().pk]))
        assert "/password/reset/key/" not in page.content.decode()
        assert use(link)

    def test_invitation_does_not_touch_an_existing_account(self, manager: Membership, client: Client) -> None:
        person = UserFactory(username="Yamada", email="", password="correct horse")
        address = reverse("cases:member-invite", args=[manager.study.code])
        for username in ("Yamada", "yamada", " YAMADA "):
            answer = client.post(address, {"username": username, "role": "viewer"})
            assert "is taken" in str(answer.context["form"].errors["username"])
        person.refresh_from_db()
        assert person.check_password("correct horse")
        assert not Membership.objects.filter(user=person).exists()

    def test_adding_an_account_gives_no_link(self, manager: Membership, client: Client) -> None:
        person = UserFactory()
        address = reverse("cases:member-add", args=[manager.study.code])
        answer = client.post(address, {"username": person.username, "role": "researcher"}, follow=True)
        assert Membership.objects.get(user=person).role == Role.RESEARCHER
        assert "/password/reset/key/" not in answer.content.decode()

    def test_an_account_without_a_password_joins_no_second_study(self, client: Client) -> None:
        """Its first link, made by the other manager, would open this study too."""
        other = MembershipFactory(role=Role.MANAGER)
        invited(other)
        mine = Membership.objects.exclude(study=other.study).get()
        address = reverse("cases:member-add", args=[mine.study.code])
        answer = client.post(address, {"username": "newcomer", "role": "viewer"})
        assert "must be used first" in str(answer.context["form"].errors["username"])

    @pytest.mark.parametrize(
        ("fields", "field", "sentence"),
        [
            ({"username": "nobody"}, "username", "There is no account of this name"),
            ({"username": "known", "role": "viewer", "may_export": "on"}, "__all__", "A viewer cannot export."),
            ({"username": "member", "role": "viewer"}, "__all__", "already a member"),
            ({"username": "known", "role": "owner"}, "role", "Select a valid choice"),
        ],
    )
    def test_bad_input_is_a_sentence(
        self, manager: Membership, client: Client, fields: dict[str, str], field: str, sentence: str
    ) -> None:
        UserFactory(username="known")
        MembershipFactory(study=manager.study, user__username="member")
        answer = client.post(reverse("cases:member-add", args=[manager.study.code]), {"role": "viewer"} | fields)
        assert sentence in str(answer.context["form"].errors[field])

    def test_site_of_another_study_cannot_be_chosen(self, manager: Membership, client: Client) -> None:
        fields = {"username": UserFactory().username, "role": "data_entry", "site": SiteFactory().pk}
        answer = client.post(reverse("cases:member-add", args=[manager.study.code]), fields)
        assert "site" in answer.context["form"].errors

    def test_a_member_of_another_study_is_not_found(self, manager: Membership, client: Client) -> None:
        elsewhere = MembershipFactory()
        for page in ("member-link", "member-remove", "member-edit"):
            address = reverse(f"cases:{page}", args=[manager.study.code, elsewhere.pk])
            assert client.post(address, {"role": "viewer"}).status_code == 404
        elsewhere.refresh_from_db()
        assert elsewhere.role == Role.RESEARCHER

    def test_a_link_that_is_not_theirs_to_make_is_refused(self, manager: Membership, client: Client) -> None:
        other = MembershipFactory(study=manager.study, role=Role.MANAGER)
        answer = client.post(reverse("cases:member-link", args=[manager.study.code, other.pk]))
        assert answer.status_code == 403
        assert "/password/reset/key/" not in answer.content.decode()

    def test_the_last_manager_stays(self, manager: Membership, client: Client) -> None:
        page = reverse("cases:member-edit", args=[manager.study.code, manager.pk])
        assert "needs a manager" in str(client.post(page, {"role": "viewer"}).context["form"].errors)
        answer = client.post(reverse("cases:member-remove", args=[manager.study.code, manager.pk]), follow=True)
        assert "needs a manager" in answer.content.decode()
        manager.refresh_from_db()
        assert manager.role == Role.MANAGER

    def test_changes_are_in_the_history_with_who_made_them(self, manager: Membership, client: Client) -> None:
        person = MembershipFactory(study=manager.study, role=Role.VIEWER)
        client.post(reverse("cases:member-edit", args=[manager.study.code, person.pk]), {"role": "researcher"})
        client.post(reverse("cases:member-remove", args=[manager.study.code, person.pk]))
        events = Membership.events.rel.related_model.objects.filter(pgh_obj_id=person.pk).order_by("pgh_id")
        changed = [(event.pgh_label, event.role, event.pgh_context) for event in events]
        assert [(label, role) for label, role, _context in changed] == [
            ("created", "viewer"),
            ("changed", "researcher"),
            ("deleted", "researcher"),
        ]
        assert {context.metadata["user"] for _label, _role, context in changed[1:]} == {manager.user.pk}

    def test_number_of_queries_does_not_grow(self, manager: Membership, client: Client) -> None:
        address = reverse("cases:member-list", args=[manager.study.code])
        MembershipFactory.create_batch(3, study=manager.study)
        few = queries_of(client, address)
        MembershipFactory.create_batch(20, study=manager.study)
        assert queries_of(client, address) == few


class TestRemoval:
    def test_an_invitation_nobody_followed_goes_with_its_account(self, manager: Membership) -> None:
        members.remove(membership=invited(manager))
        assert not User.objects.filter(username="newcomer").exists()

    def test_an_account_in_use_stays(self, manager: Membership) -> None:
        membership = MembershipFactory(study=manager.study)
        members.remove(membership=membership)
        assert User.objects.filter(pk=membership.user.pk).exists()

    def test_an_account_of_staff_stays(self, manager: Membership) -> None:
        membership = invited(manager)
        User.objects.update(is_staff=True)
        membership.refresh_from_db()
        members.remove(membership=membership)
        assert User.objects.filter(username="newcomer").exists()


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_remove_each_other_leave_one() -> None:
    study = StudyFactory()
    both = MembershipFactory.create_batch(2, study=study, role=Role.MANAGER)
    barrier = threading.Barrier(2)

    def remove(membership: Membership) -> bool:
        try:
            barrier.wait()
            members.remove(membership=membership)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, both)) == [False, True]
    assert Study.objects.get().memberships.count() == 1
