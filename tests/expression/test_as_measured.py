"""Stains and bands as rows of the one list of measurements."""

from typing import Any

import pytest
from django.test import Client

from cases.models import Membership
from expression.models import PhosphoSite
from tests.factories import (
    AntibodyFactory,
    BandFactory,
    CoreFactory,
    IhcReadingFactory,
    LaneFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    SpecimenFactory,
)

pytestmark = pytest.mark.django_db

UNREAD = {"percent_0": None, "percent_1": None, "percent_2": None, "percent_3": None}


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory()


@pytest.fixture
def client(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


@pytest.fixture
def specimen(membership: Membership) -> Any:
    return SpecimenFactory(patient=PatientFactory(study=membership.study, code="P-1"), code="S-1")


def rows(client: Client, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/v1/measurements/", query).json()["results"]
    return found


def test_stains(client: Client, specimen: Any) -> None:
    antibody = AntibodyFactory(study=specimen.study, code="AB-RANKL")
    core = CoreFactory(microarray__study=specimen.study, specimen=specimen, row=2, column=5)
    lost = CoreFactory(microarray=core.microarray, specimen=specimen, row=3, column=1, status="lost")
    common: dict[str, Any] = {"specimen": specimen, "antibody": antibody}
    scored = IhcReadingFactory(core=core, compartment="membrane", **common)
    IhcReadingFactory(core=lost, evaluability="lost", **UNREAD, **common)
    IhcReadingFactory(cell_type="giant_cell", recorded_score=8, recorded_scale="irs", **UNREAD, **common)
    IhcReadingFactory(
        core=CoreFactory(microarray=core.microarray, specimen=None, control_tissue="tonsil"),
        specimen=None,
        patient=None,
        study=specimen.study,
        antibody=antibody,
    )
    found = rows(client, assay="ihc")
    assert found[0] == {
        "assay": "ihc",
        "id": scored.pk,
        "study": specimen.study.code,
        "patient": "P-1",
        "specimen": "S-1",
        "marker": "TNFSF11",
        "target": "tumour membrane",
        "source": "AB-RANKL",
        "position": "B-5",
        "value": 90.0,
        "unit": "h_score",
        "detected": True,
        "omitted": False,
    }
    assert [(row["position"], row["value"], row["unit"], row["detected"]) for row in found[1:]] == [
        ("C-1", None, "h_score", None),
        ("", 8.0, "irs", True),
    ]
    assert core.position == "B-5"


def test_bands(client: Client, specimen: Any) -> None:
    stat3 = MarkerFactory(symbol="STAT3")
    site = PhosphoSite.objects.get(marker=stat3, residue="Y705")
    lane = LaneFactory(blot__study=specimen.study, blot__code="BLOT-A", specimen=specimen, number=7)
    on: dict[str, Any] = {"blot": lane.blot, "lane": lane, "marker": stat3}
    total = BandFactory(volume=1000.5, **on)
    BandFactory(volume=250, form="phospho", phospho_site=site, saturated=True, membrane=total.membrane, **on)
    BandFactory(volume=99, form="loading_control", membrane=total.membrane, **on | {"marker": None})
    found = rows(client, assay="western", source="BLOT-A")
    assert [
        (row["marker"], row["target"], row["position"], row["value"], row["unit"], row["omitted"]) for row in found
    ] == [
        ("STAT3", "STAT3", "7", 1000.5, "band_volume", False),
        ("STAT3", "p-STAT3 Y705", "7", 250.0, "band_volume", True),
    ]
    assert str(site) == "p-STAT3 Y705"
