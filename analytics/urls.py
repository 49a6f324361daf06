"""Pages of questions and answers."""

from django.urls import path

from analytics.views import (
    agreement,
    answers,
    asking,
    clinical_course,
    cohorts,
    concordance,
    dashboards,
    families,
    findings,
    overview,
    releases,
    response_dashboard,
    skeletal_events,
)
from cases.urls import PATIENT, STUDY
from expression.urls import STAINED_BLOCK

app_name = "analytics"

ANALYSIS = f"{STUDY}/analyses/<int:pk>"
COHORT = f"{STUDY}/cohorts/<int:pk>"
FAMILY = f"{STUDY}/families/<int:pk>"
RELEASE = f"{STUDY}/releases/<int:pk>"
AGREEMENT = f"{STAINED_BLOCK}/agreement"

urlpatterns = [
    path(f"{STUDY}/analyses/", asking.AnalysisList.as_view(), name="analysis-list"),
    path(f"{STUDY}/analyses/new/", asking.AnalysisNew.as_view(), name="analysis-new"),
    path(f"{STUDY}/analyses/new/<slug:kind_code>/", asking.AnalysisAsk.as_view(), name="analysis-ask"),
    path(f"{ANALYSIS}/", answers.AnalysisDetail.as_view(), name="analysis"),
    path(f"{ANALYSIS}/progress/", answers.AnalysisProgress.as_view(), name="analysis-progress"),
    path(f"{ANALYSIS}/figures/<slug:figure>.json", answers.FigureJson.as_view(), name="analysis-figure"),
    path(f"{ANALYSIS}/result.json", answers.ResultJson.as_view(), name="analysis-result"),
    path(f"{ANALYSIS}/input.csv", answers.InputCsv.as_view(), name="analysis-input"),
    path(f"{ANALYSIS}/script.R", answers.RScript.as_view(), name="analysis-script"),
    path(f"{ANALYSIS}/report.html", answers.Report.as_view(), name="analysis-report"),
    path(f"{ANALYSIS}/cancel/", answers.Cancel.as_view(), name="analysis-cancel"),
    path(f"{ANALYSIS}/release/", answers.Release.as_view(), name="analysis-release"),
    path(f"{ANALYSIS}/withdraw/", answers.Withdraw.as_view(), name="analysis-withdraw"),
    path(f"{STUDY}/overview/", overview.OverviewPage.as_view(), name="overview"),
    path(f"{STUDY}/overview/<slug:panel>.json", overview.OverviewFigure.as_view(), name="overview-figure"),
    path(f"{STUDY}/overview/<slug:panel>.csv", overview.OverviewCsv.as_view(), name="overview-csv"),
    path(f"{STUDY}/cohorts/", cohorts.CohortList.as_view(), name="cohort-list"),
    path(f"{STUDY}/cohorts/new/", cohorts.CohortNew.as_view(), name="cohort-new"),
    path(f"{COHORT}/", cohorts.CohortDetail.as_view(), name="cohort"),
    path(f"{COHORT}/edit/", cohorts.CohortEdit.as_view(), name="cohort-edit"),
    path(f"{COHORT}/history/", cohorts.CohortHistory.as_view(), name="cohort-history"),
    path(f"{COHORT}/archive/", cohorts.CohortArchive.as_view(), name="cohort-archive"),
    path(f"{COHORT}/restore/", cohorts.CohortRestore.as_view(), name="cohort-restore"),
    path(f"{COHORT}/delete/", cohorts.CohortDelete.as_view(), name="cohort-delete"),
    path(f"{STUDY}/families/", families.FamilyList.as_view(), name="family-list"),
    path(f"{STUDY}/families/new/", families.FamilyNew.as_view(), name="family-new"),
    path(f"{FAMILY}/", families.FamilyDetail.as_view(), name="family"),
    path(f"{FAMILY}/delete/", families.FamilyDelete.as_view(), name="family-delete"),
    path(f"{STUDY}/releases/", releases.ReleaseList.as_view(), name="release-list"),
    path(f"{STUDY}/releases/new/<slug:dashboard>/", releases.ReleaseNew.as_view(), name="release-new"),
    path(f"{RELEASE}/", releases.ReleaseDetail.as_view(), name="release"),
    path(f"{RELEASE}/<slug:part>.json", releases.ReleaseFigure.as_view(), name="release-figure"),
    path(f"{RELEASE}/<slug:part>.csv", releases.ReleaseCsv.as_view(), name="release-csv"),
    path(f"{RELEASE}/withdraw/", releases.ReleaseWithdraw.as_view(), name="release-withdraw"),
    path(f"{STUDY}/explore/expression/", dashboards.ExpressionExplorer.as_view(), name="explore-expression"),
    path(f"{STUDY}/explore/expression.csv", dashboards.ExpressionCsv.as_view(), name="explore-expression-csv"),
    path(f"{STUDY}/findings/", findings.FindingsBoard.as_view(), name="findings"),
    path(f"{STUDY}/findings/run/", findings.FindingsRun.as_view(), name="findings-run"),
    path(f"{STUDY}/explore/response/", response_dashboard.ResponseDashboard.as_view(), name="explore-response"),
    path(
        f"{STUDY}/explore/response/<slug:panel>.json",
        response_dashboard.ResponseFigure.as_view(),
        name="explore-response-figure",
    ),
    path(
        f"{STUDY}/explore/response/<slug:panel>.csv",
        response_dashboard.ResponseCsv.as_view(),
        name="explore-response-csv",
    ),
    path(
        f"{STUDY}/explore/skeletal-events/",
        skeletal_events.SkeletalEventsDashboard.as_view(),
        name="explore-skeletal-events",
    ),
    path(
        f"{STUDY}/explore/skeletal-events/<slug:panel>.json",
        skeletal_events.SkeletalEventsFigure.as_view(),
        name="explore-skeletal-events-figure",
    ),
    path(
        f"{STUDY}/explore/skeletal-events/<slug:panel>.csv",
        skeletal_events.SkeletalEventsCsv.as_view(),
        name="explore-skeletal-events-csv",
    ),
    path(f"{STUDY}/explore/concordance/", concordance.ConcordancePage.as_view(), name="explore-concordance"),
    path(
        f"{STUDY}/explore/concordance/<slug:panel>.json",
        concordance.ConcordanceFigure.as_view(),
        name="explore-concordance-figure",
    ),
    path(
        f"{STUDY}/explore/concordance/<slug:panel>.csv",
        concordance.ConcordanceCsv.as_view(),
        name="explore-concordance-csv",
    ),
    path(f"{PATIENT}/course/", clinical_course.CoursePage.as_view(), name="course"),
    path(f"{PATIENT}/course/timeline.json", clinical_course.CourseFigure.as_view(), name="course-figure"),
    path(f"{PATIENT}/course/timeline.csv", clinical_course.CourseCsv.as_view(), name="course-csv"),
    path(f"{AGREEMENT}/", agreement.AgreementPage.as_view(), name="agreement"),
    path(f"{AGREEMENT}/open/", agreement.OpenScoring.as_view(), name="agreement-open"),
    path(f"{AGREEMENT}/<int:row>/<int:column>/", agreement.Consensus.as_view(), name="consensus"),
]
