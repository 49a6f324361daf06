"""Who sees which rows: by role, by site, by consent."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from cases import access
from cases.models import ConsentStatus, Membership, Patient, Role, Study, StudyStatus
from expression.models import ExpressionDataset, QpcrWell
from tests.factories import (
    ExpressionDatasetFactory,
    MembershipFactory,
    PatientFactory,
    QpcrWellFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

RIGHTS = ("sees_aggregates", "sees_rows", "asks", "enters", "imports", "exports", "manages")
HELD = {
    Role.VIEWER: {"sees_aggregates"},
    Role.RESEARCHER: {"sees_aggregates", "sees_rows", "asks"},
    Role.DATA_ENTRY: {"sees_aggregates", "sees_rows", "asks", "enters", "imports"},
    Role.MANAGER: set(RIGHTS),
}


def rights_of(membership: Membership) -> access.StudyRights:
    return access.study_rights(user=membership.user, code=membership.study.code)


def held(rights: access.StudyRights) -> set[str]:
    return {right for right in RIGHTS if getattr(rights, right)}


@pytest.mark.parametrize("role", Role)
def test_rights_of_a_role(role: Role) -> None:
    assert held(rights_of(MembershipFactory(role=role))) == HELD[role]


def test_export_can_be_given() -> None:
    assert "exports" in held(rights_of(MembershipFactory(may_export=True)))


def test_a_locked_study_is_not_written() -> None:
    membership = MembershipFactory(role=Role.MANAGER, study=StudyFactory(status=StudyStatus.LOCKED))
    assert held(rights_of(membership)) == set(RIGHTS) - {"enters", "imports"}
    with pytest.raises(PermissionDenied, match="locked"):
        rights_of(membership).require("enters")


def test_confined_data_entry_enters_and_does_not_import() -> None:
    rights = rights_of(MembershipFactory(role=Role.DATA_ENTRY, site=SiteFactory()))
    assert held(rights) == HELD[Role.DATA_ENTRY] - {"imports"}
    assert rights.scope == f"site:{rights.site_id}"


@pytest.mark.parametrize("right", sorted(set(RIGHTS) - {"sees_aggregates"}))
def test_a_missing_right_is_refused_in_a_sentence(right: str) -> None:
    with pytest.raises(PermissionDenied, match=r"\w+ .*\."):
        rights_of(MembershipFactory(role=Role.VIEWER)).require(right)


@pytest.mark.parametrize("code", ["NOWHERE", "", "a b", "\x00", "ÜBER"])
def test_a_study_one_does_not_belong_to_does_not_exist(code: str) -> None:
    StudyFactory(code="NOWHERE")
    with pytest.raises(Http404):
        access.study_rights(user=MembershipFactory().user, code=code)


def test_studies() -> None:
    membership, elsewhere = MembershipFactory(), StudyFactory()
    assert list(access.studies(membership.user)) == [membership.study]
    assert list(access.studies(UserFactory())) == list(access.studies(AnonymousUser())) == []
    assert set(access.studies(UserFactory(is_superuser=True))) == {membership.study, elsewhere}


def test_an_inactive_account_sees_nothing() -> None:
    for user in (MembershipFactory(user__is_active=False).user, UserFactory(is_superuser=True, is_active=False)):
        patient = PatientFactory(study=Study.objects.first())
        assert not access.studies(user).exists()
        assert not access.patients(user).exists()
        with pytest.raises(Http404):
            access.rights(user=user, study=patient.study)


@pytest.mark.parametrize("role", Role)
def test_patients_of_a_role(role: Role) -> None:
    membership = MembershipFactory(role=role)
    PatientFactory()
    own = PatientFactory(study=membership.study)
    assert list(access.patients(membership.user)) == ([] if role == Role.VIEWER else [own])


def test_confined_data_entry_sees_its_site() -> None:
    site = SiteFactory()
    membership = MembershipFactory(role=Role.DATA_ENTRY, site=site)
    own = SpecimenFactory(patient=PatientFactory(site=site))
    SpecimenFactory(patient=PatientFactory(site=SiteFactory(study=site.study)))
    SpecimenFactory(patient=PatientFactory(study=site.study))
    assert list(access.specimens(membership.user)) == [own]


def test_a_site_in_one_study_and_everything_in_another() -> None:
    site = SiteFactory()
    confined = MembershipFactory(role=Role.DATA_ENTRY, site=site)
    free = MembershipFactory(user=confined.user)
    visible = {PatientFactory(site=site), PatientFactory(study=free.study)}
    PatientFactory(study=site.study)
    assert set(access.patients(confined.user)) == visible


@pytest.mark.parametrize("superuser", [False, True])
def test_withdrawn_consent_is_in_no_row(superuser: bool) -> None:
    membership = MembershipFactory(role=Role.MANAGER, user__is_superuser=superuser)
    gone = PatientFactory(study=membership.study, consent_status=ConsentStatus.WITHDRAWN)
    SpecimenFactory(patient=gone)
    assert not access.patients(membership.user).exists()
    assert not access.specimens(membership.user).exists()
    assert not access.countable(rights=rights_of(membership), queryset=Patient.objects.all(), patient="").exists()


def test_rows_without_a_patient_are_for_the_unconfined() -> None:
    site = SiteFactory()
    ExpressionDatasetFactory(study=site.study)
    well = QpcrWellFactory(run__study=site.study, sample=None)
    wells = {"queryset": QpcrWell.objects.all(), "patient": "sample__specimen__patient", "study": "run__study"}
    for membership, seen in (
        (MembershipFactory(study=site.study), True),
        (MembershipFactory(site=site, role=Role.DATA_ENTRY), False),
        (MembershipFactory(study=site.study, role=Role.VIEWER), False),
        (MembershipFactory(), False),
    ):
        datasets = access.rows(user=membership.user, queryset=ExpressionDataset.objects.all(), study="study")
        assert datasets.exists() is seen
        assert list(access.rows(user=membership.user, **wells)) == ([well] if seen else [])


def test_countable_rows_are_those_of_the_study_and_site() -> None:
    site = SiteFactory()
    PatientFactory(site=site)
    PatientFactory(study=site.study)
    PatientFactory()

    def number(**membership: object) -> int:
        rights = rights_of(MembershipFactory(**membership))
        return access.countable(rights=rights, queryset=Patient.objects.all(), patient="").count()

    assert number(study=site.study, role=Role.VIEWER) == 2
    assert number(site=site, role=Role.DATA_ENTRY) == 1


def test_rows_somewhere() -> None:
    access.require_rows_somewhere(MembershipFactory().user)
    access.require_rows_somewhere(UserFactory(is_superuser=True))
    for user in (UserFactory(), MembershipFactory(role=Role.VIEWER).user):
        with pytest.raises(PermissionDenied, match="in no study"):
            access.require_rows_somewhere(user)
