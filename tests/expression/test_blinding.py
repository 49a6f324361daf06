"""Who is blind to whom, and that no page, file or endpoint gives a reader the values of another."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import access
from cases.history import because
from cases.models import Core, Patient, Role
from cases.quality.running import check_study
from expression.blinding import closed_to
from expression.models import BlindScoring, IhcReading
from tests.factories import (
    AntibodyFactory,
    BlindScoringFactory,
    CheckRunFactory,
    CoreFactory,
    DataQueryFactory,
    IhcReadingFactory,
    MembershipFactory,
    PatientFactory,
    SiteFactory,
    SpecimenFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scoring() -> BlindScoring:
    """Of a block with two cores with tissue and a lost one."""
    scoring = BlindScoringFactory(microarray__code="TMA-A", antibody__code="RANKL-1")
    for column, status in ((1, "evaluable"), (2, "evaluable"), (3, "lost")):
        CoreFactory(microarray=scoring.microarray, column=column, status=status)
    return scoring


def person(scoring: BlindScoring, role: Role = Role.DATA_ENTRY, **membership: Any) -> User:
    return MembershipFactory(study=scoring.study, role=role, **membership).user


def core(scoring: BlindScoring, column: int) -> Core:
    return scoring.microarray.cores.select_related("specimen").get(column=column)


def read(scoring: BlindScoring, reader: str, *columns: int, **values: Any) -> list[IhcReading]:
    """Readings of the stain by somebody."""
    return [
        IhcReadingFactory(
            specimen=of.specimen,
            core=of,
            antibody=scoring.antibody,
            reader=reader,
            **{"compartment": scoring.compartment, **values},
        )
        for of in (core(scoring, column) for column in columns)
    ]


def seen(user: User) -> set[IhcReading]:
    return set(access.rows(user=user, queryset=IhcReading.objects.all(), patient="patient", study="study"))


class TestRule:
    def test_a_reader_sees_others_once_all_tissue_is_read(self, scoring: BlindScoring) -> None:
        first, second = person(scoring), person(scoring)
        by_first = read(scoring, first.username, 1, 2)
        assert seen(second) == set()
        by_second = read(scoring, second.username, 1)
        assert seen(second) == set(by_second)
        assert seen(first) == {*by_first, *by_second}
        by_second += read(scoring, second.username, 2)
        assert seen(second) == {*by_first, *by_second}

    def test_a_manager_opens_it_for_everybody(self, scoring: BlindScoring) -> None:
        reader, manager = person(scoring), person(scoring, Role.MANAGER)
        others = read(scoring, "MK", 1)
        assert seen(reader) == set()
        BlindScoring.objects.update(opened_at=timezone.now(), opened_by=manager)
        assert seen(reader) == set(others)

    def test_a_manager_is_blind_once_they_read_themselves(self, scoring: BlindScoring) -> None:
        manager, superuser = person(scoring, Role.MANAGER), UserFactory(is_superuser=True)
        others = read(scoring, "MK", 1)
        assert seen(manager) == seen(superuser) == set(others)
        own = read(scoring, manager.username, 2)
        assert seen(manager) == set(own)
        assert seen(superuser) == {*others, *own}
        by_superuser = read(scoring, superuser.username, 1)
        assert seen(superuser) == set(by_superuser)

    def test_a_researcher_does_not_score_and_sees(self, scoring: BlindScoring) -> None:
        others = read(scoring, "MK", 1)
        assert seen(person(scoring, Role.RESEARCHER)) == set(others)

    def test_a_consensus_is_no_readers_value(self, scoring: BlindScoring) -> None:
        settled = read(scoring, "MK", 1, is_consensus=True)
        assert seen(person(scoring)) == set(settled)

    def test_other_stains_blocks_and_sections_are_not_concerned(self, scoring: BlindScoring) -> None:
        reader = person(scoring)
        read(scoring, "MK", 1)
        other_antibody = AntibodyFactory(study=scoring.study)
        elsewhere = CoreFactory(microarray__study=scoring.study, specimen=SpecimenFactory(patient__study=scoring.study))
        shown = {
            *read(scoring, "MK", 1, compartment="nucleus"),
            *read(scoring, "MK", 1, cell_type="stromal"),
            IhcReadingFactory(specimen=core(scoring, 1).specimen, core=core(scoring, 1), antibody=other_antibody),
            IhcReadingFactory(
                specimen=core(scoring, 1).specimen, antibody=scoring.antibody, compartment=scoring.compartment
            ),
            IhcReadingFactory(
                specimen=elsewhere.specimen,
                core=elsewhere,
                antibody=scoring.antibody,
                compartment=scoring.compartment,
            ),
        }
        assert seen(reader) == shown

    def test_what_one_may_not_see_need_not_be_read(self, scoring: BlindScoring) -> None:
        """Data entry of one site is done with the site's own cores; a control tissue is the whole study's."""
        site = SiteFactory(study=scoring.study)
        patient = PatientFactory(study=scoring.study, site=site)
        own = CoreFactory(microarray=scoring.microarray, column=4, specimen=SpecimenFactory(patient=patient))
        CoreFactory(microarray=scoring.microarray, column=5, specimen=None, control_tissue="tonsil")
        confined = person(scoring, site=site)
        others = read(scoring, "MK", 4)
        assert seen(confined) == set()
        others += read(scoring, confined.username, own.column)
        assert seen(confined) == set(others)

    def test_without_a_scoring_on_the_grid_nothing_is_withheld(self, scoring: BlindScoring) -> None:
        others = read(scoring, "MK", 1)
        scoring.delete()
        assert seen(person(scoring)) == set(others)
        assert not closed_to(person(scoring)).exists()


class TestPages:
    """The other reader's values are 11 % at 1+ and 22 % at 2+."""

    @pytest.fixture
    def other(self, scoring: BlindScoring) -> IhcReading:
        (reading,) = read(scoring, "OTHER-READER", 1, percent_0=67, percent_1=11, percent_2=22, percent_3=0)
        with because("Typed twice"):
            IhcReading.objects.filter(pk=reading.pk).update(intensity=2)
        return reading

    def addresses(self, reading: IhcReading) -> list[str]:
        """Where a reading or what happened to it is shown."""
        study, patient, pk = reading.study.code, reading.patient.code, reading.pk
        records = f"/studies/{study}/patients/{patient}/records/ihc-reading/{pk}"
        grid = f"/studies/{study}/microarrays/TMA-A/scoring/RANKL-1/tumour/membrane/"
        return [
            f"/studies/{study}/lists/ihc-reading/",
            f"/studies/{study}/lists/ihc-reading/?reader=OTHER-READER",
            f"/studies/{study}/lists/ihc-reading/file/csv/",
            f"{records}/",
            f"{records}/delete/",
            f"{records}/history/",
            f"/studies/{study}/patients/{patient}/",
            f"/studies/{study}/patients/{patient}/history/",
            f"/studies/{study}/specimens/{reading.specimen.code}/",
            f"/studies/{study}/specimens/{reading.specimen.code}/history/",
            f"{reverse('api:ihc-reading-list')}?study={study}",
            reverse("api:ihc-reading-detail", args=[pk]),
            f"/studies/{study}/microarrays/TMA-A/",
            f"/studies/{study}/microarrays/TMA-A/scoring/",
            grid,
            f"{grid}?reader=OTHER-READER",
            f"{grid}1/1/",
            f"{grid}agreement/",
            f"{grid}agreement/1/1/",
        ]

    def shown_at(self, user: User, reading: IhcReading) -> set[str]:
        """The addresses whose answers hold the reader or the values."""
        client = Client()
        client.force_login(user)
        shown = set()
        for address in self.addresses(reading):
            text = client.get(address).getvalue().decode()
            # The filter that was asked for is repeated by the page.
            text = text.replace('value="OTHER-READER"', "").replace("reader=OTHER-READER", "")
            if "OTHER-READER" in text or "H-score 55" in text or "11.00" in text:
                shown.add(address)
        return shown

    def test_a_blind_reader_finds_no_value_of_another(self, scoring: BlindScoring, other: IhcReading) -> None:
        assert self.shown_at(person(scoring, may_export=True), other) == set()

    def test_the_same_addresses_show_it_to_whoever_is_not_blind(self, scoring: BlindScoring, other: IhcReading) -> None:
        """Or the test above could not fail."""
        manager = person(scoring, Role.MANAGER)
        study, patient = other.study.code, other.patient.code
        without = {
            f"/studies/{study}/patients/{patient}/",
            f"/studies/{study}/specimens/{other.specimen.code}/",
            f"/studies/{study}/microarrays/TMA-A/",
            f"/studies/{study}/microarrays/TMA-A/scoring/",
            f"/studies/{study}/microarrays/TMA-A/scoring/RANKL-1/tumour/membrane/1/1/",
        }
        one_reader = {f"/studies/{study}/microarrays/TMA-A/scoring/RANKL-1/tumour/membrane/agreement/"}
        assert self.shown_at(manager, other) >= set(self.addresses(other)) - without - one_reader

    def test_a_blind_reader_cannot_change_or_delete_it(self, scoring: BlindScoring, other: IhcReading) -> None:
        client = Client()
        client.force_login(person(scoring))
        records = f"/studies/{other.study.code}/patients/{other.patient.code}/records/ihc-reading/{other.pk}"
        assert client.get(f"{records}/").status_code == 404
        assert client.post(f"{records}/delete/", {"reason": "Away"}).status_code == 404
        endpoint = reverse("api:ihc-reading-detail", args=[other.pk])
        assert client.get(endpoint).status_code == 404
        assert client.delete(endpoint).status_code == 404
        assert IhcReading.objects.filter(pk=other.pk).exists()
        assert Patient.objects.filter(pk=other.patient_id).exists()


class TestQuality:
    """The other reader saw all cells at 0 and an intensity, which a check asks about in words."""

    @pytest.fixture
    def asked(self, scoring: BlindScoring) -> IhcReading:
        (reading,) = read(scoring, "OTHER-READER", 1, intensity=2, percent_0=100, percent_1=0, percent_2=0, percent_3=0)
        DataQueryFactory(
            patient=reading.patient,
            check_code="ihc-intensity-without-cells",
            subject_model="expression.IhcReading",
            subject_pk=reading.pk,
            question={"text": "{reader} read intensity 2", "values": {"reader": "OTHER-READER"}},
        )
        return reading

    def shown_at(self, user: User, reading: IhcReading) -> set[str]:
        client = Client()
        client.force_login(user)
        study, patient = reading.study.code, reading.patient.code
        addresses = [
            f"/studies/{study}/quality/",
            f"/studies/{study}/quality/queries/",
            f"/studies/{study}/patients/{patient}/",
            f"/studies/{study}/patients/{patient}/history/",
            f"{reverse('api:query-list')}?study={study}",
        ]
        answers = {address: client.get(address) for address in addresses}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {address for address, answer in answers.items() if "OTHER-READER" in answer.content.decode()}

    def test_a_question_about_a_value_is_for_those_who_see_it(self, scoring: BlindScoring, asked: IhcReading) -> None:
        assert self.shown_at(person(scoring), asked) == set()
        assert len(self.shown_at(person(scoring, Role.MANAGER), asked)) == 5

    def test_a_run_of_a_blind_reader_leaves_it_open(self, scoring: BlindScoring, asked: IhcReading) -> None:
        run = CheckRunFactory(study=scoring.study, requested_by=person(scoring))
        outcome = check_study(run, lambda **_progress: None)
        assert outcome.fields["result"]["closed"] == 0

    def test_a_new_record_does_not_begin_with_what_another_read(self, scoring: BlindScoring, asked: IhcReading) -> None:
        client = Client()
        client.force_login(person(scoring))
        address = f"/studies/{asked.study.code}/patients/{asked.patient.code}/records/ihc-reading/new/"
        assert "OTHER-READER" not in client.get(address).content.decode()
        BlindScoring.objects.update(opened_at=timezone.now(), opened_by=UserFactory())
        assert "OTHER-READER" in client.get(address).content.decode()

    def test_a_distance_between_readers_is_told_when_the_scoring_is_open(self, scoring: BlindScoring) -> None:
        reader = person(scoring)
        for name, strong in (("OTHER-READER", 100), (reader.username, 0)):
            (reading,) = read(scoring, name, 1, percent_0=100 - strong, percent_1=0, percent_2=0, percent_3=strong)
        assert self.shown_at(reader, reading) == set()
        BlindScoring.objects.update(opened_at=timezone.now(), opened_by=reader)
        assert f"/studies/{scoring.study.code}/quality/" in self.shown_at(reader, reading)


def test_the_exclusion_flow_does_not_tell_why_another_scored_nothing(scoring: BlindScoring) -> None:
    """Narrowed to one patient it would be that patient's core."""
    (reading,) = read(
        scoring, "MK", 1, evaluability="not_assessable", percent_0=None, percent_1=None, percent_2=None, percent_3=None
    )
    address = f"/studies/{scoring.study.code}/markers/{reading.antibody.marker.symbol}/?assay=ihc"
    shown = {}
    for role in (Role.DATA_ENTRY, Role.MANAGER):
        client = Client()
        client.force_login(person(scoring, role))
        steps = client.get(address).context["steps"]
        shown[role] = {str(reason) for step in steps for reason, _number in step.reasons}
    assert "Not assessable" not in shown[Role.DATA_ENTRY]
    assert "Not assessable" in shown[Role.MANAGER]
