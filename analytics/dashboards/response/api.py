"""The numbers of the dashboard of the response over the API, by the parameters of its page."""

from typing import Any

from django.utils.html import strip_tags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.dashboards.asking import kept_for, refuse_stale
from analytics.dashboards.response.data import responded
from analytics.dashboards.response.form import ResponseDashboardForm
from analytics.dashboards.response.shown_shares import lead
from cases.models import Criterion

PARAMETERS = [
    OpenApiParameter("code", location=OpenApiParameter.PATH, description="Code of the study."),
    OpenApiParameter("criterion", enum=Criterion.values, description="Sclerosis when left out."),
]


class ResponseDashboardView(APIView):
    """The response to denosumab by group, by criterion, over time and patient by patient; nothing is tested."""

    @extend_schema(parameters=PARAMETERS, responses=OpenApiTypes.OBJECT, operation_id="study_explore_response")
    def get(self, request: Request, code: str) -> Response:
        """Filters of patients are understood as only-NAME, as on the page."""
        kept = kept_for(request, code=code)
        form = ResponseDashboardForm(request.query_params, study=kept.rights.study, by=request.user)
        refuse_stale(form)
        found: dict[str, Any] = responded(question=form.question, by=request.user, rights=kept.rights)
        question = {"criterion": form.chosen["criterion"], "population": form.population.as_json()}
        return Response({"question": question, "sentence": strip_tags(lead(found)), **found})
