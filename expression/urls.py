"""Pages of what was measured."""

from django.urls import path

from expression.views import assays, datasets, markers, runs

app_name = "expression"

STUDY = "studies/<code:study_code>"
MARKERS = f"{STUDY}/markers"
DATASETS = f"{STUDY}/datasets"
RUNS = f"{STUDY}/runs"
RUN = f"{RUNS}/<code:run_code>"

urlpatterns = [
    path(f"{STUDY}/assays/", assays.AssayIndex.as_view(), name="assay-index"),
    path(f"{MARKERS}/", markers.MarkerList.as_view(), name="marker-list"),
    path(f"{MARKERS}/<code:symbol>/", markers.MarkerPage.as_view(), name="marker"),
    path(f"{DATASETS}/", datasets.DatasetList.as_view(), name="dataset-list"),
    path(f"{DATASETS}/<code:dataset_code>/", datasets.DatasetPage.as_view(), name="dataset"),
    path(f"{RUNS}/", runs.RunList.as_view(), name="run-list"),
    path(f"{RUN}/", runs.RunResults.as_view(), name="run"),
    path(f"{RUN}/wells/", runs.RunWells.as_view(), name="run-wells"),
    path(f"{RUN}/delta-cq.csv", runs.RunCsv.as_view(), name="run-csv"),
]
