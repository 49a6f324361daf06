"""The statistics a question asks for, on one value per patient and group."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from analytics.kinds.expression_by_group.spec import MOST_GROUPS, OF_TWO_GROUPS, ExpressionByGroup, Method
from analytics.stats import (
    EquivalenceResult,
    NotComparable,
    PairComparison,
    PairwiseResult,
    SeveralGroupsResult,
    TrendResult,
    TwoGroupResult,
    dunn,
    equivalence,
    jonckheere_terpstra,
    kruskal_wallis,
    mann_whitney,
    van_elteren,
    welch_t,
)
from analytics.stats.result import Record
from analytics.stats.result import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """``overall`` answers the question; ``pairs`` says where more than two groups differ."""

    overall: TwoGroupResult | SeveralGroupsResult | TrendResult | EquivalenceResult
    pairs: PairwiseResult | None

    def as_json(self) -> dict[str, Any]:
        """The part of a stored result that the statistics decide."""
        overall = self.overall
        results = [overall, *([self.pairs] if self.pairs else [])]
        return {
            "groups": [group.to_dict() for group in overall.groups],
            "comparison": {
                "method": overall.method,
                "statistic_name": getattr(overall, "statistic_name", ""),
                "statistic": getattr(overall, "statistic", None),
                "degrees_of_freedom": getattr(overall, "degrees_of_freedom", None),
                "p_value": overall.p_value,
                "p_kind": overall.p_kind,
                "asymptotic_p": getattr(overall, "asymptotic_p", None),
                "margin": getattr(overall, "margin", None),
                "effects": dicts(overall.effects),
            },
            "pairs": _pairs(self.pairs),
            "warnings": _once(note for result in results for note in dicts(result.warnings)),
            "references": _once(reference for result in results for reference in result.references),
        }


Strata = dict[str, dict[str, list[float]]]


def compare(*, values: dict[str, list[float]], spec: ExpressionByGroup, strata: Strata | None = None) -> Comparison:
    """Compare the groups in their order; a reference stands last and is subtracted from the others.

    ``strata`` are the same values by stratum, for a stratified comparison.

    Raises :class:`NotComparable` when there is nothing to compare.
    """
    refuse_incomparable(values, spec)
    if spec.method == Method.TREND:
        return Comparison(overall=jonckheere_terpstra(values), pairs=None)
    if len(values) == 2 and spec.method != Method.KRUSKAL_WALLIS:
        return Comparison(overall=_two_groups(values, spec, strata or {}), pairs=None)
    return Comparison(overall=kruskal_wallis(values), pairs=dunn(values, reference=spec.reference or None))


def refuse_incomparable(values: dict[str, list[float]], spec: ExpressionByGroup) -> None:
    """Raise :class:`NotComparable` where the groups cannot be compared as the question asks."""
    if not any(values.values()):
        raise NotComparable(
            _("No patient has both a usable value of {marker} and one of the compared groups."),
            code="no-values",
            marker=spec.marker,
        )
    if spec.reference and spec.reference not in values:
        raise NotComparable(_("The reference group {group} has no values."), code="no-reference", group=spec.reference)
    if len(values) > MOST_GROUPS:
        raise NotComparable(
            _("There are {count} groups. Compare at most {most} at once: choose some."),
            code="too-many-groups",
            count=len(values),
            most=MOST_GROUPS,
        )
    if spec.method in OF_TWO_GROUPS and len(values) > 2:
        raise NotComparable(
            _("This method compares two groups; there are {count}. Choose two, or another method."),
            code="not-two-groups",
            count=len(values),
        )


def _two_groups(
    values: dict[str, list[float]], spec: ExpressionByGroup, strata: Strata
) -> TwoGroupResult | EquivalenceResult:
    (first, x), (second, y) = values.items()
    if spec.method == Method.STRATIFIED:
        pairs = {stratum: (groups[first], groups[second]) for stratum, groups in strata.items()}
        return van_elteren(pairs, labels=(first, second))
    if spec.method == Method.WELCH:
        return welch_t(x, y, labels=(first, second))
    if spec.margin is not None:
        return equivalence(x, y, margin=spec.margin, labels=(first, second))
    return mann_whitney(x, y, labels=(first, second))


def _pairs(result: PairwiseResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "method": result.method,
        "adjustment": result.adjustment,
        "reference": result.reference,
        "statistic_name": result.statistic_name,
        "comparisons": [_pair(pair) for pair in result.pairs],
    }


def _pair(pair: PairComparison) -> dict[str, Any]:
    return {**pair.to_dict(), "effects": dicts(pair.effects)}


def dicts(records: Iterable[Record]) -> list[dict[str, Any]]:
    """The records as JSON."""
    return [record.to_dict() for record in records]


def _once(items: Any) -> list[Any]:
    """The items without repetition, in order; they may be unhashable."""
    kept: list[Any] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept
