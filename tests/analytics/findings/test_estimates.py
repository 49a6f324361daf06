"""The judged number in constructed results, and the results that have none."""

from typing import Any

from analytics.findings import estimates
from analytics.stats import SHIFT


def effect(value: float, low: float, high: float, name: str = SHIFT) -> dict[str, Any]:
    return {"name": name, "estimate": value, "interval": {"low": low, "high": high, "level": 0.95}}


def pair(first: str, second: str, *, low: float, adjusted_p: float) -> dict[str, Any]:
    association = {"effect": effect(0.6, low, 0.9, "rho"), "p_value": adjusted_p / 3}
    return {"first": first, "second": second, "patients": 12, "association": association, "adjusted_p": adjusted_p}


def test_a_share_is_that_of_the_group_or_of_all() -> None:
    group = {"code": "lung", "patients": 4, "wilson": effect(0.5, 0.2, 0.8, "share")}
    empty = {"code": "breast", "patients": 0, "wilson": None}
    result = {"groups": [group, empty], "all": {"patients": 9, "wilson": effect(0.7, 0.5, 0.9, "share")}}
    lung, everybody = estimates.share("lung")(result), estimates.share()(result)
    assert lung is not None
    assert everybody is not None
    assert (lung.value, lung.patients) == (0.5, 4)
    assert (everybody.value, everybody.patients) == (0.7, 9)
    assert estimates.share("breast")(result) is None
    assert estimates.share("kidney")(result) is None


def test_the_share_of_positive_patients_is_that_of_the_groups_together_but_those_left_out() -> None:
    groups = [
        {"code": code, "patients": 4, "positive": number} for code, number in (("MF-0", 4), ("MF-2", 0), ("MF-3", 1))
    ]
    judged = estimates.positive_outside("MF-0")({"groups": groups})
    assert judged is not None
    assert (judged.value, judged.patients) == (1 / 8, 8)
    assert judged.low is not None
    assert 0 < judged.low < 1 / 8
    assert estimates.positive_outside("MF-0")({"groups": groups[:1]}) is None


def test_of_several_groups_the_closest_to_the_reference_is_judged() -> None:
    comparisons = [
        {"p_value": 0.001, "effects": [effect(3, 2, 4)]},
        {"p_value": 0.2, "effects": [effect(1, -1, 3)]},
    ]
    result = {"groups": [{"patients": 5}, {"patients": 6}, {"patients": 7}], "pairs": {"comparisons": comparisons}}
    judged = estimates.least_shift(result)
    assert judged is not None
    assert (judged.low, judged.high, judged.patients, judged.p_value) == (-1, 3, 18, 0.2)
    # An interval that begins at 0 exactly begins higher than one below it.
    comparisons[0]["effects"] = [effect(3, 0.0, 4)]
    judged = estimates.least_shift(result)
    assert judged is not None
    assert judged.low == -1


def test_the_strongest_pair_has_a_lower_bound_only_where_it_holds_after_adjustment() -> None:
    others = pair("ACP5/osteoclast/cytoplasm", "SOX9/chondrocyte/nucleus", low=0.7, adjusted_p=0.001)
    rankl = pair("TNFSF11/stromal/cytoplasm", "ACP5/osteoclast/cytoplasm", low=0.2, adjusted_p=0.01)
    read = estimates.strongest_with("TNFSF11")
    holds = read({"pairs": [others, rankl]})
    assert holds is not None
    assert (holds.low, holds.p_value) == (0.2, 0.01)
    doubtful = read({"pairs": [others, {**rankl, "adjusted_p": 0.2}]})
    assert doubtful is not None
    assert (doubtful.low, doubtful.high) == (None, 0.9)
    assert read({"pairs": [others]}) is None


def test_without_a_regression_there_is_no_hazard_ratio() -> None:
    assert estimates.hazard_ratio_after_response({"regression": None, "patients": 3}) is None
