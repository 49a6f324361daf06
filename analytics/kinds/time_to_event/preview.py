"""What a time-to-event question would rest on, counted before it is asked."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from analytics import report
from analytics.kinds.time_to_event.dataset import Times, load
from analytics.kinds.time_to_event.observation import EVENT
from analytics.kinds.time_to_event.response import sample_at
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.plots.names import in_language
from analytics.stats import NotComparable
from cases.access import Person
from cases.sentences import render


@dataclass(frozen=True, kw_only=True)
class PreviewGroup:
    """A row of the preview."""

    name: str
    patients: int
    events: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """``groups`` by code; ``left_out`` are the exclusions in words; ``refusal`` why there is nothing to count."""

    in_scope: int = 0
    analysed: int = 0
    events: int = 0
    groups: dict[str, PreviewGroup] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    refusal: str = ""
    landmark: str = ""


def preview(spec: TimeToEvent, *, landmark: str, by: Person) -> Preview:
    """The counts of a question, which are those of its answer."""
    try:
        times = load(spec=spec, by=by)
    except NotComparable as refusal:
        return Preview(refusal=render({"text": refusal.note.text, "values": refusal.note.values}))
    counted = [item for item in times.exclusions if item.patients]
    return Preview(
        in_scope=times.flow["in_scope"],
        analysed=len(times.patients),
        events=int((times.patients["status"] == EVENT).sum()),
        groups=_groups(times, spec, landmark),
        left_out=[report.excluded({"reason": item.reason, "patients": item.patients}) for item in counted],
        landmark=_("day {day}").format(day=landmark) if landmark and spec.compared == Compared.RESPONSE else "",
    )


def _groups(times: Times, spec: TimeToEvent, landmark: str) -> dict[str, PreviewGroup]:
    """Patients and events of each group; of a response, those from the landmark on."""
    rows: Any = times.patients[["group", "status"]]
    if spec.compared == Compared.RESPONSE:
        late = times.patients["entry"].to_numpy(dtype=int)
        sample = sample_at(times.patients, int(landmark or 0), late if late.any() else None)
        if sample is None:
            return {
                code: PreviewGroup(name=in_language(names), patients=0, events=0)
                for code, names in times.groups.items()
            }
        group, status = sample.group, sample.cause
    else:
        group, status = rows["group"].to_numpy(), rows["status"].to_numpy()
    return {
        code: PreviewGroup(
            name=in_language(names),
            patients=int((group == code).sum()),
            events=int(((group == code) & (status == EVENT)).sum()),
        )
        for code, names in times.groups.items()
    }
