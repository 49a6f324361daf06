"""The doing: what is stored of an answer, of a refusal, and when the work is stopped."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from analytics import runner
from analytics.dataset import sha256
from analytics.models import Analysis
from analytics.stats import mann_whitney
from cases.jobs import perform
from cases.models import ConsentStatus, JobStatus, Role
from cases.sentences import render
from tests.analytics.cohort import HIGH, LOW, add_patient, asked, cohort
from tests.factories import MembershipFactory, SiteFactory

pytestmark = pytest.mark.django_db(transaction=True)


def work(analysis: Analysis) -> Analysis:
    perform(model=Analysis, pk=analysis.pk, work=runner.answer)
    analysis.refresh_from_db()
    return analysis


def test_an_answer_is_stored_with_all_it_rests_on() -> None:
    study = cohort()
    add_patient(study, 1.0, partner="")
    analysis = work(asked(study, MembershipFactory(study=study).user))
    result = analysis.result
    assert analysis.status == JobStatus.SUCCEEDED
    assert result["question"]["marker"] == {"symbol": "TNFSF11", "name": "RANKL"}
    assert [group["code"] for group in result["groups"]] == ["SSX1", "SSX2"]
    assert [(group["patients"], group["samples"]) for group in result["groups"]] == [(6, 6), (6, 6)]
    assert result["comparison"]["p_value"] == mann_whitney(HIGH, LOW).p_value
    assert result["population"]["exclusions"][0]["patients"] == 1
    assert len(analysis.frozen_input["rows"]) == 12
    assert analysis.input_sha256 == sha256(analysis.frozen_input)
    assert set(analysis.versions) == {"python", "numpy", "scipy", "pandas", "django"}
    assert analysis.progress_total in (0, runner.EVERYTHING)
    json.dumps(result, allow_nan=False)


def test_what_cannot_be_compared_is_refused_with_the_counts_behind_it() -> None:
    study = cohort({"SSX1": HIGH})
    add_patient(study, 1.0, partner="")
    analysis = work(asked(study, MembershipFactory(study=study).user))
    assert analysis.status == JobStatus.REFUSED
    assert render(analysis.message) == "A comparison needs at least two groups with values."
    assert [step["patients"] for step in analysis.result["population"]["flow"]] == [7, 7, 6, 6]


def test_all_values_equal_is_an_answer() -> None:
    study = cohort({"SSX1": [1.0] * 3, "SSX2": [1.0] * 4})
    analysis = work(asked(study, MembershipFactory(study=study).user))
    assert analysis.status == JobStatus.SUCCEEDED
    assert analysis.result["comparison"]["p_value"] == 1


def test_consent_withdrawn_between_asking_and_answering() -> None:
    study = cohort()
    last = add_patient(study, 9.0)
    analysis = asked(study, MembershipFactory(study=study).user)
    last.consent_status = ConsentStatus.WITHDRAWN
    last.save()
    assert len(work(analysis).frozen_input["rows"]) == 12


def test_the_answer_carries_the_version_of_the_data_it_read() -> None:
    study = cohort()
    analysis = asked(study, MembershipFactory(study=study).user)
    before = analysis.data_version
    add_patient(study, 9.0)
    assert work(analysis).data_version != before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DATA_ENTRY])
def test_rights_lost_between_asking_and_answering(role: Role) -> None:
    site = SiteFactory()
    study = cohort(study=site.study)
    member = MembershipFactory(study=study)
    analysis = asked(study, member.user)
    member.role = role
    member.site = site if role == Role.DATA_ENTRY else None
    member.save()
    assert work(analysis).status == JobStatus.REFUSED
    assert render(analysis.message) == "Your rights in this study have changed since you asked. Ask again."
    assert analysis.frozen_input is None


def test_membership_lost_between_asking_and_answering() -> None:
    study = cohort()
    member = MembershipFactory(study=study)
    analysis = asked(study, member.user)
    member.delete()
    assert work(analysis).status == JobStatus.REFUSED


@pytest.fixture
def locked_values() -> Iterator[None]:
    """Another connection holds the table of values, so that whoever reads them waits."""
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if parameters.get(name)}
    with psycopg.connect(**known) as other:
        other.execute("LOCK TABLE expression_expressionvalue IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


def test_the_time_limit_reaches_the_database(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, caplog: Any
) -> None:
    study = cohort()
    analysis = asked(study, MembershipFactory(study=study).user)
    monkeypatch.setattr(runner, "SOFT_LIMIT_SECONDS", 0.3)
    request.getfixturevalue("locked_values")
    assert work(analysis).status == JobStatus.FAILED
    assert "took too long" in render(analysis.message)


def test_a_second_delivery_does_nothing() -> None:
    study = cohort()
    analysis = work(asked(study, MembershipFactory(study=study).user))
    finished = analysis.finished_at
    assert work(analysis).finished_at == finished
    assert analysis.attempt == 1
