"""What the analyses add to the pages of studies, people and measurements: the overview of a study, the timeline of a
patient, agreement of readers, the way from a list of patients to a cohort.
"""

from collections.abc import Mapping

from django.http import QueryDict
from django.urls import reverse

from analytics.clinical_course import ClinicalCourse
from analytics.dashboards.addresses import with_addresses
from analytics.dashboards.keeping import Kept
from analytics.dashboards.overview.form import OverviewForm
from analytics.dashboards.overview.lists import Lists
from analytics.dashboards.overview.panels import basis, lead, panels
from analytics.dashboards.panel import Panel
from analytics.plots.timeline import height
from cases.access import Person, StudyRights
from cases.derived.course import courses
from cases.derived.follow_up import TimeZero
from cases.models import Patient, Study
from cases.sections import Section, patient_list_sections, patient_sections, study_sections
from expression.stain_sections import stain_sections
from expression.stained_block import StainedBlock

OVERVIEW = "analytics:overview"


@study_sections.register
def overview_of_study(*, user: Person, rights: StudyRights, subject: Study) -> Section | None:
    """Of everybody; nothing as long as there is nobody, and for who may not see single patients."""
    if not rights.sees_rows:
        return None
    form = OverviewForm(QueryDict(), kept=Kept(by=user, rights=rights))
    if form.found["patients"] == 0:
        return None
    return overview_section(form, panels(form, rights=rights), rights=rights)


def overview_section(form: OverviewForm, parts: Mapping[str, Panel], *, rights: StudyRights) -> Section:
    """The parts with their form, which leads to the page of the overview."""
    context = {
        "form": form,
        "url": reverse(OVERVIEW, args=[rights.study.code]),
        "lead": lead(form.found),
        "basis": basis(form.found, Lists(rights=rights, population=form.population)),
        "panels": with_addresses(parts, page=OVERVIEW, query=form.as_query(), rights=rights),
    }
    return Section(template="analytics/sections/overview.html", context=context, leads=True)


@patient_sections.register
def timeline_of_patient(*, user: Person, rights: StudyRights, subject: Patient) -> Section:
    course = ClinicalCourse(course=courses([subject])[subject.pk], wanted=TimeZero.FIRST_DOSE, user=user)
    return timeline_section(course, rights=rights)


def timeline_section(course: ClinicalCourse, *, rights: StudyRights) -> Section:
    """The course as a figure, a sentence and a table."""
    # What is asked for and not what is known: after the first dose is recorded, days count from there.
    address, query = [rights.study.code, course.course.patient.code], f"?zero={course.wanted}"
    context = {
        "course": course,
        "height": height(course.rows),
        "url": reverse("analytics:course", args=address),
        "query": query,
        "figure_url": reverse("analytics:course-figure", args=address) + query,
        "csv_url": reverse("analytics:course-csv", args=address) + query if rights.exports else "",
    }
    return Section(template="analytics/sections/timeline.html", context=context, leads=True)


@stain_sections.register
def agreement_of_readers(*, user: Person, rights: StudyRights, subject: StainedBlock) -> Section:
    context = {"url": subject.url("analytics:agreement")}
    return Section(template="analytics/sections/agreement.html", context=context)


@patient_list_sections.register
def cohort_of_list(*, user: Person, rights: StudyRights, subject: Study) -> Section:
    context = {"url": reverse("analytics:cohort-new", args=[subject.code])}
    return Section(template="analytics/sections/cohort_of_list.html", context=context)
