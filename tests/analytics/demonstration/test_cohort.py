"""The stated truth of the demonstration holds in what is simulated."""

import re
from collections.abc import Iterator

import pytest

from analytics.demonstration.cohort import synthetic_patients
from analytics.demonstration.imaging import CAN_HARDEN
from analytics.demonstration.records import SyntheticPatient
from cases.models import Missing

SIZE = 4000


@pytest.fixture(scope="module")
def cohort() -> list[SyntheticPatient]:
    return list(synthetic_patients(patients=SIZE))


@pytest.fixture(scope="module")
def null_cohort() -> list[SyntheticPatient]:
    return list(synthetic_patients(patients=SIZE, hazard_ratio=1.0))


def followed(cohort: list[SyntheticPatient]) -> Iterator[SyntheticPatient]:
    """The denominator of the response: treated, an index lesion that can harden, an image after the first dose."""
    for one in cohort:
        able = any(lesion.is_index and lesion.radiographic_type in CAN_HARDEN for lesion in one.lesions)
        if one.truth.first_dose is not None and able and len(one.truth.visits) > 1:
            yield one


def sclerotic(patients: list[SyntheticPatient]) -> float:
    assert len(patients) >= 15
    return sum(one.truth.hardened is not None for one in patients) / len(patients)


def rate_ratio(cohort: list[SyntheticPatient]) -> float:
    """Events per person-time after the sclerosis over those before it, from the first dose on."""
    days, events = [0, 0], [0, 0]
    for one in cohort:
        start, end, hardened = one.truth.first_dose, one.truth.end, one.truth.hardened
        if start is None:
            continue
        change = end if hardened is None else hardened
        days[0] += change - start
        days[1] += end - change
        events[0] += sum(start < day <= change for day in one.truth.events)
        events[1] += sum(day > change for day in one.truth.events)
    return (events[1] / days[1]) / (events[0] / days[0])


def test_a_small_cohort_is_the_beginning_of_a_large_one(cohort: list[SyntheticPatient]) -> None:
    assert list(synthetic_patients(patients=20)) == cohort[:20]
    assert list(synthetic_patients(patients=5, first=11)) == cohort[10:15]


def test_no_date_lies_in_the_future(cohort: list[SyntheticPatient]) -> None:
    """An import refuses dates to come, so the study would not come in again."""
    dates = re.findall(r"'(20\d\d(?:-\d\d){0,2})'", repr(cohort))
    assert len(dates) > 10 * SIZE
    assert "2024" < max(dates) < "2025-06"


def test_another_seed_makes_other_people(cohort: list[SyntheticPatient]) -> None:
    assert list(synthetic_patients(patients=20, seed=1)) != cohort[:20]


def test_the_hazard_falls_with_the_sclerosis(cohort: list[SyntheticPatient]) -> None:
    assert rate_ratio(cohort) == pytest.approx(0.6, abs=0.05)


def test_the_hazard_stays_in_the_null_variant(null_cohort: list[SyntheticPatient]) -> None:
    assert rate_ratio(null_cohort) == pytest.approx(1.0, abs=0.07)


def test_the_null_variant_differs_in_its_events_alone(
    cohort: list[SyntheticPatient], null_cohort: list[SyntheticPatient]
) -> None:
    for one, other in zip(cohort[:200], null_cohort[:200], strict=True):
        assert (one.person, one.assessments, one.specimens) == (other.person, other.assessments, other.specimens)


def test_seven_of_ten_bone_metastases_harden(cohort: list[SyntheticPatient]) -> None:
    metastases = [one for one in followed(cohort) if one.diagnosis.category == "bone_metastasis"]
    assert sclerotic(metastases) == pytest.approx(0.7, abs=0.04)


@pytest.mark.parametrize("gene", ["EGFR", "ALK"])
def test_every_lung_cancer_with_a_driver_hardens(cohort: list[SyntheticPatient], gene: str) -> None:
    driven = [
        one
        for one in followed(cohort)
        if any(test.gene == gene and test.result == "detected" for test in one.alterations)
    ]
    assert sclerotic(driven) == 1.0


@pytest.mark.parametrize(
    ("histology", "least", "most"),
    [
        ("Small cell lung carcinoma", 1.0, 1.0),
        ("Giant cell tumour of bone", 0.85, 0.98),
        ("Aneurysmal bone cyst", 0.75, 0.97),
        ("Fibrous dysplasia", 0.7, 0.95),
        ("Breast carcinoma", 0.55, 0.75),
        ("Osteosarcoma", 0.05, 0.5),
    ],
)
def test_histologies_harden_as_stated(
    cohort: list[SyntheticPatient], histology: str, least: float, most: float
) -> None:
    assert least <= sclerotic([one for one in followed(cohort) if one.diagnosis.histology == histology]) <= most


def test_leiomyosarcomas_harden_with_giant_cells(cohort: list[SyntheticPatient]) -> None:
    leiomyosarcomas = [one for one in followed(cohort) if one.diagnosis.histology == "Leiomyosarcoma"]
    with_cells = [one.truth.hardened is not None for one in leiomyosarcomas if one.diagnosis.giant_cells == "present"]
    without = [one.truth.hardened is not None for one in leiomyosarcomas if one.diagnosis.giant_cells == "absent"]
    assert sum(with_cells) / len(with_cells) > 0.7
    assert sum(without) / len(without) < 0.4


def test_tested_and_negative_differs_from_not_tested(cohort: list[SyntheticPatient]) -> None:
    lung = [one for one in cohort if one.diagnosis.histology == "Lung adenocarcinoma"]
    answers = {next((test.result for test in one.alterations if test.gene == "ALK"), "not tested") for one in lung}
    assert answers == {"detected", "not_detected", "not tested"}


def test_attenuation_rises_with_the_sclerosis(cohort: list[SyntheticPatient]) -> None:
    values: dict[str, list[float]] = {"none": [], "partial": [], "complete": []}
    for one in followed(cohort):
        types = {lesion.code: lesion.radiographic_type for lesion in one.lesions}
        for reading in one.assessments:
            if types[reading.lesion] == "lytic" and reading.sclerosis in values and reading.reader == "R1":
                values[reading.sclerosis] += [reading.mean_attenuation_hu] if reading.mean_attenuation_hu else []
    means = {sclerosis: sum(of) / len(of) for sclerosis, of in values.items()}
    assert means["none"] + 80 < means["partial"] < means["complete"] - 80


def test_reasons_for_missing_values_are_known_codes(cohort: list[SyntheticPatient]) -> None:
    records = [row for one in cohort for row in (one.person, *one.lesions, *one.assessments, *one.laboratory_results)]
    assert {code for record in records for code in record.missing.values()} <= set(Missing.values)
    assert all(getattr(record, column) in (None, "") for record in records for column in record.missing)


def test_dates_are_known_to_the_year_the_month_and_the_day(cohort: list[SyntheticPatient]) -> None:
    assert {len(one.diagnosis.date) for one in cohort} == {4, 7, 10}
