"""The answer of the dashboard in words: the hazard ratio first, then what it rests on and what to doubt."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.kinds.time_to_event import report, wording
from analytics.kinds.time_to_event.sentence import ALPHA, answer_sentence, landmark_words, precision, together
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent, Zero
from cases.sentences import render

TIME_DEPENDENT = "time-dependent-response"


def lead(found: dict[str, Any], spec: TimeToEvent) -> SafeString:
    """By response the time-dependent hazard ratio leads: it uses every patient and every response."""
    if found["refusal"]:
        return format_html("{}", _nothing(found, spec))
    result = found["result"]
    if spec.compared != Compared.RESPONSE or not result["regression"]:
        return answer_sentence(result, spec)
    term = result["regression"]["terms"][0]
    text = _(
        "After a response the hazard of {event} is <b>{ratio}</b> times the hazard before, or without, one (95% "
        "interval {interval}, {p})."
    )
    ratio = wording.ratio_of_term(term)
    parts = [format_html(text, event=wording.event_name(spec), ratio=ratio, **precision(term))]
    if term["p_value"] >= ALPHA:
        parts.append(format_html("{}", _("No clear difference.")))
    at = next(one for one in result["landmarks"] if one["day"] == int(spec.landmark))
    if at["term"]:
        parts.append(landmark_words(at, spec))
    return together(parts)


def _nothing(found: dict[str, Any], spec: TimeToEvent) -> str:
    """Why there is no answer."""
    if not found["patients"]:
        return _("No patient is in the chosen population.")
    if not found["treated"] and spec.zero == Zero.FIRST_DOSE:
        return _("Nobody in the chosen population was given denosumab.")
    return render(found["refusal"])


def basis(found: dict[str, Any]) -> list[str]:
    """Patients, events, and who is left out and why; the test stands beside its curves."""
    counted = {"patients": found["analysed"], "events": None, "delayed": 0} if found["refusal"] else {}
    return report.basis({**found["result"], **counted, "test": None})


def doubts(found: dict[str, Any], spec: TimeToEvent) -> list[str]:
    """The warnings; none where nothing is answered.

    That another regression has no answer for a response over time is of no interest where it is not asked for.
    """
    if found["refusal"]:
        return []
    result = found["result"]
    notes = [note for note in result["warnings"] if note["code"] != TIME_DEPENDENT]
    return report.doubts({**result, "warnings": notes}, spec)


def methods(found: dict[str, Any]) -> list[str]:
    """The names of the methods in full."""
    return [] if found["refusal"] else report.methods(found["result"])
