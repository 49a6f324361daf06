"""The statement that is made once finds for everybody what the querysets find."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Patient, Role, Study
from cases.quality.findings import Finding, findings
from cases.quality.statements import of_patient
from tests.expression.quality_cases import RECORDS
from tests.factories import MembershipFactory, PatientFactory, SiteFactory, StudyFactory, UserFactory

pytestmark = pytest.mark.django_db

READINGS_APART = "ihc-readers-far-apart"


def people(study: Study, patient: Patient) -> dict[str, Any]:
    """Everybody who may be asking; only the first three may see the patient."""
    retired = MembershipFactory(study=study, role=Role.MANAGER).user
    User.objects.filter(pk=retired.pk).update(is_active=False)
    retired.refresh_from_db()
    elsewhere = SiteFactory(study=study)
    return {
        "manager": MembershipFactory(study=study, role=Role.MANAGER).user,
        "of the site": MembershipFactory(study=study, site=patient.site, role=Role.DATA_ENTRY).user,
        "superuser": UserFactory(is_superuser=True),
        "of another site": MembershipFactory(study=study, site=elsewhere, role=Role.DATA_ENTRY).user,
        "viewer": MembershipFactory(study=study, role=Role.VIEWER).user,
        "stranger": UserFactory(),
        "retired": retired,
        "nobody": AnonymousUser(),
    }


def test_everybody_is_told_what_the_querysets_find() -> None:
    study = StudyFactory()
    patient = PatientFactory(study=study, site=SiteFactory(study=study))
    neighbour = PatientFactory(study=study, site=patient.site)
    for of_whom in (patient, neighbour):
        RECORDS[READINGS_APART][0](of_whom)
    found = {}
    for name, person in people(study, patient).items():
        with CaptureQueriesContext(connection) as captured:
            found[name] = of_patient(patient, user=person)
        assert len(captured) <= 1
        assert found[name] == [Finding(**row) for row in findings(user=person, study=study, patient=patient)], name
    assert {name for name, of_person in found.items() if of_person} == {"manager", "of the site", "superuser"}
    assert {finding.patient_key for of_person in found.values() for finding in of_person} == {patient.pk}
