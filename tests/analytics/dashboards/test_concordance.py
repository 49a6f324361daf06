"""The dashboard of concordance: the numbers of the questions about associations, agreement by category, and files."""

import csv
import io
import json
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.dashboards.concordance.panels import OTHERS, six_groups
from cases.models import Patient, Role, Study
from expression.models import QpcrRun, QpcrTarget
from tests.analytics.stained import StainedStudy
from tests.factories import (
    AntibodyFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    PositivityCutoffFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SpecimenFactory,
    StudyFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

PAIRS = ((0, 30.0), (50, 29.0), (100, 27.0), (150, 28.0), (200, 25.0), (250, 24.0))
"""H-score, and Cq of the target where the reference gene has 20."""


class MeasuredStudy(StainedStudy):
    """With a run whose target is RANKL."""

    def __init__(self) -> None:
        super().__init__()
        self.run: QpcrRun = QpcrRunFactory(study=self.study)
        self.target: QpcrTarget = QpcrTargetFactory(run=self.run)
        self.reference: QpcrTarget = QpcrTargetFactory(run=self.run, marker=None, role="reference")

    def both(self, score: int, cq: float | None) -> Patient:
        """A patient with a stained section and RNA of it; without a Cq the target was undetermined."""
        section = self.specimen()
        self.read(section, score)
        sample = QpcrSampleFactory(run=self.run, specimen=SpecimenFactory(patient=section.patient, parent=section))
        found = {"reading": "undetermined"} if cq is None else {}
        QpcrWellFactory(run=self.run, sample=sample, target=self.target, cq=cq, **found)
        QpcrWellFactory(run=self.run, sample=sample, target=self.reference, cq=20)
        return section.patient

    def second_stain(self) -> None:
        """TRAP in osteoclasts of the same sections."""
        trap = AntibodyFactory(study=self.study, code="TRAP-1", marker=MarkerFactory(symbol="ACP5", name="TRAP"))
        for reading in list(self.antibody.ihc_readings.select_related("specimen")):
            score = int(reading.h_score)
            self.read(reading.specimen, score, antibody=trap, cell_type="osteoclast")


@pytest.fixture
def measured() -> MeasuredStudy:
    """Six patients whose protein and RNA rise together, and one whose RNA was never detected."""
    study = MeasuredStudy()
    for score, cq in PAIRS:
        study.both(score, cq)
    study.both(0, None)
    study.second_stain()
    PositivityCutoffFactory(study=study.study, name="Fifty", marker=study.antibody.marker, scale="h_score", at_least=50)
    return study


def manager(study: Study) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=study, role=Role.MANAGER).user)
    return client


def page(client: Client, study: Study, **query: Any) -> str:
    answer = client.get(reverse("analytics:explore-concordance", args=[study.code]), query)
    assert answer.status_code == 200
    text = " ".join(unescape(answer.content.decode()).split())
    assert "NaN" not in text
    return text


def of_panel(client: Client, study: Study, panel: str, what: str, **query: Any) -> Any:
    return client.get(reverse(f"analytics:explore-concordance-{what}", args=[study.code, panel]), query)


def test_protein_and_rna_are_told_with_interval_and_lead_to_the_test(measured: MeasuredStudy) -> None:
    client = manager(measured.study)
    text = page(client, measured.study)
    # Ranks of six pairs, of which one neighbouring pair is exchanged: 1 − 6·2/(6·35).
    assert "Spearman's rho +0.94 (95% interval" in text
    assert "6 patients" in text
    assert "/analyses/new/association/?x_assay=ihc" in text
    drawn = json.loads(of_panel(client, measured.study, "scatter", "figure").content)
    assert sum(len(trace["x"]) for trace in drawn["data"]) == 6
    table = list(csv.reader(io.StringIO(of_panel(client, measured.study, "scatter", "csv").content.decode())))
    assert (table[0][:3], len(table)) == (["patient", "x", "y"], 7)


def test_categories_agree_as_far_as_a_cutoff_says(measured: MeasuredStudy) -> None:
    client = manager(measured.study)
    found = client.get(reverse("api:study-explore-concordance", args=[measured.study.code])).json()
    [one] = found["categories"]
    # Positive from 50: five of the six detected are, and the one never detected is not.
    assert (one["patients"], one["table"]) == (7, [[5, 0], [1, 1]])
    effects = {effect["name"]: effect["estimate"] for effect in one["effects"]}
    assert effects["observed agreement"] == pytest.approx(6 / 7)
    # p_o = 6/7, p_e = (5·6 + 2·1)/49.
    assert effects["Cohen's kappa"] == pytest.approx((6 / 7 - 32 / 49) / (1 - 32 / 49))
    assert "The two agree in 86% of 7 patients" in page(client, measured.study)
    assert found["concordance"]["association"]["patients"] == 6
    assert found["sentence"].startswith("RANKL (IHC, stromal cell) and RANKL (qPCR) rise together.")


def test_stains_stand_beside_each_other_with_the_correction_named(measured: MeasuredStudy) -> None:
    client = manager(measured.study)
    text = page(client, measured.study)
    assert "1 of 1 pairs is clearly associated." in text
    assert "/analyses/new/marker_matrix/?assay=ihc" in text
    [heat] = json.loads(of_panel(client, measured.study, "matrix", "figure").content)["data"]
    assert heat["type"] == "heatmap"
    found = client.get(reverse("api:study-explore-concordance", args=[measured.study.code])).json()["matrix"]
    assert [pair["patients"] for pair in found["pairs"]] == [7]


def test_choices_are_read_from_the_address(measured: MeasuredStudy) -> None:
    client, study = manager(measured.study), measured.study
    assert "percent" in page(client, study, scale="percent_positive").lower()
    assert "No group" not in page(client, study, grouping="none")
    assert "Your choice is not there any more" in page(client, study, marker="\x00")
    refused = client.get(reverse("api:study-explore-concordance", args=[study.code]), {"marker": "nonsense"})
    assert refused.status_code == 400
    nobody = page(client, study, **{"only-code": "nobody-has-this"})
    assert "No patient has a usable value of both measures." in nobody
    assert of_panel(client, study, "scatter", "figure", **{"only-code": "nobody-has-this"}).status_code == 404


def test_nothing_to_show_is_said_in_words() -> None:
    study = StudyFactory()
    client = manager(study)
    assert "No marker was measured both by immunohistochemistry and by qPCR." in page(client, study)
    assert "Two stains with values of patients are needed" in page(client, study)
    told = client.get(reverse("api:study-explore-concordance", args=[study.code])).json()
    assert (told["question"], told["concordance"], told["matrix"]) == (None, None, None)
    PatientFactory(study=study)
    assert of_panel(client, study, "scatter", "figure").status_code == 404
    alone = MeasuredStudy()
    alone.both(100, 25.0)
    text = page(manager(alone.study), alone.study)
    assert "The study has no cut-off that says what is positive in this stain." in text
    assert "rise together" not in text


def test_six_groups_have_a_colour_and_all_others_stand_together() -> None:
    groups = [{"code": str(place), "labels": {"en": str(place)}, "patients": 10 - place} for place in range(8)]
    records = [{"group": str(place)} for place in range(8)] + [{"group": None}]
    result, moved = six_groups({"groups": groups}, records)
    assert [group["code"] for group in result["groups"]] == ["0", "1", "2", "3", "4", "5", OTHERS]
    assert [record["group"] for record in moved[5:]] == ["5", OTHERS, OTHERS, None]
    assert six_groups({"groups": groups[:6]}, records[:6]) == ({"groups": groups[:6]}, records[:6])


def test_queries_do_not_grow_with_patients(measured: MeasuredStudy) -> None:
    client, address = manager(measured.study), reverse("analytics:explore-concordance", args=[measured.study.code])
    queries_of(client, address)
    kept = queries_of(client, address)
    measured.both(50, 28.5)
    few = queries_of(client, address)
    for score, cq in PAIRS:
        measured.both(score, cq)
    assert queries_of(client, address) == few > kept
