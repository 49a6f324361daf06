"""The tables of the laboratory: what is measured with, and every single measurement, as long tables."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.importing.words import plain
from cases.study_tables import StudyTable, register
from expression.models import (
    Antibody,
    Band,
    CellExperiment,
    CellLine,
    ConsolidationRule,
    ExperimentCondition,
    ExperimentReading,
    ExpressionDataset,
    ExpressionValue,
    LaboratoryScale,
    Lane,
    Membrane,
    PositivityCutoff,
    QpcrPrintedResult,
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
    WellReading,
    WesternBlot,
)

MARKER = "gene; gene symbol; symbol; molecule; 遺伝子; 分子"
SPECIMEN = "specimen code; specimen id; sample code; 検体; 検体コード; 検体番号"
DATE = "date; day; 日付; 実施日"
RUN = "plate; run code; plate code; プレート; ラン"
SAMPLE = "sample name; 試料; サンプル; サンプル名"
TARGET = "target name; assay; ターゲット; 標的; アッセイ"
BLOT = "blot code; western; gel; ブロット; ゲル"
DATASET = "dataset; dataset code; データセット"
EXPERIMENT = "experiment code; 実験; 実験コード"
UNDETERMINED = frozenset(map(plain, ("undetermined", "undet", "undet.", "n.d.", "未検出", "検出されず")))


def _undetermined(texts: dict[str, str]) -> None:
    """Instruments write into the column of the Cq that there is none."""
    if plain(texts.get("cq", "")) in UNDETERMINED:
        texts["cq"] = ""
        texts["reading"] = texts.get("reading") or WellReading.UNDETERMINED


def _detected(well: Any) -> None:
    """A well with a Cq was read, whether or not the file says so."""
    if well.cq is not None and not well.reading:
        well.reading = WellReading.DETECTED


register(
    StudyTable(
        name="antibody",
        model=Antibody,
        heading=_("Antibodies"),
        columns=("code", "marker", "phospho_site", "clone", "vendor", "rrid", "dilution", "retrieval"),
        key=("code",),
        words={"code": "antibody; antibody code; 抗体; 抗体コード", "marker": MARKER, "clone": "clone name; クローン"},
        called="抗体; 抗体一覧",
    )
)
register(
    StudyTable(
        name="cutoff",
        model=PositivityCutoff,
        heading=_("Positivity cut-offs"),
        columns=(
            "name",
            "version",
            "marker",
            "antibody",
            "cell_type",
            "compartment",
            "scale",
            "at_least",
            "source",
        ),
        key=("name", "version"),
        words={"name": "cut off; cutoff; カットオフ", "marker": MARKER, "at_least": "threshold; at least; 閾値"},
        called="cutoffs; cut offs; カットオフ",
    )
)
register(
    StudyTable(
        name="consolidation-rule",
        model=ConsolidationRule,
        heading=_("Consolidation rules"),
        columns=(
            "name",
            "version",
            "cores_to_specimen",
            "specimens_to_patient",
            "minimum_evaluable_cores",
            "cutoff",
        ),
        key=("name", "version"),
        words={"name": "rule; 規則", "cutoff": "cut off; cutoff; カットオフ"},
        called="rules; 規則",
    )
)
register(
    StudyTable(
        name="laboratory-scale",
        model=LaboratoryScale,
        heading=_("Laboratory scales"),
        columns=("code", "meanings", "not_assessable"),
        key=("code",),
        words={
            "code": "scale; scale code; 尺度; 尺度コード",
            "meanings": "meaning; scores; 意味; スコアの意味",
            "not_assessable": "not assessable; 評価不能",
        },
        called="scales; score rules; 尺度; スコアの尺度",
    )
)
register(
    StudyTable(
        name="dataset",
        model=ExpressionDataset,
        heading=_("Expression datasets"),
        columns=("code", "unit", "platform", "source", "citation", "is_public"),
        key=("code",),
        words={"code": DATASET, "unit": "単位", "platform": "プラットフォーム"},
        called="datasets; データセット",
    )
)
register(
    StudyTable(
        name="expression-value",
        model=ExpressionValue,
        heading=_("Expression values"),
        columns=("dataset", "specimen", "marker", "value"),
        key=("dataset", "specimen", "marker"),
        within="dataset",
        patient="specimen__patient",
        words={"dataset": DATASET, "specimen": SPECIMEN, "marker": MARKER, "value": "expression; 発現; 発現量"},
        called="expression; profiles; 発現; 発現量",
    )
)
register(
    StudyTable(
        name="qpcr-run",
        model=QpcrRun,
        heading=_("qPCR runs"),
        columns=(
            "code",
            "instrument",
            "chemistry",
            "experiment_type",
            "cq_method",
            "cycles",
            "run_at",
            "file_name",
            "reference_pairing",
            "rna_extraction",
            "dnase_treatment",
            "rna_input_ng",
            "rt_kit",
            "reaction_volume_ul",
            "cycling",
            "reference_gene_choice",
            "normalisation",
            "miqe",
        ),
        key=("code",),
        words={"code": f"run; {RUN}"},
        called="runs; plates; qpcr; プレート",
    )
)
register(
    StudyTable(
        name="qpcr-target",
        model=QpcrTarget,
        heading=_("qPCR targets"),
        columns=("run", "name", "marker", "role", "efficiency", "efficiency_source", "assay_id"),
        key=("run", "name"),
        within="run",
        study="run__study",
        words={"run": RUN, "name": f"target; {TARGET}", "marker": MARKER, "efficiency": "e; 増幅効率"},
        called="targets; assays; ターゲット",
    )
)
register(
    StudyTable(
        name="qpcr-sample",
        model=QpcrSample,
        heading=_("qPCR samples"),
        columns=("run", "name", "specimen", "is_calibrator"),
        key=("run", "name"),
        within="run",
        patient="specimen__patient",
        words={"run": RUN, "name": f"sample; {SAMPLE}", "specimen": SPECIMEN},
        called="qpcr samples; サンプル",
    )
)
register(
    StudyTable(
        name="qpcr-well",
        model=QpcrWell,
        heading=_("qPCR wells"),
        columns=(
            "run",
            "position",
            "target",
            "sample",
            "task",
            "reading",
            "cq",
            "omitted",
            "quantity",
            "reporter",
        ),
        key=("run", "position", "target"),
        within="run",
        study="run__study",
        patient="sample__specimen__patient",
        read=_undetermined,
        complete=_detected,
        words={
            "run": RUN,
            "position": "well position; ウェル",
            "target": TARGET,
            "sample": SAMPLE,
            "cq": "ct; crt; cт; cq値; ct値",
            "omitted": "omit; excluded; 除外",
        },
        called="wells; ウェル",
    )
)
register(
    StudyTable(
        name="qpcr-printed-result",
        model=QpcrPrintedResult,
        heading=_("Printed qPCR results"),
        columns=("run", "sample", "target", "corrected_cq", "delta_cq", "relative_quantity"),
        key=("run", "sample", "target"),
        within="run",
        study="run__study",
        patient="sample__specimen__patient",
        words={"run": RUN, "sample": SAMPLE, "target": TARGET, "relative_quantity": "rq"},
    )
)
register(
    StudyTable(
        name="cell-line",
        model=CellLine,
        heading=_("Cell lines"),
        columns=("name", "accession", "histology"),
        key=("name",),
        words={"name": "cell line; line; 細胞株; 細胞株名", "accession": "cellosaurus; rrid"},
        called="lines; 細胞株",
    )
)
register(
    StudyTable(
        name="blot",
        model=WesternBlot,
        heading=_("Western blots"),
        columns=("code", "performed_on", "detection"),
        key=("code",),
        words={"code": f"blot; {BLOT}", "performed_on": DATE},
        called="blots; western; westerns; ウエスタン; ウェスタン",
    )
)
register(
    StudyTable(
        name="membrane",
        model=Membrane,
        heading=_("Membranes"),
        columns=("blot", "name", "loading_control"),
        key=("blot", "name"),
        within="blot",
        study="blot__study",
        words={"blot": BLOT, "name": "membrane name; メンブレン"},
        called="メンブレン",
    )
)
register(
    StudyTable(
        name="lane",
        model=Lane,
        heading=_("Lanes"),
        columns=("blot", "number", "specimen", "line", "treatment", "is_calibrator"),
        key=("blot", "number"),
        within="blot",
        patient="specimen__patient",
        words={
            "blot": BLOT,
            "number": "lane no; lane number; レーン; レーン番号",
            "specimen": SPECIMEN,
            "line": "line; 細胞株",
            "treatment": "treatment; 処理",
        },
        called="レーン",
    )
)
register(
    StudyTable(
        name="band",
        model=Band,
        heading=_("Bands"),
        columns=("blot", "membrane", "lane", "form", "marker", "phospho_site", "volume", "saturated"),
        key=("blot", "membrane", "lane", "form", "marker", "phospho_site"),
        within="blot",
        study="blot__study",
        patient="lane__specimen__patient",
        words={"blot": BLOT, "lane": "レーン", "marker": MARKER, "volume": "volume; intensity; 濃度"},
        called="バンド",
    )
)
register(
    StudyTable(
        name="experiment",
        model=CellExperiment,
        heading=_("Cell experiments"),
        columns=(
            "code",
            "line",
            "readout",
            "marker",
            "performed_on",
            "biological_replicates",
            "technical_replicates",
        ),
        key=("code",),
        words={"code": f"experiment; {EXPERIMENT}", "line": "line; 細胞株", "marker": MARKER, "performed_on": DATE},
        called="experiments; 細胞実験; 実験",
    )
)
register(
    StudyTable(
        name="condition",
        model=ExperimentCondition,
        heading=_("Conditions of cell experiments"),
        columns=("experiment", "culture", "stimulus", "concentration_ng_ml", "hours"),
        key=("experiment", "culture", "stimulus", "concentration_ng_ml", "hours"),
        within="experiment",
        study="experiment__study",
        words={
            "experiment": EXPERIMENT,
            "stimulus": "cytokine; 刺激; サイトカイン",
            "concentration_ng_ml": "concentration; dose; 濃度",
            "hours": "time; hours; 時間",
        },
        called="experiment conditions; 条件",
    )
)
register(
    StudyTable(
        name="experiment-reading",
        model=ExperimentReading,
        heading=_("Readings of cell experiments"),
        columns=("experiment", "condition", "biological_replicate", "technical_replicate", "status", "value"),
        key=("experiment", "condition", "biological_replicate", "technical_replicate"),
        within="experiment",
        study="experiment__study",
        words={
            "experiment": EXPERIMENT,
            "biological_replicate": "biological; n; 生物学的反復",
            "technical_replicate": "technical; 技術的反復",
            "value": "result; 値; 結果",
        },
        called="experiment readings; measurements; 測定値",
    )
)
