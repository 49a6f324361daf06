"""Runs over the API say what their pages say, to the same people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import ConsentStatus, Patient, Role
from tests.expression.plates import EXAMPLE, import_run
from tests.factories import MembershipFactory, QpcrRunFactory, QpcrTargetFactory, QpcrWellFactory, StudyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return StudyFactory(code="SARC")


@pytest.fixture
def run(study):
    return import_run(EXAMPLE, study, unmatched="create")


@pytest.fixture
def member(client, study):
    client.force_login(MembershipFactory(study=study, role=Role.RESEARCHER).user)
    return client


def got(client, name, *keys, **query):
    answer = client.get(reverse(f"api:qpcr-run-{name}", args=keys), query)
    assert answer.status_code == 200
    return answer.json()


def test_runs(member, run):
    QpcrRunFactory()
    [found] = got(member, "list")["results"]
    assert (found["study"], found["code"], found["cycles"]) == ("SARC", "SYNTHETIC-PLATE-1", 40)
    assert got(member, "detail", run.pk) == found


def test_targets_with_their_curves(member, run):
    rankl = run.targets.get(name="RANKL")
    for number, quantity in enumerate((1, 10, 100)):
        QpcrWellFactory(
            run=run, position=f"N{number + 1}", target=rankl, sample=None, task="standard", quantity=quantity,
            cq=35 - 3.5 * number,
        )  # fmt: skip
    targets = {target["name"]: target for target in got(member, "targets", run.pk)}
    assert targets["GAPDH"] == {
        "name": "GAPDH", "marker": None, "role": "reference", "assay_id": "", "efficiency": 2.0,
        "efficiency_source": "assumed", "curve": None,
    }  # fmt: skip
    curve = targets["RANKL"]["curve"]
    assert (curve["points"], curve["dilutions"], curve["reason"]) == (3, 3, None)
    assert curve["slope"] == pytest.approx(-3.5)
    assert curve["efficiency"] == pytest.approx(10 ** (1 / 3.5))


def test_delta_cq(member, run):
    answer = got(member, "delta-cq", run.pk)
    assert (answer["undetermined"], answer["calibrators"]) == ("censored", ["EX01-0001-S1"])
    assert answer["reference_genes"] == ["ACTB", "GAPDH"]
    rows = {(row["sample"], row["target"]): row for row in answer["results"]}
    assert len(rows) == 36
    row = rows["EX01-0002-S1", "RANKL"]
    assert (row["patient"], row["marker"], row["status"]) == ("EX01-0002", "TNFSF11", "evaluable")
    assert row["delta_cq"] == pytest.approx(7.54625)
    assert row["relative_quantity"] == pytest.approx(8.1525421784436443)
    limited = rows["EX01-0004-S1", "RANKL"]
    assert (limited["delta_cq"], limited["delta_cq_at_least"]) == (None, pytest.approx(21.47575))


@pytest.mark.parametrize(("policy", "status"), [("limit", "evaluable"), ("excluded", "not_evaluable")])
def test_policy(member, run, policy, status):
    rows = got(member, "delta-cq", run.pk, undetermined=policy)["results"]
    found = [row["status"] for row in rows if (row["sample"], row["target"]) == ("EX01-0004-S1", "RANKL")]
    assert found == [status]


def test_unknown_policy(member, run):
    answer = member.get(reverse("api:qpcr-run-delta-cq", args=[run.pk]), {"undetermined": "perhaps"})
    assert answer.status_code == 400


def test_withdrawn_consent(member, run):
    Patient.objects.filter(code="EX01-0002").update(consent_status=ConsentStatus.WITHDRAWN)
    rows = got(member, "delta-cq", run.pk)["results"]
    assert {row["patient"] for row in rows} == {f"EX01-{number:04d}" for number in range(1, 13) if number != 2}


def test_read_only(member, run):
    assert member.delete(reverse("api:qpcr-run-detail", args=[run.pk])).status_code == 405


def test_number_of_queries(member, study, run):
    small = QpcrRunFactory(study=study)
    QpcrWellFactory(run=small, target=QpcrTargetFactory(run=small))

    def queries(name, *keys):
        with CaptureQueriesContext(connection) as captured:
            got(member, name, *keys)
        return len(captured)

    for name in ("targets", "delta-cq"):
        assert queries(name, small.pk) == queries(name, run.pk)
    few = queries("list")
    QpcrRunFactory(study=study)
    assert queries("list") == few
