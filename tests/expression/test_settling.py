"""Who may settle what readers saw: the same rule on the form, over the API and by import."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from cases.models import Role, Specimen, Study
from cases.objections import objection_to
from cases.versions import version_of
from expression.models import Antibody, IhcReading
from tests.factories import (
    AntibodyFactory,
    BlindScoringFactory,
    CoreFactory,
    IhcReadingFactory,
    MembershipFactory,
    PatientFactory,
    SpecimenFactory,
)
from tests.import_steps import answered, brought, confirmed, findings

pytestmark = pytest.mark.django_db

READ_IT = "You read this yourself. A manager or a third reader settles it."
BLIND = "You score this stain blind yourself. Read all its cores first."
SEEN = {
    "cell_type": "tumour",
    "compartment": "membrane",
    "evaluability": "evaluable",
    "percent_0": 40,
    "percent_1": 30,
    "percent_2": 20,
    "percent_3": 10,
}
NEVER_READ = "B-2"


@pytest.fixture
def antibody() -> Antibody:
    return AntibodyFactory(study__code="SETTLE", code="RANKL-1")


@pytest.fixture
def study(antibody: Antibody) -> Study:
    return antibody.study


@pytest.fixture
def reader(study: Study) -> User:
    return MembershipFactory(study=study, role=Role.DATA_ENTRY, user__username="rie").user


@pytest.fixture
def own(study: Study, antibody: Antibody, reader: User) -> IhcReading:
    """What the reader saw on B-1; MK saw it, and B-2, which the reader did not."""
    patient = PatientFactory(study=study, code="P-1")
    first, second = (SpecimenFactory(patient=patient, code=code) for code in ("B-1", NEVER_READ))
    for specimen in (first, second):
        IhcReadingFactory(specimen=specimen, antibody=antibody, reader="MK", **SEEN)
    return IhcReadingFactory(specimen=first, antibody=antibody, reader=reader.username, **SEEN)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def manager_of(study: Study) -> User:
    return MembershipFactory(study=study, role=Role.MANAGER).user


def consensus_of(reading: IhcReading, **changes: Any) -> dict[str, Any]:
    """Of what was read, as a browser sends it."""
    place = {"specimen": reading.specimen_id, "antibody": reading.antibody_id}
    return SEEN | place | {"reader": "rie+MK", "is_consensus": "on"} | changes


class TestOnTheForm:
    def add(self, person: User, **values: Any) -> Any:
        return signed_in(person).post(reverse("cases:record-add", args=["SETTLE", "P-1", "ihc-reading"]), values)

    def test_a_reader_does_not_settle_it_and_a_manager_does(self, study: Study, reader: User, own: IhcReading) -> None:
        refused = self.add(reader, **consensus_of(own))
        assert refused.context["form"].errors == {"is_consensus": [READ_IT]}
        assert not IhcReading.objects.filter(is_consensus=True).exists()
        assert self.add(manager_of(study), **consensus_of(own)).status_code == 302
        assert IhcReading.objects.get(is_consensus=True).reader == "rie+MK"

    def test_who_did_not_read_it_settles_it(self, reader: User, own: IhcReading) -> None:
        unread = Specimen.objects.get(code=NEVER_READ)
        assert self.add(reader, **consensus_of(own, specimen=unread.pk)).status_code == 302
        third = MembershipFactory(study=own.study, role=Role.DATA_ENTRY).user
        assert self.add(third, **consensus_of(own)).status_code == 302

    def change(self, person: User, row: IhcReading, **ticked: str) -> dict[str, list[str]]:
        """What the form says against the row as it is, with the tick or without."""
        values = consensus_of(row, reader=row.reader, version=version_of(row))
        del values["is_consensus"]
        address = reverse("cases:record-edit", args=["SETTLE", "P-1", "ihc-reading", row.pk])
        return dict(signed_in(person).post(address, values | ticked).context["form"].errors)

    def test_an_own_reading_becomes_no_consensus_nor_a_consensus_a_reading(self, reader: User, own: IhcReading) -> None:
        assert self.change(reader, own, is_consensus="on") == {"is_consensus": [READ_IT]}
        agreed = IhcReadingFactory(
            specimen=own.specimen, antibody=own.antibody, reader="MK+TS", is_consensus=True, **SEEN
        )
        assert self.change(reader, agreed) == {"is_consensus": [READ_IT]}
        assert IhcReading.objects.get(is_consensus=True) == agreed


class TestOverTheApi:
    def test_a_reader_does_not_settle_it(self, study: Study, reader: User, own: IhcReading) -> None:
        body = SEEN | {"study": "SETTLE", "patient": "P-1", "specimen": "B-1", "antibody": "RANKL-1", "reader": "x"}
        body |= {"is_consensus": True}
        address = reverse("api:ihc-reading-list")
        refused = signed_in(reader).post(address, body, content_type="application/json")
        assert (refused.status_code, refused.json()) == (400, {"is_consensus": [READ_IT]})
        taken = signed_in(manager_of(study)).post(address, body, content_type="application/json")
        assert taken.status_code == 201


class TestByImport:
    HEADER = ("patient", "specimen", "antibody", "reader", "read_on", "is_consensus", *SEEN)

    def table(self, *codes: str) -> str:
        rows = [["P-1", code, "RANKL-1", "rie+MK", "2020", "yes", *map(str, SEEN.values())] for code in codes]
        return "\n".join(",".join(row) for row in (self.HEADER, *rows))

    def test_a_reader_does_not_settle_it(self, study: Study, reader: User, own: IhcReading) -> None:
        table = self.table("B-1", NEVER_READ)
        job = answered(brought(study, table, format_code="record_table", by=reader))
        assert findings(job) == [(2, "is_consensus", READ_IT)]
        job = answered(brought(study, self.table(NEVER_READ), format_code="record_table", by=reader))
        assert findings(confirmed(job)) == []
        job = answered(brought(study, table, format_code="record_table", by=manager_of(study)))
        assert findings(confirmed(job)) == []
        assert IhcReading.objects.filter(is_consensus=True).count() == 2


def test_who_scores_blind_settles_nothing_of_that_stain(reader: User, antibody: Antibody) -> None:
    scoring = BlindScoringFactory(antibody=antibody, microarray__study=antibody.study)
    core = CoreFactory(microarray=scoring.microarray, specimen__patient__study=antibody.study)
    agreed = IhcReadingFactory(core=core, specimen=core.specimen, antibody=antibody, is_consensus=True, **SEEN)
    told = objection_to(agreed, user=reader)
    assert told is not None
    assert told["text"] == BLIND
    agreed.cell_type = "giant_cell"
    agreed.save()
    assert objection_to(agreed, user=reader) is None, "that stain is not scored blind"
