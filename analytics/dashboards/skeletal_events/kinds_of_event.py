"""Which skeletal-related events patients had, from time zero to the end of their observation."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.groupings import in_all_languages
from analytics.kinds.time_to_event.spec import TimeToEvent
from cases.derived.course import Course
from cases.derived.follow_up import TimeZero
from cases.models import SkeletalEventType


def kinds_of_event(rows: pd.DataFrame, *, spec: TimeToEvent, course_of: Mapping[str, Course]) -> list[dict[str, Any]]:
    """Each kind that was recorded of the analysed patients, with the number of events that count, of patients with
    such, of first events, and of events that do not count by the study's definition. Courses go by the patient's code.
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("events", "patients", "first", "uncounted")}
    for code, end in zip(rows["patient"], rows["end"], strict=True):
        course = course_of[code]
        zero = course.zeros[TimeZero(spec.zero.value)].date
        within = [one for one in course.counted_events if 0 < (one.event.day.date - zero).days <= end]
        counted = [one.event.type for one in within if one.counts]
        counts["events"].update(counted)
        counts["patients"].update(set(counted))
        counts["first"].update(counted[:1])
        counts["uncounted"].update(one.event.type for one in within if not one.counts)
    return [
        {
            "code": kind.value,
            "labels": in_all_languages(kind.label),
            **{name: found[kind.value] for name, found in counts.items()},
        }
        for kind in SkeletalEventType
        if counts["events"][kind.value] or counts["uncounted"][kind.value]
    ]
