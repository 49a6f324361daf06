"""Proportions of responders in groups of patients, each with its intervals, and whether they differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd

from analytics.groupings import Labels
from analytics.kinds.response_proportions.spec import MOST_GROUPS, NotEvaluable, OverallTest, ResponseProportions
from analytics.stats import (
    NotComparable,
    Note,
    StratifiedTablesResult,
    TableResult,
    adjust,
    chi_square,
    cochran_armitage,
    fisher_exact,
    mantel_haenszel,
    odds_ratio,
    proportion,
    risk_difference,
)
from analytics.stats.multiplicity import adjusted_notes
from analytics.stats.result import Record
from analytics.stats.result import gettext_noop as _
from cases.derived.response import Outcome

ORDERED = frozenset({"age", "marrow_fibrosis"})
"""Groupings whose groups have an order, so that a trend can be asked about."""

MANY = 1_000
"""From so many patients on the chi-square test takes the place of Fisher's where no expected count is small."""

SMALL_EXPECTATION = "small-expectation"
HOLM: Final = "holm"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Patients by what became of them."""

    responders: int
    others: int
    not_evaluable: int = 0

    @property
    def patients(self) -> int:
        """The denominator."""
        return self.responders + self.others

    def counting_not_evaluable(self) -> "Tally":
        """With those who could not be evaluated as non-responders."""
        return Tally(responders=self.responders, others=self.others + self.not_evaluable)


def tally(outcomes: Iterable[str], *, spec: ResponseProportions) -> Tally:
    """The counts of these outcomes, by the choice of the question for those who could not be evaluated."""
    counts = pd.Series(list(outcomes), dtype=object).value_counts()
    responders, others, not_evaluable = (int(counts.get(outcome.value, 0)) for outcome in Outcome)
    if spec.not_evaluable == NotEvaluable.NO_RESPONSE:
        others += not_evaluable
        not_evaluable = 0
    return Tally(responders=responders, others=others, not_evaluable=not_evaluable)


def proportions(rows: pd.DataFrame, *, groups: Iterable[str], spec: ResponseProportions) -> dict[str, Tally]:
    """The counts of each group. Raises :class:`NotComparable` where nobody is in any denominator."""
    tallies = {group: tally(rows.loc[rows["group"] == group, "outcome"], spec=spec) for group in groups}
    if not any(one.patients for one in tallies.values()):
        raise NotComparable(
            _("No patient has both an answer by this criterion after denosumab and one of the compared groups."),
            code="no-values",
        )
    if len(tallies) > MOST_GROUPS:
        raise NotComparable(
            _("There are {count} groups. Compare at most {most} at once: choose some."),
            code="too-many-groups",
            count=len(tallies),
            most=MOST_GROUPS,
        )
    return tallies


def shares(one: Tally) -> dict[str, Any]:
    """The counts with the share of responders and both intervals; a share is ``None`` without a patient."""
    everybody = one.counting_not_evaluable()
    return {
        "patients": one.patients,
        "responders": one.responders,
        "not_evaluable": one.not_evaluable,
        "wilson": _share(one, "wilson"),
        "clopper_pearson": _share(one, "clopper-pearson"),
        "counting_not_evaluable": _share(everybody, "wilson"),
    }


def shares_of_groups(tallies: Mapping[str, Tally], *, names: Mapping[str, Labels]) -> dict[str, Any]:
    """The shares of each group, in order, and of all of them together."""
    return {
        "groups": [{"code": code, "labels": labels, **shares(tallies[code])} for code, labels in names.items()],
        "all": shares(_together(tallies)),
    }


def compare(tallies: dict[str, Tally], *, spec: ResponseProportions) -> dict[str, Any]:
    """The overall test, the trend of ordered groups, and the pairs; a note says why there is no test.

    Raises :class:`NotComparable` where the reference group has nobody.
    """
    filled = {group: one for group, one in tallies.items() if one.patients}
    if spec.reference and spec.reference not in filled:
        raise NotComparable(
            _("The reference group {group} has no patients."), code="no-reference", group=spec.reference
        )
    nothing: dict[str, Any] = {"comparison": None, "trend": None, "pairs": None, "references": []}
    if len(filled) < 2:
        note = Note("one-group", _("Only one group has patients, so there is nothing to compare."))
        return nothing | {"warnings": [note.to_dict()]}
    pairs = _pairs(filled, spec=spec)
    if not table_of(filled.values()).sum(axis=0).all():
        responded = any(one.responders for one in filled.values())
        text = (
            _("Every patient responded, so there is no difference to test.")
            if responded
            else _("No patient responded, so there is no difference to test.")
        )
        return nothing | {"pairs": pairs, "warnings": [Note("no-variation", text).to_dict()]}
    overall = _overall(list(filled.values()), spec=spec)
    ordered = spec.grouping in ORDERED and len(filled) > 2
    trend = cochran_armitage(table_of(filled.values())) if ordered else None
    results = [overall, *([trend] if trend else [])]
    notes = [*(note for result in results for note in result.warnings), *adjusted_notes(len(pairs["comparisons"]))]
    return {
        "comparison": _test(overall),
        "trend": trend and _test(trend),
        "pairs": pairs,
        "warnings": [note.to_dict() for note in notes],
        "references": once(reference for result in results for reference in result.references),
    }


def compare_in_strata(rows: pd.DataFrame, *, tallies: dict[str, Tally], spec: ResponseProportions) -> dict[str, Any]:
    """Each compared pair within the strata, patients without a stratum left out; Holm over all pairs.

    A pair that no stratum can compare has no numbers and counts as p = 1 in the adjustment.
    """
    known = rows[rows["stratum"].notna()]
    pairs = compared_pairs([group for group, one in tallies.items() if one.patients], reference=spec.reference)
    found = {pair: _within_strata(strata_of(known, *pair, spec=spec)) for pair in pairs}
    adjusted = adjust([result.p_value if result else 1.0 for result in found.values()], HOLM)
    results = [result for result in found.values() if result]
    return {
        "method": results[0].method if results else "",
        "without_stratum": len(rows) - len(known),
        "comparisons": [
            {"first": first, "second": second, **_pooled(result, adjusted_p=p)}
            for ((first, second), result), p in zip(found.items(), adjusted, strict=True)
        ],
        "references": once(reference for result in results for reference in result.references),
    }


def _together(tallies: Mapping[str, Tally]) -> Tally:
    return Tally(
        responders=sum(one.responders for one in tallies.values()),
        others=sum(one.others for one in tallies.values()),
        not_evaluable=sum(one.not_evaluable for one in tallies.values()),
    )


def _within_strata(tables: list[Any]) -> StratifiedTablesResult | None:
    try:
        return mantel_haenszel(tables)
    except NotComparable:
        return None


def _pooled(result: StratifiedTablesResult | None, *, adjusted_p: float) -> dict[str, Any]:
    names = ("statistic", "p_value", "homogeneity_statistic", "homogeneity_degrees_of_freedom", "homogeneity_p")
    return {
        "strata": len(result.tables) if result else 0,
        "odds_ratio": result.effects[0].to_dict() if result else None,
        **{name: getattr(result, name) if result else None for name in names},
        "adjusted_p": adjusted_p if result else None,
    }


def strata_of(rows: pd.DataFrame, first: str, second: str, *, spec: ResponseProportions) -> list[Any]:
    """One table for each stratum, the two groups in rows, response and no response in columns."""
    tables = []
    for _stratum, members in rows.groupby("stratum", sort=True):
        pair = [tally(members.loc[members["group"] == group, "outcome"], spec=spec) for group in (first, second)]
        tables.append(table_of(pair))
    return tables


def compared_pairs(groups: list[str], *, reference: str) -> list[tuple[str, str]]:
    """Every pair, or each group with the reference."""
    if reference:
        return [(group, reference) for group in groups if group != reference]
    return list(combinations(groups, 2))


def table_of(tallies: Iterable[Tally]) -> np.ndarray:
    """Groups in rows, response and no response in columns."""
    return np.array([[one.responders, one.others] for one in tallies])


def once(items: Iterable[Any]) -> list[Any]:
    """The items without repetition, in order; they may be unhashable."""
    kept: list[Any] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept


def _share(one: Tally, method: Any) -> dict[str, Any] | None:
    return proportion(one.responders, one.patients, method=method).effects[0].to_dict() if one.patients else None


def _overall(tallies: list[Tally], *, spec: ResponseProportions) -> TableResult:
    table = table_of(tallies)
    if spec.test == OverallTest.CHI_SQUARE:
        return chi_square(table)
    if spec.test == OverallTest.AUTOMATIC and table.sum() >= MANY:
        result = chi_square(table)
        if not any(note.code == SMALL_EXPECTATION for note in result.warnings):
            return result
    return fisher_exact(table)


def _test(result: TableResult) -> dict[str, Any]:
    return {
        "method": result.method,
        "statistic_name": result.statistic_name,
        "statistic": result.statistic,
        "degrees_of_freedom": result.degrees_of_freedom,
        "p_value": result.p_value,
        "p_kind": result.p_kind,
        "simulation": _plain(result.simulation),
        "effects": [effect.to_dict() for effect in result.effects],
    }


def _pairs(tallies: dict[str, Tally], *, spec: ResponseProportions) -> dict[str, Any]:
    """The pairs; where nobody, or everybody, of both groups responded, p is 1 and there is no odds ratio."""
    compared = compared_pairs(list(tallies), reference=spec.reference)
    tables = [table_of([tallies[first], tallies[second]]) for first, second in compared]
    odds = [odds_ratio(table) if table.sum(axis=0).all() else None for table in tables]
    p_values = [1.0 if one is None or one.p_value is None else one.p_value for one in odds]
    return {
        "method": _("Fisher's exact test of each pair"),
        "adjustment": HOLM,
        "reference": spec.reference or None,
        "comparisons": [
            {
                "first": first,
                "second": second,
                "difference": risk_difference(table).effects[0].to_dict(),
                "odds_ratio": one and one.effects[0].to_dict(),
                "p_value": p_value,
                "adjusted_p": float(adjusted),
            }
            for (first, second), table, one, p_value, adjusted in zip(
                compared, tables, odds, p_values, adjust(p_values, HOLM), strict=True
            )
        ],
    }


def _plain(record: Record | None) -> dict[str, Any] | None:
    return record.to_dict() if record else None
