"""From the question to the numbers: one value per patient, everybody counted, nothing beyond the asker's rights."""

from typing import Any

import pytest

from analytics.dataset import sha256
from analytics.kinds.expression_by_group.dataset import Samples, load
from analytics.stats import NotComparable
from cases.models import ConsentStatus, Role, Sex, Study
from cases.sentences import render
from expression.models import ProfileUnit, TargetRole, WellReading
from tests.analytics.cohort import HIGH, LOW, add_patient, cohort, question
from tests.factories import (
    DiagnosisFactory,
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    MarkerFactory,
    MembershipFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
)

pytestmark = pytest.mark.django_db


def loaded(study: Study, user: Any = None, **changes: Any) -> Samples:
    user = user or MembershipFactory(study=study).user
    return load(spec=question(study, **changes), by=user)


def reasons(dataset: Samples) -> dict[str, tuple[int, int]]:
    return {render(item.reason): (item.patients, item.samples) for item in dataset.exclusions}


def test_one_value_for_each_patient() -> None:
    study = cohort()
    dataset = loaded(study)
    assert dataset.values_by_group() == {"SSX1": list(HIGH), "SSX2": list(LOW)}
    assert dataset.flow == {"in_scope": 12, "measured": 12, "grouped": 12, "compared": 12}
    assert dataset.unit == {"en": "log2(TPM+1)", "ja": "log2(TPM+1)"}
    assert dataset.exclusions == []


@pytest.mark.parametrize(("rule", "value"), [("median", 2.0), ("mean", 3.0), ("maximum", 6.0)])
def test_several_samples_of_a_patient_count_once(rule: str, value: float) -> None:
    study = StudyFactory()
    add_patient(study, 1.0, 2.0, 6.0)
    dataset = loaded(study, consolidation=rule)
    assert dataset.values_by_group() == {"SSX1": [value]}
    assert dataset.samples_by_group() == {"SSX1": 3}


def test_patients_without_a_group_or_a_value_are_counted() -> None:
    study = cohort()
    add_patient(study, 1.0, 2.0, partner="")
    add_patient(study, partner="SSX1")
    dataset = loaded(study)
    assert dataset.flow == {"in_scope": 14, "measured": 13, "grouped": 12, "compared": 12}
    assert reasons(dataset) == {"SS18 fusion partner not known": (1, 2)}


def test_only_the_chosen_groups_in_their_order() -> None:
    study = cohort({"SSX1": [1.0], "SSX2": [2.0], "SSX4": [3.0, 4.0]})
    dataset = loaded(study, groups=["SSX2", "SSX1"])
    assert dataset.values_by_group() == {"SSX2": [2.0], "SSX1": [1.0]}
    assert reasons(dataset) == {"In a group that is not compared": (2, 2)}
    assert (dataset.flow["grouped"], dataset.flow["compared"]) == (4, 2)


def test_reference_stands_last() -> None:
    assert list(loaded(cohort(), reference="SSX1").groups) == ["SSX2", "SSX1"]


def test_a_chosen_group_without_patients_is_empty_not_forgotten() -> None:
    assert loaded(cohort({"SSX1": [1.0]}), groups=["SSX1", "SSX9"]).values_by_group() == {"SSX1": [1.0], "SSX9": []}


def test_nobody_at_all() -> None:
    study = cohort({})
    ExpressionDatasetFactory(study=study, code="RNA")
    MarkerFactory()
    dataset = loaded(study)
    assert dataset.values_by_group() == {}
    assert dataset.flow == {"in_scope": 0, "measured": 0, "grouped": 0, "compared": 0}


def test_values_of_another_dataset_or_marker_never_mix() -> None:
    study = cohort({"SSX1": [1.0]})
    specimen = study.specimens.get()
    rsem = ExpressionDatasetFactory(study=study, code="RSEM", unit=ProfileUnit.RSEM)
    ExpressionValueFactory(specimen=specimen, dataset=rsem, value=900.0)
    ExpressionValueFactory(
        specimen=specimen,
        dataset=study.expression_datasets.get(code="RNA"),
        marker=MarkerFactory(symbol="ACP5"),
        value=7.0,
    )
    assert loaded(study).values_by_group() == {"SSX1": [1.0]}
    assert loaded(study, dataset="RSEM").values_by_group() == {"SSX1": [900.0]}


def test_withdrawn_consent_is_in_no_number() -> None:
    study = cohort()
    add_patient(study, 9.0, consent_status=ConsentStatus.WITHDRAWN)
    dataset = loaded(study)
    assert dataset.flow["in_scope"] == 12
    assert 9.0 not in dataset.values_by_group()["SSX1"]


def test_a_member_of_one_site_asks_of_that_site() -> None:
    site = SiteFactory(code="NARA")
    study = cohort({"SSX1": [1.0, 2.0]}, study=site.study, site=site)
    add_patient(study, 5.0)
    own = MembershipFactory(site=site, role=Role.DATA_ENTRY).user
    assert loaded(study, own).values_by_group() == {"SSX1": [1.0, 2.0]}
    assert loaded(study, own).flow["in_scope"] == 2
    assert loaded(study).values_by_group() == {"SSX1": [1.0, 2.0, 5.0]}


def test_population_can_be_narrowed() -> None:
    study = StudyFactory()
    site = SiteFactory(study=study, code="NARA")
    woman = add_patient(study, 1.0, sex=Sex.FEMALE, site=site)
    add_patient(study, 2.0, sex=Sex.MALE)
    DiagnosisFactory(patient=woman, category="soft_tissue")
    for narrowed in ({"sex": "female"}, {"site": "NARA"}, {"category": "soft_tissue"}):
        dataset = loaded(study, population=narrowed)
        assert dataset.values_by_group() == {"SSX1": [1.0]}
        assert (dataset.flow["in_scope"], dataset.flow["selected"]) == (2, 1)


def test_frozen_input_is_codes_and_has_a_stable_hash() -> None:
    study = StudyFactory()
    patient = add_patient(study, 1.0, 2.0)
    frozen = loaded(study).frozen()
    assert frozen["columns"] == ["patient", "group", "sample", "value", "patient_value"]
    assert frozen["rows"] == [
        [patient.code, "SSX1", f"{patient.code}-S1", 1.0, 1.5],
        [patient.code, "SSX1", f"{patient.code}-S2", 2.0, 1.5],
    ]
    assert sha256(frozen) == sha256(loaded(study).frozen())
    assert sha256(frozen) != sha256({**frozen, "rows": frozen["rows"][:1]})


class Plate:
    """A run in which RANKL and GAPDH of specimens are read."""

    def __init__(self, study: Study, *, reference: str = "GAPDH") -> None:
        self.run = QpcrRunFactory(study=study, cycles=40)
        self.target = QpcrTargetFactory(run=self.run, name="RANKL")
        self.reference = QpcrTargetFactory(run=self.run, name=reference, marker=None, role=TargetRole.REFERENCE)

    def read(self, specimen: Any, *, target: list[float | None], reference: list[float | None]) -> None:
        sample = QpcrSampleFactory(run=self.run, specimen=specimen)
        for of, cqs in ((self.target, target), (self.reference, reference)):
            for cq in cqs:
                reading = WellReading.UNDETERMINED if cq is None else WellReading.DETECTED
                QpcrWellFactory(run=self.run, target=of, sample=sample, cq=cq, reading=reading)


def qpcr(study: Study, **changes: Any) -> Samples:
    return loaded(study, assay="qpcr", dataset="", **changes)


def test_qpcr_is_minus_delta_cq() -> None:
    study = StudyFactory()
    specimen = SpecimenFactory(patient=add_patient(study))
    Plate(study).read(specimen, target=[28.0, 28.5], reference=[20.0, 20.25])
    dataset = qpcr(study)
    assert dataset.values_by_group() == {"SSX1": [pytest.approx(-8.125)]}
    assert dataset.reference_genes == ["GAPDH"]
    assert dataset.unit["en"] == "−ΔCq (log2)"


def test_qpcr_undetermined_by_the_stated_policy() -> None:
    study = StudyFactory()
    plate = Plate(study)
    plate.read(SpecimenFactory(patient=add_patient(study)), target=[28.0], reference=[20.0])
    plate.read(SpecimenFactory(patient=add_patient(study)), target=[None], reference=[20.0])
    excluded = qpcr(study)
    assert excluded.values_by_group() == {"SSX1": [-8.0]}
    assert reasons(excluded) == {"Undetermined": (1, 1)}
    assert excluded.flow == {"in_scope": 2, "measured": 1, "grouped": 1, "compared": 1}
    at_limit = qpcr(study, undetermined="limit")
    assert at_limit.values_by_group() == {"SSX1": [-8.0, -20.0]}
    assert [note["code"] for note in at_limit.notes] == ["at-limit"]
    assert at_limit.exclusions == []


def test_qpcr_without_a_reference_gene_is_not_evaluable() -> None:
    study = StudyFactory()
    patient = add_patient(study)
    plate = Plate(study)
    plate.read(SpecimenFactory(patient=patient), target=[28.0], reference=[None])
    plate.read(SpecimenFactory(patient=patient), target=[28.0], reference=[20.0])
    dataset = qpcr(study)
    assert dataset.values_by_group() == {"SSX1": [-8.0]}
    assert reasons(dataset) == {"Reference gene undetermined": (0, 1)}


@pytest.mark.parametrize(
    ("policy", "value", "code"), [("excluded", -8.0, "undetermined-left-out"), ("limit", -14.0, "at-limit")]
)
def test_qpcr_says_where_some_wells_were_undetermined(policy: str, value: float, code: str) -> None:
    study = StudyFactory()
    Plate(study).read(SpecimenFactory(patient=add_patient(study)), target=[28.0, None], reference=[20.0])
    dataset = qpcr(study, undetermined=policy)
    assert dataset.values_by_group() == {"SSX1": [value]}
    assert [note["code"] for note in dataset.notes] == [code]


def test_qpcr_says_where_a_repeat_was_undetermined() -> None:
    study = StudyFactory()
    specimen = SpecimenFactory(patient=add_patient(study))
    Plate(study).read(specimen, target=[28.0], reference=[20.0])
    Plate(study).read(specimen, target=[None], reference=[20.0])
    dataset = qpcr(study)
    assert dataset.values_by_group() == {"SSX1": [-8.0]}
    assert [note["code"] for note in dataset.notes] == ["undetermined-left-out"]


def test_a_patient_lost_for_two_reasons_is_one_patient() -> None:
    study = StudyFactory()
    patient = add_patient(study)
    plate = Plate(study)
    plate.read(SpecimenFactory(patient=patient), target=[None], reference=[20.0])
    plate.read(SpecimenFactory(patient=patient), target=[28.0], reference=[None])
    lost = reasons(qpcr(study))
    assert set(lost) == {"Undetermined", "Reference gene undetermined"}
    assert sum(patients for patients, _samples in lost.values()) == 1
    assert sum(samples for _patients, samples in lost.values()) == 2


def test_qpcr_repeats_of_a_specimen_are_one_sample() -> None:
    study = StudyFactory()
    specimen = SpecimenFactory(patient=add_patient(study))
    Plate(study).read(specimen, target=[28.0], reference=[20.0])
    Plate(study).read(specimen, target=[30.0], reference=[20.0])
    dataset = qpcr(study)
    assert dataset.values_by_group() == {"SSX1": [-9.0]}
    assert dataset.samples_by_group() == {"SSX1": 1}


def test_qpcr_replicates_that_differ_are_doubted() -> None:
    study = StudyFactory()
    Plate(study).read(SpecimenFactory(patient=add_patient(study)), target=[28.0, 30.0], reference=[20.0])
    assert [note["code"] for note in qpcr(study).notes] == ["replicates-differ"]


def test_qpcr_of_different_reference_genes_is_never_compared() -> None:
    study = StudyFactory()
    Plate(study).read(SpecimenFactory(patient=add_patient(study)), target=[28.0], reference=[20.0])
    Plate(study, reference="ACTB").read(SpecimenFactory(patient=add_patient(study)), target=[28.0], reference=[17.0])
    with pytest.raises(NotComparable, match="different reference genes"):
        qpcr(study)


def test_qpcr_is_confined_to_the_site_too() -> None:
    site = SiteFactory(code="NARA")
    study = site.study
    plate = Plate(study)
    plate.read(SpecimenFactory(patient=add_patient(study, site=site)), target=[28.0], reference=[20.0])
    plate.read(SpecimenFactory(patient=add_patient(study)), target=[25.0], reference=[20.0])
    own = MembershipFactory(site=site, role=Role.DATA_ENTRY).user
    dataset = load(spec=question(study, assay="qpcr", dataset=""), by=own)
    assert dataset.values_by_group() == {"SSX1": [-8.0]}


def test_number_of_queries_does_not_depend_on_patients(django_assert_max_num_queries: Any) -> None:
    study = cohort()
    user = MembershipFactory(study=study).user
    for _ in range(3):
        cohort(study=study)
    with django_assert_max_num_queries(10):
        loaded(study, user)
