"""The findings of a study, and the run that turns them into queries."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from django_tables2 import SingleTableMixin

from cases.models import CheckRun, JobStatus
from cases.quality.findings import findings
from cases.quality.registry import SEVERITIES, registered
from cases.quality.running import request_run
from cases.quality.statements import numbers
from cases.quality.tables import FindingTable
from cases.sentences import render as in_language
from cases.tables import ROWS_PER_PAGE, TONES, TablePaginator
from cases.views.base import StudyPage


class FindingForm(forms.Form):
    """What the findings can be narrowed by. ``counted`` are the numbers by check and site."""

    severity = forms.MultipleChoiceField(label=_("Severity"), widget=forms.CheckboxSelectMultiple, required=False)
    check = forms.MultipleChoiceField(label=_("Check"), widget=forms.CheckboxSelectMultiple, required=False)
    site = forms.MultipleChoiceField(label=_("Site"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, asked: QueryDict, *, counted: list[tuple[str, str | None, int]]) -> None:
        super().__init__(asked)
        self.asked = asked
        checks = {check.code: check for check in registered()}
        of_check: Counter[str] = Counter()
        of_severity: Counter[str] = Counter()
        of_site: Counter[str] = Counter()
        for code, site, number in counted:
            of_check[code] += number
            of_severity[checks[code].severity] += number
            of_site[site or ""] += number
        del of_site[""]
        self.total = of_check.total()
        self._offer("severity", of_severity, labels=SEVERITIES)
        largest = sorted(checks, key=lambda code: -of_check[code])
        self._offer("check", of_check, labels={code: checks[code].title for code in largest})
        self._offer("site", of_site, labels={site: site for site in sorted(of_site)})

    def chosen(self, name: str) -> list[str]:
        """The ticked values; what the address says beyond them is left out."""
        field: Any = self.fields.get(name)
        known = dict(field.choices) if field else {}
        return [value for value in self.asked.getlist(name) if value in known]

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(bool(self.chosen(name)) for name in self.fields)

    def _offer(self, name: str, numbers: Counter[str], *, labels: Mapping[Any, Any]) -> None:
        """Only values that occur or are chosen, each with its number."""
        field: Any = self.fields[name]
        chosen = self.asked.getlist(name)
        field.choices = [
            (str(value), format_html('{} <span class="count">{}</span>', label, numbers[value]))
            for value, label in labels.items()
            if numbers[value] or value in chosen
        ]
        if not field.choices:
            del self.fields[name]


class FindingsPage(StudyPage, SingleTableMixin, TemplateView):
    """What the checks find now, with the number of each."""

    template_name = "cases/quality.html"
    table_class = FindingTable
    table_pagination = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    @cached_property
    def form(self) -> FindingForm:
        return FindingForm(self.request.GET, counted=numbers(user=self.user, study=self.study))

    def get_table_data(self) -> QuerySet[Any]:
        codes, severities = self.form.chosen("check"), self.form.chosen("severity")
        checks = [
            check
            for check in registered()
            if (not codes or check.code in codes) and (not severities or check.severity in severities)
        ]
        return findings(user=self.user, study=self.study, checks=checks, sites=self.form.chosen("site"))

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"rights": self.rights}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = CheckRun.objects.filter(study=self.study, status=JobStatus.SUCCEEDED).select_related("study").first()
        return super().get_context_data(form=self.form, last_run=last, tab="findings", **kwargs)


class CheckStudy(StudyPage, View):
    """Have a worker check the study and open queries."""

    required_right = "enters"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect(request_run(study=self.study, by=self.user))


class RunPage(StudyPage, TemplateView):
    """How a run goes, then what it did. Everybody who sees rows sees it."""

    template_name = "cases/quality_run.html"

    @cached_property
    def run(self) -> CheckRun:
        runs = CheckRun.objects.filter(study=self.study).select_related("study", "requested_by")
        if self.rights.site_id is not None:
            # Its numbers are those of all sites that whoever asked may see.
            runs = runs.filter(requested_by=self.user)
        return get_object_or_404(runs, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            job=self.run,
            message=in_language(self.run.message),
            tone=TONES[JobStatus(self.run.status)],
            tab="findings",
            **kwargs,
        )


class RunProgress(RunPage):
    """The progress bar again, or the wish to have the whole page again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.run.is_unfinished:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "cases/quality_progress.html", {"study": self.study, "job": self.run})
