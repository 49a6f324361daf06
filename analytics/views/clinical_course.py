"""The course of one patient from a time zero of choice: a page, its figure and its table as a file."""

import csv
import logging
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.generic import TemplateView, View

from analytics.clinical_course import ClinicalCourse
from analytics.plots.timeline import timeline
from analytics.sections import timeline_section
from cases.derived.course import courses
from cases.derived.follow_up import TimeZero
from cases.list_files import harmless
from cases.views.patients import OfPatient

logger = logging.getLogger(__name__)


class OfCourse(OfPatient):
    """A page about the course of a patient; ``?zero=surgery`` counts the days from there."""

    @cached_property
    def course(self) -> ClinicalCourse:
        asked = self.request.GET.get("zero", "")
        wanted = TimeZero(asked) if asked in list(TimeZero) else TimeZero.FIRST_DOSE
        return ClinicalCourse(course=courses([self.patient])[self.patient.pk], wanted=wanted, user=self.user)


class CoursePage(OfCourse, TemplateView):
    template_name = "analytics/clinical_course.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(section=timeline_section(self.course, rights=self.rights), **kwargs)


class CourseFigure(OfCourse, View):
    """The timeline for Plotly: ``{"data": …, "layout": …}``."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        drawn = timeline(self.course.rows, axis_title=self.course.axis_title)
        return HttpResponse(drawn.to_json(), content_type="application/json")


class CourseCsv(OfCourse, View):
    """The table beside the timeline, for those who may export."""

    required_right = "exports"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        entries = self.course.entries
        logger.info("course of patient %s: %s rows exported by user %s", self.patient.pk, len(entries), self.user.pk)
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="course-{self.patient.code}.csv"'
        writer = csv.writer(answer)
        writer.writerow(["row", "what", "date", "days", "zero"])
        writer.writerows(
            [harmless(entry.row), harmless(entry.text), entry.date, entry.days, self.course.zero or ""]
            for entry in entries
        )
        return answer
