"""The numbers of the dashboard of skeletal events over the API, by the parameters of its page."""

from typing import Any

from django.utils.html import strip_tags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.dashboards.asking import kept_for, refuse_stale
from analytics.dashboards.skeletal_events.data import suffered
from analytics.dashboards.skeletal_events.form import SkeletalEventsForm
from analytics.dashboards.skeletal_events.question import COMPARED_BY, LANDMARKS
from analytics.dashboards.skeletal_events.words import lead
from analytics.kinds.time_to_event.spec import TimeToEvent, Zero
from cases.models import Criterion

PARAMETERS = [
    OpenApiParameter("code", location=OpenApiParameter.PATH, description="Code of the study."),
    OpenApiParameter("compared", enum=COMPARED_BY, description="Response when left out."),
    OpenApiParameter("criterion", enum=Criterion.values, description="Only by response; sclerosis when left out."),
    OpenApiParameter("landmark", enum=LANDMARKS, description="Only by response: the day the curves begin; 180."),
    OpenApiParameter("zero", enum=Zero.values, description="Only by groups; the first dose when left out."),
]


class SkeletalEventsView(APIView):
    """Skeletal-related events by response, as it changes over time and by landmarks, or by groups of patients."""

    @extend_schema(parameters=PARAMETERS, responses=OpenApiTypes.OBJECT, operation_id="study_explore_skeletal_events")
    def get(self, request: Request, code: str) -> Response:
        """Filters of patients are understood as only-NAME, as on the page. ``question`` can be asked as an analysis."""
        kept = kept_for(request, code=code)
        form = SkeletalEventsForm(request.query_params, study=kept.rights.study, by=request.user)
        refuse_stale(form)
        found: dict[str, Any] = suffered(spec=form.question.spec(), kept=kept)
        spec = TimeToEvent.from_mapping(found["question"])
        return Response({"sentence": strip_tags(lead(found, spec)), **found})
