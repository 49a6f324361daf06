"""Pages of what was measured."""

from django.urls import path

from cases.urls import MICROARRAY
from expression.views import (
    antibodies,
    assays,
    blots,
    datasets,
    experiments,
    markers,
    plates,
    rules,
    run_editing,
    runs,
    scales,
    scoring,
)

app_name = "expression"

STUDY = "studies/<code:study_code>"
MARKERS = f"{STUDY}/markers"
DATASETS = f"{STUDY}/datasets"
RUNS = f"{STUDY}/runs"
RUN = f"{RUNS}/<code:run_code>"
BLOTS = f"{STUDY}/blots"
BLOT = f"{BLOTS}/<code:blot_code>"
EXPERIMENTS = f"{STUDY}/experiments"
EXPERIMENT = f"{EXPERIMENTS}/<code:experiment_code>"
LINES = f"{STUDY}/cell-lines"
ANTIBODIES = f"{STUDY}/antibodies"
CUTOFFS = f"{STUDY}/cut-offs"
RULES = f"{STUDY}/consolidation-rules"
SCALES = f"{STUDY}/laboratory-scales"
STAINED_BLOCK = f"{MICROARRAY}/scoring/<code:antibody_code>/<slug:cell_type>/<slug:compartment>"

urlpatterns = [
    path(f"{RUNS}/", runs.RunList.as_view(), name="run-list"),
    path(f"{RUN}/", runs.RunResults.as_view(), name="run"),
    path(f"{RUN}/wells/", runs.RunWells.as_view(), name="run-wells"),
    path(f"{RUN}/edit/", run_editing.RunEdit.as_view(), name="run-edit"),
    path(f"{RUN}/targets/<int:target_pk>/", run_editing.TargetEdit.as_view(), name="run-target"),
    path(f"{RUN}/targets/<int:target_pk>/adopt/", run_editing.AdoptEfficiency.as_view(), name="run-adopt"),
    path(f"{RUN}/plate/", plates.PlatePage.as_view(), name="run-plate"),
    path(f"{RUN}/wells/<int:well_pk>/", plates.WellPage.as_view(), name="run-well"),
    path(f"{RUN}/history/", plates.RunHistory.as_view(), name="run-history"),
    path(f"{RUN}/delta-cq.csv", runs.RunCsv.as_view(), name="run-csv"),
    path(f"{BLOTS}/", blots.BlotList.as_view(), name="blot-list"),
    path(f"{STUDY}/new-blot/", blots.BlotAdd.as_view(), name="blot-add"),
    path(f"{BLOT}/", blots.BlotPage.as_view(), name="blot"),
    path(f"{BLOT}/edit/", blots.BlotEdit.as_view(), name="blot-edit"),
    path(f"{BLOT}/bands/", blots.BlotBands.as_view(), name="blot-bands"),
    path(f"{BLOT}/ratios.csv", blots.BlotCsv.as_view(), name="blot-csv"),
    path(f"{BLOT}/history/", blots.BlotHistory.as_view(), name="blot-history"),
    path(f"{BLOT}/delete/", blots.BlotDelete.as_view(), name="blot-delete"),
    path(f"{BLOT}/membranes/new/", blots.MembraneAdd.as_view(), name="blot-membrane-add"),
    path(f"{BLOT}/membranes/<int:pk>/", blots.MembraneEdit.as_view(), name="blot-membrane-edit"),
    path(f"{BLOT}/membranes/<int:pk>/delete/", blots.MembraneDelete.as_view(), name="blot-membrane-delete"),
    path(f"{LINES}/", experiments.CellLineList.as_view(), name="experiment-line-list"),
    path(f"{LINES}/new/", experiments.CellLineAdd.as_view(), name="experiment-line-add"),
    path(f"{LINES}/<int:pk>/", experiments.CellLineEdit.as_view(), name="experiment-line-edit"),
    path(f"{LINES}/<int:pk>/delete/", experiments.CellLineDelete.as_view(), name="experiment-line-delete"),
    path(f"{EXPERIMENTS}/", experiments.ExperimentList.as_view(), name="experiment-list"),
    path(f"{STUDY}/new-experiment/", experiments.ExperimentAdd.as_view(), name="experiment-add"),
    path(f"{EXPERIMENT}/", experiments.ExperimentPage.as_view(), name="experiment"),
    path(f"{EXPERIMENT}/edit/", experiments.ExperimentEdit.as_view(), name="experiment-edit"),
    path(f"{EXPERIMENT}/conditions/", experiments.ExperimentConditions.as_view(), name="experiment-conditions"),
    path(f"{EXPERIMENT}/readings/", experiments.ExperimentReadings.as_view(), name="experiment-readings"),
    path(f"{EXPERIMENT}/readings.csv", experiments.ExperimentCsv.as_view(), name="experiment-csv"),
    path(f"{EXPERIMENT}/history/", experiments.ExperimentHistory.as_view(), name="experiment-history"),
    path(f"{EXPERIMENT}/delete/", experiments.ExperimentDelete.as_view(), name="experiment-delete"),
    path(f"{STUDY}/assays/", assays.AssayIndex.as_view(), name="assay-index"),
    path(f"{MARKERS}/", markers.MarkerList.as_view(), name="marker-list"),
    path(f"{MARKERS}/<code:symbol>/", markers.MarkerPage.as_view(), name="marker"),
    path(f"{DATASETS}/", datasets.DatasetList.as_view(), name="dataset-list"),
    path(f"{DATASETS}/<code:dataset_code>/", datasets.DatasetPage.as_view(), name="dataset"),
    path(f"{ANTIBODIES}/", antibodies.AntibodyList.as_view(), name="antibody-list"),
    path(f"{ANTIBODIES}/add/", antibodies.AntibodyAdd.as_view(), name="antibody-add"),
    path(f"{ANTIBODIES}/<int:pk>/", antibodies.AntibodyEdit.as_view(), name="antibody-edit"),
    path(f"{ANTIBODIES}/<int:pk>/delete/", antibodies.AntibodyDelete.as_view(), name="antibody-delete"),
    path(f"{ANTIBODIES}/<int:pk>/history/", antibodies.AntibodyHistory.as_view(), name="antibody-history"),
    path(f"{CUTOFFS}/", rules.CutoffList.as_view(), name="cutoff-list"),
    path(f"{CUTOFFS}/add/", rules.CutoffAdd.as_view(), name="cutoff-add"),
    path(f"{CUTOFFS}/<int:pk>/new-version/", rules.CutoffNewVersion.as_view(), name="cutoff-new-version"),
    path(f"{CUTOFFS}/<int:pk>/history/", rules.CutoffHistory.as_view(), name="cutoff-history"),
    path(f"{RULES}/", rules.RuleList.as_view(), name="rule-list"),
    path(f"{RULES}/add/", rules.RuleAdd.as_view(), name="rule-add"),
    path(f"{RULES}/<int:pk>/new-version/", rules.RuleNewVersion.as_view(), name="rule-new-version"),
    path(f"{RULES}/<int:pk>/history/", rules.RuleHistory.as_view(), name="rule-history"),
    path(f"{SCALES}/", scales.ScaleList.as_view(), name="scale-list"),
    path(f"{SCALES}/add/", scales.ScaleAdd.as_view(), name="scale-add"),
    path(f"{SCALES}/<int:pk>/copy/", scales.ScaleCopy.as_view(), name="scale-copy"),
    path(f"{SCALES}/<int:pk>/delete/", scales.ScaleDelete.as_view(), name="scale-delete"),
    path(f"{SCALES}/<int:pk>/history/", scales.ScaleHistory.as_view(), name="scale-history"),
    path(f"{MICROARRAY}/scoring/", scoring.ScoringStart.as_view(), name="scoring"),
    path(f"{STAINED_BLOCK}/", scoring.ScoringGrid.as_view(), name="scoring-grid"),
    path(f"{STAINED_BLOCK}/<int:row>/<int:column>/", scoring.CoreScore.as_view(), name="scoring-core"),
]
