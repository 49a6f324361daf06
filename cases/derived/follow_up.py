"""How long a patient was followed, from a time zero of choice to the death or the last follow-up."""

from dataclasses import dataclass
from enum import StrEnum

from cases.derived.dates import Day, Days, day_of, days_between


class TimeZero(StrEnum):
    """From where time is counted."""

    FIRST_DOSE = "first_dose"
    DIAGNOSIS = "diagnosis"
    BIOPSY = "biopsy"
    SURGERY = "surgery"


class NoFollowUp(StrEnum):
    """Why there is no follow-up time."""

    NO_TIME_ZERO = "no_time_zero"
    NO_END = "no_end"
    UNDATED_DEATH = "undated_death"
    ENDS_BEFORE = "ends_before_time_zero"


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Follow-up time and whether it ends with the death; without a time, why."""

    days: Days | None = None
    end: Day | None = None
    died: bool = False
    missing: NoFollowUp | None = None


def follow_up(*, zero: Day | None, dead: bool, death: str, last_follow_up: str) -> FollowUp:
    """Time from ``zero`` to the death of a patient who died, else to the last follow-up.

    A death of unknown date gives no time: censoring it at the last follow-up would tell that the patient lived.
    A partly known end is not taken to lie before time zero.
    """
    if zero is None:
        return FollowUp(missing=NoFollowUp.NO_TIME_ZERO)
    if dead and not death:
        return FollowUp(missing=NoFollowUp.UNDATED_DEATH)
    end = day_of(death if dead else last_follow_up, not_before=zero.date)
    if end is None:
        return FollowUp(missing=NoFollowUp.NO_END)
    days = days_between(zero, end)
    if days is None or days.days < 0:
        return FollowUp(end=end, died=dead, missing=NoFollowUp.ENDS_BEFORE)
    return FollowUp(days=days, end=end, died=dead)
