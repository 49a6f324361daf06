"""Which skeletal-related events count.

Of several events one counts only when it lies at least ``window_days`` after the last *counted* one, as on the
denosumab label: with 21 days, day 20 does not count and day 21 does; days 0, 15 and 30 are two events. Hypercalcaemia
of malignancy counts only by a study's extended definition, and one that does not count moves no window.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cases.derived.dates import Day

HYPERCALCAEMIA = "hypercalcaemia"


class NotCounted(StrEnum):
    """Why an event does not count."""

    WINDOW = "window"
    HYPERCALCAEMIA = "hypercalcaemia"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A skeletal-related event as it was recorded; ``lesion`` is the key of its lesion."""

    day: Day
    type: str
    label: str = ""
    lesion: int | None = None


@dataclass(frozen=True, kw_only=True)
class CountedEvent:
    """An event, and why it does not count; ``since_counted`` are the days from the last counted one."""

    event: Event
    not_counted: NotCounted | None = None
    since_counted: int | None = None

    @property
    def counts(self) -> bool:
        return self.not_counted is None


def count_events(
    events: Iterable[Event], *, window_days: int, counts_hypercalcaemia: bool = False
) -> tuple[CountedEvent, ...]:
    """The events in order of time, each with whether it counts."""
    counted: list[CountedEvent] = []
    last: Day | None = None
    for event in sorted(events, key=lambda event: event.day.date):
        since = None if last is None else (event.day.date - last.date).days
        why = None
        if event.type == HYPERCALCAEMIA and not counts_hypercalcaemia:
            why = NotCounted.HYPERCALCAEMIA
        elif since is not None and since < window_days:
            why = NotCounted.WINDOW
        else:
            last = event.day
        counted.append(CountedEvent(event=event, not_counted=why, since_counted=since))
    return tuple(counted)
