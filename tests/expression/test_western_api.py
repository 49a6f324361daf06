"""Blots and cell experiments over the API, as a program reads them."""

from typing import Any

import pytest
from django.test import Client

from cases.models import Membership, Role
from tests.factories import (
    BandFactory,
    CellExperimentFactory,
    ExperimentConditionFactory,
    ExperimentReadingFactory,
    LaneFactory,
    MembershipFactory,
    MembraneFactory,
    PatientFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    WesternBlotFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
BLOTS, EXPERIMENTS = "/api/v1/western-blots/", "/api/v1/cell-experiments/"


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.RESEARCHER, study=StudyFactory(code="SARC"))


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def blot_of(membership: Membership, **sites: Any) -> Any:
    """RANKL ÷ GAPDH in a lane for each site: 2 in the first, 4 in the second."""
    blot = WesternBlotFactory(study=membership.study)
    membrane = MembraneFactory(blot=blot)
    for number, site in enumerate(sites.values() or (None, None), start=1):
        specimen = SpecimenFactory(patient=PatientFactory(study=membership.study, site=site))
        lane = LaneFactory(blot=blot, number=number, specimen=specimen, is_calibrator=number == 1)
        own = {"blot": blot, "lane": lane, "membrane": membrane}
        BandFactory(**own, volume=200 * number)
        BandFactory(**own, form="loading_control", marker=None, volume=100)
    return blot


def test_a_blot_with_its_ratios(membership: Membership) -> None:
    blot = blot_of(membership)
    answer = signed_in(membership).get(f"{BLOTS}{blot.pk}/").json()
    assert [(row["lane"], row["ratio"], row["log2"], row["status"]) for row in answer["ratios"]] == [
        (1, 2.0, 0.0, "evaluable"),
        (2, 4.0, 1.0, "evaluable"),
    ]
    assert {lane["patient"] for lane in answer["lanes"]} == {patient.code for patient in blot.study.patients.all()}
    assert (len(answer["bands"]), answer["hidden_lanes"], answer["study"]) == (4, 0, "SARC")


def test_lanes_one_may_not_see_are_left_out_and_counted(membership: Membership) -> None:
    north, south = SiteFactory(study=membership.study), SiteFactory(study=membership.study)
    blot = blot_of(membership, first=south, second=north)
    answer = signed_in(MembershipFactory(site=north, role=Role.DATA_ENTRY)).get(f"{BLOTS}{blot.pk}/").json()
    assert [lane["number"] for lane in answer["lanes"]] == [2]
    assert answer["hidden_lanes"] == 1
    assert [(row["ratio"], row["relative"], row["reason"]) for row in answer["ratios"]] == [
        (4.0, None, "no_calibrator")
    ]


def test_what_is_listed_is_of_studies_where_one_sees_rows(membership: Membership) -> None:
    blot_of(membership)
    elsewhere = MembershipFactory(user=membership.user, role=Role.VIEWER)
    blot_of(elsewhere)
    CellExperimentFactory(study=elsewhere.study)
    client = signed_in(membership)
    assert [row["study"] for row in client.get(BLOTS).json()["results"]] == ["SARC"]
    assert client.get(EXPERIMENTS).json()["results"] == []
    assert client.get("/api/v1/cell-lines/").json()["results"] == []


def test_an_experiment_with_its_means(membership: Membership) -> None:
    experiment = CellExperimentFactory(study=membership.study)
    condition = ExperimentConditionFactory(experiment=experiment)
    for number, value in enumerate((10.0, 14.0, None), start=1):
        ExperimentReadingFactory(
            experiment=experiment,
            condition=condition,
            biological_replicate=number,
            value=value,
            status="measured" if value else "below_detection",
        )
    answer = signed_in(membership).get(f"{EXPERIMENTS}{experiment.pk}/").json()
    [row] = answer["conditions"]
    assert (row["n"], row["mean"], row["below_detection"], row["lost"]) == (2, 12.0, [3], 0)
    assert [reading["value"] for reading in answer["readings"]] == [10.0, 14.0, None]


def test_nothing_is_written(membership: Membership) -> None:
    client = signed_in(membership)
    assert {client.post(address, {}).status_code for address in (BLOTS, EXPERIMENTS)} == {405}


def test_number_of_queries(membership: Membership) -> None:
    client = signed_in(membership)
    blot = blot_of(membership)
    experiment = ExperimentReadingFactory(experiment__study=membership.study).experiment
    addresses = [BLOTS, f"{BLOTS}{blot.pk}/", EXPERIMENTS, f"{EXPERIMENTS}{experiment.pk}/", "/api/v1/cell-lines/"]
    few = [queries_of(client, address) for address in addresses]
    few = [queries_of(client, address) for address in addresses]
    for number in range(3, 7):
        BandFactory(blot=blot, lane=LaneFactory(blot=blot, number=number), membrane=blot.membranes.get())
        blot_of(membership)
        condition = ExperimentConditionFactory(experiment=experiment)
        ExperimentReadingFactory(experiment=experiment, condition=condition)
        CellExperimentFactory(study=membership.study)
    assert [queries_of(client, address) for address in addresses] == few
