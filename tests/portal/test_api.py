"""The API as a program uses it: tokens, pages of rows, filters, documentation."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from cases.models import ConsentStatus, Membership, Role
from cases.records import KINDS
from cases.vocabularies import VOCABULARIES
from portal.tokens import create_token
from tests.factories import (
    DiagnosisFactory,
    ExpressionValueFactory,
    MarkerFactory,
    MembershipFactory,
    MolecularAlterationFactory,
    PatientFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SiteFactory,
    SpecimenFactory,
    UserFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

MEASUREMENTS = "/api/v1/measurements/"


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory()


@pytest.fixture
def client(membership: Membership) -> Client:
    """A program with a token of a researcher."""
    token = create_token(person=membership.user, days=1)
    return Client(headers={"Authorization": f"Bearer {token}"})


def rows(client: Client, address: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = json.loads(answer.content, parse_constant=pytest.fail)["results"]
    return found


@pytest.fixture
def plate(membership: Membership) -> dict[str, Any]:
    """A run with a target and a reference gene in one specimen, and a control."""
    run = QpcrRunFactory(study=membership.study, code="RUN-A")
    specimen = SpecimenFactory(patient=PatientFactory(study=membership.study, code="P-1"), code="S-1")
    sample = QpcrSampleFactory(run=run, specimen=specimen)
    rankl = QpcrTargetFactory(run=run, name="RANKL", marker=MarkerFactory())
    gapdh = QpcrTargetFactory(run=run, name="GAPDH", marker=None, role="reference")
    wells = [
        QpcrWellFactory(run=run, sample=sample, target=rankl, position="A1", cq=28.5),
        QpcrWellFactory(run=run, sample=sample, target=rankl, position="A2", cq=None, reading="undetermined"),
        QpcrWellFactory(run=run, sample=sample, target=rankl, position="A3", cq=None, reading="not_read", omitted=True),
        QpcrWellFactory(run=run, sample=sample, target=gapdh, position="B1", cq=20.0),
    ]
    QpcrWellFactory(run=run, sample=None, target=rankl, position="H1", task="no_template")
    ExpressionValueFactory(specimen=specimen, dataset__code="RNA", value=4.25)
    ExpressionValueFactory(specimen=specimen, marker=MarkerFactory(symbol="SOX9"), value=-1.5)
    return {"run": run, "specimen": specimen, "wells": wells}


class TestMeasurements:
    def test_as_measured(self, client: Client, plate: dict[str, Any]) -> None:
        common = {"study": plate["run"].study.code, "patient": "P-1", "specimen": "S-1"}
        found = rows(client, MEASUREMENTS)
        assert [row["assay"] for row in found] == ["profile"] * 2 + ["qpcr"] * 4
        assert found[0] == common | {
            "assay": "profile",
            "id": found[0]["id"],
            "marker": "TNFSF11",
            "target": "TNFSF11",
            "source": "RNA",
            "position": "",
            "value": 4.25,
            "unit": "log2_tpm",
            "detected": True,
            "omitted": False,
        }
        assert found[2] == common | {
            "assay": "qpcr",
            "id": plate["wells"][0].pk,
            "marker": "TNFSF11",
            "target": "RANKL",
            "source": "RUN-A",
            "position": "A1",
            "value": 28.5,
            "unit": "cq",
            "detected": True,
            "omitted": False,
        }
        assert [(row["value"], row["detected"], row["omitted"]) for row in found[3:5]] == [
            (None, False, False),
            (None, None, True),
        ]
        assert (found[5]["marker"], found[5]["target"]) == (None, "GAPDH")

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ({"assay": "profile"}, 2),
            ({"assay": ["profile", "qpcr"]}, 6),
            ({"marker": "TNFSF11"}, 4),
            ({"marker": ["TNFSF11", "SOX9"]}, 5),
            ({"marker": "SOX9", "assay": "qpcr"}, 0),
            ({"specimen": "S-1"}, 6),
            ({"specimen": "S-2"}, 0),
            ({"patient": "P-1", "detected": "true"}, 4),
            ({"detected": "false"}, 1),
            ({"omitted": "true"}, 1),
            ({"source": "RUN-A"}, 4),
        ],
    )
    def test_filters(self, client: Client, plate: dict[str, Any], query: dict[str, Any], number: int) -> None:
        assert len(rows(client, MEASUREMENTS, **query)) == number

    @pytest.mark.parametrize("query", [{"marker": "NOGENE"}, {"assay": "elisa"}])
    def test_a_value_that_is_none_is_refused(self, client: Client, query: dict[str, str]) -> None:
        answer = client.get(MEASUREMENTS, query)
        assert (answer.status_code, list(answer.json())) == (400, list(query))

    def test_withdrawn_consent_leaves_at_once(self, client: Client, plate: dict[str, Any]) -> None:
        patient = plate["specimen"].patient
        patient.consent_status = ConsentStatus.WITHDRAWN
        patient.save()
        for name in ("patients", "specimens", "measurements"):
            assert rows(client, f"/api/v1/{name}/") == []

    def test_confined_data_entry_gets_its_site(self, membership: Membership, plate: dict[str, Any]) -> None:
        site = SiteFactory(study=membership.study)
        own = ExpressionValueFactory(specimen__patient__site=site)
        client = Client()
        client.force_login(MembershipFactory(site=site, role=Role.DATA_ENTRY).user)
        assert [row["id"] for row in rows(client, MEASUREMENTS)] == [own.pk]

    def test_pages_hold_every_row_once(self, client: Client, plate: dict[str, Any]) -> None:
        ExpressionValueFactory.create_batch(7, specimen=plate["specimen"], marker=MarkerFactory(symbol="IL6"))
        whole = rows(client, MEASUREMENTS)
        pieces = [row for page in range(1, 5) for row in rows(client, MEASUREMENTS, page_size=4, page=page)]
        assert pieces == whole
        assert client.get(MEASUREMENTS, {"page_size": 4, "page": 5}).status_code == 404

    def test_number_of_queries_does_not_grow(self, client: Client, plate: dict[str, Any]) -> None:
        few = queries_of(client, MEASUREMENTS, {"page_size": 1000})
        for _ in range(100):
            ExpressionValueFactory(specimen__patient__study=plate["run"].study)
            QpcrWellFactory(run=plate["run"], sample__run=plate["run"], sample__specimen=plate["specimen"])
        assert len(rows(client, MEASUREMENTS, page_size=1000)) == 206
        assert queries_of(client, MEASUREMENTS, {"page_size": 1000}) == few


class TestPeople:
    def test_studies_with_the_role(self, client: Client, membership: Membership) -> None:
        MembershipFactory(user=membership.user, role=Role.VIEWER, study__code="A.json")
        found = {row["code"]: row["role"] for row in rows(client, "/api/v1/studies/")}
        assert found == {"A.json": "viewer", membership.study.code: "researcher"}
        assert client.get("/api/v1/studies/A.json/").json()["role"] == "viewer"

    def test_patient(self, client: Client, membership: Membership) -> None:
        site = SiteFactory(study=membership.study)
        patient = PatientFactory(site=site, birth_year=1961)
        DiagnosisFactory(patient=patient)
        MolecularAlterationFactory(patient=patient)
        (row,) = rows(client, "/api/v1/patients/")
        assert (row["study"], row["site"], row["birth_year"]) == (membership.study.code, site.code, 1961)
        assert row["diagnoses"][0]["morphology"] == "9250/1"
        assert row["diagnoses"][0]["primary_site"] == "C40.2"
        assert row["alterations"][0]["partner"] == "SSX1"
        assert client.get(f"/api/v1/patients/{row['id']}/").json() == row

    def test_specimen_numbers_are_numbers(self, client: Client, membership: Membership) -> None:
        block = SpecimenFactory(patient__study=membership.study, tumour_content_percent="62.5")
        SpecimenFactory(patient=block.patient, parent=block, kind="rna_extract", rna_integrity_number="7.1")
        first, second = rows(client, "/api/v1/specimens/")
        assert (first["tumour_content_percent"], first["parent"], first["rna_integrity_number"]) == (62.5, None, None)
        assert (second["parent"], second["rna_integrity_number"]) == (block.code, 7.1)

    @pytest.mark.parametrize("key", ["x", "999999", "-1", "%00", "9" * 40])
    def test_no_such_row(self, client: Client, key: str) -> None:
        for name in ("patients", "specimens", "analyses"):
            answer = client.get(f"/api/v1/{name}/{key}/")
            assert (answer.status_code, answer.json()["detail"]) == (404, "Not found.")

    def test_markers(self, client: Client) -> None:
        MarkerFactory()
        assert "TNFSF11" in [row["symbol"] for row in rows(client, "/api/v1/markers/")]
        assert client.get("/api/v1/markers/TNFSF11/").json()["name"] == "RANKL"

    def test_what_is_only_read_takes_no_write(self, client: Client) -> None:
        for method in (client.post, client.put, client.patch, client.delete):
            for address in (MEASUREMENTS, "/api/v1/studies/", "/api/v1/sites/", "/api/v1/histologies/"):
                assert method(address, {}, content_type="application/json").status_code == 405

    def test_refusal_is_a_sentence(self, membership: Membership) -> None:
        client = Client()
        client.force_login(MembershipFactory(study=membership.study, role=Role.VIEWER).user)
        answer = client.get("/api/v1/patients/", {"study": membership.study.code})
        assert (answer.status_code, "not single patients" in answer.json()["detail"]) == (403, True)
        answer = client.get("/api/v1/patients/", {"study": "NOWHERE"})
        assert (answer.status_code, "no such study" in answer.json()["detail"]) == (404, True)


class TestTokens:
    @pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer nonsense", "Bearer é", "Token x", "Basic eDp5"])
    def test_nonsense_is_401(self, header: str) -> None:
        answer = Client(headers={"Authorization": header}).get("/api/v1/studies/")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")

    def test_of_an_account_that_is_switched_off(self, client: Client, membership: Membership) -> None:
        membership.user.is_active = False
        membership.user.save()
        assert client.get("/api/v1/studies/").status_code == 401

    def test_a_session_writes_only_with_a_csrf_token(self, membership: Membership) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(membership.user)
        answer = client.post("/api/v1/analyses/", {}, content_type="application/json")
        assert (answer.status_code, "CSRF" in answer.json()["detail"]) == (403, True)


class TestDocumentation:
    def test_schema_is_valid_and_complete(self) -> None:
        GENERATOR_STATS.reset()
        schema = SchemaGenerator().get_schema(request=None, public=True)
        validate_schema(schema)
        assert not GENERATOR_STATS, "the generator warns"
        assert {path.split("/")[3] for path in schema["paths"]} == {
            "studies",
            "findings",
            "jobs",
            "sites",
            "patients",
            *(kind.plural for kind in KINDS),
            *VOCABULARIES,
            "queries",
            "imports",
            "import-mappings",
            "exports",
            "antibodies",
            "positivity-cutoffs",
            "consolidation-rules",
            "laboratory-scales",
            "markers",
            "datasets",
            "measurements",
            "qpcr-runs",
            "western-blots",
            "cell-lines",
            "cell-experiments",
            "analyses",
            "cohorts",
            "families",
            "dashboard-releases",
        }
        parameters = {parameter["name"] for parameter in schema["paths"]["/api/v1/measurements/"]["get"]["parameters"]}
        assert parameters >= {"study", "assay", "marker", "patient", "specimen", "page", "page_size"}

    def test_page_has_no_inline_script(self) -> None:
        client = Client()
        client.force_login(UserFactory())
        content = client.get(reverse("api:docs")).content.decode()
        assert content.count("<script") == content.count("<script src=") > 0
        assert "application/javascript" in client.get(reverse("api:docs"), {"script": ""})["Content-Type"]
