"""A time-to-event answer in words: what it rests on, doubts, methods, choices."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import report
from analytics.groupings import GROUPINGS
from analytics.kinds.time_to_event import wording
from analytics.kinds.time_to_event.spec import Compared, Covariate, MarkerAs, TimeToEvent, Zero
from analytics.plots.names import in_a_sentence, note_text
from analytics.plots.wording import p_text
from cases.models import Criterion

Result = Mapping[str, Any]


def title(spec: TimeToEvent, markers: Mapping[str, str]) -> str:
    """“Time to a first skeletal-related event from first dose of denosumab, by response to denosumab · RECIST 1.1”."""
    text = _("Time to {event} from {zero}").format(event=wording.event_name(spec), zero=wording.zero_name(spec))
    by = {
        Compared.RESPONSE: lambda: GROUPINGS["response"].label(spec.criterion),
        Compared.GROUPS: lambda: GROUPINGS[spec.grouping].label(spec.gene),
        Compared.MARKER: lambda: markers.get(spec.marker, spec.marker),
    }
    if spec.compared == Compared.NOTHING:
        return text
    return _("{what}, by {grouping}").format(what=text, grouping=in_a_sentence(str(by[spec.compared]())))


def basis(result: Result) -> list[str]:
    """Patients and events, those who entered late, the test, and the exclusions."""
    words = []
    if result["patients"] is not None:
        counts = [report.count_of_patients(result["patients"])]
        if result["events"] is not None:
            counts.append(ngettext("{count} event", "{count} events", result["events"]).format(count=result["events"]))
        if result["delayed"]:
            counts.append(_("{count} under observation only later").format(count=result["delayed"]))
        words.append(" · ".join(counts))
    words += report.exclusions(result)
    if test := result["test"]:
        statistic = f"χ² = {test['statistic']:.4g}"
        p = p_text(test["p_value"], exact=False)
        words.append(f"{_(test['method'])}: {statistic}, {p}")
    return words


def withheld(result: Result, spec: TimeToEvent, *, erased: int = 0) -> list[str]:
    """What is missing for those who may not see single patients, and why."""
    if erased:
        return [
            _(
                "Numbers are withheld: patients were erased since the answer, and which numbers would point at single "
                "patients cannot be told any more. Ask the question again."
            )
        ]
    what = (
        _("Curves, numbers at risk, the rates of all events, and all landmarks but the one at day {day} are withheld.")
        if spec.compared == Compared.RESPONSE
        else _("Curves, numbers at risk and the rates of all events are withheld.")
    ).format(day=spec.landmark)
    why = _("They are numbers of nearly the same patients, whose differences point at single ones.")
    found = [f"{what} {why}"]
    if not any(one["value"] is not None for group in result["groups"] for one in group["estimates"]):
        found.append(no_shares(result))
    return found


def no_shares(result: Result) -> str:
    """Why the share is told of no group at no chosen time."""
    if all(group["patients"] is None for group in result["groups"]):
        return _("The groups are withheld: they are too small, or tell of others.")
    return _(
        "Shares at the chosen years are withheld: each would tell of fewer than five patients, by itself or beside "
        "other numbers."
    )


def doubts(result: Result, spec: TimeToEvent, *, in_full: bool = True) -> list[str]:
    """The warnings as sentences; of the biased comparison, why it must not be believed, first."""
    found = [note_words(note, result) for note in result["warnings"]]
    if result["naive"]:
        found.insert(
            0,
            _(
                "The comparison of who ever responded is biased: a patient has to stay free of the event until the "
                "response, and that time is counted for the responders. Where a response changes nothing it shows a "
                "benefit all the same. Believe the landmarks and the time-dependent analysis."
            ),
        )
    if spec.compared == Compared.RESPONSE:
        differ = _(
            "Who has a response and who has not may differ in other ways, too: a difference is no proof of an effect."
        )
        chosen = _("Landmarks are chosen before looking; they are shown side by side so that none is picked.")
        found.append(f"{chosen} {differ}" if in_full else differ)
    return found


def note_words(note: Mapping[str, Any], result: Result) -> str:
    """A note as a sentence, with groups and covariates by the names a reader knows."""
    groups = [{"code": code, "labels": labels} for code, labels in result["names"]["groups"].items()]
    terms = result["regression"]["terms"] if result["regression"] else []
    spoken = [{"code": term["covariate"], "labels": term["labels"]} for term in terms]
    return note_text(note, {"groups": [*spoken, *groups]})


def methods(result: Result) -> list[str]:
    """The names of the methods, in full."""
    parts = [result["test"], result["regression"], result["subdistribution"]]
    found = [result["method"], *(part["method"] for part in parts if part)]
    if result["regression"] and result["regression"]["check"]:
        found.append(result["regression"]["check"]["method"])
    if recurrence := result["recurrence"]:
        found += [recurrence[name] for name in ("rates_method", "ratios_method", "means_method")]
    return [_(method) for method in dict.fromkeys(found) if method]


def choices(spec: TimeToEvent) -> list[tuple[str, str]]:
    """What the asker chose, as name and value."""
    found = [(_("Event"), wording.event_name(spec)), (_("Time zero"), str(Zero(spec.zero).label))]
    if spec.entry:
        found.append((_("Under observation from"), str(Zero(spec.entry).label)))
    if spec.compared == Compared.RESPONSE:
        found += [
            (_("Criterion of response"), str(Criterion(spec.criterion).label)),
            (_("Landmarks"), _("days {days}").format(days=spec.landmarks)),
        ]
    if spec.compared == Compared.MARKER:
        found.append((_("Values enter as"), str(MarkerAs(spec.marker_as).label)))
        found += report.measure_choices(spec)
    if spec.covariates:
        found.append((_("Adjusted for"), ", ".join(str(Covariate(name).label) for name in spec.covariates)))
    earlier = _("stay; their next event counts") if spec.keeps_earlier else _("are left out")
    if spec.end_point == "skeletal_event":
        found.append((_("Patients with an earlier event"), earlier))
    found.append((_("Partial dates"), _("left out") if spec.exact_dates else _("taken for the middle")))
    return found


def methods_paragraph(*, spec: TimeToEvent, result: Result) -> str:
    """The methods as a paper would state them, in English."""
    parts = [result["test"], result["regression"], result["subdistribution"]]
    named = dict.fromkeys([result["method"], *(part["method"] for part in parts if part)])
    tests = "; ".join(name for name in named if name)
    zero = str(spec.zero.value).replace("_", " ")
    sentences = [
        f"Time was counted in days from {zero}; patients without the event were censored at the end of follow-up.",
        "Death before the event was a competing event." if spec.competes else "",
        f"Patients entered the risk set on the day of {spec.entry.replace('_', ' ')}." if spec.entry else "",
        f"Response was compared at landmarks (days {spec.landmarks}) and as a time-dependent covariate."
        if spec.compared == Compared.RESPONSE
        else "",
        f"Methods: {tests}." if tests else "",
        _recurrent(result),
        "Skeletal-related events were counted with the study's window after the last counted one."
        if spec.end_point == "skeletal_event"
        else "",
        "Effects are given with 95% confidence intervals; tests are two-sided.",
    ]
    return " ".join(filter(None, sentences))


def _recurrent(result: Result) -> str:
    """By what all events were counted, as far as it was."""
    part = result["recurrence"]
    names = [part[name] for name in ("rates_method", "ratios_method", "means_method") if part[name]] if part else []
    return f"All skeletal-related events, not only the first: {'; '.join(names)}." if names else ""
