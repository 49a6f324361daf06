"""Pages of what was measured."""

from django.urls import path

from expression.views import antibodies, rules, runs

app_name = "expression"

STUDY = "studies/<code:study_code>"
RUNS = f"{STUDY}/runs"
RUN = f"{RUNS}/<code:run_code>"
ANTIBODIES = f"{STUDY}/antibodies"
CUTOFFS = f"{STUDY}/cut-offs"
RULES = f"{STUDY}/consolidation-rules"

urlpatterns = [
    path(f"{RUNS}/", runs.RunList.as_view(), name="run-list"),
    path(f"{RUN}/", runs.RunResults.as_view(), name="run"),
    path(f"{RUN}/wells/", runs.RunWells.as_view(), name="run-wells"),
    path(f"{RUN}/delta-cq.csv", runs.RunCsv.as_view(), name="run-csv"),
    path(f"{ANTIBODIES}/", antibodies.AntibodyList.as_view(), name="antibody-list"),
    path(f"{ANTIBODIES}/add/", antibodies.AntibodyAdd.as_view(), name="antibody-add"),
    path(f"{ANTIBODIES}/<int:pk>/", antibodies.AntibodyEdit.as_view(), name="antibody-edit"),
    path(f"{ANTIBODIES}/<int:pk>/history/", antibodies.AntibodyHistory.as_view(), name="antibody-history"),
    path(f"{CUTOFFS}/", rules.CutoffList.as_view(), name="cutoff-list"),
    path(f"{CUTOFFS}/add/", rules.CutoffAdd.as_view(), name="cutoff-add"),
    path(f"{CUTOFFS}/<int:pk>/new-version/", rules.CutoffNewVersion.as_view(), name="cutoff-new-version"),
    path(f"{CUTOFFS}/<int:pk>/history/", rules.CutoffHistory.as_view(), name="cutoff-history"),
    path(f"{RULES}/", rules.RuleList.as_view(), name="rule-list"),
    path(f"{RULES}/add/", rules.RuleAdd.as_view(), name="rule-add"),
    path(f"{RULES}/<int:pk>/new-version/", rules.RuleNewVersion.as_view(), name="rule-new-version"),
    path(f"{RULES}/<int:pk>/history/", rules.RuleHistory.as_view(), name="rule-history"),
]
