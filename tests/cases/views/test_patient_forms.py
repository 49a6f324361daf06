"""Forms of patients and what belongs to them: what is refused, and in which words."""

import pytest
from django.test import Client

from cases.models import (
    Diagnosis,
    Membership,
    MolecularAlteration,
    Patient,
    Role,
    Specimen,
    StudyStatus,
)
from tests.cases.views.pages import diagnosed, page, signed_in, text
from tests.factories import (
    HistologyFactory,
    MembershipFactory,
    MolecularAlterationFactory,
    PatientFactory,
    SiteFactory,
    SpecimenFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.MANAGER)


@pytest.fixture
def client(membership: Membership, client: Client) -> Client:
    client.force_login(membership.user)
    return client


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
