"""Every dashboard of panels as it is released: its numbers, no small cell, and nothing else for an attacker."""

from typing import Any

import pytest

from analytics.dashboards.overview.disclosure import periods_of_enough
from cases.models import Patient
from tests.analytics.cohort import HIGH, LOW, cohort
from tests.analytics.dashboards.test_concordance import MeasuredStudy
from tests.analytics.dashboards.test_overview import ABC, FD, PANELS, diagnosed
from tests.analytics.dashboards.test_skeletal_events import BREAST, BY_RESPONSE, LUNG
from tests.analytics.dashboards.test_skeletal_events import cohort as followed
from tests.analytics.kinds.time_to_event.courses import treated
from tests.analytics.releases.attack import attack, drawn, releasing
from tests.factories import (
    DiagnosisFactory,
    ExpressionValueFactory,
    MarkerFactory,
    PositivityCutoffFactory,
    SpecimenFactory,
    StudyFactory,
    TopographyFactory,
)

pytestmark = pytest.mark.django_db


def test_the_overview() -> None:
    study = StudyFactory()
    diagnosed(study, *["2019-01-02"] * 3, *["2019-02-02"] * 3, *["2020-05-02"] * 3)
    diagnosed(study, *["2020-06-02"] * 6, histology=ABC)
    rare = diagnosed(study, "2021-01-02", "2021-01-02", histology=FD)
    stained = Patient.objects.filter(study=study).exclude(pk__in=[one.pk for one in rare])
    for person in stained:
        SpecimenFactory(patient=person)
    release, confirming = releasing(study, "overview")
    assert "Coverage, data quality and the reasons in the flow are left out." in confirming
    text, numbers = attack(release, page="analytics:overview", panels=PANELS, api="api:study-overview")
    assert "<b>17 patients</b>." in text
    # 9 + 6 + 2 = 17: with 17 and 9 shown, 6 would give the 2 away.
    assert [row["patients"] for row in numbers["histologies"]] == [9, None, None]
    assert "2 groups are withheld" in text
    # Two without a specimen: that step is not shown, and the next one leaves everybody out.
    steps = [(step["code"], step["patients"]) for step in numbers["flow"]]
    assert steps[:3] == [("patients", 17), ("consent", 17), ("stain", 0)]
    # The 9 of the first histology are the 6 of the first period and 3 more.
    assert numbers["accrual"]["diagnosis"]["periods"] is None
    assert drawn(release, "accrual") is None
    assert drawn(release, "coverage") is drawn(release, "quality") is None


def test_the_accrual_is_shown_in_large_periods_and_hidden_by_an_undated_few() -> None:
    large = StudyFactory()
    diagnosed(large, *["2019-01-02"] * 3, *["2019-03-02"] * 3, *["2020-05-02"] * 6)
    shown, _confirming = releasing(large, "overview")
    assert drawn(shown, "accrual")["data"][0]["y"] == [6, 12]
    study = StudyFactory()
    diagnosed(study, *["2019-01-02"] * 6, "")
    release, _confirming = releasing(study, "overview")
    assert release.numbers["accrual"]["diagnosis"]["periods"] is None
    assert drawn(release, "accrual") is None


def test_neighbouring_periods_are_joined_until_each_is_large_enough() -> None:
    periods = [
        {"first": str(place), "last": str(place), "patients": number} for place, number in enumerate((2, 4, 7, 1))
    ]
    assert periods_of_enough(periods) == [
        {"first": "0", "last": "1", "patients": 6},
        {"first": "2", "last": "3", "patients": 8},
    ]


def test_skeletal_events() -> None:
    study = StudyFactory()
    followed(study, patients=40)
    release, confirming = releasing(study, "skeletal-events")
    assert "hazard ratios in groups of patients, kinds and rates of events" in confirming
    page = "analytics:explore-skeletal-events"
    text, numbers = attack(release, page=page, panels=BY_RESPONSE, api="api:study-explore-skeletal-events")
    result: dict[str, Any] = numbers["result"]
    assert (result["patients"], result["events"]) == (40, 30)
    assert f"<b>{result['regression']['terms'][0]['hazard_ratio']:.2f}</b> times the hazard" in text
    assert (result["curves"], result["recurrence"], result["subdistribution"]) == ([], None, None)
    assert [one["day"] for one in result["landmarks"]] == [180]
    assert (result["landmarks"][0]["patients"], result["landmarks"][0]["responders"]) == (40, 20)
    assert len(drawn(release, "ratios")["layout"]["yaxis"]["ticktext"]) == 2
    assert drawn(release, "kinds") is drawn(release, "incidence") is None


def test_skeletal_events_of_a_small_group() -> None:
    study = StudyFactory()
    followed(study, patients=40)
    followed(study, site=BREAST, patients=40)
    followed(study, site="C64.9", patients=24)
    for _number in range(3):
        DiagnosisFactory(patient=treated(study, events=("2020-09-01",)), primary_site=TopographyFactory(code="C61.9"))
    release, _confirming = releasing(study, "skeletal-events", "?compared=primary_site")
    result = release.numbers["result"]
    shown = {group["code"]: group["patients"] for group in result["groups"]}
    assert (shown["C61.9"], sorted(shown)) == (None, [LUNG, BREAST, "C61.9", "C64.9"])
    assert list(shown.values()).count(None) == 2
    assert (result["patients"], result["test"], result["regression"]) == (None, None, None)
    for group in result["groups"]:
        if group["patients"] is None:
            assert [one["value"] for one in group["estimates"]] == [None] * len(group["estimates"])
    assert drawn(release, "ratios") is None


def measured(*, undetected: int) -> MeasuredStudy:
    """Twenty patients whose stain and RNA rise together, half of them positive, and some without RNA detected."""
    study = MeasuredStudy()
    for number in range(20):
        study.both((0, 50, 100, 150)[number // 5], 30 - number / 4)
    for _number in range(undetected):
        study.both(0, None)
    study.second_stain()
    PositivityCutoffFactory(study=study.study, name="Half", marker=study.antibody.marker, scale="h_score", at_least=100)
    return study


def test_concordance() -> None:
    study = measured(undetected=6)
    release, confirming = releasing(study.study, "concordance")
    assert "Points, coefficients in groups of patients and all cut-offs but the first are left out." in confirming
    page, panels = "analytics:explore-concordance", ("scatter", "agreement", "matrix")
    text, numbers = attack(release, page=page, panels=panels, api="api:study-explore-concordance")
    assert numbers["pair"]["association"]["patients"] == 20
    assert (numbers["pair"]["groups"], numbers["agreement"]["table"]) == ([], [[10, 0], [10, 6]])
    assert "Spearman's rho +0.97" in text
    assert "The two agree in 62% of 26 patients" in text
    assert [pair["patients"] for pair in numbers["matrix"]["pairs"]] == [26]
    assert drawn(release, "pair") is drawn(release, "scatter") is None
    assert drawn(release, "matrix")["data"][0]["type"] == "heatmap"


def test_concordance_hides_a_small_cell_and_what_gives_it_away() -> None:
    release, _confirming = releasing(measured(undetected=2).study, "concordance")
    # Beside the 20 with both, 22 stained would tell of the 2 in whom RNA was not detected.
    assert (release.numbers["agreement"], release.numbers["matrix"]) == (None, None)
    assert release.numbers["pair"]["association"]["patients"] == 20


def test_markers_side_by_side() -> None:
    study = cohort({"SSX1": HIGH, "SSX2": LOW})
    marker, other = MarkerFactory(symbol="TNFRSF11B", name="OPG"), MarkerFactory(symbol="TNFRSF11A", name="RANK")
    values = list(study.patients.order_by("code"))
    dataset = values[0].specimens.get().expression_values.get().dataset
    for number, patient in enumerate(values):
        ExpressionValueFactory(specimen=patient.specimens.get(), dataset=dataset, marker=marker, value=number)
        if number:
            ExpressionValueFactory(specimen=patient.specimens.get(), dataset=dataset, marker=other, value=number)
    query = "?assay=profile&dataset=RNA&marker=TNFSF11&grouping=fusion_partner&gene=SS18"
    release, confirming = releasing(study, "expression", f"{query}&beside=TNFRSF11B&beside=TNFRSF11A")
    # Of one patient RANK was not measured: beside the others its groups would tell that.
    assert "Left out, because it would tell of few patients beside the others: RANK." in confirming
    assert [one["code"] for one in release.numbers["markers"]] == ["TNFSF11", "TNFRSF11B"]
    assert drawn(release, "groups-2")["data"]
    assert drawn(release, "groups-3") is None
