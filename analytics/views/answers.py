"""Pages of one analysis: the answer, its figures and files, and what may be done with it."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from analytics import access, files, report, services
from analytics.catalogue import marker_names
from analytics.dataset import write_csv
from analytics.families.reading import Place, places_of
from analytics.kinds import Reading, kind_of
from analytics.models import Analysis
from analytics.population import population_in_words
from analytics.reading import answer_of, read, without_patients
from analytics.reading import figure as draw
from analytics.views.asking import ask_again_url
from cases import jobs
from cases.history import data_version
from cases.sentences import render
from cases.views.base import StudyPage


class AnalysisPage(StudyPage):
    """A page of one analysis that exists for this person."""

    required_right: ClassVar[str] = "sees_aggregates"

    @cached_property
    def analysis(self) -> Analysis:
        found = access.analyses(self.request.user).filter(study=self.study)
        return get_object_or_404(found, pk=self.kwargs["pk"])

    @cached_property
    def reading(self) -> Reading:
        return read(analysis=self.analysis, user=self.request.user, rights=self.rights)

    @cached_property
    def places(self) -> list[Place]:
        """The families of tests the question belongs to."""
        return places_of(self.reading)


class AnalysisDetail(AnalysisPage, TemplateView):
    """The answer first; until there is one, how far the work is."""

    template_name = "analytics/analysis.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        analysis, reading = self.analysis, self.reading
        kind, result = kind_of(analysis), reading.result or {}
        populated = "population" in result
        population = population_in_words(reading.spec.population, study=self.study.code, by=self.request.user)
        return super().get_context_data(
            analysis=analysis,
            reading=reading,
            kind=kind,
            title=kind.title(reading.spec, marker_names()),
            message=render(analysis.message),
            choices=[*kind.choices(reading.spec), *population],
            software=report.software(analysis),
            methods=files.methods(reading, places=self.places),
            places=self.places,
            ask_again_url=ask_again_url(analysis, self.places[-1].family.pk if self.places else None),
            may_cancel=access.may_cancel(rights=self.rights, user=self.request.user, analysis=analysis),
            may_download=reading.in_full and self.rights.exports,
            data_changed=bool(reading.answer) and reading.in_full and analysis.data_version != data_version(),
            answer=answer_of(reading) if reading.answer else None,
            flow=report.flow_rows(result, kind.steps) if populated else [],
            exclusions=report.exclusion_rows(result) if populated else [],
            **kwargs,
        )


class AnalysisProgress(AnalysisPage, TemplateView):
    """The progress bar alone; tells htmx to reload the page when the work has ended."""

    template_name = "analytics/progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.analysis.is_unfinished:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(analysis=self.analysis, **kwargs)


class FigureJson(AnalysisPage, View):
    """A figure for Plotly: ``{"data": …, "layout": …}``."""

    def get(self, request: HttpRequest, *, figure: str, **kwargs: Any) -> HttpResponse:
        drawn = draw(self.reading, figure)
        if drawn is None:
            raise Http404(_("This answer has no such figure."))
        return HttpResponse(drawn.to_json(), content_type="application/json")


class ResultJson(AnalysisPage, View):
    """The stored result, as this person may read it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.reading.answer is None:
            raise Http404(_("This question has no answer."))
        answer = JsonResponse(self.reading.answer, json_dumps_params={"ensure_ascii": False, "indent": 2})
        answer["Content-Disposition"] = f'attachment; filename="analysis-{self.analysis.pk}.json"'
        return answer


class InputCsv(AnalysisPage, View):
    """The frozen input, one row per sample, for those who may export."""

    required_right = "exports"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        table = services.export_input(reading=self.reading, by=request.user, rights=self.rights)
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="analysis-{self.analysis.pk}.csv"'
        write_csv(table, answer)
        return answer


class RScript(AnalysisPage, View):
    """The script that computes the numbers of the answer anew in R."""

    required_right = "sees_rows"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return _taken_away(files.r_script(self.reading), name=files.file_name(self.analysis, "R"), type="text/plain")


class Report(AnalysisPage, View):
    """The answer as one HTML file; single patients are in it for those only who may take them away."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        reading = self.reading if self.rights.exports else without_patients(self.reading)
        html = files.html_report(reading, by=request.user)
        return _taken_away(html, name=files.file_name(self.analysis, "html"), type="text/html")


def _taken_away(text: str, *, name: str, type: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=f"{type}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class AnalysisAction(AnalysisPage, View):
    """Something done with an analysis by POST; back to its page with a sentence."""

    http_method_names = ["post"]
    done: ClassVar[Any]
    too_late: ClassVar[Any]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.act():
            messages.success(request, self.done)
        else:
            messages.info(request, self.too_late)
        return redirect(self.analysis)

    def act(self) -> bool:
        """Whether there was anything to do."""
        raise NotImplementedError


class Cancel(AnalysisAction):
    required_right = "asks"
    done = gettext_lazy("The analysis is being cancelled.")
    too_late = gettext_lazy(
        "Only a question that waits or runs can be cancelled, by the person who asked or a manager."
    )

    def act(self) -> bool:
        allowed = access.may_cancel(rights=self.rights, user=self.request.user, analysis=self.analysis)
        return allowed and jobs.cancel(self.analysis)


class Release(AnalysisAction):
    required_right = "manages"
    done = gettext_lazy("Released. Every member of the study can read it, without single patients.")
    too_late = gettext_lazy(
        "Only an answer that is there and not yet released can be released, and none whose patients are chosen by a "
        "part of their codes, which viewers would read."
    )

    def act(self) -> bool:
        return services.release(analysis=self.analysis, by=self.request.user, rights=self.rights)


class Withdraw(AnalysisAction):
    required_right = "manages"
    done = gettext_lazy("Withdrawn. Only members who see rows can read it now.")
    too_late = gettext_lazy("This answer was not released.")

    def act(self) -> bool:
        return services.withdraw(analysis=self.analysis, by=self.request.user, rights=self.rights)
