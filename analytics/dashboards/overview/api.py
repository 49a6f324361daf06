"""The numbers of the overview over the API, by the parameters of its page."""

from django.utils.html import strip_tags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.dashboards.asking import kept_for, refuse_stale
from analytics.dashboards.overview.form import OverviewForm
from analytics.dashboards.overview.panels import lead

PARAMETERS = [OpenApiParameter("code", location=OpenApiParameter.PATH, description="Code of the study.")]


class OverviewView(APIView):
    """Accrual, flow, histologies, coverage and data quality of a study."""

    @extend_schema(parameters=PARAMETERS, responses=OpenApiTypes.OBJECT, operation_id="study_overview")
    def get(self, request: Request, code: str) -> Response:
        """Filters of patients are understood as only-NAME, as on the page."""
        form = OverviewForm(request.query_params, kept=kept_for(request, code=code))
        refuse_stale(form)
        question = {"population": form.population.as_json()}
        return Response({"question": question, "sentence": strip_tags(lead(form.found)), **form.found})
