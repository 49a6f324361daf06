"""Pages of what was measured."""

from django.urls import path

from cases.urls import MICROARRAY
from expression.views import runs, scoring

app_name = "expression"

RUNS = "studies/<code:study_code>/runs"
RUN = f"{RUNS}/<code:run_code>"
STAINED_BLOCK = f"{MICROARRAY}/scoring/<code:antibody_code>/<slug:cell_type>/<slug:compartment>"

urlpatterns = [
    path(f"{RUNS}/", runs.RunList.as_view(), name="run-list"),
    path(f"{RUN}/", runs.RunResults.as_view(), name="run"),
    path(f"{RUN}/wells/", runs.RunWells.as_view(), name="run-wells"),
    path(f"{RUN}/delta-cq.csv", runs.RunCsv.as_view(), name="run-csv"),
    path(f"{MICROARRAY}/scoring/", scoring.ScoringStart.as_view(), name="scoring"),
    path(f"{STAINED_BLOCK}/", scoring.ScoringGrid.as_view(), name="scoring-grid"),
    path(f"{STAINED_BLOCK}/<int:row>/<int:column>/", scoring.CoreScore.as_view(), name="scoring-core"),
]
