"""Pages of what was measured."""

from django.urls import path

from expression.views import plates, run_editing, runs

app_name = "expression"

RUNS = "studies/<code:study_code>/runs"
RUN = f"{RUNS}/<code:run_code>"

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
]
