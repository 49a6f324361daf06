"""Whoever may not see rows reads nothing from which a single patient could be told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.kinds.expression_by_group.disclosure import disclosed, hidden_groups
from analytics.plots import box_and_points, shifts
from cases.disclosure import SMALLEST_SHOWN
from tests.analytics.results import result_of

# Six significant digits: none survives rounding to three by chance.
VALUES = st.integers(100_001, 999_999).filter(lambda n: n % 1000).map(lambda n: n / 1000)
GROUPS = st.dictionaries(
    st.sampled_from(["GCTB", "ABC", "FD", "LMS", "UPS"]),
    st.lists(VALUES, min_size=1, max_size=12, unique=True),
    min_size=2,
)


def numbers(part: Any) -> Iterator[float]:
    """Every number anywhere in the JSON."""
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list):
        for item in part:
            yield from numbers(item)
    elif isinstance(part, int | float) and not isinstance(part, bool):
        yield part


def drawn(result: dict[str, Any]) -> list[Any]:
    """The data of both figures of a disclosed result."""
    if result["comparison"] is None:
        return []
    figures = [box_and_points(result, points=None), shifts(result)]
    return [json.loads(figure.to_json())["data"] for figure in figures if figure]


@given(values=GROUPS, excluded=st.integers(0, 9))
def test_nothing_of_a_single_patient(values: dict[str, list[float]], excluded: int) -> None:
    reason = {"text": "Histology not known", "values": {}}
    exclusions = [{"reason": reason, "patients": excluded, "samples": excluded}]
    shown = disclosed(result_of(values, exclusions=exclusions))
    told = set(numbers([shown, drawn(shown)]))
    assert told.isdisjoint({value for group in values.values() for value in group})
    sizes = {code: len(group) for code, group in values.items()}
    total = sum(sizes.values())
    for group in shown["groups"]:
        assert group["minimum"] is group["maximum"] is group["samples"] is None
        assert group["patients"] is None or group["patients"] >= SMALLEST_SHOWN
        assert (group["patients"] is None) == (group["median"] is None) == (group["q1"] is None)
    hidden = {group["code"] for group in shown["groups"] if group["patients"] is None}
    assert {code for code, size in sizes.items() if size < SMALLEST_SHOWN} <= hidden
    if hidden:
        assert len(hidden) > 1
        assert shown["population"]["flow"] == []
        assert shown["comparison"] is None or shown["comparison"]["effects"] == []
    else:
        assert shown["population"]["flow"] == [{"step": "compared", "patients": total}]
    for pair in (shown["pairs"] or {"comparisons": []})["comparisons"]:
        assert not hidden & {pair["first"], pair["second"]}
    for item in shown["population"]["exclusions"]:
        assert item["patients"] is None or item["patients"] >= SMALLEST_SHOWN
        assert item["samples"] is None


@given(sizes=st.dictionaries(st.text(min_size=1), st.integers(1, 30), min_size=2))
def test_hidden_groups_cannot_be_told_apart(sizes: dict[str, int]) -> None:
    hidden = hidden_groups(sizes)
    assert not hidden or len(hidden) > 1
    assert not hidden or sum(sizes[code] for code in hidden) >= SMALLEST_SHOWN or hidden == set(sizes)
    assert len(sizes) - len(hidden) != 1


def test_large_groups_keep_their_answer() -> None:
    shown = disclosed(result_of({"a": [1.2345 + n for n in range(9)], "b": [5.4321 + n for n in range(7)]}))
    assert [group["patients"] for group in shown["groups"]] == [9, 7]
    assert [group["median"] for group in shown["groups"]] == [5.23, 8.43]
    assert shown["comparison"]["statistic"] is None
    assert 0 < shown["comparison"]["p_value"] < 0.05


def test_the_stored_result_is_not_touched() -> None:
    result = result_of({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]})
    before = json.dumps(result)
    disclosed(result)
    assert json.dumps(result) == before


@pytest.mark.parametrize("code", ["many-ties", "single-value", "small-groups"])
def test_doubts_that_count_patients_are_withheld(code: str) -> None:
    result = result_of({"a": [1.0] * 8, "b": [1.0] * 7 + [2.0]})
    result["warnings"] = [{"code": code, "text": "{count} patients", "values": {"count": 1}}]
    assert disclosed(result)["warnings"] == []
