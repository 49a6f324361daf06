"""Adjusting p-values of several questions that were asked together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.result import NotComparable, Note, Record, Result, counted, format_p
from analytics.stats.result import gettext_noop as _

Adjustment = Literal["holm", "bh"]

_ADJUSTMENTS = {
    "holm": _("P-values of a declared family of questions, adjusted by Holm's method"),
    "bh": _("P-values of a declared family of questions, adjusted by the method of Benjamini and Hochberg"),
}
_REFERENCES = {
    "holm": "Holm S. Scand J Stat 1979;6:65–70",
    "bh": "Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289–300",
}


@dataclass(frozen=True)
class AdjustedQuestion(Record):
    """One question of a family; both p-values are ``None`` where it has no answer."""

    name: str
    p_value: float | None
    adjusted_p: float | None

    def __str__(self) -> str:
        if self.p_value is None or self.adjusted_p is None:
            return f"{self.name}: no answer"
        return f"{self.name}: p {format_p(self.p_value)}, adjusted p {format_p(self.adjusted_p)}"


@dataclass(frozen=True)
class FamilyResult(Result):
    """The questions of a family in the order declared, adjusted for all ``len(questions)`` of them."""

    name: str
    method: str
    adjustment: str
    questions: tuple[AdjustedQuestion, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def question(self, name: str) -> AdjustedQuestion:
        return next(question for question in self.questions if question.name == name)

    def __str__(self) -> str:
        lines = (f"{self.name}: {len(self.questions)} questions", self.method, *self.questions, *self.warnings)
        return "\n".join(map(str, lines))


def adjust_family(name: str, questions: Mapping[str, float | None], adjustment: Adjustment = "holm") -> FamilyResult:
    """The adjusted p-values of a family: questions that were declared together before their answers were seen.

    ``questions`` maps the name of each to its p-value, or to ``None`` where it has no answer (see
    :class:`NotComparable`). Such a question stays in the family and counts as p = 1: leaving it out would make the
    others look better the more data are missing. Raises :class:`NotComparable` on a family without questions or without
    any answer, and as :func:`adjust` does.

    >>> print(adjust_family("response", {"RANKL": 0.01, "OPG": 0.04, "RANK": None}))
    response: 3 questions
    P-values of a declared family of questions, adjusted by Holm's method
    RANKL: p = 0.010, adjusted p = 0.030
    OPG: p = 0.040, adjusted p = 0.080
    RANK: no answer
    1 of 3 questions has no answer; it counts in the adjustment as if p were 1.
    """
    answered = [p_value for p_value in questions.values() if p_value is not None]
    if not answered:
        raise NotComparable(_("No question of the family {family} has an answer."), code="no-answers", family=name)
    adjusted = adjust([1.0 if p_value is None else p_value for p_value in questions.values()], adjustment)
    missing = len(questions) - len(answered)
    text = counted(
        missing,
        one=_("{count} of {total} questions has no answer; it counts in the adjustment as if p were 1."),
        several=_("{count} of {total} questions have no answer; they count in the adjustment as if p were 1."),
    )
    return FamilyResult(
        name=name,
        method=_ADJUSTMENTS[adjustment],
        adjustment=adjustment,
        questions=tuple(
            AdjustedQuestion(question, p_value, None if p_value is None else adjusted_p)
            for (question, p_value), adjusted_p in zip(questions.items(), adjusted, strict=True)
        ),
        warnings=(Note("no-answer", text, {"count": missing, "total": len(questions)}),) if missing else (),
        references=(_REFERENCES[adjustment],),
    )


def adjusted_notes(comparisons: int) -> tuple[Note, ...]:
    """What to say of several comparisons whose p-values are adjusted by Holm's method, and whose intervals are not."""
    if comparisons < 2:
        return ()
    text = _("The p-values of {count} comparisons are adjusted by Holm's method, the intervals are not.")
    return (Note("intervals-unadjusted", text, {"count": comparisons}),)


def adjust(p_values: ArrayLike, method: Adjustment = "holm") -> list[float]:
    """Adjusted p-values, in the order given; the family is all the p-values given.

    ``holm`` controls the chance of any false positive (Holm 1979), ``bh`` the expected share of false positives among
    the positives (Benjamini & Hochberg 1995). As R's ``p.adjust``. Raises ``ValueError`` on anything but
    probabilities: a question without a p-value has to leave the family in the open.

    >>> adjust([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    >>> adjust([0.01, 0.04, 0.03], method="bh")
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError("p-values are a flat list of numbers between 0 and 1.")
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, p.size + 1)
    if method == "holm":
        ordered = np.maximum.accumulate((p.size + 1 - rank) * p[order])
    elif method == "bh":
        ordered = np.minimum.accumulate((p.size / rank * p[order])[::-1])[::-1]
    else:
        raise ValueError(f"Unknown adjustment {method!r}: holm or bh.")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(ordered, 1)
    return [float(value) for value in adjusted]
