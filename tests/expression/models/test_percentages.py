"""What a reading amounts to on each scale: of its percentages, or as it was recorded."""

from typing import Any

import pytest

from expression.models import IhcReading, Scale
from expression.models.percentages import PERCENTAGES, SCORED

NOTHING: dict[str, Any] = dict.fromkeys(SCORED)


def reading(*cells: int | None, **fields: Any) -> IhcReading:
    return IhcReading(**dict(zip(PERCENTAGES, cells, strict=True)), **fields)


def scored(row: IhcReading) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SCORED}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((100, 0, 0, 0), (0, 0, 0, 0, 0, True)),
        ((0, 0, 0, 100), (300, 100, 12, 8, 3, True)),
        # Half up: a mean of 1.5 is 2; ten per cent are in the class of 10–50.
        ((90, 5, 5, 0), (15, 10, 4, 4, 2, True)),
        ((40, 30, 20, 10), (100, 60, 6, 6, 2, True)),
    ],
)
def test_of_percentages(cells: tuple[int, ...], expected: tuple[Any, ...]) -> None:
    assert tuple(scored(reading(*cells)).values()) == expected


def test_the_intensity_as_read_goes_before_the_derived_one() -> None:
    told = scored(reading(40, 30, 20, 10, intensity=3))
    assert told == {
        "h_score": 100,
        "percent_positive": 60,
        "immunoreactive_score": 9,
        "allred_score": 7,
        "scored_intensity": 3,
        "intensity_is_derived": False,
    }


@pytest.mark.parametrize("cells", [(None, None, None, None), (100, 0, 0, None), (None, 0, 0, 0)])
def test_without_all_percentages_there_is_no_score(cells: tuple[int | None, ...]) -> None:
    row = reading(*cells)
    assert row.percentages is None
    assert scored(row) == NOTHING


@pytest.mark.parametrize(
    ("scale", "property_name"),
    [
        (Scale.H_SCORE, "h_score"),
        (Scale.PERCENT_POSITIVE, "percent_positive"),
        (Scale.IMMUNOREACTIVE, "immunoreactive_score"),
        (Scale.ALLRED, "allred_score"),
    ],
)
def test_a_recorded_score_is_one_on_its_scale_alone(scale: Scale, property_name: str) -> None:
    row = reading(None, None, None, None, recorded_score=0, recorded_scale=scale)
    assert scored(row) == NOTHING | {property_name: 0}
    laboratory = reading(None, None, None, None, recorded_score=2, recorded_scale="")
    assert laboratory.score(scale) is None
