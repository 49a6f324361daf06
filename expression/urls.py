"""Pages of what was measured."""

from django.urls import path

from expression import views

app_name = "expression"

RUNS = "studies/<code:study_code>/runs"
RUN = f"{RUNS}/<code:run_code>"

urlpatterns = [
    path(f"{RUNS}/", views.RunList.as_view(), name="run-list"),
    path(f"{RUN}/", views.RunResults.as_view(), name="run"),
    path(f"{RUN}/wells/", views.RunWells.as_view(), name="run-wells"),
    path(f"{RUN}/delta-cq.csv", views.RunCsv.as_view(), name="run-csv"),
]
