"""What a finding is: a published claim, the questions that examine it, and the rule by which an answer confirms it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue

Text = str | Promise
Question = dict[str, Any]
Result = Mapping[str, Any]


class Verdict(TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    NOT_CONFIRMED = "not_confirmed", _("Not confirmed")
    NOT_ENOUGH = "not_enough", _("Not enough data")
    UNDERWAY = "underway", _("Being computed")
    NOT_ASKED = "not_asked", _("Not asked yet")
    PENDING = "pending", _("No kind of question for it yet")


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The number of an answer that a rule judges, with its interval, in the unit of the rule.

    ``name`` says what it is; a share is told in percent. ``patients`` is how many it rests on; ``p_value`` is ``None``
    where nothing was tested.
    """

    name: Text
    value: float | None
    low: float | None
    high: float | None
    patients: int
    p_value: float | None = None
    is_share: bool = False


class Rule(Protocol):
    """Judges the direction and the interval of an estimate, never its p-value."""

    def judge(self, estimate: Estimate) -> Verdict: ...

    @property
    def words(self) -> str:
        """The rule as a sentence."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One question of a finding.

    ``question`` chooses dataset, stain and groups by what the study holds, and gives ``None`` where the study holds
    nothing to ask it of. ``reads`` finds the judged estimate in a stored result, ``None`` where there is none.
    ``is_test`` puts its p-value into the family of the board.
    """

    code: str
    claim: Text
    question: Callable[[Catalogue], Question | None]
    reads: Callable[[Result], Estimate | None]
    rule: Rule
    is_test: bool = False


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``reported`` is what the publication says of direction and number; ``pending`` what no question examines yet."""

    code: str
    claim: Text
    reported: Text
    parts: tuple[Part, ...] = ()
    pending: Text = ""


def verdict_of(finding: Finding, verdicts: list[Verdict]) -> Verdict:
    """The verdict on a finding by those on its parts: all must be confirmed, and nothing may be pending.

    One part that is not confirmed decides, whatever the others still wait for.
    """
    open_ones = (Verdict.NOT_CONFIRMED, Verdict.UNDERWAY, Verdict.NOT_ASKED, Verdict.NOT_ENOUGH)
    decided = next((verdict for verdict in open_ones if verdict in verdicts), None)
    if decided:
        return decided
    return Verdict.PENDING if finding.pending else Verdict.CONFIRMED
