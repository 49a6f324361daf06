"""What a matrix counts for in a family of tests."""

from typing import Any

from analytics.kinds.marker_matrix.kind import MarkerMatrixKind

UNREAD: Any = None


def pair(first: str, second: str, adjusted_p: float) -> dict[str, Any]:
    effect = {"estimate": 0.5, "interval": {"low": 0.1, "high": 0.8, "level": 0.95}}
    return {"first": first, "second": second, "adjusted_p": adjusted_p, "association": {"effect": effect}}


def test_the_clearest_pair_is_told_as_one_chosen_of_all() -> None:
    groups = [{"code": code, "labels": {"en": code}} for code in "ABC"]
    pairs = [pair("A", "B", 0.2), pair("A", "C", 0.03), {**pair("B", "C", 1.0), "association": None}]
    tested = MarkerMatrixKind().tested(spec=UNREAD, result={"groups": groups, "pairs": pairs})
    assert tested is not None
    assert (tested.p_value, tested.of) == (0.03, "clearest of 3 pairs: A × C")
