"""Known answers at the edges of every class, and what holds for any percentages."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expression.scoring import (
    StainIntensity,
    allred,
    h_score,
    immunoreactive_score,
    percent_positive,
    stain_intensity,
)


def weak(positive: str) -> tuple[Decimal, ...]:
    """So many per cent of the cells at 1+, the others at 0."""
    return Decimal(100) - Decimal(positive), Decimal(positive), Decimal(0), Decimal(0)


@st.composite
def percentages(draw: st.DrawFn) -> tuple[Decimal, ...]:
    """Hundredths of a per cent that add up to 100."""
    cuts = sorted(draw(st.integers(0, 10_000)) for _ in range(3))
    parts = (cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 10_000 - cuts[2])
    return tuple(Decimal(part) / 100 for part in parts)


class TestHScore:
    @pytest.mark.parametrize(
        ("cells", "score"),
        [
            ((100, 0, 0, 0), 0),
            ((0, 0, 0, 100), 300),
            ((0, 100, 0, 0), 100),
            ((50, 20, 20, 10), 90),
            ((Decimal("33.3"), Decimal("33.3"), Decimal("33.3"), Decimal("0.1")), Decimal("100.2")),
            ((0, Decimal("0.1"), 0, 100), 300),
            ((0.0, 50.5, 49.5, 0.0), 149.5),
        ],
    )
    def test_known(self, cells: Any, score: Any) -> None:
        assert h_score(cells) == score

    @given(percentages())
    def test_lies_on_its_scale(self, cells: tuple[Decimal, ...]) -> None:
        assert 0 <= h_score(cells) <= 300

    @given(percentages(), st.integers(0, 2))
    def test_rises_when_cells_stain_more(self, cells: tuple[Decimal, ...], at: int) -> None:
        stronger = list(cells)
        stronger[at + 1] += stronger[at]
        stronger[at] = Decimal(0)
        assert h_score(stronger) == h_score(cells) + cells[at]

    @given(percentages())
    def test_lies_between_once_and_three_times_the_positive_cells(self, cells: tuple[Decimal, ...]) -> None:
        assert percent_positive(cells) <= h_score(cells) <= 3 * percent_positive(cells)


@pytest.mark.parametrize("cells", [(50, 20, 20), (99, 0, 0, 0), (101, 0, 0, 0), (-1, 101, 0, 0), (0, 0, 0, 0)])
@pytest.mark.parametrize("score", [h_score, percent_positive, stain_intensity])
def test_no_distribution_is_refused(cells: Any, score: Any) -> None:
    with pytest.raises(ValueError, match=r"percentages|add up"):
        score(cells)


@pytest.mark.parametrize("cells", [(33.4, 33.3, 33.2, 0.0), (33.4, 33.4, 33.3, 0.0), (Decimal("99.9"), 0, 0, 0)])
def test_imported_decimals_may_miss_100_by_a_tenth(cells: Any) -> None:
    assert 0 <= h_score(cells) <= 300


class TestIntensity:
    @pytest.mark.parametrize("as_read", [0, 1, 2, 3])
    def test_as_read(self, as_read: int) -> None:
        assert stain_intensity((50, 20, 20, 10), as_read=as_read) == StainIntensity(value=as_read, derived=False)

    @pytest.mark.parametrize(
        ("cells", "value"),
        [
            ((100, 0, 0, 0), 0),
            ((99, 1, 0, 0), 1),
            ((0, 50, 50, 0), 2),
            ((0, Decimal("50.01"), Decimal("49.99"), 0), 1),
            ((0, 0, 50, 50), 3),
            ((0, 0, 51, 49), 2),
            ((90, 5, 0, 5), 2),
        ],
    )
    def test_derived_is_the_mean_of_the_positive_cells_rounded_half_up(self, cells: Any, value: int) -> None:
        assert stain_intensity(cells) == StainIntensity(value=value, derived=True)

    @pytest.mark.parametrize("as_read", [-1, 4])
    def test_outside_is_refused(self, as_read: int) -> None:
        with pytest.raises(ValueError, match="An intensity is"):
            stain_intensity((100, 0, 0, 0), as_read=as_read)

    @given(percentages())
    def test_positive_cells_have_an_intensity(self, cells: tuple[Decimal, ...]) -> None:
        assert (stain_intensity(cells).value > 0) == (percent_positive(cells) > 0)


class TestImmunoreactiveScore:
    @pytest.mark.parametrize(
        ("positive", "points"),
        [
            ("0", 0),
            ("0.01", 1),
            ("9", 1),
            ("9.99", 1),
            ("10", 2),
            ("50", 2),
            ("50.01", 3),
            ("50.5", 3),
            ("80", 3),
            ("80.01", 4),
            ("81", 4),
            ("100", 4),
        ],
    )
    def test_classes_of_remmele_and_stegner(self, positive: str, points: int) -> None:
        assert immunoreactive_score(weak(positive), intensity=1) == points
        assert immunoreactive_score(weak(positive), intensity=3) == 3 * points
        assert immunoreactive_score(weak(positive), intensity=0) == 0


THIRD, TWO_THIRDS = Fraction(100, 3), Fraction(200, 3)


class TestAllred:
    @pytest.mark.parametrize(
        ("positive", "points"),
        [
            ("0.01", 1),
            ("0.99", 1),
            ("1", 2),
            ("1.01", 2),
            ("10", 2),
            ("10.01", 3),
            ("33.33", 3),
            ("33.34", 4),
            ("66.66", 4),
            ("66.67", 5),
            ("100", 5),
        ],
    )
    def test_classes_of_the_proportion(self, positive: str, points: int) -> None:
        assert allred(weak(positive), intensity=1) == points + 1
        assert allred(weak(positive), intensity=3) == points + 3

    @pytest.mark.parametrize(("positive", "points"), [(THIRD, 3), (TWO_THIRDS, 4)])
    def test_thirds_are_exact(self, positive: Fraction, points: int) -> None:
        cells: Any = (100 - positive, positive, Fraction(0), Fraction(0))
        assert allred(cells, intensity=1) == points + 1

    def test_nothing_is_added_to_nothing(self) -> None:
        assert allred(weak("0"), intensity=2) == 0
        assert allred(weak("50"), intensity=0) == 0

    @given(percentages(), st.integers(0, 3))
    def test_is_0_or_2_to_8(self, cells: tuple[Decimal, ...], intensity: int) -> None:
        assert allred(cells, intensity=intensity) in {0, 2, 3, 4, 5, 6, 7, 8}
