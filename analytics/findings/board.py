"""The board of one study as one person reads it, and the asking of its questions. Nothing of it is stored: an answer
is found by the digest of its question.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics import access
from analytics.catalogue import Catalogue
from analytics.findings.base import Estimate, Finding, Part, Verdict, verdict_of
from analytics.findings.declared import FINDINGS
from analytics.findings.wording import judged, tone
from analytics.kinds import Reading, kind_of, parse
from analytics.models import Analysis
from analytics.services import request_analysis
from analytics.spec import Spec, SpecError
from analytics.stats import NotComparable, adjust_family, format_p
from cases.access import Person, StudyRights
from cases.history import data_version
from cases.models import JobStatus
from cases.sentences import render

ALPHA = 0.05
WITH_NEWS = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.SUCCEEDED, JobStatus.REFUSED)


@dataclass(frozen=True, kw_only=True)
class PartRead:
    """A part with its newest answer. ``says`` is the answer's sentence, or why there is none.

    ``adjusted_p`` is Holm's over the tests of the board, ``None`` where nothing was tested.
    """

    part: Part
    verdict: Verdict
    says: SafeString | str
    analysis: Analysis | None = None
    estimate: Estimate | None = None
    data_changed: bool = False
    adjusted_p: float | None = None

    @property
    def judged(self) -> str:
        """The judged number with its interval, in words."""
        return judged(self.estimate) if self.estimate else ""

    @property
    def tone(self) -> str:
        """The colour of the badge."""
        return tone(self.verdict)

    @property
    def is_confirmed_alone(self) -> bool:
        """Whether it is confirmed as the one claim it is, but would not be where all tests were one search."""
        return self.verdict == Verdict.CONFIRMED and self.adjusted_p is not None and self.adjusted_p >= ALPHA

    @property
    def p_text(self) -> str:
        """Holm's p-value as it is printed."""
        return "" if self.adjusted_p is None else format_p(self.adjusted_p)


@dataclass(frozen=True, kw_only=True)
class FindingRead:
    """A finding with its parts and the verdict on all of them."""

    finding: Finding
    verdict: Verdict
    parts: list[PartRead]

    @property
    def tone(self) -> str:
        """The colour of the badge."""
        return tone(self.verdict)


def board(*, by: Person, rights: StudyRights) -> list[FindingRead]:
    """Every finding with the newest answers over the rows this person may see."""
    specs = questions(by=by, rights=rights)
    newest = _newest(specs, by=by, rights=rights)
    now = data_version()
    parts = {
        code: _read_part(part, spec=specs[code], analysis=newest.get(code), now=now) for code, part in _parts().items()
    }
    adjusted = adjusted_p_values(parts)
    parts = {code: replace(one, adjusted_p=adjusted.get(code)) for code, one in parts.items()}
    found = []
    for finding in FINDINGS:
        of_finding = [parts[part.code] for part in finding.parts]
        verdict = verdict_of(finding, [one.verdict for one in of_finding])
        found.append(FindingRead(finding=finding, verdict=verdict, parts=of_finding))
    return found


def questions(*, by: Person, rights: StudyRights) -> dict[str, Spec | None]:
    """The question of each part, by its code; ``None`` where the study holds nothing to ask it of."""
    catalogue = Catalogue(study=rights.study, by=by)
    asked = {code: part.question(catalogue) for code, part in _parts().items()}
    return {code: parse(question) if question else None for code, question in asked.items()}


def ask_all(*, by: Person, rights: StudyRights) -> tuple[int, int]:
    """Ask every question of the board: how many are new, and how many are answered or being computed already.

    Raises ``PermissionDenied`` without the right to ask. A question that the study cannot have is left out; the board
    says so.
    """
    rights.require("asks")
    new = known = 0
    for spec in questions(by=by, rights=rights).values():
        if spec is None:
            continue
        try:
            _analysis, created = request_analysis(spec=spec, by=by, rights=rights)
        except SpecError:
            continue
        new, known = (new + 1, known) if created else (new, known + 1)
    return new, known


def adjusted_p_values(parts: Mapping[str, PartRead]) -> dict[str, float | None]:
    """Holm's p-values over all tests of the board, answered or not; none where no test is answered."""
    family = {code: one.estimate.p_value if one.estimate else None for code, one in parts.items() if one.part.is_test}
    try:
        found = adjust_family("findings", family)
    except NotComparable:
        return {}
    return {question.name: question.adjusted_p for question in found.questions}


def _parts() -> dict[str, Part]:
    return {part.code: part for finding in FINDINGS for part in finding.parts}


def _newest(specs: Mapping[str, Spec | None], *, by: Person, rights: StudyRights) -> dict[str, Analysis]:
    digests = {spec.digest(rights.scope): code for code, spec in specs.items() if spec}
    found = access.analyses(by).filter(study=rights.study, digest__in=digests, status__in=WITH_NEWS)
    newest = found.order_by("digest", "-pk").distinct("digest").defer("frozen_input")
    return {digests[analysis.digest]: analysis for analysis in newest}


def _read_part(part: Part, *, spec: Spec | None, analysis: Analysis | None, now: str) -> PartRead:
    if spec is None:
        return PartRead(part=part, verdict=Verdict.NOT_ENOUGH, says=_("The study holds nothing to ask this of."))
    if analysis is None:
        return PartRead(part=part, verdict=Verdict.NOT_ASKED, says="")
    if analysis.is_unfinished:
        return PartRead(part=part, verdict=Verdict.UNDERWAY, says="", analysis=analysis)
    data_changed = analysis.data_version != now
    if analysis.status == JobStatus.REFUSED:
        says = render(analysis.message)
        return PartRead(part=part, verdict=Verdict.NOT_ENOUGH, says=says, analysis=analysis, data_changed=data_changed)
    result = analysis.result or {}
    estimate = part.reads(result)
    # The sentence needs no rows: points of single patients are on the page of the analysis only.
    reading = Reading(analysis=analysis, spec=spec, in_full=True, result=result, columns=[], rows=[], gone=0, erased=0)
    return PartRead(
        part=part,
        verdict=part.rule.judge(estimate) if estimate else Verdict.NOT_ENOUGH,
        says=kind_of(analysis).answer(reading).sentence,
        analysis=analysis,
        estimate=estimate,
        data_changed=data_changed,
    )
