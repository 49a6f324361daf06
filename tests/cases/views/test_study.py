"""Where one begins, and the overview of a study."""

import pytest
from django.test import Client

from cases.models import (
    ConsentStatus,
    Membership,
    Role,
    Study,
)
from expression.coverage import Cell
from tests.cases.views.pages import ABC, diagnosed, page, signed_in, text
from tests.factories import (
    ExpressionValueFactory,
    MembershipFactory,
    PatientFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.MANAGER)


@pytest.fixture
def client(membership: Membership, client: Client) -> Client:
    client.force_login(membership.user)
    return client


class TestHome:
    def test_the_only_study_at_once(self, client: Client, membership: Membership) -> None:
        assert client.get("/").headers["Location"] == membership.study.get_absolute_url()

    def test_several_studies_to_choose_from(self, client: Client, membership: Membership) -> None:
        other = MembershipFactory(user=membership.user, role=Role.VIEWER)
        StudyFactory(code="ELSEWHERE")
        content = text(client, "/")
        assert membership.study.code in content
        assert other.study.title in content
        assert "ELSEWHERE" not in content

    def test_no_study_says_what_to_do(self, client: Client) -> None:
        person = UserFactory(username="newcomer")
        client.force_login(person)
        assert "your username, newcomer" in text(client, "/")
        client.force_login(UserFactory(is_superuser=True, is_staff=True))
        Study.objects.all().delete()
        assert "There is no study yet" in text(client, "/")


class TestOverview:
    def test_counts(self, client: Client, membership: Membership) -> None:
        patients = diagnosed(membership, 3) + diagnosed(membership, 2, ABC)
        PatientFactory(study=membership.study)
        ExpressionValueFactory(specimen=SpecimenFactory(patient=patients[0]))
        answer = client.get(membership.study.get_absolute_url())
        assert (answer.context["patients"], answer.context["specimens"]) == (6, 1)
        assert "6 patients, 1 specimen." in answer.content.decode()
        (section,) = [one for one in answer.context["sections"] if "coverage" in one.template]
        (row,) = section.context["rows"]
        assert (row.marker.symbol, row.cells) == ("TNFSF11", [Cell(patients=1, measurements=1)])

    def test_wells_are_counted_once_and_controls_never(self, client: Client, membership: Membership) -> None:
        run = QpcrRunFactory(study=membership.study)
        sample, target = QpcrSampleFactory(run=run), QpcrTargetFactory(run=run)
        QpcrWellFactory.create_batch(3, run=run, sample=sample, target=target)
        QpcrWellFactory(run=run, sample=sample, target=target, task="no_template")
        QpcrWellFactory(run=run, sample=None, target=target)
        answer = client.get(membership.study.get_absolute_url())
        (section,) = [one for one in answer.context["sections"] if "coverage" in one.template]
        assert section.context["rows"][0].cells == [Cell(patients=1, measurements=3)]

    def test_viewer_sees_no_count_of_specimens_of_few_patients(self) -> None:
        viewer = MembershipFactory(role=Role.VIEWER)
        patient = PatientFactory(study=viewer.study)
        for _number in range(7):
            SpecimenFactory(patient=patient)
        client = Client()
        client.force_login(viewer.user)
        answer = client.get(viewer.study.get_absolute_url())
        assert (answer.context["patients"], answer.context["specimens"]) == (None, None)
        assert "&lt; 5 patients, &lt; 5 specimens." in answer.content.decode()

    def test_viewer_sees_no_small_number_nor_what_gives_it_away(self, membership: Membership) -> None:
        """9 + 6 + 2 = 17: with 17 and 9 shown, 6 would give the 2 away."""
        viewer = signed_in(MembershipFactory(study=membership.study, role=Role.VIEWER))
        diagnosed(membership, 9)
        diagnosed(membership, 6, ABC)
        patients = diagnosed(membership, 2, "Fibrous dysplasia")
        ExpressionValueFactory(specimen=SpecimenFactory(patient=patients[0]))
        answer = viewer.get(membership.study.get_absolute_url())
        assert answer.context["patients"] == 17
        assert answer.context["specimens"] is None
        (section,) = [one for one in answer.context["sections"] if "coverage" in one.template]
        assert section.context["rows"][0].cells == [Cell(patients=None, measurements=None)]
        content = answer.content.decode()
        assert "&lt; 5" in content
        assert patients[0].code not in content
        assert "/patients/" not in content

    def test_confined_data_entry_counts_its_site(self) -> None:
        site = SiteFactory()
        confined = MembershipFactory(site=site, role=Role.DATA_ENTRY)
        diagnosed(confined, 2, site=site)
        diagnosed(confined, 3)
        answer = signed_in(confined).get(site.study.get_absolute_url())
        assert answer.context["patients"] == 2

    def test_withdrawn_consent_is_not_counted(self, client: Client, membership: Membership) -> None:
        diagnosed(membership, 1, consent_status=ConsentStatus.WITHDRAWN)
        answer = client.get(membership.study.get_absolute_url())
        assert answer.context["patients"] == 0

    def test_settings_lock_the_study(self, client: Client, membership: Membership) -> None:
        fields = {"title": "New title", "ethics_approval": "2020-1", "status": "locked"}
        fields |= {"skeletal_event_window_days": "21", "response_rule": "any"}
        answer = client.post(page("study-edit", membership.study.code), fields, follow=True)
        assert "New title" in answer.content.decode()
        refusal = client.get(page("patient-add", membership.study.code))
        assert refusal.status_code == 403
        assert "locked" in refusal.content.decode()
