"""Who responds to denosumab, when, and by which criterion.

A lesion is in the **denominator** of a criterion when the patient was given denosumab, the lesion is lytic or mixed at
baseline, and it was assessed by that criterion at least once after the first dose. Blastic lesions are excluded and
counted. By marginal or internal sclerosis a lesion responds with partial or complete sclerosis; by any other criterion
with CR or PR.

Radiotherapy and surgery harden bone too: an assessment on or after the day of radiotherapy or surgery *to that lesion*
is **flagged** and, unless ``count_flagged``, is no response. One of unknown date may lie before any assessment and
flags them all. Where follow-up assessments exist but none could be evaluated, the lesion is **not evaluable**, which
a rate shows both excluded and as no response.

A patient responds when any, or by study setting all, of the index lesions in the denominator respond: on the day of
the first, or of the last of them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cases.derived.dates import Day, Days, days_between

SCLEROSIS = "sclerosis"
NOT_EVALUABLE = frozenset({"", "not_evaluable", "NE"})
SCLEROTIC = frozenset({"partial", "complete"})
RESPONDING_CATEGORIES = frozenset({"CR", "PR"})


class Outcome(StrEnum):
    """What became of a lesion or patient in the denominator."""

    RESPONSE = "response"
    NO_RESPONSE = "no_response"
    NOT_EVALUABLE = "not_evaluable"


class Excluded(StrEnum):
    """Why a lesion or patient is not in the denominator; in the order in which a patient's reason is chosen."""

    NOT_TREATED = "not_treated"
    UNDATED_TREATMENT = "undated_treatment"
    NO_INDEX_LESION = "no_index_lesion"
    NO_FOLLOW_UP = "no_follow_up"
    BLASTIC = "blastic"
    OTHER_TYPE = "other_type"


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """One reading of a lesion; ``attenuation`` is its mean CT attenuation in HU."""

    day: Day
    criterion: str
    sclerosis: str = ""
    category: str = ""
    attenuation: float | None = None

    @property
    def answer(self) -> str:
        """What the criterion goes by."""
        return self.sclerosis if self.criterion == SCLEROSIS else self.category

    @property
    def is_evaluable(self) -> bool:
        return self.answer not in NOT_EVALUABLE

    @property
    def responds(self) -> bool:
        return self.answer in (SCLEROTIC if self.criterion == SCLEROSIS else RESPONDING_CATEGORIES)


@dataclass(frozen=True, kw_only=True)
class FollowedLesion:
    """A lesion, its assessments, and the days of radiotherapy and surgery to it; ``None`` for an undated one."""

    key: int
    label: str
    radiographic_type: str
    is_index: bool = True
    assessments: tuple[Assessment, ...] = ()
    local_treatments: tuple[Day | None, ...] = ()

    def is_flagged(self, assessment: Assessment) -> bool:
        """Whether the lesion had been irradiated or operated on by the day of the assessment."""
        return any(day is None or day.date <= assessment.day.date for day in self.local_treatments)


@dataclass(frozen=True, kw_only=True)
class Medication:
    """A course of a systemic treatment other than denosumab; blank days are ``None``."""

    label: str
    start: Day | None
    end: Day | None


@dataclass(frozen=True, kw_only=True)
class LesionResponse:
    """The answer for one lesion: an outcome, or why it is not in the denominator.

    ``first`` is the assessment it first responded in, ``before`` the last one until the first dose, ``flagged`` those
    after radiotherapy or surgery to the lesion.
    """

    lesion: FollowedLesion
    criterion: str
    outcome: Outcome | None = None
    excluded: Excluded | None = None
    first: Assessment | None = None
    days: Days | None = None
    before: Assessment | None = None
    flagged: tuple[Assessment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PatientResponse:
    """The answer for one patient. ``concurrent`` names what else was given from the first dose to the answer."""

    criterion: str
    lesions: tuple[LesionResponse, ...] = ()
    outcome: Outcome | None = None
    excluded: Excluded | None = None
    day: Day | None = None
    days: Days | None = None
    concurrent: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ResponseCount:
    """Patients or lesions by answer; both denominators a rate is to be shown with."""

    responses: int
    no_responses: int
    not_evaluable: int
    excluded: dict[Excluded, int]

    @property
    def evaluable(self) -> int:
        """The denominator without those that are not evaluable."""
        return self.responses + self.no_responses

    @property
    def followed(self) -> int:
        """The denominator in which not evaluable is no response."""
        return self.evaluable + self.not_evaluable


def lesion_response(
    lesion: FollowedLesion, *, criterion: str, treated: bool, first_dose: Day | None, count_flagged: bool = False
) -> LesionResponse:
    """Whether and when the lesion responded by the criterion."""
    read = sorted((one for one in lesion.assessments if one.criterion == criterion), key=lambda one: one.day.date)
    followed = [one for one in read if first_dose is not None and one.day.date > first_dose.date]
    before = [one for one in read if first_dose is not None and one.day.date <= first_dose.date]
    flagged = tuple(one for one in followed if lesion.is_flagged(one))
    excluded = _lesion_excluded(lesion, treated=treated, first_dose=first_dose, followed=bool(followed))
    first = None
    if excluded is None:
        first = next((one for one in followed if one.responds and (count_flagged or one not in flagged)), None)
    return LesionResponse(
        lesion=lesion,
        criterion=criterion,
        outcome=_outcome(first, followed) if excluded is None else None,
        excluded=excluded,
        first=first,
        days=days_between(first_dose, first.day) if first else None,
        before=before[-1] if before else None,
        flagged=flagged,
    )


def patient_response(
    lesions: Iterable[FollowedLesion],
    *,
    criterion: str,
    treated: bool,
    first_dose: Day | None,
    all_lesions: bool = False,
    medications: Iterable[Medication] = (),
    count_flagged: bool = False,
) -> PatientResponse:
    """Whether and when the patient responded; ``all_lesions`` when the study asks for all index lesions."""
    answers = tuple(
        lesion_response(
            lesion, criterion=criterion, treated=treated, first_dose=first_dose, count_flagged=count_flagged
        )
        for lesion in lesions
    )
    index = [answer for answer in answers if answer.lesion.is_index]
    counted = [answer for answer in index if answer.outcome is not None]
    if not counted:
        excluded = _patient_excluded(index, treated=treated, first_dose=first_dose)
        return PatientResponse(criterion=criterion, lesions=answers, excluded=excluded)
    outcome = _of_lesions([answer.outcome for answer in counted if answer.outcome], all_lesions=all_lesions)
    first_days = sorted((answer.first.day for answer in counted if answer.first), key=lambda day: day.date)
    day = first_days[-1 if all_lesions else 0] if outcome is Outcome.RESPONSE else None
    read = [one for answer in counted for one in answer.lesion.assessments if one.criterion == criterion]
    last_read = max((one.day.date for one in read), default=None)
    until = day.date if day else last_read
    return PatientResponse(
        criterion=criterion,
        lesions=answers,
        outcome=outcome,
        day=day,
        days=days_between(first_dose, day),
        concurrent=tuple(
            sorted(
                {
                    drug.label
                    for drug in medications
                    if (drug.start is None or until is None or drug.start.date <= until)
                    and (drug.end is None or first_dose is None or drug.end.date >= first_dose.date)
                }
            )
        ),
    )


def count_responses(answers: Iterable[LesionResponse | PatientResponse]) -> ResponseCount:
    """How many responded, and how many are left out for which reason."""
    answers = tuple(answers)
    outcomes = Counter(answer.outcome for answer in answers if answer.outcome)
    return ResponseCount(
        responses=outcomes[Outcome.RESPONSE],
        no_responses=outcomes[Outcome.NO_RESPONSE],
        not_evaluable=outcomes[Outcome.NOT_EVALUABLE],
        excluded=dict(Counter(answer.excluded for answer in answers if answer.excluded)),
    )


def _lesion_excluded(
    lesion: FollowedLesion, *, treated: bool, first_dose: Day | None, followed: bool
) -> Excluded | None:
    if not treated:
        return Excluded.NOT_TREATED
    if first_dose is None:
        return Excluded.UNDATED_TREATMENT
    if lesion.radiographic_type == "blastic":
        return Excluded.BLASTIC
    if lesion.radiographic_type not in ("lytic", "mixed"):
        return Excluded.OTHER_TYPE
    return None if followed else Excluded.NO_FOLLOW_UP


def _patient_excluded(index: list[LesionResponse], *, treated: bool, first_dose: Day | None) -> Excluded:
    reasons = {answer.excluded for answer in index if answer.excluded}
    if not treated:
        reasons = {Excluded.NOT_TREATED}
    elif first_dose is None:
        reasons = {Excluded.UNDATED_TREATMENT}
    return next((reason for reason in Excluded if reason in reasons), Excluded.NO_INDEX_LESION)


def _outcome(first: Assessment | None, followed: list[Assessment]) -> Outcome:
    if first is not None:
        return Outcome.RESPONSE
    return Outcome.NO_RESPONSE if any(one.is_evaluable for one in followed) else Outcome.NOT_EVALUABLE


def _of_lesions(outcomes: list[Outcome], *, all_lesions: bool) -> Outcome:
    """One answer of several: the most favourable decides, or where all must respond, the least."""
    order = [Outcome.RESPONSE, Outcome.NO_RESPONSE, Outcome.NOT_EVALUABLE]
    if all_lesions:
        order = [Outcome.NO_RESPONSE, Outcome.NOT_EVALUABLE, Outcome.RESPONSE]
    return next(outcome for outcome in order if outcome in outcomes)
