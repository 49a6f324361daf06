"""Who a patient is, in one line under the code."""

from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.derived.course import DENOSUMAB, Course, goes_on
from cases.derived.dates import day_of, days_between
from cases.derived.follow_up import TimeZero
from cases.models import Detection, GiantCells, MolecularAlteration, Sex, VitalStatus

DAYS_A_MONTH = 30.4375


def description(course: Course, *, alterations: Iterable[MolecularAlteration]) -> SafeString:
    """“Woman born 1961 · Lung adenocarcinoma, EGFR L858R · 2 lesions · denosumab for 26 months · alive …”, as HTML."""
    parts = [_person(course), _tumour(course, alterations), _lesions(course), _denosumab(course), _vital_status(course)]
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))


def _person(course: Course) -> str:
    patient = course.patient
    if patient.birth_year is None:
        return "" if patient.sex == Sex.UNKNOWN else {Sex.FEMALE: _("Woman"), Sex.MALE: _("Man")}[Sex(patient.sex)]
    born = {
        Sex.FEMALE: _("Woman born %(year)s"),
        Sex.MALE: _("Man born %(year)s"),
        Sex.UNKNOWN: _("Born %(year)s"),
    }
    return born[Sex(patient.sex)] % {"year": patient.birth_year}


def _tumour(course: Course, alterations: Iterable[MolecularAlteration]) -> SafeString | str:
    index = next((diagnosis for diagnosis in course.diagnoses if diagnosis.is_index), None)
    if index is None:
        return _("no index diagnosis")
    giant_cells = [_("with giant cells")] if index.giant_cells == GiantCells.PRESENT else []
    parts = (str(index.histology), *giant_cells, *_found(alterations))
    return format_html_join(", ", "{}", ((part,) for part in parts))


def _found(alterations: Iterable[MolecularAlteration]) -> Iterator[SafeString]:
    """What was detected, genes in italics."""
    for one in alterations:
        if one.result == Detection.DETECTED:
            what = f"::{one.partner}" if one.partner else f" {one.hgvs}" if one.hgvs else f" {one.get_kind_display()}"
            yield format_html('<i class="gene">{}</i>{}', one.gene, what)


def _lesions(course: Course) -> str:
    number = len(course.lesions)
    return ngettext("%(number)d lesion", "%(number)d lesions", number) % {"number": number} if number else ""


def _denosumab(course: Course) -> str:
    """How long it was or has been given: to the last end, or while it goes on to the last follow-up."""
    given = [one for one in course.treatments if one.agent.code == DENOSUMAB]
    if not given:
        return _("no denosumab")
    followed = course.follow_up(TimeZero.FIRST_DOSE)
    end = (
        followed.end
        if any(goes_on(one) for one in given)
        else max((day for one in given if (day := day_of(one.end))), key=lambda day: day.date, default=None)
    )
    days = days_between(course.zeros.get(TimeZero.FIRST_DOSE), end)
    if days is None or days.days < 0:
        return _("denosumab")
    months = round(days.days / DAYS_A_MONTH)
    return ngettext("denosumab for %(months)d month", "denosumab for %(months)d months", months) % {"months": months}


def _vital_status(course: Course) -> str:
    patient = course.patient
    if patient.vital_status == VitalStatus.DEAD:
        return _("died %(date)s") % {"date": patient.death_date} if patient.death_date else _("dead")
    if not patient.last_follow_up_date:
        return ""
    if patient.vital_status == VitalStatus.ALIVE:
        return _("alive at last follow-up %(date)s") % {"date": patient.last_follow_up_date}
    return _("last follow-up %(date)s") % {"date": patient.last_follow_up_date}
