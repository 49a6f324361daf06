"""The numbers of the dashboards over the API, by the parameters of their pages."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.catalogue import Catalogue
from analytics.dashboards.asking import kept_for
from analytics.dashboards.expression import words
from analytics.dashboards.expression.form import ExplorerForm
from analytics.dashboards.expression.panels import Panel
from analytics.dashboards.published import published_about
from analytics.plots.names import note_text
from analytics.spec import Assay
from analytics.stats import Note
from cases.sentences import render

PARAMETERS = [
    OpenApiParameter("code", location=OpenApiParameter.PATH, description="Code of the study."),
    OpenApiParameter("assay", enum=Assay.values, description="The first with values when left out."),
    OpenApiParameter("dataset", description="Code of the dataset; only for profiles."),
    OpenApiParameter("marker", description="HGNC symbol, such as TNFSF11."),
    OpenApiParameter("grouping", description="By what patients are grouped; histology when left out."),
    OpenApiParameter("groups", many=True, description="Codes of groups; all when left out."),
    OpenApiParameter("beside", many=True, description="HGNC symbols of more markers by the same assay."),
    OpenApiParameter("cohorts", many=True, description="Public datasets beside them, written STUDY:DATASET."),
    OpenApiParameter("reference", description="The group shown last, whose median the others are seen beside."),
]


class ExpressionExplorerView(APIView):
    """One marker by one assay, described group by group; nothing is tested."""

    @extend_schema(parameters=PARAMETERS, responses=OpenApiTypes.OBJECT, operation_id="study_explore_expression")
    def get(self, request: Request, code: str) -> Response:
        """Any parameter of the page of the same name is understood, filters of patients as only-NAME."""
        kept = kept_for(request, code=code)
        catalogue = Catalogue(study=kept.rights.study, by=request.user, look_up=kept.look_up)
        if not catalogue:
            raise NotFound(_("Nothing was measured that you may see."))
        form = ExplorerForm(request.query_params, catalogue=catalogue, kept=kept)
        if form.stale:
            raise ValidationError({name: str(text) for name, text in form.stale.items()})
        first, *others = form.panels()
        if isinstance(first.found, Note):
            raise ValidationError({"question": _text(first.found)})
        beside = [_panel(panel) for panel in others if panel.cohort is None]
        cohorts = [_panel(panel) for panel in others if panel.cohort is not None]
        return Response(_panel(first) | {"beside": beside, "cohorts": cohorts})


def _panel(panel: Panel) -> dict[str, Any]:
    """The numbers of a panel, or its question and why it has none."""
    question = panel.spec.as_json()
    if isinstance(panel.found, Note):
        return {"question": question, "refusal": _text(panel.found)}
    numbers = _body(panel.found["result"], question=question, reference=panel.spec.reference)
    return numbers | ({"citation": panel.cohort.citation} if panel.cohort else {})


def _text(note: Note) -> str:
    return render({"text": note.text, "values": note.values})


def _body(result: dict[str, Any], *, question: dict[str, Any], reference: str) -> dict[str, Any]:
    published = published_about(result["question"]["marker"]["symbol"])
    return {
        "question": question,
        "sentence": words.sentence_text(result, reference=reference),
        "unit": result["unit"],
        "population": result["population"],
        "groups": result["groups"],
        "warnings": [note_text(note, result) for note in result["warnings"]],
        "published": [
            {
                "tumour": str(one.tumour),
                "patients": one.patients,
                "positive": one.positive,
                "finding": str(one.finding),
                "citation": one.citation,
                "url": one.url,
            }
            for one in published
        ],
    }
