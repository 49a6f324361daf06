"""The overview in words: its first sentence, and its parts in their order."""

from typing import Any

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.dashboards.overview import flow as steps
from analytics.dashboards.overview.form import OverviewForm
from analytics.dashboards.overview.lists import Lists, linked
from analytics.dashboards.overview.shown_data import coverage_panel, quality_panel
from analytics.dashboards.overview.shown_people import accrual_panel, flow_panel, histologies_panel
from analytics.dashboards.panel import Panel
from cases.access import StudyRights
from cases.quality.registry import Severity


def panels(form: OverviewForm, *, rights: StudyRights) -> dict[str, Panel]:
    """Each part by its name."""
    found, chosen = form.found, form.chosen
    lists = Lists(rights=rights, population=form.population)
    shown = [
        accrual_panel(found, dated_by=chosen["dated_by"], lists=lists),
        flow_panel(found, lists=lists),
        histologies_panel(found, lists=lists),
        coverage_panel(found, assay=chosen.get("assay", ""), lists=lists),
        quality_panel(found, lists=lists),
    ]
    return {panel.name: panel for panel in shown}


def lead(found: dict[str, Any]) -> SafeString:
    """How many patients there are, and how many of them tell something about denosumab."""
    if not found["patients"]:
        return format_html("{}", _("No patient is in the chosen population."))
    patients = ngettext("<b>{count} patient</b>", "<b>{count} patients</b>", found["patients"])
    told = format_html(patients, count=found["patients"])
    whole = {step["step"]: step["whole"] for step in found["flow"] or []}
    if whole.get(steps.ASSESSED) is None:
        return format_html("{}.", told)
    text = _("{patients}: {treated} given denosumab, {assessed} of them assessed after the first dose.")
    return format_html(text, patients=told, treated=whole[steps.DENOSUMAB], assessed=whole[steps.ASSESSED])


def basis(found: dict[str, Any], lists: Lists) -> list[str]:
    """What else there is, and what is to settle, in a few words each."""
    words = []
    if found["sites"]:
        words.append(ngettext("{count} site", "{count} sites", found["sites"]).format(count=found["sites"]))
    text = ngettext("{count} specimen", "{count} specimens", found["specimens"])
    words.append(text.format(count=number_format(found["specimens"], force_grouping=True)))
    problems = found["quality"]["findings"][Severity.PROBLEM]
    words.append(linked(_("{count} to correct").format(count=problems), lists.quality(severity=Severity.PROBLEM)))
    return words
