"""What follows from a patient's record, in words: nobody types it, every page computes it alike."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.derived.course import Course
from cases.derived.dates import Days
from cases.derived.follow_up import TimeZero
from cases.derived.response import Excluded, LesionResponse, Outcome, PatientResponse
from cases.derived.timing import Timing

EXCLUDED: dict[Excluded, Any] = {
    Excluded.NOT_TREATED: gettext_lazy("Not in the rate: no denosumab."),
    Excluded.UNDATED_TREATMENT: gettext_lazy("Not in the rate: denosumab has no start."),
    Excluded.NO_INDEX_LESION: gettext_lazy("Not in the rate: no index lesion."),
    Excluded.NO_FOLLOW_UP: gettext_lazy("Not in the rate: no assessment after the first dose."),
    Excluded.BLASTIC: gettext_lazy("Not in the rate: blastic at baseline."),
    Excluded.OTHER_TYPE: gettext_lazy("Not in the rate: not known to be lytic or mixed at baseline."),
}
TIMING: dict[Timing, Any] = {
    Timing.BEFORE: gettext_lazy("Before denosumab"),
    Timing.ON: gettext_lazy("On denosumab"),
    Timing.AFTER: gettext_lazy("After denosumab"),
    Timing.NEVER: gettext_lazy("No denosumab"),
    Timing.UNKNOWN: gettext_lazy("Unknown whether before, on or after denosumab"),
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One derived value and what it is about."""

    about: str
    text: str


def facts(course: Course) -> list[Fact]:
    """Responses by marginal or internal sclerosis, events that count, follow-up, timing of specimens."""
    response = course.response()
    found = [Fact(about=_("Follow-up from the first dose"), text=text) for text in _follow_up(course)]
    if course.lesions:
        found.append(Fact(about=_("Sclerosis, the patient"), text=_outcome(response)))
    found += [
        Fact(about=_("Sclerosis of %(lesion)s") % {"lesion": one.lesion.label}, text=_outcome(one) + _flagged(one))
        for one in response.lesions
    ]
    if course.events:
        found.append(Fact(about=_("Skeletal-related events"), text=_events(course)))
    if course.denosumab:
        found += [Fact(about=str(one), text=_specimen(course, one)) for one in course.specimens]
    return found


def _follow_up(course: Course) -> list[str]:
    followed = course.follow_up(TimeZero.FIRST_DOSE)
    if followed.days is None:
        return []
    end = _("until the death") if followed.died else _("until the last follow-up")
    return [f"{_days(followed.days)}, {end}"]


def _days(days: Days) -> str:
    text = ngettext("%(days)d day", "%(days)d days", days.days) % {"days": days.days}
    if not days.imputed:
        return text
    return _("about %(days)s (%(least)d to %(most)d, dates known in part)") % {
        "days": text,
        "least": days.at_least,
        "most": days.at_most,
    }


def _outcome(response: PatientResponse | LesionResponse) -> str:
    if response.excluded is not None:
        return str(EXCLUDED[response.excluded])
    if response.outcome is Outcome.NOT_EVALUABLE:
        return _("Not evaluable.")
    if response.outcome is Outcome.RESPONSE and response.days is not None:
        return _("Sclerotic %(days)s after the first dose.") % {"days": _days(response.days)}
    return _("No sclerosis so far.")


def _flagged(response: LesionResponse) -> str:
    if not response.flagged:
        return ""
    return " " + ngettext(
        "%(number)d assessment after radiotherapy or surgery to this lesion does not count.",
        "%(number)d assessments after radiotherapy or surgery to this lesion do not count.",
        len(response.flagged),
    ) % {"number": len(response.flagged)}


def _events(course: Course) -> str:
    events = course.counted_events
    return _("%(counted)d of %(all)d count (at least %(window)d days apart).") % {
        "counted": sum(event.counts for event in events),
        "all": len(events),
        "window": course.study.skeletal_event_window_days,
    }


def _specimen(course: Course, specimen: Any) -> str:
    timing = course.timing(specimen)
    text = str(TIMING[timing.timing])
    if timing.since_first is None:
        return f"{text}."
    return _("%(timing)s, %(days)s from the first dose.") % {"timing": text, "days": _days(timing.since_first)}
