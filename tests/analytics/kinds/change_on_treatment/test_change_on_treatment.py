"""Change on denosumab: who is compared with themselves, what is told, and that R finds the same."""

from collections.abc import Sequence
from typing import Any

import pytest

from analytics.kinds import KINDS, parse
from analytics.kinds.change_on_treatment.dataset import load
from analytics.kinds.change_on_treatment.disclosure import disclosed
from analytics.models import Analysis
from analytics.reading import read
from analytics.services import release
from cases import access
from cases.models import JobStatus, Patient, Role, Study
from cases.sentences import render
from tests.analytics.answers import answered
from tests.analytics.stained import StainedStudy
from tests.factories import (
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
    TreatmentFactory,
)
from tests.r_scripts import assert_r_agrees, needs_r

pytestmark = pytest.mark.django_db

FIRST_DOSE, BEFORE, ON, AFTER = "2020-03-01", "2020-02-01", "2020-06-09", "2022-06-01"
KIND = KINDS["change_on_treatment"]
FALLING = ((5.0, 3.5), (4.0, 3.25), (6.0, 3.0), (5.5, 5.75), (4.5, 2.0), (7.0, 5.0))


def body(study: Study, **changes: Any) -> dict[str, Any]:
    measure = {"assay": "profile", "dataset": "RNA", "marker": "TNFSF11"}
    return {"kind": "change_on_treatment", "study": study.code, **measure, **changes}


def add(study: Study, *values: tuple[str, float], treated: bool = True) -> Patient:
    """A patient treated from ``FIRST_DOSE`` to the end of the year, each value on an extract of a tissue."""
    dataset = study.expression_datasets.first() or ExpressionDatasetFactory(study=study, code="RNA")
    patient = PatientFactory(study=study)
    if treated:
        TreatmentFactory(patient=patient, start=FIRST_DOSE, end="2020-12-31", interval_days=28)
    for date, value in values:
        tissue = SpecimenFactory(patient=patient, collection_date=date)
        extract = SpecimenFactory(patient=patient, parent=tissue, collection_date="")
        ExpressionValueFactory(specimen=extract, dataset=dataset, marker=MarkerFactory(), value=value)
    return patient


def treated(pairs: Sequence[tuple[float, float]] = FALLING) -> Study:
    study = StudyFactory()
    MarkerFactory()
    ExpressionDatasetFactory(study=study, code="RNA")
    for before, on in pairs:
        add(study, (BEFORE, before), (ON, on))
    return study


def ask(study: Study, **changes: Any) -> Analysis:
    return answered(body(study, **changes), by=MembershipFactory(study=study).user)


def told(analysis: Analysis, *, by: Any = None) -> Any:
    by = by or analysis.requested_by
    return KIND.answer(read(analysis=analysis, user=by, rights=access.rights(user=by, study=analysis.study)))


def test_patients_with_one_timing_are_out_with_their_reasons() -> None:
    study = treated()
    add(study, (BEFORE, 1.0))
    add(study, (ON, 1.0))
    add(study, (AFTER, 1.0))
    add(study, (BEFORE, 1.0), (AFTER, 1.0))
    add(study, ("", 1.0))
    add(study, (BEFORE, 1.0), treated=False)
    dataset = load(spec=parse(body(study)), by=MembershipFactory(study=study).user)
    assert dataset.flow == {"in_scope": 12, "measured": 12, "before": 8, "analysed": 6}
    assert {render(item.reason): item.patients for item in dataset.exclusions} == {
        "Measured only before denosumab": 1,
        "Measured only on denosumab": 1,
        "Measured only after denosumab": 1,
        "Not measured both before and on denosumab": 1,
        "Not known when the specimens were taken": 1,
        "Never given denosumab": 1,
    }


def test_an_extract_is_of_the_day_of_its_tissue_and_several_of_a_timing_are_one_value() -> None:
    study = treated([])
    patient = add(study, (BEFORE, 1.0), (BEFORE, 3.0), (ON, 5.0), ("2020-08-01", 6.0))
    frozen = load(spec=parse(body(study)), by=MembershipFactory(study=study).user).frozen()
    assert frozen["columns"] == ["patient", "before", "on", "days_on", "before_samples", "on_samples"]
    assert frozen["rows"] == [[patient.code, 2.0, 5.5, 100, 2, 2]]


def test_the_rule_of_a_stain_makes_one_value_of_each_timing() -> None:
    stained = StainedStudy()
    specimen = stained.specimen(collection_date=BEFORE)
    patient = specimen.patient
    TreatmentFactory(patient=patient, start=FIRST_DOSE, end="2020-12-31")
    stained.read(specimen, 200)
    for score in (50, 150):
        stained.read(stained.specimen(patient=patient, collection_date=ON), score)
    stain = {"assay": "ihc", "dataset": "", "marker": stained.antibody.marker.symbol, "cell_type": "stromal"}
    stain |= {"compartment": "cytoplasm", "scale": "h_score", "rule": "Median v1"}
    user = MembershipFactory(study=stained.study).user
    pairs = load(spec=parse(body(stained.study, **stain)), by=user).pairs
    assert pairs[["before", "on"]].to_numpy().tolist() == [[200.0, 100.0]]


def test_the_answer_says_direction_shift_interval_and_p_last() -> None:
    answer = told(ask(treated()))
    assert answer.sentence == (
        "RANKL does not clearly change from before to on denosumab. On minus before, in the same patients: "
        "−1.62 log2(TPM+1) (95% interval −3.00 to 0.25), exact\xa0p\xa0=\xa00.062."
    ).replace("0.25", "+0.25")
    assert answer.basis[:3] == [
        "6 patients",
        "1 rose, 5 fell, 0 unchanged",
        "taken 100 days after the first dose in the median (100 to 100)",
    ]
    falling = told(ask(treated([(x, x - 1 - x / 10) for x in range(8)])))
    assert "RANKL <b>falls</b> on denosumab." in falling.sentence
    rising = told(ask(treated([(x, x + 1 + x / 10) for x in range(8)])))
    assert "RANKL <b>rises</b> on denosumab." in rising.sentence


def test_the_figure_has_a_line_for_each_patient() -> None:
    analysis = ask(treated())
    by = analysis.requested_by
    reading = read(analysis=analysis, user=by, rights=access.rights(user=by, study=analysis.study))
    figure = KIND.drawings["lines"](reading)
    lines = [trace for trace in figure.data if trace.type == "scatter"]
    assert [list(line.y) for line in lines] == [list(pair) for pair in FALLING]
    assert "100 days after the first dose" in lines[0].hovertext[0]


def test_without_pairs_the_question_is_refused_in_words() -> None:
    study = treated([])
    add(study, (BEFORE, 1.0))
    analysis = ask(study)
    assert analysis.status == JobStatus.REFUSED
    assert render(analysis.message) == "No patient has a usable value both before and on denosumab."
    assert analysis.result["population"]["exclusions"][0]["patients"] == 1


@pytest.mark.parametrize("pairs", [[(2.0, 2.0)] * 6, [(2.0, 1.0)], [(2.0, 2.0)], [(2.0, 1.0)] * 5])
def test_too_little_variation_is_told_in_words(pairs: list[tuple[float, float]]) -> None:
    answer = told(ask(treated(pairs)))
    if pairs[0] == (2.0, 2.0):
        assert answer.sentence == "RANKL is the same before and on denosumab in every patient."
    else:
        assert "no interval can be estimated" in answer.sentence
    assert answer.doubts


def test_without_rows_there_are_boxes_only() -> None:
    analysis = ask(treated())
    manager = MembershipFactory(study=analysis.study, role=Role.MANAGER).user
    assert release(analysis=analysis, by=manager, rights=access.rights(user=manager, study=analysis.study))
    analysis.refresh_from_db()
    viewer = MembershipFactory(study=analysis.study, role=Role.VIEWER).user
    reading = read(analysis=analysis, user=viewer, rights=access.rights(user=viewer, study=analysis.study))
    figure = KIND.drawings["lines"](reading)
    assert {trace.type for trace in figure.data} == {"box"}
    answer = KIND.answer(reading)
    assert "rose" not in " ".join(answer.basis)
    assert "Range" not in answer.tables[0].header


def test_a_total_too_small_shows_nothing() -> None:
    shown = disclosed(ask(treated(FALLING[:4])).result)
    assert shown["comparison"] is shown["patients"] is None
    assert all(group["median"] is None for group in shown["groups"])


@needs_r
@pytest.mark.parametrize(
    "pairs",
    [FALLING, [(2.0, 2.0)] * 6, [(3.0, 1.0), (3.0, 2.0), (4.0, 4.0), (2.0, 1.0), (1.0, 2.0), (5.0, 1.0), (6.0, 2.0)]],
    ids=["untied", "unchanged", "tied"],
)
def test_r_finds_the_same(pairs: Sequence[tuple[float, float]]) -> None:
    assert_r_agrees(ask(treated(pairs)))


def test_number_of_queries_does_not_depend_on_patients(django_assert_max_num_queries: Any) -> None:
    study = treated(FALLING * 3)
    user = MembershipFactory(study=study).user
    with django_assert_max_num_queries(22):
        load(spec=parse(body(study)), by=user)
