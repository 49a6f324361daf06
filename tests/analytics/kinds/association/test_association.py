"""Associations of two measures: who is counted, what is told, and that R finds the same."""

from collections.abc import Sequence
from typing import Any

import pytest

from analytics.kinds import KINDS, parse
from analytics.kinds.association.comparison import associate
from analytics.kinds.association.dataset import load
from analytics.kinds.association.disclosure import disclosed
from analytics.kinds.association.spec import Association
from analytics.models import Analysis
from analytics.reading import read
from analytics.services import release
from analytics.spec import SpecError
from analytics.stats import NotComparable
from cases import access
from cases.models import JobStatus, Patient, Role, Study
from cases.sentences import render
from tests.analytics.answers import answered
from tests.analytics.stained import StainedStudy
from tests.factories import (
    AntibodyFactory,
    DiagnosisFactory,
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    HistologyFactory,
    MarkerFactory,
    MembershipFactory,
    MolecularAlterationFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
)
from tests.r_scripts import assert_r_agrees, needs_r

pytestmark = pytest.mark.django_db

RISING = ((1.0, 2.5), (2.0, 2.0), (3.0, 4.5), (4.0, 3.5), (5.0, 6.0), (6.0, 5.0))


def body(study: Study, **changes: Any) -> dict[str, Any]:
    """RANKL and IL-6 of one dataset, with changes."""
    measures = {
        prefix + name: value
        for prefix, marker in (("x_", "TNFSF11"), ("y_", "IL6"))
        for name, value in (("assay", "profile"), ("dataset", "RNA"), ("marker", marker))
    }
    return {"kind": "association", "study": study.code, **measures, **changes}


def add(study: Study, x: float | None, y: float | None, *, partner: str = "") -> Patient:
    """A patient with these values of RANKL and IL-6, each on its own specimen of one piece of tissue."""
    dataset = study.expression_datasets.first() or ExpressionDatasetFactory(study=study, code="RNA")
    patient = PatientFactory(study=study)
    if partner:
        MolecularAlterationFactory(patient=patient, partner=partner)
    tissue = SpecimenFactory(patient=patient)
    for symbol, value in (("TNFSF11", x), ("IL6", y)):
        marker = MarkerFactory(symbol=symbol, name={"TNFSF11": "RANKL", "IL6": "IL-6"}[symbol])
        if value is not None:
            specimen = SpecimenFactory(patient=patient, parent=tissue)
            ExpressionValueFactory(specimen=specimen, dataset=dataset, marker=marker, value=value)
    return patient


def paired(pairs: Sequence[tuple[float | None, float | None]] = RISING, **patient: Any) -> Study:
    study = StudyFactory()
    for x, y in pairs:
        add(study, x, y, **patient)
    return study


def researcher(study: Study) -> Any:
    return MembershipFactory(study=study).user


def ask(study: Study, **changes: Any) -> Analysis:
    return answered(body(study, **changes), by=researcher(study))


def told(analysis: Analysis) -> Any:
    """The answer in words, in full."""
    reading = read(
        analysis=analysis,
        user=analysis.requested_by,
        rights=access.rights(user=analysis.requested_by, study=analysis.study),
    )
    return KINDS["association"].answer(reading)


def test_the_question_comes_back_from_json_and_from_an_address() -> None:
    study = paired()
    spec = parse(body(study, coefficient="kendall", grouping="sex"))
    assert isinstance(spec, Association)
    assert parse(spec.as_json()) == spec
    assert "x_marker=TNFSF11" in spec.as_query()


def test_two_equal_measures_are_refused_beside_the_second() -> None:
    with pytest.raises(SpecError) as refused:
        parse(body(StudyFactory(), y_marker="TNFSF11"))
    assert list(refused.value.errors) == ["y_marker"]


def test_a_measure_that_is_not_there_is_refused_beside_its_field() -> None:
    study = paired()
    spec = parse(body(study, y_dataset="OTHER"))
    assert list(KINDS["association"].check(spec=spec, study=study, by=researcher(study))) == ["y_dataset"]


def test_only_patients_with_both_count_and_the_others_have_reasons() -> None:
    study = paired([*RISING, (7.0, None), (None, 3.0), (None, None)])
    dataset = load(spec=parse(body(study)), by=researcher(study))
    assert dataset.flow == {"in_scope": 9, "first": 7, "second": 7, "analysed": 6}
    assert {render(item.reason): item.patients for item in dataset.exclusions} == {
        "Only the first of the two measured": 1,
        "Only the second of the two measured": 1,
    }
    assert dataset.frozen()["columns"][:3] == ["patient", "x", "y"]
    assert dataset.notes == []


def test_other_pieces_of_tissue_are_doubted() -> None:
    study = paired()
    patient = add(study, 3.0, None)
    specimen = SpecimenFactory(patient=patient)
    ExpressionValueFactory(
        specimen=specimen,
        dataset=study.expression_datasets.get(),
        marker=MarkerFactory(symbol="IL6", name="IL-6"),
        value=3.0,
    )
    assert [note["code"] for note in load(spec=parse(body(study)), by=researcher(study)).notes] == ["other-tissue"]


def test_the_answer_says_direction_coefficient_interval_and_p_last() -> None:
    answer = told(ask(paired()))
    assert answer.sentence == (
        "RANKL (RNA) and IL-6 (RNA) do not clearly go together. "
        "Spearman&#x27;s rho +0.83 (95% interval −0.13 to +0.99), exact\xa0p\xa0=\xa00.058."
    )
    assert answer.basis[0] == "6 patients"
    rising = told(ask(paired([(x, 2.0 * x + x % 3) for x in range(1, 15)])))
    assert "<b>rise together</b>" in rising.sentence
    falling = told(ask(paired([(x, -2.0 * x + x % 3) for x in range(1, 15)])))
    assert "RANKL (RNA) <b>falls</b> as IL-6 (RNA) rises." in falling.sentence


def test_groups_have_their_own_coefficient_or_none() -> None:
    study = paired(RISING, partner="SSX1")
    for x, y in RISING:
        add(study, x, -y, partner="SSX2")
    add(study, 1.0, 1.0, partner="SSX4")
    add(study, 1.0, 1.0)
    analysis = ask(study, grouping="fusion_partner", gene="SS18")
    groups = {group["code"]: group for group in analysis.result["groups"]}
    assert groups["SSX1"]["association"]["effect"]["estimate"] > 0 > groups["SSX2"]["association"]["effect"]["estimate"]
    assert groups["SSX4"]["association"] is None
    # Three groups were declared; the one without an answer counts.
    assert groups["SSX1"]["adjusted_p"] == pytest.approx(3 * groups["SSX1"]["association"]["p_value"])
    table = told(analysis).tables[0]
    assert [row[0] for row in table.rows] == ["All patients", "Within groups, taken together", "SSX1", "SSX2", "SSX4"]
    assert len(table.lines) == len(table.rows) == 5
    drawn = KINDS["association"].drawings["scatter"](
        read(
            analysis=analysis,
            user=analysis.requested_by,
            rights=access.rights(user=analysis.requested_by, study=study),
        )
    )
    assert [len(trace.x) for trace in drawn.data] == [6, 6, 1, 1]


@needs_r
@pytest.mark.parametrize("coefficient", ["spearman", "kendall"])
def test_groups_that_differ_in_both_go_together_in_none(coefficient: str) -> None:
    study = StudyFactory()
    for number in range(24):
        level, x, y = 10.0 * (number % 3), (number * 7) % 24 / 8, (number * 5) % 24 / 8
        add(study, level + x, level + y, partner=f"SSX{number % 3}")
    add(study, 1.0, 1.5, partner="SSX4")
    analysis = ask(study, grouping="fusion_partner", gene="SS18", coefficient=coefficient)
    within = analysis.result["within"]
    assert analysis.result["association"]["effect"]["interval"]["low"] > 0.5
    assert within["groups"] == 3
    assert within["effect"]["interval"]["low"] < 0 < within["effect"]["interval"]["high"]
    answer = told(analysis)
    assert "<b>rise together</b>" in answer.sentence
    assert "Within groups by SS18 fusion partner, taken together, it is " in answer.sentence
    assert "can be clear although the two go together in no group" in answer.doubts[0]
    assert "Hedges LV, Olkin I" in " ".join(analysis.result["references"])
    shown = disclosed(analysis.result)["within"]
    assert (shown["groups"], shown["heterogeneity"]["statistic"]) == (None, None)
    assert shown["effect"]["estimate"] == pytest.approx(within["effect"]["estimate"], abs=0.01)
    assert_r_agrees(analysis)


def test_several_histologies_in_one_coefficient_are_doubted() -> None:
    study = paired()
    for patient, histology in zip(study.patients.all(), ["Chordoma", "Osteosarcoma"], strict=False):
        DiagnosisFactory(patient=patient, histology=HistologyFactory(name=histology), is_index=True)
    assert [note["code"] for note in ask(study).result["warnings"]] == ["several-histologies"]
    answer = told(ask(study))
    assert "Ask for groups by histology" in answer.doubts[0]
    assert disclosed(ask(study).result)["warnings"] == ask(study).result["warnings"]


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([], "No patient has a usable value of both measures."),
        ([(1.0, None)], "No patient has a usable value of both measures."),
        ([(1.0, 2.0)], "There are 1 units with both values; a rank correlation needs at least 3."),
        ([(1.0, 2.0)] * 5, "All 5 values of RANKL (RNA) are equal, so nothing can go together with them."),
    ],
)
def test_what_has_no_answer_is_refused_in_words(pairs: list[tuple[float | None, float | None]], sentence: str) -> None:
    study = paired([*pairs, (None, 3.0)])
    analysis = ask(study)
    assert analysis.status == JobStatus.REFUSED
    assert render(analysis.message) == sentence


def test_a_perfect_order_has_no_interval_and_says_so() -> None:
    answer = told(ask(paired([(x, x) for x in range(1, 6)])))
    assert "interval not estimable" in answer.sentence
    assert any("no interval can be estimated" in doubt for doubt in answer.doubts)


@pytest.fixture
def by_two_antibodies() -> Analysis:
    """RANKL by two antibodies in the same cells, on one scale."""
    stained = StainedStudy()
    other = AntibodyFactory(study=stained.study, code="AB-2", marker=stained.antibody.marker)
    for first, second in ((0, 50), (50, 50), (100, 150), (150, 100), (200, 250), (250, 200)):
        specimen = stained.specimen()
        stained.read(specimen, first)
        stained.read(specimen, second, antibody=other)
    stain = {"assay": "ihc", "marker": stained.antibody.marker.symbol, "cell_type": "stromal"}
    stain |= {"compartment": "cytoplasm", "scale": "h_score", "rule": "Median v1"}
    question = {
        **{"kind": "association", "study": stained.study.code},
        **{f"{prefix}{name}": value for prefix in ("x_", "y_") for name, value in stain.items()},
        **{"x_antibody": "AB-1", "y_antibody": "AB-2", "coefficient": "kendall"},
    }
    return answered(question, by=researcher(stained.study))


def test_two_antibodies_on_one_scale_are_compared_by_their_differences(by_two_antibodies: Analysis) -> None:
    analysis = by_two_antibodies
    bias = analysis.result["agreement"]["effects"][0]
    assert bias["estimate"] == pytest.approx(-25 / 3)
    answer = told(analysis)
    assert [figure.name for figure in answer.figures] == ["scatter", "agreement"]
    assert answer.tables[0].caption == "Agreement: first minus second measure, in points"


@needs_r
def test_r_finds_the_same_limits_of_agreement(by_two_antibodies: Analysis) -> None:
    assert_r_agrees(by_two_antibodies)


def test_without_rows_there_are_no_points_and_no_small_groups() -> None:
    study = paired([(x, x + x % 3) for x in range(1, 9)], partner="SSX1")
    for x, y in RISING[:3]:
        add(study, x, -y, partner="SSX2")
    for x, y in RISING:
        add(study, x, -y, partner="SSX4")
    result = ask(study, grouping="fusion_partner", gene="SS18").result
    shown = disclosed(result)
    assert {group["code"]: group["patients"] for group in shown["groups"]} == {"SSX1": 8, "SSX2": None, "SSX4": None}
    assert shown["association"]["patients"] == 17
    assert shown["association"]["statistic"] is shown["values"]["x"]["minimum"] is None
    assert len(str(shown["association"]["effect"]["estimate"]).removeprefix("-").removeprefix("0.")) <= 3


def test_a_total_too_small_shows_nothing() -> None:
    shown = disclosed(ask(paired(RISING[:4])).result)
    assert shown["association"] is None
    assert shown["values"]["x"]["median"] is None
    assert shown["population"]["flow"] == []


def test_a_viewer_reads_the_answer_without_figures() -> None:
    analysis = ask(paired())
    viewer = MembershipFactory(study=analysis.study, role=Role.VIEWER).user
    manager = MembershipFactory(study=analysis.study, role=Role.MANAGER).user
    managing = access.rights(user=manager, study=analysis.study)
    assert release(analysis=analysis, by=manager, rights=managing)
    # Viewers read the filters; those by codes would show codes.
    by_codes = ask(analysis.study, population={"code": [Patient.objects.first().code[:1]]})  # type: ignore[union-attr]
    assert by_codes.status == JobStatus.SUCCEEDED
    assert not release(analysis=by_codes, by=manager, rights=managing)
    analysis.refresh_from_db()
    rights = access.rights(user=viewer, study=analysis.study)
    answer = KINDS["association"].answer(read(analysis=analysis, user=viewer, rights=rights))
    assert answer.figures == []
    assert "+0.83" in answer.sentence


@needs_r
@pytest.mark.parametrize("coefficient", ["spearman", "kendall"])
@pytest.mark.parametrize(
    "pairs",
    [
        RISING,
        [(x // 2, (x * 7) % 5) for x in range(11)],
        [(x % 4, (x * 3 + x // 5) % 7) for x in range(40)],
        [(x, (x * 11) % 29) for x in range(29)],
        [(x // 2, x // 2) for x in range(14)],
    ],
    ids=["untied", "tied", "many", "many-untied", "perfect"],
)
def test_r_finds_the_same(pairs: Sequence[tuple[float, float]], coefficient: str) -> None:
    study = paired(pairs, partner="SSX1")
    assert_r_agrees(ask(study, coefficient=coefficient, grouping="fusion_partner", gene="SS18"))


def test_values_that_are_equal_by_measure_only_are_not_one_quantity() -> None:
    study = paired()
    spec = parse(body(study))
    assert not spec.is_one_quantity
    dataset = load(spec=spec, by=researcher(study))
    with pytest.raises(NotComparable):
        associate(dataset.pairs.head(2), spec=spec, names=dataset.names, groups={})


def test_number_of_queries_does_not_depend_on_patients(django_assert_max_num_queries: Any) -> None:
    study = paired(RISING * 4)
    user = researcher(study)
    with django_assert_max_num_queries(12):
        load(spec=parse(body(study)), by=user)
