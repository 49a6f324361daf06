"""The numbers of the dashboard of concordance over the API, by the parameters of its page."""

from typing import Any

from django.utils.html import strip_tags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.dashboards.asking import kept_for, refuse_stale
from analytics.dashboards.concordance.data import concordance, matrix
from analytics.dashboards.concordance.form import ConcordanceForm
from analytics.dashboards.concordance.panels import panels

PARAMETERS = [
    OpenApiParameter("code", location=OpenApiParameter.PATH, description="Code of the study."),
    OpenApiParameter("marker", description="HGNC symbol, such as TNFSF11; the first measured by both when left out."),
    OpenApiParameter("grouping", description="By what patients are grouped; histology when left out."),
]


class ConcordanceView(APIView):
    """One marker by immunohistochemistry and by qPCR in the same patients, and every pair of stains."""

    @extend_schema(parameters=PARAMETERS, responses=OpenApiTypes.OBJECT, operation_id="study_explore_concordance")
    def get(self, request: Request, code: str) -> Response:
        """Any parameter of the page of the same name is understood, filters of patients as only-NAME."""
        kept = kept_for(request, code=code)
        form = ConcordanceForm(request.query_params, kept=kept)
        refuse_stale(form)
        pair, stains = form.question, form.matrix
        body: dict[str, Any] = {
            "question": pair and pair.as_json(),
            "sentence": strip_tags(panels(form, kept=kept)["scatter"].sentence),
            "concordance": None,
            "categories": [],
            "matrix": None,
        }
        if pair:
            found = concordance(question=pair, kept=kept)
            body |= {"concordance": found["result"], "categories": found["categories"]}
        if stains:
            body["matrix"] = matrix(question=stains, kept=kept)["result"]
        return Response(body)
