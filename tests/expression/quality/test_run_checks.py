"""What a check of a run says, and that a run is objected to once; each check by itself: tests/cases/quality."""

import pytest

from cases.models import ConsentStatus
from cases.quality.findings import Finding, findings
from expression.models import WellReading, WellTask
from expression.quality.run_checks import qpcr_replicates_differ, qpcr_signal_in_control, qpcr_without_template_control
from tests.factories import (
    MembershipFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """RANKL at 24 and 31 cycles in two samples."""
    run = QpcrRunFactory(code="R1")
    target = QpcrTargetFactory(run=run, name="RANKL")
    for cq in (24, 31):
        QpcrWellFactory(run=run, target=target, sample=QpcrSampleFactory(run=run), cq=cq)
    return run


def control(run, cq, **fields):
    values = {"task": WellTask.NO_TEMPLATE, "cq": cq} | fields
    return QpcrWellFactory(run=run, position="P1", sample=None, target=run.targets.get(), **values)


def test_a_run_is_objected_to_once(run):
    assert qpcr_without_template_control().count() == 1
    control(run, None, reading=WellReading.UNDETERMINED)
    assert not qpcr_without_template_control().exists()


def test_at_the_first_sample_whose_patient_takes_part(run):
    first, second = run.samples.order_by("pk")
    first.specimen.patient.consent_status = ConsentStatus.WITHDRAWN
    first.specimen.patient.save()
    assert qpcr_without_template_control().get() == second


@pytest.mark.parametrize(("cq", "found"), [(35.9, True), (36.0, False)])
def test_signal_less_than_five_cycles_after_the_weakest_sample(run, cq, found):
    control(run, cq)
    assert qpcr_signal_in_control().exists() is found


def test_an_omitted_control_does_not_count(run):
    control(run, 30, omitted=True)
    assert not qpcr_signal_in_control().exists()


def test_signal_where_no_sample_has_one(run):
    run.wells.update(reading=WellReading.UNDETERMINED, cq=None)
    control(run, 39)
    assert qpcr_signal_in_control().count() == 1


def test_sentence(run):
    control(run, 30.12345)
    user = MembershipFactory(study=run.study, role="manager").user
    [finding] = [
        Finding(**row) for row in findings(user=user, study=run.study) if row["check_code"] == "qpcr-signal-in-control"
    ]
    assert finding.text == (
        "In run R1 control well P1 reads RANKL at Cq 30.123, less than 5 cycles after the weakest sample."
    )


def test_replicates_are_those_of_one_target_in_one_sample(run):
    assert not qpcr_replicates_differ().exists()
    well = run.wells.first()
    QpcrWellFactory(run=run, target=well.target, sample=well.sample, cq=well.cq + 0.75)
    assert qpcr_replicates_differ().get() == well.sample
