"""The statistics of an association, on the values of the patients who have both."""

from typing import Any

import pandas as pd

from analytics.groupings import Labels
from analytics.kinds.association.spec import Association, Coefficient
from analytics.stats import (
    AssociationResult,
    BlandAltmanResult,
    Effect,
    NotComparable,
    Note,
    WithinGroupsResult,
    adjust_family,
    bland_altman,
    kendall,
    spearman,
    within_groups,
)
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import summary

METHODS = {Coefficient.SPEARMAN: spearman, Coefficient.KENDALL: kendall}


def associate(
    pairs: pd.DataFrame, *, spec: Association, names: tuple[str, str], groups: dict[str, Labels]
) -> dict[str, Any]:
    """The part of a stored result that the statistics decide; ``names`` are those of the two measures.

    Raises :class:`NotComparable` where no association can be told.
    """
    if pairs.empty:
        raise NotComparable(_("No patient has a usable value of both measures."), code="no-values")
    whole = _coefficient(pairs, spec, names)
    by_group = [_group(pairs[pairs["group"] == code], code, labels, spec, names) for code, labels in groups.items()]
    difference = bland_altman(pairs["x"], pairs["y"], labels=names) if spec.is_one_quantity else None
    effects = [group["association"]["effect"] for group in by_group if group["association"]]
    within = within_groups([Effect.from_dict(effect) for effect in effects])
    notes = [*whole.warnings, *(difference.warnings if difference else ()), *_family_notes(by_group)]
    references = [one for part in (whole, within, difference) if part for one in part.references]
    return {
        "association": association_json(whole),
        "groups": _adjusted(by_group),
        "within": within and _within(within),
        "values": {
            name: summary(label, pairs[name].to_numpy()).to_dict() for name, label in zip("xy", names, strict=True)
        },
        "agreement": difference and _agreement(difference),
        "warnings": [note.to_dict() for note in notes],
        "references": references,
    }


def association_json(result: AssociationResult) -> dict[str, Any]:
    """A coefficient with its interval and p-value, as it is stored."""
    return {
        "method": result.method,
        "patients": result.n,
        "statistic_name": result.statistic_name,
        "statistic": result.statistic,
        "p_value": result.p_value,
        "p_kind": result.p_kind,
        "asymptotic_p": result.asymptotic_p,
        "effect": result.effects[0].to_dict(),
    }


def _coefficient(pairs: pd.DataFrame, spec: Association, names: tuple[str, str]) -> AssociationResult:
    return METHODS[spec.coefficient](pairs["x"], pairs["y"], labels=names)


def _group(pairs: pd.DataFrame, code: str, labels: Labels, spec: Association, names: tuple[str, str]) -> dict[str, Any]:
    """The association in one group, or the ``reason`` why there is none."""
    found: dict[str, Any] = {
        "code": code,
        "labels": labels,
        "patients": len(pairs),
        "association": None,
        "reason": None,
    }
    try:
        return found | {"association": association_json(_coefficient(pairs, spec, names))}
    except NotComparable as refusal:
        return found | {"reason": refusal.note.to_dict()}


def _adjusted(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups, their p-values adjusted as one family; a group without an answer counts in it."""
    p_values = {group["code"]: group["association"] and group["association"]["p_value"] for group in groups}
    if all(p_value is None for p_value in p_values.values()):
        return [{**group, "adjusted_p": None} for group in groups]
    family = adjust_family("groups", p_values)
    return [{**group, "adjusted_p": family.question(group["code"]).adjusted_p} for group in groups]


def _within(result: WithinGroupsResult) -> dict[str, Any]:
    return {
        "method": result.method,
        "groups": result.groups,
        "effect": result.effects[0].to_dict(),
        "heterogeneity": result.heterogeneity.to_dict(),
    }


def _family_notes(groups: list[dict[str, Any]]) -> list[Note]:
    if len(groups) < 2:
        return []
    text = _("The p-values of {count} groups are adjusted by Holm's method, the intervals are not.")
    return [Note("intervals-unadjusted", text, {"count": len(groups)})]


def _agreement(result: BlandAltmanResult) -> dict[str, Any]:
    """Without the points, which follow from the rows."""
    return {
        "method": result.method,
        "patients": result.n,
        "effects": [effect.to_dict() for effect in result.effects],
        "p_value": result.p_value,
    }
