"""One row per patient: time, status, group, covariates, response. And how the patients came to be these."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from django.db.models import QuerySet

from analytics.dataset import Dataset, Exclusion, exclusions_of, frozen_frame
from analytics.groupings import GROUPINGS, Labels
from analytics.groupings.base import Sentence
from analytics.kinds.time_to_event.covariates import values_of
from analytics.kinds.time_to_event.marker import MarkerValues, high_or_low, marker_values
from analytics.kinds.time_to_event.naming import ALL, everyone, high_low_names, response_groups
from analytics.kinds.time_to_event.observation import Observation, observe, response_of
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.population import everybody, patients_of
from analytics.stats import Note
from analytics.stats.result import counted
from analytics.stats.result import gettext_noop as _
from cases.access import Person
from cases.derived.course import RECORDS_OF_FOLLOW_UP, Course, courses
from cases.derived.follow_up import TimeZero
from cases.derived.response import Excluded, Outcome
from cases.models import Patient
from cases.sentences import sentence

COLUMNS = ["patient", "entry", "time", "status", "end", "died", "event_days", "response_day", "group", "value"]
NOT_COMPARED = sentence("In a group that is not compared")
IMPUTED = sentence("A date is known only to the month or the year")


@dataclass(frozen=True, kw_only=True)
class Times(Dataset):
    """``patients`` has one row per patient analysed, with the columns of an observation and of each covariate.

    ``event_days`` are joined by “;”. ``groups`` are the compared groups in order, with their names, a reference last;
    of a response those before and after it. ``covariate_names`` are the levels of each covariate that has any.
    """

    patients: pd.DataFrame
    groups: dict[str, Labels]
    covariate_names: dict[str, dict[str, Labels]]
    marker: MarkerValues | None = None

    def frozen(self) -> dict[str, Any]:
        """The rows as JSON, to be kept beside the answer."""
        return frozen_frame(self.patients, list(self.patients.columns))

    def described(self) -> dict[str, Any]:
        measured = self.marker and {
            "unit": self.marker.unit,
            "reference_genes": self.marker.reference_genes,
            "antibodies": [asdict(antibody) for antibody in self.marker.antibodies],
        }
        return {
            **super().described(),
            **(measured or {}),
            "names": {"groups": self.groups, "covariates": self.covariate_names},
        }


@dataclass(frozen=True, kw_only=True)
class _Grouped:
    """What patients are compared by: the group or the reason of each by key, and the names in order."""

    groups: dict[int, Any]
    reasons: dict[int, Sentence]
    names: dict[str, Labels]
    marker: MarkerValues | None = None


def load(*, spec: TimeToEvent, by: Person) -> Times:
    """The rows of a question, possibly none. Raises ``NotComparable`` where values are in no common unit."""
    patients = patients_of(spec=spec, by=by)
    course_of = courses(list(patients), records=RECORDS_OF_FOLLOW_UP)
    return rows_of(spec=spec, patients=patients, course_of=course_of, by=by)


def rows_of(*, spec: TimeToEvent, patients: QuerySet[Patient], course_of: Mapping[int, Course], by: Person) -> Times:
    """The rows of a question from the courses of its patients, each by the patient's key. Raises as :func:`load`."""
    observed = {key: observe(course, spec) for key, course in course_of.items()}
    followed = {key: one for key, one in observed.items() if isinstance(one, Observation)}
    grouped = _grouped(spec, patients=patients, course_of=course_of, by=by)
    covariates = {
        name: values_of(name, patients=patients, courses=course_of, zero=TimeZero(spec.zero.value))
        for name in spec.covariates
    }
    out: dict[int, Sentence] = {key: one for key, one in observed.items() if not isinstance(one, Observation)}
    flow = {"in_scope": everybody(study=spec.study, by=by).count()}
    flow |= {"selected": len(course_of)} if spec.population else {}
    flow["followed"] = len(course_of) - len(out)
    for step, reasons in {
        "grouped": grouped.reasons if spec.compared != Compared.NOTHING else {},
        **{f"with_{name}": values.reasons for name, values in covariates.items()},
        "exact": {key: IMPUTED for key, one in followed.items() if one.imputed and spec.exact_dates},
    }.items():
        lost = {key: reason for key, reason in reasons.items() if key in course_of and key not in out}
        out |= lost
        if step == "grouped" and spec.compared != Compared.NOTHING:
            flow["grouped"] = len(course_of) - len(out)
    kept = sorted(set(course_of) - set(out), key=lambda key: course_of[key].patient.code)
    flow["analysed"] = len(kept)
    frame = _frame(spec, kept, course_of=course_of, followed=followed, grouped=grouped)
    for name, values in covariates.items():
        frame[name] = pd.Series([values.known[key] for key in kept], index=frame.index, dtype=object)
    return Times(
        patients=frame,
        groups=_names_in_order(spec, grouped, frame),
        covariate_names={name: values.names for name, values in covariates.items() if values.names},
        marker=grouped.marker,
        flow=flow,
        exclusions=[*_lost_samples(grouped), *exclusions_of(out[key] for key in course_of if key in out)],
        notes=_notes(spec, kept=kept, followed=followed, course_of=course_of, grouped=grouped),
    )


def _grouped(
    spec: TimeToEvent, *, patients: QuerySet[Patient], course_of: Mapping[int, Course], by: Person
) -> _Grouped:
    match spec.compared:
        case Compared.RESPONSE:
            answers = {key: response_of(course, spec) for key, course in course_of.items()}
            reasons = {key: one for key, one in answers.items() if isinstance(one, dict)}
            return _Grouped(groups={}, reasons=reasons, names=response_groups())
        case Compared.GROUPS:
            grouping = GROUPINGS[spec.grouping]
            assigned = grouping.assign(patients, spec.gene)
            names = grouping.ordered(set(assigned.groups.values()) | set(spec.groups), patients)
            chosen = {code: names.get(code, {"en": code}) for code in spec.groups} or names
            other = {key: NOT_COMPARED for key, group in assigned.groups.items() if group not in chosen}
            return _Grouped(groups=assigned.groups, reasons=assigned.reasons | other, names=chosen)
        case Compared.MARKER:
            values = marker_values(spec, patients=patients, by=by)
            return _Grouped(groups=values.of_patient, reasons=values.reasons, names={}, marker=values)
        case _:
            return _Grouped(groups=dict.fromkeys(course_of, ALL), reasons={}, names=everyone())


def _frame(
    spec: TimeToEvent,
    kept: list[int],
    *,
    course_of: Mapping[int, Course],
    followed: Mapping[int, Observation],
    grouped: _Grouped,
) -> pd.DataFrame:
    is_marker = spec.compared == Compared.MARKER
    group = (
        high_or_low([grouped.groups[key] for key in kept]) if is_marker else [grouped.groups.get(key) for key in kept]
    )
    rows = []
    for key, code in zip(kept, group, strict=True):
        one = followed[key]
        rows.append(
            {
                "patient": course_of[key].patient.code,
                "entry": one.entry,
                "time": one.time,
                "status": one.status,
                "end": one.end,
                "died": int(one.died),
                "event_days": ";".join(map(str, one.event_days)),
                "response_day": one.response_day,
                "group": code,
                "value": grouped.groups[key] if is_marker else None,
            }
        )
    numbers = dict.fromkeys(("entry", "time", "status", "end", "died"), "int64")
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype(numbers)


def _names_in_order(spec: TimeToEvent, grouped: _Grouped, frame: pd.DataFrame) -> dict[str, Labels]:
    """The names of the groups; a reference, the largest group where none is chosen, stands last."""
    if spec.compared == Compared.MARKER:
        return high_low_names(frame["value"].tolist())
    if spec.compared != Compared.GROUPS:
        return grouped.names
    sizes = frame["group"].value_counts()
    names = {code: names for code, names in grouped.names.items() if sizes.get(code, 0) or code in spec.groups}
    reference = spec.reference or max(names, key=lambda code: sizes.get(code, 0), default="")
    return dict(sorted(names.items(), key=lambda item: item[0] == reference))


def _lost_samples(grouped: _Grouped) -> list[Exclusion]:
    """Samples without a usable value; the patients without any are counted with the others."""
    lost = grouped.marker.lost_samples if grouped.marker else []
    return [item for item in lost if item.samples]


def _notes(
    spec: TimeToEvent,
    *,
    kept: list[int],
    followed: Mapping[int, Observation],
    course_of: Mapping[int, Course],
    grouped: _Grouped,
) -> list[dict[str, Any]]:
    notes = list(grouped.marker.notes) if grouped.marker else []
    if imputed := sum(followed[key].imputed for key in kept):
        text = counted(
            imputed,
            one=_(
                "{count} patient has a date known only to the month or the year; it was taken for the middle of it, "
                "between what must come before and after."
            ),
            several=_(
                "{count} patients have a date known only to the month or the year; it was taken for the middle of it, "
                "between what must come before and after."
            ),
        )
        notes.append(Note("imputed-dates", text, {"count": imputed}).to_dict())
    if spec.compared == Compared.RESPONSE:
        answers = [course_of[key].response(spec.criterion) for key in kept]
        unseen = sum(one.excluded is Excluded.NO_FOLLOW_UP or one.outcome is Outcome.NOT_EVALUABLE for one in answers)
        if unseen:
            text = counted(
                unseen,
                one=_(
                    "{count} patient was not assessed, or not evaluably, after the first dose, and counts as a patient "
                    "without a response: leaving such patients out would ask the future."
                ),
                several=_(
                    "{count} patients were not assessed, or not evaluably, after the first dose. They count as "
                    "patients without a response: leaving them out would ask the future."
                ),
            )
            notes.append(Note("never-assessed", text, {"count": unseen}).to_dict())
    if grouped.marker and (late := grouped.marker.taken_late(kept, course_of, TimeZero(spec.zero.value))):
        text = counted(
            late,
            one=_(
                "{count} patient has a value from a specimen taken after time zero, and had to live until then. Let "
                "observation begin with the biopsy, or count time from it."
            ),
            several=_(
                "{count} patients have a value from a specimen taken after time zero: they had to live until then. "
                "Let observation begin with the biopsy, or count time from it."
            ),
        )
        notes.append(Note("taken-late", text, {"count": late}).to_dict())
    return notes
