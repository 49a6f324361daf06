"""Answers that may rest on an import somebody wants to undo."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.analytics.cohort import HIGH, LOW, answered, cohort
from tests.factories import StudyFactory
from tests.import_steps import answered as checked
from tests.import_steps import brought, confirmed, member

pytestmark = pytest.mark.django_db


def test_answers_since_are_counted(client: Client) -> None:
    study = StudyFactory()
    cohort({"SSX1": HIGH, "SSX2": LOW}, study=study)
    by = member(study)
    client.force_login(by)
    answered(study, by)
    job = confirmed(checked(brought(study, "code,sex\nP1,f\n", by=by)))
    address = reverse("cases:import-undo", args=[study.code, job.pk])
    assert "may rest on it" not in client.get(address).content.decode()
    answered(study, by)
    assert "1 analysis was computed since this import and may rest on it." in client.get(address).content.decode()
