"""Cores → specimen → patient: who counts, what stands beside the value, and why there is none."""

from dataclasses import replace
from typing import Any

import pytest
from django.db.models import QuerySet

from cases.models import Patient, Specimen, Study
from cases.sentences import render
from expression.consolidation import Counts, PatientValue, RuleDoesNotFit, Stain, consolidated
from expression.models import Antibody, ConsolidationRule, IhcReading
from tests.expression.quality_cases import LOST
from tests.factories import (
    AntibodyFactory,
    ConsolidationRuleFactory,
    CoreFactory,
    IhcReadingFactory,
    MarkerFactory,
    PatientFactory,
    PositivityCutoffFactory,
    SpecimenFactory,
    StudyFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def antibody(study: Study) -> Antibody:
    return AntibodyFactory(study=study, code="RANKL-1")


@pytest.fixture
def patient(study: Study) -> Patient:
    return PatientFactory(study=study)


@pytest.fixture
def specimen(patient: Patient) -> Specimen:
    return SpecimenFactory(patient=patient)


def weak(percent: int) -> dict[str, Any]:
    """Percentages with this H-score."""
    return {"percent_0": 100 - percent, "percent_1": percent, "percent_2": 0, "percent_3": 0}


def stain(antibody: Antibody, **fields: Any) -> Stain:
    usual = {"cell_type": "tumour", "compartment": "not_stated", "scale": "h_score"}
    return Stain(**{"marker": antibody.marker, "antibody": antibody} | usual | fields)


def rule(study: Study, cores: str = "median", specimens: str = "median", **fields: Any) -> ConsolidationRule:
    return ConsolidationRuleFactory(study=study, cores_to_specimen=cores, specimens_to_patient=specimens, **fields)


def core_of(specimen: Specimen, antibody: Antibody, *readings: dict[str, Any], **core: Any) -> Any:
    place = CoreFactory(specimen=specimen, microarray__study=specimen.study, **core)
    for reading in readings:
        IhcReadingFactory(specimen=specimen, core=place, antibody=antibody, **reading)
    return place


def everything(study: Study) -> QuerySet[IhcReading]:
    return IhcReading.objects.filter(study=study)


def value_of(study: Study, antibody: Antibody, by: ConsolidationRule, **fields: Any) -> PatientValue:
    [value] = consolidated(readings=everything(study), stain=stain(antibody, **fields), rule=by)
    return value


@pytest.mark.parametrize(("by", "expected"), [("median", 20.0), ("mean", 40.0), ("max", 90.0)])
def test_cores_make_the_specimen(
    study: Study, specimen: Specimen, antibody: Antibody, by: str, expected: float
) -> None:
    for score in (10, 20, 90):
        core_of(specimen, antibody, weak(score))
    value = value_of(study, antibody, rule(study, by))
    [of_specimen] = value.specimens
    assert (value.value, of_specimen.value) == (expected, expected)
    assert (of_specimen.spread.number, of_specimen.spread.minimum, of_specimen.spread.maximum) == (3, 10.0, 90.0)  # type: ignore[union-attr]
    assert value.counts == Counts(evaluable=3)
    assert (value.readers, value.antibodies, value.reason) == (("MK",), ("RANKL-1",), None)


def test_specimens_make_the_patient_not_their_cores(study: Study, patient: Patient, antibody: Antibody) -> None:
    """Three cores of one specimen weigh as much as one section of the other."""
    many, single = SpecimenFactory(patient=patient), SpecimenFactory(patient=patient)
    for _ in range(3):
        core_of(many, antibody, weak(100))
    IhcReadingFactory(specimen=single, antibody=antibody, **weak(0))
    value = value_of(study, antibody, rule(study, "mean", "mean"))
    assert value.value == 50.0
    assert (value.spread.number, value.spread.minimum, value.spread.maximum) == (2, 0.0, 100.0)  # type: ignore[union-attr]
    assert value.counts == Counts(evaluable=4)


def test_readers_of_a_core_are_one_value(study: Study, specimen: Specimen, antibody: Antibody) -> None:
    core_of(specimen, antibody, weak(0) | {"reader": "MK"}, weak(60) | {"reader": "TS"})
    value = value_of(study, antibody, rule(study))
    assert (value.value, value.counts, value.readers) == (30.0, Counts(evaluable=1), ("MK", "TS"))
    assert value.specimens[0].spread.sd is None  # type: ignore[union-attr]


def test_a_consensus_wins(study: Study, specimen: Specimen, antibody: Antibody) -> None:
    agreed = weak(80) | {"reader": "MK+TS", "is_consensus": True}
    core_of(specimen, antibody, weak(0) | {"reader": "MK"}, weak(60) | {"reader": "TS"}, agreed)
    value = value_of(study, antibody, rule(study))
    assert (value.value, value.readers) == (80.0, ("MK+TS",))


class TestTooFewCores:
    def test_no_value_and_why(self, study: Study, specimen: Specimen, antibody: Antibody) -> None:
        core_of(specimen, antibody, weak(10))
        core_of(specimen, antibody, LOST)
        value = value_of(study, antibody, rule(study, minimum_evaluable_cores=2))
        assert value.value is None
        assert render(value.reason) == "The rule needs 2 evaluable cores, and there are 1."
        assert value.counts == Counts(evaluable=1, lost=1)
        assert value.specimens[0].spread.minimum == 10.0  # type: ignore[union-attr]

    def test_nothing_evaluable(self, study: Study, specimen: Specimen, antibody: Antibody) -> None:
        core_of(specimen, antibody, LOST | {"evaluability": "not_assessable"})
        value = value_of(study, antibody, rule(study))
        assert (value.value, render(value.reason)) == (None, "Nothing was evaluable.")
        assert value.specimens[0].spread is None

    def test_a_section_is_enough(self, study: Study, specimen: Specimen, antibody: Antibody) -> None:
        IhcReadingFactory(specimen=specimen, antibody=antibody, **weak(10))
        assert value_of(study, antibody, rule(study, minimum_evaluable_cores=3)).value == 10.0

    def test_one_specimen_with_a_value_is_enough(self, study: Study, patient: Patient, antibody: Antibody) -> None:
        first, second = SpecimenFactory(patient=patient), SpecimenFactory(patient=patient)
        core_of(first, antibody, weak(10))
        core_of(first, antibody, weak(30))
        core_of(second, antibody, weak(300 // 3))
        value = value_of(study, antibody, rule(study, minimum_evaluable_cores=2))
        assert value.value == 20.0
        assert [specimen.value for specimen in value.specimens] == [20.0, None]

    def test_several_without_a_value(self, study: Study, patient: Patient, antibody: Antibody) -> None:
        for _ in range(2):
            core_of(SpecimenFactory(patient=patient), antibody, LOST)
        assert render(value_of(study, antibody, rule(study)).reason) == "None of its specimens has a value."


class TestEmptyCores:
    def test_a_core_lost_after_reading_has_no_score(self, study: Study, specimen: Specimen, antibody: Antibody) -> None:
        core = core_of(specimen, antibody, weak(100))
        core_of(specimen, antibody, weak(20))
        core.status = "lost"
        core.save()
        value = value_of(study, antibody, rule(study))
        assert (value.value, value.counts) == (20.0, Counts(evaluable=1, lost=1))

    def test_an_empty_core_nobody_read_is_counted(self, study: Study, specimen: Specimen, antibody: Antibody) -> None:
        core = core_of(specimen, antibody, weak(100))
        CoreFactory(specimen=specimen, microarray=core.microarray, column=2, status="no_tumour")
        CoreFactory(specimen=specimen, microarray=core.microarray, column=3)
        CoreFactory(specimen=specimen, microarray__study=study, status="lost")
        assert value_of(study, antibody, rule(study)).counts == Counts(evaluable=1, no_tumour=1)


class TestScales:
    RECORDED = dict.fromkeys(weak(0)) | {"recorded_scale": "allred", "recorded_score": 6}

    def test_a_recorded_summary_counts_on_its_scale(self, study: Study, specimen: Specimen, antibody: Antibody) -> None:
        core_of(specimen, antibody, self.RECORDED)
        assert value_of(study, antibody, rule(study), scale="allred").value == 6.0

    def test_and_on_no_other(self, study: Study, specimen: Specimen, antibody: Antibody) -> None:
        core_of(specimen, antibody, self.RECORDED)
        value = value_of(study, antibody, rule(study))
        assert value.value is None
        assert render(value.reason) == "Only summary scores on another scale were recorded."
        assert value.counts == Counts(not_on_scale=1)

    @pytest.mark.parametrize(("scale", "expected"), [("percent_positive", 60.0), ("irs", 3.0), ("allred", 5.0)])
    def test_percentages_make_every_score(
        self, study: Study, specimen: Specimen, antibody: Antibody, scale: str, expected: float
    ) -> None:
        core_of(specimen, antibody, weak(60))
        assert value_of(study, antibody, rule(study), scale=scale).value == expected


class TestAnyPositive:
    @pytest.mark.parametrize(("at_least", "expected"), [(40, 1.0), (40.1, 0.0)])
    def test_one_core_that_reaches_the_cutoff_makes_the_specimen_positive(
        self, study: Study, specimen: Specimen, antibody: Antibody, at_least: float, expected: float
    ) -> None:
        for score in (0, 40):
            core_of(specimen, antibody, weak(score))
        cutoff = PositivityCutoffFactory(study=study, at_least=at_least)
        assert value_of(study, antibody, rule(study, "any_positive", "max", cutoff=cutoff)).value == expected

    @pytest.mark.parametrize("cores", ["any_positive", "median"])
    def test_one_specimen_makes_the_patient_positive(
        self, study: Study, patient: Patient, antibody: Antibody, cores: str
    ) -> None:
        for score in (0, 60):
            core_of(SpecimenFactory(patient=patient), antibody, weak(score))
        cutoff = PositivityCutoffFactory(study=study, at_least=50)
        assert value_of(study, antibody, rule(study, cores, "any_positive", cutoff=cutoff)).value == 1.0

    @pytest.mark.parametrize(
        "about",
        [
            {"scale": "irs", "at_least": 4},
            {"cell_type": "stromal"},
            {"compartment": "membrane"},
            {"marker": "SOX9"},
            {"antibody": True},
        ],
    )
    def test_a_cutoff_about_something_else_is_refused_in_words(
        self, study: Study, specimen: Specimen, antibody: Antibody, about: dict[str, Any]
    ) -> None:
        core_of(specimen, antibody, weak(60))
        if "marker" in about:
            about = {"marker": MarkerFactory(symbol="SOX9")}
        if "antibody" in about:
            about = {"antibody": AntibodyFactory(study=study)}
        cutoff = PositivityCutoffFactory(study=study, **about)
        with pytest.raises(RuleDoesNotFit, match="about something else"):
            value_of(study, antibody, rule(study, "any_positive", cutoff=cutoff))


class TestStains:
    def test_each_is_its_own(self, study: Study, specimen: Specimen, antibody: Antibody) -> None:
        core = core_of(specimen, antibody, weak(10))
        for other in (
            {"cell_type": "giant_cell"},
            {"compartment": "membrane"},
            {"antibody": AntibodyFactory(study=study)},
        ):
            IhcReadingFactory(**{"specimen": specimen, "core": core, "antibody": antibody} | weak(90) | other)
        assert value_of(study, antibody, rule(study)).value == 10.0
        assert value_of(study, antibody, rule(study), cell_type="giant_cell").value == 90.0

    def test_a_marker_counts_every_antibody_once(self, study: Study, specimen: Specimen, antibody: Antibody) -> None:
        """Two clones on one core are two places, not two readers of one."""
        other = AntibodyFactory(study=study, code="RANKL-2")
        core = core_of(specimen, antibody, weak(10) | {"is_consensus": True})
        IhcReadingFactory(specimen=specimen, core=core, antibody=other, **weak(90))
        sox9 = AntibodyFactory(study=study, marker=MarkerFactory(symbol="SOX9"))
        IhcReadingFactory(specimen=specimen, core=core, antibody=sox9, **weak(100))
        of_marker = replace(stain(antibody), antibody=None)
        [value] = consolidated(readings=everything(study), stain=of_marker, rule=rule(study))
        assert (value.value, value.counts.evaluable, value.antibodies) == (50.0, 2, ("RANKL-1", "RANKL-2"))


def test_only_the_given_specimens_count(study: Study, patient: Patient, antibody: Antibody) -> None:
    before, after = SpecimenFactory(patient=patient), SpecimenFactory(patient=patient)
    core_of(before, antibody, weak(10))
    core_of(after, antibody, weak(90))
    asked = everything(study).filter(specimen=before)
    [value] = consolidated(readings=asked, stain=stain(antibody), rule=rule(study))
    assert value.value == 10.0


def test_control_tissue_is_no_patient(study: Study, specimen: Specimen, antibody: Antibody) -> None:
    core = CoreFactory(specimen=None, control_tissue="tonsil", microarray__study=study)
    IhcReadingFactory(specimen=None, patient=None, study=study, core=core, antibody=antibody)
    assert consolidated(readings=everything(study), stain=stain(antibody), rule=rule(study)) == []


def test_patients_without_a_reading_are_absent(study: Study, specimen: Specimen, antibody: Antibody) -> None:
    assert consolidated(readings=everything(study), stain=stain(antibody), rule=rule(study)) == []


def test_number_of_queries_does_not_grow(study: Study, antibody: Antibody, django_assert_num_queries: Any) -> None:
    by = rule(study)
    for number in (1, 8):
        for _ in range(number):
            specimen = SpecimenFactory(patient=PatientFactory(study=study))
            for _core in range(3):
                core_of(specimen, antibody, weak(10), weak(20) | {"reader": "TS"})
        with django_assert_num_queries(2):
            values = consolidated(readings=everything(study), stain=stain(antibody), rule=by)
    assert len(values) == 9
