"""Each gate leaves out the patient made for it and lets the like one pass; the steps add up."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.access import StudyRights
from cases.models import ConsentStatus, Core, Patient, Role, Study, TissueMicroarray
from expression.assays import ASSAYS
from expression.exclusion_flow import FlowQuestion, Step, discloses_nobody, exclusion_flow
from tests.factories import (
    AntibodyFactory,
    BandFactory,
    ConsolidationRuleFactory,
    CoreFactory,
    DiagnosisFactory,
    ExpressionValueFactory,
    HistologyFactory,
    IhcReadingFactory,
    LaneFactory,
    MarkerFactory,
    PatientFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    TissueMicroarrayFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

UNREAD = {"percent_0": None, "percent_1": None, "percent_2": None, "percent_3": None}


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def block(study: Study, **fields: Any) -> Any:
    """A block of a patient of its own."""
    return SpecimenFactory(patient=PatientFactory(study=study), kind="ffpe_block", **fields)


def core(array: TissueMicroarray, specimen: Any, **fields: Any) -> Any:
    """In the next place of the first row."""
    return CoreFactory(microarray=array, column=array.cores.count() + 1, specimen=specimen, **fields)


def flow(study: Study, assay: str, *, site_id: int | None = None, **question: Any) -> list[Step]:
    rights = StudyRights(study=study, role=Role.MANAGER, site_id=site_id)
    question |= {"user": UserFactory(), "marker": MarkerFactory(), "assay": ASSAYS[assay]}
    return exclusion_flow(FlowQuestion(rights=rights, **question))


def numbers(steps: list[Step]) -> list[int]:
    return [step.number for step in steps]


def reasons(steps: list[Step]) -> dict[str, int]:
    return {str(reason): number for step in steps for reason, number in step.reasons}


class TestIhc:
    def test_nobody(self, study: Study) -> None:
        assert numbers(flow(study, "ihc")) == [0, 0, 0, 0, 0]

    def test_tissue(self, study: Study) -> None:
        PatientFactory(study=study)
        SpecimenFactory(patient=PatientFactory(study=study), kind="rna_extract")
        block(study)
        steps = flow(study, "ihc")
        assert numbers(steps)[:2] == [3, 1]
        assert reasons(steps[:2]) == {"No specimen": 1, "Extracts or cells only": 1}

    def test_stained(self, study: Study) -> None:
        """A lost core of an array that was stained is a stained one."""
        antibody = AntibodyFactory(study=study)
        stained, other = TissueMicroarrayFactory(study=study), TissueMicroarrayFactory(study=study)
        block(study)
        core(other, block(study))
        core(stained, block(study), status="lost")
        read = block(study)
        IhcReadingFactory(specimen=read, core=core(stained, read), antibody=antibody)
        IhcReadingFactory(specimen=block(study), antibody__marker=MarkerFactory(symbol="SOX9"))
        steps = flow(study, "ihc")
        assert numbers(steps) == [5, 5, 2, 1, 1]
        assert reasons(steps) == {"Not stained for this marker": 2, "On an array that was not stained": 1, "Lost": 1}

    def test_evaluable(self, study: Study) -> None:
        antibody = AntibodyFactory(study=study)
        array = TissueMicroarrayFactory(study=study)
        for evaluability in ("lost", "no_tumour", "not_assessable"):
            IhcReadingFactory(specimen=block(study), antibody=antibody, evaluability=evaluability, **UNREAD)
        both = block(study)
        IhcReadingFactory(specimen=both, antibody=antibody, evaluability="lost", reader="A", **UNREAD)
        IhcReadingFactory(specimen=both, antibody=antibody, evaluability="no_tumour", reader="B", **UNREAD)
        one = block(study)
        IhcReadingFactory(specimen=one, antibody=antibody, evaluability="lost", reader="A", **UNREAD)
        IhcReadingFactory(specimen=one, antibody=antibody, reader="B")
        IhcReadingFactory(
            specimen=None,
            patient=None,
            study=study,
            core=core(array, None, control_tissue="tonsil"),
            antibody=antibody,
        )
        core(array, block(study))
        steps = flow(study, "ihc")
        assert numbers(steps) == [6, 6, 6, 1, 1]
        assert reasons(steps) == {"No tumour": 2, "Lost": 1, "Not assessable": 1, "Core not scored yet": 1}

    def test_a_core_that_was_found_lost_later(self, study: Study) -> None:
        specimen = block(study)
        reading = IhcReadingFactory(specimen=specimen, core=core(TissueMicroarrayFactory(study=study), specimen))
        Core.objects.filter(pk=reading.core.pk).update(status="lost")
        steps = flow(study, "ihc")
        assert (numbers(steps), reasons(steps)) == ([1, 1, 1, 0, 0], {"Lost": 1})

    def test_rule(self, study: Study) -> None:
        """Two cores of one specimen are enough; two of two specimens, or in two kinds of cells, are not."""
        antibody = AntibodyFactory(study=study)
        array = TissueMicroarrayFactory(study=study)

        def cored(*specimens: Any, cells: tuple[str, ...] = ("tumour", "tumour")) -> None:
            for specimen, cell_type in zip(specimens, cells, strict=True):
                place = core(array, specimen)
                IhcReadingFactory(specimen=specimen, core=place, antibody=antibody, cell_type=cell_type)

        enough, mixed, first = block(study), block(study), block(study)
        cored(enough, enough)
        cored(mixed, mixed, cells=("tumour", "giant_cell"))
        cored(first, SpecimenFactory(patient=first.patient))
        IhcReadingFactory(specimen=block(study), antibody=antibody)
        rule = ConsolidationRuleFactory(study=study, minimum_evaluable_cores=2)
        assert numbers(flow(study, "ihc"))[-2:] == [4, 4]
        steps = flow(study, "ihc", rule=rule)
        assert numbers(steps)[-2:] == [4, 2]
        assert reasons(steps) == {"Fewer than 2 evaluable cores in every specimen": 2}


class TestQpcr:
    def measured(self, study: Study, *, cq: float | None, reference: float | None) -> None:
        run = QpcrRunFactory(study=study)
        sample = QpcrSampleFactory(run=run, specimen=block(study))
        for role, value, marker in (("target", cq, MarkerFactory()), ("reference", reference, None)):
            target = QpcrTargetFactory(run=run, marker=marker, role=role)
            reading = "undetermined" if value is None else "detected"
            QpcrWellFactory(run=run, sample=sample, target=target, cq=value, reading=reading)

    def test_steps(self, study: Study) -> None:
        PatientFactory(study=study)
        block(study)
        self.measured(study, cq=25.0, reference=18.0)
        self.measured(study, cq=None, reference=18.0)
        self.measured(study, cq=25.0, reference=None)
        steps = flow(study, "qpcr")
        assert numbers(steps) == [5, 4, 3, 2, 1]
        assert reasons(steps) == {
            "No specimen": 1,
            "Not measured": 1,
            "A reference gene is undetermined.": 1,
            "Undetermined: a limit instead of a value.": 1,
        }

    def test_a_control_is_no_measurement(self, study: Study) -> None:
        run = QpcrRunFactory(study=study)
        sample = QpcrSampleFactory(run=run, specimen=block(study))
        QpcrWellFactory(run=run, sample=sample, task="no_rt")
        assert numbers(flow(study, "qpcr")) == [1, 1, 0, 0, 0]


class TestWestern:
    def test_steps(self, study: Study) -> None:
        def band(*, control: bool, **fields: Any) -> None:
            lane = LaneFactory(blot__study=study, specimen=block(study))
            one = BandFactory(blot=lane.blot, lane=lane, marker=MarkerFactory(), **fields)
            if control:
                BandFactory(
                    blot=lane.blot, lane=lane, membrane=one.membrane, form="loading_control", marker=None, volume=9
                )

        band(control=True)
        band(control=False)
        band(control=True, saturated=True)
        block(study)
        steps = flow(study, "western")
        assert numbers(steps) == [4, 4, 3, 1]
        assert reasons(steps) == {"Not measured": 1, "No loading control in the lane": 1, "Saturated": 1}


def test_profile(study: Study) -> None:
    ExpressionValueFactory(specimen=block(study))
    ExpressionValueFactory(specimen=block(study), marker=MarkerFactory(symbol="SOX9"))
    steps = flow(study, "profile")
    assert (numbers(steps), reasons(steps)) == ([2, 2, 1], {"Not measured": 1})


def test_withdrawn_consent_is_in_no_step(study: Study) -> None:
    reading = IhcReadingFactory(specimen=block(study))
    block(study)
    Patient.objects.filter(pk=reading.patient.pk).update(consent_status=ConsentStatus.WITHDRAWN)
    assert numbers(flow(study, "ihc")) == [1, 1, 0, 0, 0]


def test_of_one_histology_and_of_one_site(study: Study) -> None:
    bone, soft = HistologyFactory(name="Bone"), HistologyFactory(name="Soft")
    site = SiteFactory(study=study)
    for histology, own in ((bone, site), (bone, None), (soft, None)):
        patient = PatientFactory(study=study, site=own)
        DiagnosisFactory(patient=patient, histology=histology)
        IhcReadingFactory(specimen=SpecimenFactory(patient=patient, kind="ffpe_block"))
    DiagnosisFactory(patient=patient, histology=bone, is_index=False)
    assert numbers(flow(study, "ihc", histology=bone)) == [2] * 5
    assert numbers(flow(study, "ihc", site_id=site.pk)) == [1] * 5


@pytest.mark.parametrize("assay", list(ASSAYS))
def test_queries_do_not_grow_with_the_patients(study: Study, assay: str) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            flow(study, assay)
        return len(captured)

    def more() -> None:
        specimen = block(study)
        IhcReadingFactory(specimen=specimen, core=core(TissueMicroarrayFactory(study=study), specimen))
        TestQpcr().measured(study, cq=25.0, reference=18.0)
        ExpressionValueFactory(specimen=specimen)
        lane = LaneFactory(blot__study=study, specimen=specimen)
        BandFactory(blot=lane.blot, lane=lane, marker=MarkerFactory())

    more()
    before = counted()
    for _number in range(3):
        more()
    assert counted() == before


def test_small_numbers() -> None:
    large = Step(title="", number=20, reasons=(("Lost", 5),))
    assert discloses_nobody([large, Step(title="", number=0)])
    assert not discloses_nobody([large, Step(title="", number=18, reasons=(("Lost", 2),))])
    assert not discloses_nobody([large, Step(title="", number=4)])
