"""Families with the newest answers of their members, corrected together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.kinds import kind_of, parse
from analytics.kinds.base import Reading
from analytics.kinds.tested import Tested
from analytics.models import Analysis, Family, FamilyMember
from analytics.stats import NotComparable, adjust_family, format_p
from cases.models import JobStatus

WITHHELD_DIGITS = 3
"""As many significant digits of an adjusted p-value see those who may not see single patients."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A question in its family: test ``number`` of ``count``.

    ``tested`` is ``None`` without an answer, and where the answer tests nothing; the question counts all the same.
    """

    member: FamilyMember
    family: Family
    number: int
    count: int
    tested: Tested | None
    adjusted_p: float | None
    analysis: Analysis | None

    @property
    def p_text(self) -> str:
        """The p-value as it is printed."""
        return _printed(self.tested.p_value if self.tested else None)

    @property
    def adjusted_text(self) -> str:
        """The corrected p-value as it is printed."""
        return _printed(self.adjusted_p)

    @property
    def method(self) -> str:
        """“Holm”."""
        return self.family.get_correction_display()


def places_in(family: Family) -> list[Place]:
    """Every member in the order in which it was added.

    A late test counts for all, but never makes the corrected p-value of one that was there in time smaller.
    """
    members = list(family.members.select_related("analysis", "added_by"))
    return _places(family, members, _newest([member.digest for member in members], family.study_id))


def places_of(reading: Reading) -> list[Place]:
    """The places of an answer in the families its question belongs to, as its reader may see them.

    The answer stands with its own p-value, every other member with that of its newest answer.
    """
    analysis = reading.analysis
    families = list(Family.objects.filter(members__digest=analysis.digest, study=analysis.study_id).distinct())
    if not families:
        return []
    members = defaultdict(list)
    for member in FamilyMember.objects.filter(family__in=families).order_by("pk"):
        members[member.family_id].append(member)
    digests = {member.digest for of_family in members.values() for member in of_family}
    newest = _newest(digests - {analysis.digest}, analysis.study_id)
    if reading.answer is not None:
        newest[analysis.digest] = analysis
    found = [
        place
        for family in families
        for place in _places(family, members[family.pk], newest)
        if place.member.digest == analysis.digest
    ]
    return found if reading.in_full else [_withheld(place, reading) for place in found]


def _places(family: Family, members: list[FamilyMember], newest: Mapping[str, Analysis]) -> list[Place]:
    tests = {member.digest: _tested(newest.get(member.digest)) for member in members}
    p_values = {digest: found.p_value if found else None for digest, found in tests.items()}
    adjusted = _adjusted(family, p_values)
    # Who looks first and then adds what is clear would loosen Benjamini and Hochberg's bounds for the others.
    timely = _adjusted(family, {member.digest: p_values[member.digest] for member in members if not member.is_late})
    return [
        Place(
            member=member,
            family=family,
            number=number,
            count=len(members),
            tested=tests[member.digest],
            adjusted_p=_larger(adjusted.get(member.digest), timely.get(member.digest)),
            analysis=newest.get(member.digest),
        )
        for number, member in enumerate(members, start=1)
    ]


def _adjusted(family: Family, p_values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Corrected p-values by the digest of the question; none without an answer."""
    correction: Any = family.correction
    try:
        corrected = adjust_family(family.name, p_values, correction)
    except NotComparable:
        return {}
    return {one.name: one.adjusted_p for one in corrected.questions}


def _larger(of_all: float | None, of_timely: float | None) -> float | None:
    known = [p_value for p_value in (of_all, of_timely) if p_value is not None]
    return max(known, default=None)


def _tested(analysis: Analysis | None) -> Tested | None:
    if analysis is None or analysis.result is None:
        return None
    return kind_of(analysis).tested(spec=parse(analysis.spec), result=analysis.result)


def _newest(digests: Iterable[str], study: int) -> dict[str, Analysis]:
    found = Analysis.objects.filter(study=study, digest__in=list(digests), status=JobStatus.SUCCEEDED)
    newest = found.order_by("digest", "-pk").distinct("digest").select_related("study").defer("frozen_input")
    return {analysis.digest: analysis for analysis in newest}


def _withheld(place: Place, reading: Reading) -> Place:
    """With what the disclosed answer still says of its test, and rounded."""
    kind = kind_of(reading.analysis)
    tested = kind.tested(spec=reading.spec, result=reading.answer) if reading.answer else None
    shown = tested is not None and tested.p_value is not None and place.adjusted_p is not None
    adjusted = float(f"{place.adjusted_p:.{WITHHELD_DIGITS}g}") if shown else None
    return Place(**{**vars(place), "tested": tested if shown else None, "adjusted_p": adjusted, "analysis": None})


def _printed(p_value: float | None) -> str:
    return "" if p_value is None else format_p(p_value)
