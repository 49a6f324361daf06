"""The list of patients, and the page of one patient."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import (
    Membership,
    MolecularAlteration,
    Role,
)
from tests.cases.views.pages import ABC, GCTB, diagnosed, page, text
from tests.factories import (
    DiagnosisFactory,
    ExpressionValueFactory,
    HistologyFactory,
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
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.MANAGER)


@pytest.fixture
def client(membership: Membership, client: Client) -> Client:
    client.force_login(membership.user)
    return client


class TestPatientList:
    def test_shows_index_diagnosis_and_specimens(self, client: Client, membership: Membership) -> None:
        (patient,) = diagnosed(membership, 1)
        SpecimenFactory.create_batch(2, patient=patient)
        DiagnosisFactory(patient=patient, is_index=False, histology=HistologyFactory(name=ABC))
        MolecularAlterationFactory(patient=patient)
        answer = client.get(page("patient-list", membership.study.code))
        (row,) = answer.context["table"].page.object_list
        assert (row.get_cell_value("histology").name, row.get_cell_value("specimen_count")) == (GCTB, 2)

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"code": "a-"}, {"A-1", "A-2"}),
            ({"histology": GCTB}, {"A-1", "A-2"}),
            ({"histology": [GCTB, ABC]}, {"A-1", "A-2", "B-1"}),
            ({"category": "primary_bone"}, {"A-1", "A-2", "B-1"}),
            ({"category": "soft_tissue"}, set()),
            ({"gene": "ss18"}, {"A-1"}),
            ({"gene": "SSX1"}, {"A-1"}),
            ({"gene": "EGFR"}, set()),
            ({"sex": "female"}, {"B-1"}),
            ({"sex": "female", "code": "A"}, set()),
            ({"site": "OSAKA"}, {"B-1"}),
            ({"vital_status": ["unknown"]}, {"A-1", "A-2", "B-1", "C-1"}),
        ],
    )
    def test_filters(self, client: Client, membership: Membership, query: dict[str, Any], expected: set[str]) -> None:
        study = membership.study
        first, _second = (diagnosed(membership, 1, code=code)[0] for code in ("A-1", "A-2"))
        diagnosed(membership, 1, ABC, code="B-1", sex="female", site=SiteFactory(study=study, code="OSAKA"))
        PatientFactory(study=study, code="C-1")
        MolecularAlterationFactory(patient=first)
        MolecularAlterationFactory(patient=first, gene="EGFR", kind="mutation", partner="", result="not_detected")
        # An old diagnosis is not what the patient is grouped by.
        DiagnosisFactory(patient=first, is_index=False, category="soft_tissue", histology=HistologyFactory(name=ABC))
        answer = client.get(page("patient-list", study.code), query)
        assert {row.record.code for row in answer.context["table"].page.object_list} == expected
        api = client.get(reverse("api:patient-list"), {"study": study.code} | query).json()
        assert {row["code"] for row in api["results"]} == expected

    def test_facets_say_how_many(self, client: Client, membership: Membership) -> None:
        diagnosed(membership, 3)
        diagnosed(membership, 2, ABC)
        content = text(client, page("patient-list", membership.study.code))
        assert f'{GCTB} <span class="count">3</span>' in content
        assert f'{ABC} <span class="count">2</span>' in content
        assert "Osteosarcoma" not in content

    def test_a_value_that_is_none_is_said(self, client: Client, membership: Membership) -> None:
        diagnosed(membership, 1)
        answer = client.get(page("patient-list", membership.study.code), {"histology": "Nonsense"})
        assert "Nonsense is not one of the available choices" in answer.content.decode()
        assert not answer.context["table"].page.object_list
        api = client.get(reverse("api:patient-list"), {"histology": "Nonsense"})
        assert (api.status_code, list(api.json())) == (400, ["histology"])

    @pytest.mark.parametrize("sort", ["code", "-histology", "primary_site", "site", "-specimen_count", "birth_year"])
    def test_sorts(self, client: Client, membership: Membership, sort: str) -> None:
        diagnosed(membership, 2)
        diagnosed(membership, 1, ABC)
        answer = client.get(page("patient-list", membership.study.code), {"sort": sort})
        rows = [row.record for row in answer.context["table"].page.object_list]
        assert len(rows) == 3
        if sort == "-histology":
            assert rows[2].index_diagnosis.histology.name == ABC

    def test_number_of_queries_does_not_grow(self, client: Client, membership: Membership) -> None:
        def add(number: int) -> None:
            for patient in diagnosed(membership, number, site=SiteFactory(study=membership.study)):
                SpecimenFactory(patient=patient)
                MolecularAlterationFactory(patient=patient)

        add(10)
        addresses = {
            page("patient-list", membership.study.code): {"per_page": 500},
            page("specimen-list", membership.study.code): {"per_page": 500},
            reverse("api:patient-list"): {"page_size": 1000},
            reverse("api:specimen-list"): {"page_size": 1000},
        }
        few = {address: queries_of(client, address, query) for address, query in addresses.items()}
        add(190)
        assert {address: queries_of(client, address, query) for address, query in addresses.items()} == few


class TestPatientPage:
    def test_everything_about_one_patient(self, client: Client, membership: Membership) -> None:
        patient = diagnosed(membership, 1, birth_year=1961)[0]
        MolecularAlterationFactory(patient=patient)
        specimen = SpecimenFactory(patient=patient)
        ExpressionValueFactory(specimen=specimen, value=4.125)
        run = QpcrRunFactory(study=membership.study)
        sample = QpcrSampleFactory(run=run, specimen=specimen)
        reference = QpcrTargetFactory(run=run, marker=None, role="reference")
        QpcrWellFactory(run=run, sample=sample, cq=25.5, target__marker=MarkerFactory(symbol="TNFRSF11B"))
        QpcrWellFactory(run=run, sample=sample, cq=20.25, target=reference)
        content = text(client, patient.get_absolute_url())
        for expected in (
            "1961",
            GCTB,
            "9250/1",
            "SS18",
            "SSX1",
            specimen.code,
            "4.125",
            "log2(TPM+1)",
            "5.25",
            run.code,
        ):
            assert expected in content
        content = text(client, specimen.get_absolute_url())
        for expected in (patient.code, "4.125", "5.25"):
            assert expected in content

    def test_a_patient_with_nothing(self, client: Client, membership: Membership) -> None:
        content = text(client, PatientFactory(study=membership.study).get_absolute_url())
        for expected in ("No diagnosis is recorded", "No molecular test", "No specimen"):
            assert expected in content

    def test_a_code_of_another_study_is_not_found(self, client: Client, membership: Membership) -> None:
        elsewhere = PatientFactory()
        assert client.get(page("patient", membership.study.code, elsewhere.code)).status_code == 404

    def test_number_of_queries_does_not_grow(self, client: Client, membership: Membership) -> None:
        patient = diagnosed(membership, 1)[0]

        def add(number: int) -> None:
            for _ in range(number):
                specimen = SpecimenFactory(patient=patient)
                ExpressionValueFactory(specimen=specimen)
                DiagnosisFactory(patient=patient, is_index=False)
                MolecularAlterationFactory(patient=patient, date=f"{1950 + MolecularAlteration.objects.count()}")
                run = QpcrRunFactory(study=membership.study)
                QpcrWellFactory(run=run, sample=QpcrSampleFactory(run=run, specimen=specimen))

        add(2)
        few = queries_of(client, patient.get_absolute_url())
        add(10)
        assert queries_of(client, patient.get_absolute_url()) == few

    @pytest.mark.parametrize("code", ["add", "edit", "new-patient", "A.csv", "1", "a_b-c.d"])
    def test_any_possible_code_has_a_page(self, client: Client, membership: Membership, code: str) -> None:
        patient = PatientFactory(study=membership.study, code=code)
        specimen = SpecimenFactory(patient=patient, code=code)
        assert client.get(patient.get_absolute_url()).context["patient"] == patient
        assert client.get(specimen.get_absolute_url()).context["specimen"] == specimen
