"""The stated truth of the stains, findings, blots and cell experiments holds in what is written."""

from typing import Any

import numpy as np
import pytest
from django.db.models import Avg, F

from analytics.demonstration.stains import READ_IN, percentages, readings
from analytics.demonstration.study import seed_demonstration
from cases.models import CoreStatus, Specimen
from expression.models import (
    Band,
    Evaluability,
    ExperimentReading,
    ExpressionValue,
    IhcReading,
    PathologyFinding,
    QpcrRun,
    QpcrTarget,
    QpcrWell,
    WellReading,
    WellTask,
)
from expression.quality.run_checks import qpcr_without_template_control
from expression.run_curves import curves_of
from expression.scoring import h_score


class TestStains:
    def test_percentages_add_up_and_scores_rise_with_the_level(self) -> None:
        shares = [percentages(level) for level in np.linspace(-3, 9, 200)]
        assert all(sum(each) == 100 and min(each) >= 0 for each in shares)
        scores = [h_score(each) for each in shares]
        # People read to 5%, so that a score may fall by a step where the shares change.
        assert min(np.diff(scores)) >= -10
        assert (scores[0], scores[-1]) == (0, 300)

    def test_who_reads_a_lost_core_says_so(self) -> None:
        read = readings(np.random.default_rng(1), level=5.0, readers=("a", "b"), status="lost")
        assert [(reader, stain.evaluability, stain.percentages) for reader, stain in read] == [
            ("a", "lost", ()),
            ("b", "lost", ()),
        ]


def mean_h_score(rows: Any) -> float:
    score = F("percent_1") + 2 * F("percent_2") + 3 * F("percent_3")
    return float(rows.aggregate(mean=Avg(score))["mean"])


@pytest.mark.django_db
def test_what_is_written_tells_the_truth(subtests: Any) -> None:
    study = seed_demonstration(patients=220, password="a password")
    assert study is not None
    evaluable = IhcReading.objects.filter(study=study, evaluability=Evaluability.EVALUABLE)
    rankl = evaluable.filter(antibody__marker__symbol="TNFSF11")
    histology = "patient__diagnoses__histology__name"
    with subtests.test("RANKL is higher in primary bone tumours with giant cells (F13)"):
        bone = rankl.filter(patient__diagnoses__category="primary_bone")
        with_cells = mean_h_score(bone.filter(patient__diagnoses__giant_cells="present"))
        assert with_cells > mean_h_score(bone.filter(patient__diagnoses__giant_cells="absent")) + 50
    with subtests.test("protein follows RNA (F7)"):
        tenosynovial = mean_h_score(rankl.filter(**{f"{histology}__startswith": "Tenosynovial"}))
        assert tenosynovial > mean_h_score(rankl.filter(**{histology: "Breast carcinoma"})) + 50
    with subtests.test("fibrosed marrow shows no osteoclasts and no RANKL (F9)"):
        marrow = PathologyFinding.objects.filter(patient__diagnoses__category="bone_marrow")
        assert set(marrow.values_list("osteoclasts_per_field", flat=True)) == {0}
        assert set(marrow.values_list("marrow_fibrosis", flat=True)) <= {"MF-2", "MF-3"}
        assert mean_h_score(rankl.filter(patient__diagnoses__category="bone_marrow")) < 10
    with subtests.test("each marker is read in its own cells (F10)"):
        pairs = set(IhcReading.objects.values_list("antibody__marker__symbol", "cell_type"))
        assert pairs == {(symbol, cell_type) for symbol, (cell_type, _where) in READ_IN.items()}
    with subtests.test("phosphorylated STAT3 and IL-6 rise with RANKL (F11)"):
        assert correlation(log2_ratios("STAT3"), "TNFSF11") > 0.4
        values = ExpressionValue.objects.values_list("specimen", "value")
        assert correlation(dict(values.filter(marker__symbol="IL6")), "TNFSF11") > 0.4
    with subtests.test("IL-6 raises RANKL dose by dose (F12)"):
        doses = ExperimentReading.objects.filter(condition__culture="mono", experiment__code="DEMO-U-2OS-DOSE")
        means = doses.values_list("condition__concentration_ng_ml").annotate(mean=Avg("value"))
        by_dose = [mean for _dose, mean in sorted(means, key=lambda row: row[0] or 0)]
        assert len(by_dose) == 4
        assert by_dose == sorted(by_dose)
    with subtests.test("every plate has no-template controls, and none of them amplifies"):
        controls = QpcrWell.objects.filter(task=WellTask.NO_TEMPLATE)
        assert set(controls.values_list("target")) == set(QpcrTarget.objects.values_list("pk"))
        assert set(controls.values_list("reading", flat=True)) == {WellReading.UNDETERMINED}
        assert not qpcr_without_template_control().exists()
    with subtests.test("the standards of the first plate show that every target doubles in a cycle"):
        run = QpcrRun.objects.get(code="DEMO-PLATE-01")
        curves = [each.curve for each in curves_of(targets=run.targets.all(), wells=run.wells.all())]
        assert [(curve.points, curve.dilutions) for curve in curves] == [(10, 5)] * 5
        assert [curve.efficiency for curve in curves] == pytest.approx([2] * 5, abs=0.1)
        assert QpcrWell.objects.filter(task=WellTask.STANDARD).exclude(run=run).count() == 0
    with subtests.test("a core that the block lost has no score"):
        lost = IhcReading.objects.filter(core__status=CoreStatus.LOST)
        assert set(lost.values_list("evaluability", flat=True)) == {"lost"}
    with subtests.test("two readers read RANKL on cores"):
        assert set(rankl.filter(core__isnull=False).values_list("reader", flat=True)) == {"path1", "path2"}


def log2_ratios(symbol: str) -> dict[int, float]:
    """Phosphorylated over total, each over its own control, by specimen."""
    volumes: dict[int, dict[str, float]] = {}
    of_patients = Band.objects.filter(lane__specimen__isnull=False)
    for band in of_patients.select_related("lane", "membrane", "marker"):
        if band.marker is None or band.marker.symbol == symbol:
            key = f"{band.form} {band.membrane.name}"
            volumes.setdefault(band.lane.specimen_id or 0, {})[key] = band.volume
    return {
        specimen: float(
            np.log2(own["phospho 1"] / own["loading_control 1"]) - np.log2(own["total 2"] / own["loading_control 2"])
        )
        for specimen, own in volumes.items()
    }


def correlation(measured: dict[int, float], symbol: str) -> float:
    """With the mRNA of the marker in specimens of the same patients."""
    values = ExpressionValue.objects.filter(marker__symbol=symbol)
    by_patient = dict(values.values_list("specimen__patient", "value"))
    patients = dict(Specimen.objects.filter(pk__in=measured).values_list("pk", "patient"))
    pairs = [
        (value, by_patient[patients[specimen]])
        for specimen, value in measured.items()
        if patients[specimen] in by_patient
    ]
    assert len(pairs) > 20
    return float(np.corrcoef(np.array(pairs).T)[0, 1])
