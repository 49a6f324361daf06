"""How a margin of equivalence came about: whether it was fixed before the data were seen the portal cannot know, but
it knows when the margin was given, and what had been answered about the same groups by then.
"""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.kinds.base import Reading
from analytics.models import Analysis
from analytics.plots.names import in_language
from cases.models import JobStatus

METHOD = ("method", "margin", "cutoff", "stratum", "reference")
"""How groups are compared. Questions that differ in nothing else look at the same values."""


def margin_history(reading: Reading) -> list[str]:
    """When the margin was given, other margins before it, and a comparison before it; nothing without a margin."""
    analysis, result = reading.analysis, reading.answer
    margin = analysis.spec.get("margin")
    if margin is None or result is None:
        return []
    unit = in_language(result["difference_unit"])
    given = _(
        "The margin of ±{margin:g} {unit} was given with the question on {date}. Whether it was fixed before the data "
        "were seen the portal cannot know."
    )
    found = [given.format(margin=margin, unit=unit, date=_day(analysis.requested_at))]
    earlier = _earlier_answers(analysis)
    if others := {one.spec["margin"]: one for one in earlier if one.spec["margin"] not in (None, margin)}:
        text = _("The margin was changed: earlier answers to the same question had {margins}.")
        margins = ", ".join(
            _("±{margin:g} (on {date})").format(margin=other, date=_day(one.finished_at))
            for other, one in others.items()
        )
        found.append(text.format(margins=margins))
    compared = next((one for one in earlier if one.spec["margin"] is None), None)
    if compared:
        text = _("The same groups were compared on {date} already, before this margin was given.")
        found.append(text.format(date=_day(compared.finished_at)))
    return found


def _earlier_answers(analysis: Analysis) -> list[Analysis]:
    """Answers that were there when the question was asked, of the same values in the same groups, oldest first."""
    same = {name: value for name, value in analysis.spec.items() if name not in METHOD}
    answers = Analysis.objects.filter(
        study=analysis.study,
        scope=analysis.scope,
        status=JobStatus.SUCCEEDED,
        finished_at__lt=analysis.requested_at,
        spec__contains=same,
    )
    # Of lists PostgreSQL asks only whether all items are contained.
    narrow = answers.only("spec", "finished_at").order_by("finished_at")
    return [one for one in narrow if {name: one.spec.get(name) for name in same} == same]


def _day(moment: datetime | None) -> str:
    return date_format(localtime(moment), "SHORT_DATE_FORMAT") if moment else ""
