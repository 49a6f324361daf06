"""Pages of what was measured."""

from django.urls import path

from expression.views import runs

app_name = "expression"

RUNS = "studies/<code:study_code>/runs"
RUN = f"{RUNS}/<code:run_code>"

urlpatterns = [
    path(f"{RUNS}/", runs.RunList.as_view(), name="run-list"),
    path(f"{RUN}/", runs.RunResults.as_view(), name="run"),
    path(f"{RUN}/wells/", runs.RunWells.as_view(), name="run-wells"),
    path(f"{RUN}/delta-cq.csv", runs.RunCsv.as_view(), name="run-csv"),
]
