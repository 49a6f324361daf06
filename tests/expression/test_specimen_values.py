"""Everything measured on a specimen, on its page and on that of its patient."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from cases.models import Role
from tests.factories import (
    AntibodyFactory,
    BandFactory,
    CoreFactory,
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    IhcReadingFactory,
    LaneFactory,
    MarkerFactory,
    MembershipFactory,
    PathologyFindingFactory,
    PatientFactory,
    PhosphoSiteFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SiteFactory,
    SpecimenFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

UNREAD = {"percent_0": None, "percent_1": None, "percent_2": None, "percent_3": None}


@pytest.fixture
def site() -> Any:
    return SiteFactory()


@pytest.fixture
def specimen(site: Any) -> Any:
    return SpecimenFactory(patient=PatientFactory(study=site.study, site=site))


def signed_in(specimen: Any, role: Role = Role.RESEARCHER, **fields: Any) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=specimen.study, role=role, **fields).user)
    return client


def text(client: Client, row: Any) -> str:
    return " ".join(unescape(client.get(row.get_absolute_url()).content.decode()).split())


def measure(specimen: Any) -> dict[str, Any]:
    """A core, a section, a plate, a blot, a profile and a finding."""
    study = specimen.study
    antibody = AntibodyFactory(study=study)
    core = CoreFactory(microarray__study=study, specimen=specimen, row=2, column=3)
    IhcReadingFactory(specimen=specimen, core=core, antibody=antibody)
    IhcReadingFactory(specimen=specimen, antibody=antibody, cell_type="giant_cell", evaluability="no_tumour", **UNREAD)
    run = QpcrRunFactory(study=study)
    sample = QpcrSampleFactory(run=run, specimen=specimen)
    QpcrWellFactory(run=run, sample=sample, target=QpcrTargetFactory(run=run), cq=25)
    QpcrWellFactory(run=run, sample=sample, target=QpcrTargetFactory(run=run, marker=None, role="reference"), cq=18)
    lane = LaneFactory(blot__study=study, specimen=specimen)
    site = PhosphoSiteFactory()
    BandFactory(blot=lane.blot, lane=lane, form="phospho", phospho_site=site, volume=532.4, saturated=True)
    value = ExpressionValueFactory(
        specimen=specimen,
        dataset=ExpressionDatasetFactory(study=study),
        marker=MarkerFactory(symbol="SOX9"),
        value=-1.5,
    )
    PathologyFindingFactory(specimen=specimen, osteoclasts_per_field="3.5", reader=antibody.code)
    return {"core": core, "antibody": antibody, "run": run, "blot": lane.blot, "site": site, "dataset": value.dataset}


def test_each_leads_to_where_it_was_measured(specimen: Any) -> None:
    made = measure(specimen)
    page = text(signed_in(specimen), specimen)
    assert f"{made['core'].microarray.get_absolute_url()}#place-2-3" in page
    assert made["run"].get_absolute_url() in page
    assert made["dataset"].get_absolute_url() in page
    assert made["blot"].code in page
    for shown in ("H-score", "No tumour", "ΔCq 7.00", f"Phosphorylated {made['site'].residue}", "-1.500", "3.5"):
        assert shown in page


def test_whoever_enters_adds_and_changes(specimen: Any) -> None:
    measure(specimen)
    add = f"/pathology-finding/new/?specimen={specimen.code}"
    reading = specimen.ihc_readings.first()
    change = f"/records/ihc-reading/{reading.pk}/"
    page = text(signed_in(specimen, Role.DATA_ENTRY), specimen)
    assert add in page
    assert f"/ihc-reading/new/?specimen={specimen.code}" in page
    assert change in page
    page = text(signed_in(specimen), specimen)
    assert "/new/?specimen=" not in page
    assert change not in page


def test_who_sees_one_site_is_not_led_to_pages_of_all(specimen: Any, site: Any) -> None:
    made = measure(specimen)
    page = text(signed_in(specimen, Role.DATA_ENTRY, site=site), specimen)
    assert made["run"].code in page
    assert made["run"].get_absolute_url() not in page
    assert made["dataset"].get_absolute_url() not in page


def test_patient_has_the_latest_value_of_each_marker(specimen: Any) -> None:
    """A consensus before single readings, a score before none."""
    made = measure(specimen)
    common: dict[str, Any] = {"specimen": specimen, "antibody": made["antibody"], "reader": "XX"}
    IhcReadingFactory(**common, read_on="2021", percent_0=0, percent_3=60, percent_1=20, percent_2=20)
    IhcReadingFactory(
        **common | {"reader": "YY"},
        read_on="2019",
        is_consensus=True,
        percent_0=0,
        percent_1=0,
        percent_2=0,
        percent_3=100,
    )
    answer = signed_in(specimen).get(specimen.patient.get_absolute_url())
    [section] = [one for one in answer.context["sections"] if one.template == "expression/sections/values.html"]
    values = section.context["values"]
    assert list(map(str, values.assays)) == ["IHC", "qPCR", "Western blot", "Expression profile"]
    rows = {row.marker.symbol: [cell and (cell.text, cell.number) for cell in row.cells] for row in values.markers}
    assert rows == {
        "TNFSF11": [("H-score 300 · Tumour cell", 4), ("ΔCq 7.00", 1), None, None],
        "SOX9": [None, None, None, ("−1.50 log2(TPM+1)", 1)],
        "STAT3": [None, None, (f"Phosphorylated {made['site'].residue}", 1), None],
    }


def test_recorded_scores_stay_on_their_scale(specimen: Any) -> None:
    IhcReadingFactory(specimen=specimen, recorded_score="8.0", recorded_scale="irs", **UNREAD)
    assert "Immunoreactive score 8" in text(signed_in(specimen), specimen)


def test_limits(specimen: Any) -> None:
    run = QpcrRunFactory(study=specimen.study)
    sample = QpcrSampleFactory(run=run, specimen=specimen)
    QpcrWellFactory(run=run, sample=sample, target=QpcrTargetFactory(run=run), cq=None, reading="undetermined")
    reference = QpcrTargetFactory(run=run, marker=None, role="reference")
    well = QpcrWellFactory(run=run, sample=sample, target=reference, cq=18)
    assert "ΔCq ≥ 22.00" in text(signed_in(specimen), specimen)
    type(well).objects.filter(pk=well.pk).update(cq=None, reading="undetermined")
    assert "not evaluable" in text(signed_in(specimen), specimen)


def test_nothing_measured(specimen: Any) -> None:
    answer = signed_in(specimen).get(specimen.get_absolute_url())
    assert answer.context["sections"] == []


def test_queries_do_not_grow(specimen: Any) -> None:
    client = signed_in(specimen, Role.MANAGER)
    pages = [specimen.get_absolute_url(), specimen.patient.get_absolute_url()]
    measure(specimen)
    before = [queries_of(client, page) for page in pages]
    for _number in range(3):
        measure(specimen)
    assert [queries_of(client, page) for page in pages] == before
