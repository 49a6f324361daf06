"""Pages of studies, patients and specimens."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import (
    ConsentStatus,
    Diagnosis,
    Membership,
    MolecularAlteration,
    Patient,
    Role,
    Specimen,
    Study,
    StudyStatus,
)
from expression.coverage import Cell
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
    StudyFactory,
    UserFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

GCTB, ABC = "Giant cell tumour of bone", "Aneurysmal bone cyst"


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.MANAGER)


@pytest.fixture
def client(membership: Membership, client: Client) -> Client:
    client.force_login(membership.user)
    return client


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def page(name: str, *arguments: Any) -> str:
    return reverse(f"cases:{name}", args=[*arguments])


def text(client: Client, address: str, query: dict[str, Any] | None = None) -> str:
    answer = client.get(address, query or {})
    assert answer.status_code == 200
    content = answer.content.decode()
    assert "NaN" not in content
    return content


def diagnosed(membership: Membership, number: int, histology: str = GCTB, **patient: Any) -> list[Patient]:
    patients = PatientFactory.create_batch(number, study=membership.study, **patient)
    for person in patients:
        DiagnosisFactory(patient=person, histology=HistologyFactory(name=histology))
    return patients


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


PATIENT = {"code": "P-1", "sex": "female", "vital_status": "alive", "consent_status": "given"}
DIAGNOSIS = {"is_index": "on", "category": "primary_bone", "giant_cells": "present"}
ALTERATION = {"gene": "SS18", "kind": "fusion", "result": "detected", "partner": "SSX2"}
SPECIMEN = {"code": "S-1", "kind": "ffpe_block", "procedure": "biopsy", "decalcification": "none"}


class TestForms:
    def test_add_a_patient_with_everything(self, client: Client, membership: Membership) -> None:
        study = membership.study
        client.post(page("patient-add", study.code), PATIENT | {"birth_year": "1961"})
        patient = Patient.objects.get()
        assert (patient.study, patient.birth_year) == (study, 1961)
        histology = HistologyFactory()
        answer = client.post(
            page("record-add", study.code, "P-1", "diagnosis"),
            DIAGNOSIS | {"histology": histology.pk, "date": "2019-05"},
        )
        assert answer.headers["Location"] == f"{patient.get_absolute_url()}#diagnosis"
        client.post(page("record-add", study.code, "P-1", "alteration"), ALTERATION)
        client.post(page("record-add", study.code, "P-1", "specimen"), SPECIMEN)
        diagnosis, alteration, specimen = (
            Diagnosis.objects.get(),
            MolecularAlteration.objects.get(),
            Specimen.objects.get(),
        )
        assert (diagnosis.date, alteration.partner, specimen.patient) == ("2019-05", "SSX2", patient)
        client.post(
            page("record-edit", study.code, "P-1", "diagnosis", diagnosis.pk),
            DIAGNOSIS | {"histology": histology.pk, "grade": "2"},
        )
        client.post(
            page("record-edit", study.code, "P-1", "alteration", alteration.pk), ALTERATION | {"partner": "SSX4"}
        )
        client.post(page("record-edit", study.code, "P-1", "specimen", specimen.pk), SPECIMEN | {"code": "S-2"})
        client.post(page("patient-edit", study.code, "P-1"), PATIENT | {"code": "P-2"})
        content = text(client, page("patient", study.code, "P-2"))
        for expected in ("SSX4", "S-2"):
            assert expected in content

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"code": "TAKEN"}, "__all__", "This study already has a patient with this code."),
            ({"code": "Yamada Hanako"}, "code", "Use letters, digits, point, hyphen and underscore."),
            ({"code": ""}, "code", "required"),
            ({"death_date": "2019"}, "__all__", "needs the vital status “dead”"),
            ({"last_follow_up_date": "31.12.2019"}, "last_follow_up_date", "Write 2019, 2019-05 or 2019-05-17."),
            ({"last_follow_up_date": "2019-02-30"}, "last_follow_up_date", "Write 2019, 2019-05 or 2019-05-17."),
            ({"birth_year": "61"}, "birth_year", "greater than or equal to 1900"),
            ({"birth_year": "1961-05-17"}, "birth_year", "whole number"),
            ({"ecog_at_entry": "6"}, "ecog_at_entry", "less than or equal to 5"),
            ({"sex": "x"}, "sex", "valid choice"),
            ({"site": "999999"}, "site", "valid choice"),
            ({"cause_of_death": "x\x00y"}, "cause_of_death", "Null characters"),
        ],
    )
    def test_bad_patient_is_a_sentence(
        self, client: Client, membership: Membership, changes: dict[str, str], field: str, sentence: str
    ) -> None:
        PatientFactory(study=membership.study, code="TAKEN")
        answer = client.post(page("patient-add", membership.study.code), PATIENT | changes)
        assert sentence in str(answer.context["form"].errors[field])
        patient = PatientFactory(study=membership.study)
        answer = client.post(page("patient-edit", membership.study.code, patient.code), PATIENT | changes)
        assert sentence in str(answer.context["form"].errors[field])
        assert f'href="{patient.get_absolute_url()}"' in answer.content.decode()
        assert Patient.objects.count() == 2

    def test_same_code_in_another_study_is_fine(self, client: Client, membership: Membership) -> None:
        PatientFactory(code="P-1")
        assert client.post(page("patient-add", membership.study.code), PATIENT).status_code == 302

    def test_one_index_diagnosis(self, client: Client, membership: Membership) -> None:
        patient = diagnosed(membership, 1)[0]
        address = page("record-add", membership.study.code, patient.code, "diagnosis")
        assert client.get(address).context["form"]["is_index"].value() is False
        answer = client.post(address, DIAGNOSIS | {"histology": HistologyFactory().pk})
        assert "already has an index diagnosis" in str(answer.context["form"].errors)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"kind": "mutation"}, "Only a detected fusion has a partner."),
            ({"partner": "", "hgvs": "p.L858R", "result": "not_detected"}, "Only a detected alteration has"),
            ({"gene": "rankl"}, "Write the HGNC symbol"),
            ({"partner": "SSX1"}, "This patient already has this result."),
        ],
    )
    def test_bad_alteration(
        self, client: Client, membership: Membership, changes: dict[str, str], sentence: str
    ) -> None:
        patient = PatientFactory(study=membership.study)
        MolecularAlterationFactory(patient=patient)
        address = page("record-add", membership.study.code, patient.code, "alteration")
        assert sentence in str(client.post(address, ALTERATION | changes).context["form"].errors)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"code": "TAKEN"}, "This study already has a specimen with this code."),
            ({"rna_integrity_number": "7"}, "Only an RNA extract has an RNA integrity number."),
            ({"kind": "rna_extract", "rna_integrity_number": "NaN"}, "Enter a number."),
            ({"tumour_content_percent": "101"}, "less than or equal to 100"),
            ({"cold_ischaemia_minutes": "-1"}, "greater than or equal to 0"),
            ({"cold_ischaemia_minutes": "99999999999"}, "less than or equal to"),
        ],
    )
    def test_bad_specimen(self, client: Client, membership: Membership, changes: dict[str, str], sentence: str) -> None:
        SpecimenFactory(patient=PatientFactory(study=membership.study), code="TAKEN")
        patient = PatientFactory(study=membership.study)
        address = page("record-add", membership.study.code, patient.code, "specimen")
        assert sentence in str(client.post(address, SPECIMEN | changes).context["form"].errors)

    def test_parent_is_the_same_patient_and_not_itself(self, client: Client, membership: Membership) -> None:
        block = SpecimenFactory(patient=PatientFactory(study=membership.study))
        other = SpecimenFactory(patient=PatientFactory(study=membership.study))
        for parent in (block, other):
            answer = client.post(
                page("record-edit", membership.study.code, block.patient.code, "specimen", block.pk),
                SPECIMEN | {"parent": parent.pk},
            )
            assert "valid choice" in str(answer.context["form"].errors["parent"])
        section = SPECIMEN | {"code": "S-2", "parent": block.pk}
        address = page("record-add", membership.study.code, block.patient.code, "specimen")
        assert client.post(address, section).status_code == 302
        assert "S-2" in text(client, block.get_absolute_url())

    def test_withdrawal_takes_the_patient_out_of_sight(self, client: Client, membership: Membership) -> None:
        patient = PatientFactory(study=membership.study)
        address = page("patient-edit", membership.study.code, patient.code)
        answer = client.post(address, PATIENT | {"consent_status": "withdrawn"}, follow=True)
        assert answer.redirect_chain == [(page("patient-list", membership.study.code), 302)]
        assert client.get(page("patient", membership.study.code, "P-1")).status_code == 404

    def test_confined_data_entry_adds_to_its_own_site_only(self) -> None:
        site = SiteFactory()
        elsewhere = SiteFactory(study=site.study)
        client = signed_in(MembershipFactory(site=site, role=Role.DATA_ENTRY))
        address = page("patient-add", site.study.code)
        for chosen in ("", elsewhere.pk):
            assert "site" in client.post(address, PATIENT | {"site": chosen}).context["form"].errors
        assert client.post(address, PATIENT | {"site": site.pk}).status_code == 302
        address = page("patient-edit", site.study.code, "P-1")
        assert "site" in client.post(address, PATIENT | {"site": elsewhere.pk}).context["form"].errors

    def test_locked_study_takes_nothing(self, client: Client, membership: Membership) -> None:
        membership.study.status = StudyStatus.LOCKED
        membership.study.save()
        assert client.post(page("patient-add", membership.study.code), PATIENT).status_code == 403
        assert not Patient.objects.exists()
