"""Every endpoint of the API on one screen."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from analytics.api import AnalysisViewSet
from analytics.cohorts.api import CohortViewSet
from analytics.dashboards.api import ExpressionExplorerView
from analytics.dashboards.concordance.api import ConcordanceView
from analytics.dashboards.overview.api import OverviewView
from analytics.dashboards.response.api import ResponseDashboardView
from analytics.dashboards.skeletal_events.api import SkeletalEventsView
from analytics.families.api import FamilyViewSet
from analytics.findings.api import FindingViewSet
from analytics.releases.api import ReleaseViewSet
from cases.api import (
    RECORDS,
    TERMS,
    DataQueryViewSet,
    ExportViewSet,
    ImportViewSet,
    MappingViewSet,
    PatientViewSet,
    SiteViewSet,
    StudyViewSet,
)
from expression.api import (
    AntibodyViewSet,
    CellExperimentViewSet,
    CellLineViewSet,
    ConsolidationRuleViewSet,
    DatasetViewSet,
    LaboratoryScaleViewSet,
    MarkerViewSet,
    MeasurementViewSet,
    PositivityCutoffViewSet,
    QpcrRunViewSet,
    WesternBlotViewSet,
)
from portal.jobs import WorkViewSet

app_name = "api"

router = DefaultRouter()
# A suffix of the address would be taken from the end of a study's code.
router.include_format_suffixes = False
router.register("studies", StudyViewSet, basename="study")
router.register("patients", PatientViewSet, basename="patient")
for plural, (kind, records) in RECORDS.items():
    router.register(plural, records, basename=kind)
router.register("queries", DataQueryViewSet, basename="query")
router.register("imports", ImportViewSet, basename="import")
router.register("import-mappings", MappingViewSet, basename="mapping")
router.register("exports", ExportViewSet, basename="export")
router.register("sites", SiteViewSet, basename="site")
for vocabulary, terms in TERMS.items():
    router.register(vocabulary, terms, basename=vocabulary)
router.register("markers", MarkerViewSet, basename="marker")
router.register("datasets", DatasetViewSet, basename="dataset")
router.register("antibodies", AntibodyViewSet, basename="antibody")
router.register("positivity-cutoffs", PositivityCutoffViewSet, basename="positivity-cutoff")
router.register("consolidation-rules", ConsolidationRuleViewSet, basename="consolidation-rule")
router.register("laboratory-scales", LaboratoryScaleViewSet, basename="laboratory-scale")
router.register("measurements", MeasurementViewSet, basename="measurement")
router.register("qpcr-runs", QpcrRunViewSet, basename="qpcr-run")
router.register("western-blots", WesternBlotViewSet, basename="western-blot")
router.register("cell-lines", CellLineViewSet, basename="cell-line")
router.register("cell-experiments", CellExperimentViewSet, basename="cell-experiment")
router.register("analyses", AnalysisViewSet, basename="analysis")
router.register("cohorts", CohortViewSet, basename="cohort")
router.register("families", FamilyViewSet, basename="family")
router.register("dashboard-releases", ReleaseViewSet, basename="dashboard-release")
router.register("jobs", WorkViewSet, basename="job")
router.register("findings", FindingViewSet, basename="finding")


class Documentation(LoginRequiredMixin, SpectacularSwaggerSplitView):
    """The endpoints to read and to try. Its script is a file of its own, as the content security policy asks."""

    url_name = "api:schema"


urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", Documentation.as_view(), name="docs"),
    path("studies/<str:code>/explore/expression/", ExpressionExplorerView.as_view(), name="study-explore-expression"),
    path("studies/<str:code>/overview/", OverviewView.as_view(), name="study-overview"),
    path("studies/<str:code>/explore/concordance/", ConcordanceView.as_view(), name="study-explore-concordance"),
    path("studies/<str:code>/explore/response/", ResponseDashboardView.as_view(), name="study-explore-response"),
    path(
        "studies/<str:code>/explore/skeletal-events/",
        SkeletalEventsView.as_view(),
        name="study-explore-skeletal-events",
    ),
    path("", include(router.urls)),
]
