"""Where the judged number stands in a stored result of each kind; ``None`` where the result has none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from analytics.findings.base import Estimate, Result, Text
from analytics.kinds.marker_matrix.spec import SEPARATOR
from analytics.stats import SHIFT, proportion

LEVEL = 0.05


def share(group: str = "") -> Callable[[Result], Estimate | None]:
    """The share of responders with Wilson's interval, of one group or of all."""

    def read(result: Result) -> Estimate | None:
        found = next((one for one in result["groups"] if one["code"] == group), None) if group else result["all"]
        if not found or not found["wilson"]:
            return None
        share_of = _estimate(_("Share of responders"), found["wilson"], patients=found["patients"])
        return replace(share_of, is_share=True)

    return read


def hazard_ratio_after_response(result: Result) -> Estimate | None:
    """Cox's hazard ratio of the response as a time-dependent covariate: no immortal time."""
    regression = result["regression"]
    if not regression:
        return None
    term = regression["terms"][0]
    interval = term["interval"] or {"low": None, "high": None}
    return Estimate(
        name=_("Hazard ratio after a response over before, or without one"),
        value=term["hazard_ratio"],
        low=interval["low"],
        high=interval["high"],
        patients=result["patients"],
        p_value=term["p_value"],
    )


def shift(result: Result) -> Estimate | None:
    """The shift between two groups, first minus second."""
    effects = result["comparison"]["effects"]
    found = next((effect for effect in effects if effect["name"] == SHIFT), None)
    patients = sum(group["patients"] for group in result["groups"])
    return found and _estimate(_("Shift"), found, patients=patients, p_value=result["comparison"]["p_value"])


def least_shift(result: Result) -> Estimate | None:
    """Of all groups minus the reference, the shift whose interval begins lowest: a claim about all rests on it.

    Its p-value is the largest of the pairs, which tests that all differ (intersection–union).
    """
    if not result["pairs"]:
        return shift(result)
    pairs = result["pairs"]["comparisons"]
    shifts = [effect for pair in pairs for effect in pair["effects"] if effect["name"] == SHIFT and effect["interval"]]
    if len(shifts) < len(pairs):
        return None
    lowest = min(shifts, key=_begins)
    patients = sum(group["patients"] for group in result["groups"])
    largest_p = max(pair["p_value"] for pair in pairs)
    return _estimate(_("Shift of the group closest to the reference"), lowest, patients=patients, p_value=largest_p)


def _begins(effect: dict[str, Any]) -> float:
    low: float | None = effect["interval"]["low"]
    return float("-inf") if low is None else low


def positive_outside(*groups: str) -> Callable[[Result], Estimate | None]:
    """The share of positive patients with Wilson's interval, of all groups but these together."""

    def read(result: Result) -> Estimate | None:
        counted = [group for group in result["groups"] if group["code"] not in groups]
        patients = sum(group["patients"] for group in counted)
        if not patients:
            return None
        effect = proportion(sum(group["positive"] for group in counted), patients).effects[0].to_dict()
        return replace(_estimate(_("Share of positive patients"), effect, patients=patients), is_share=True)

    return read


def correlation(result: Result) -> Estimate | None:
    """The coefficient of an association."""
    found = result["association"]
    return _estimate(_("Correlation"), found["effect"], patients=found["patients"], p_value=found["p_value"])


def strongest_with(marker: str) -> Callable[[Result], Estimate | None]:
    """Of the pairs of a matrix with this marker, the one whose interval begins highest.

    The pair is chosen after looking, so that its interval begins somewhere only if its p-value holds after the
    adjustment within the matrix; otherwise the interval is open below.
    """

    def read(result: Result) -> Estimate | None:
        pairs = [pair for pair in result["pairs"] if _is_of(marker, pair)]
        if not pairs:
            return None
        holds = [pair for pair in pairs if pair["adjusted_p"] < LEVEL]
        best = max(holds or pairs, key=lambda pair: pair["association"]["effect"]["interval"]["low"])
        effect, patients = best["association"]["effect"], best["patients"]
        found = _estimate(_("Strongest correlation"), effect, patients=patients, p_value=best["adjusted_p"])
        return found if holds else replace(found, low=None)

    return read


def _is_of(marker: str, pair: dict[str, Any]) -> bool:
    """Whether the pair has this marker and an interval; a stain is written “marker/cell type/compartment”."""
    markers = {pair[side].split(SEPARATOR)[0] for side in ("first", "second")}
    return marker in markers and bool(pair["association"] and pair["association"]["effect"]["interval"])


def _estimate(name: Text, effect: Any, *, patients: int, p_value: float | None = None) -> Estimate:
    interval = effect["interval"] or {"low": None, "high": None}
    return Estimate(
        name=name,
        value=effect["estimate"],
        low=interval["low"],
        high=interval["high"],
        patients=patients,
        p_value=p_value,
    )
