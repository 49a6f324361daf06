"""The findings board: the page, and the button that asks all of its questions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView, View

from analytics.findings.board import ask_all, board
from cases.views.base import StudyPage


class FindingsBoard(StudyPage, TemplateView):
    """Each published finding with today's numbers and a verdict on them."""

    required_right = "asks"
    template_name = "analytics/findings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = board(by=self.request.user, rights=self.rights)
        parts = [part for one in found for part in one.parts]
        return super().get_context_data(
            findings=found,
            underway=any(part.analysis and part.analysis.is_unfinished for part in parts),
            data_changed=any(part.data_changed for part in parts),
            tests=sum(part.part.is_test for part in parts),
            **kwargs,
        )


class FindingsRun(StudyPage, View):
    """Asks every question of the board; answers to which no data have changed are kept."""

    required_right = "asks"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        new, known = ask_all(by=request.user, rights=self.rights)
        if new:
            text = ngettext("{count} question asked.", "{count} questions asked.", new)
            messages.success(request, text.format(count=new))
        elif known:
            messages.info(request, _("Every question is answered, or asked already, and no data have changed since."))
        else:
            messages.info(request, _("The study holds nothing yet to ask these questions of."))
        return redirect("analytics:findings", study_code=self.study.code)
