"""From readings to places, from places to values."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expression.scoring import Place, PlaceReading, PlaceStatus, Spread, place_of, spread, summarised

SCORES = st.lists(st.integers(0, 300).map(Fraction), min_size=1, max_size=8)


def scored(reader: str, score: int, **fields: Any) -> PlaceReading:
    return PlaceReading(reader=reader, status=PlaceStatus.EVALUABLE, score=Fraction(score), **fields)


def said(reader: str, status: PlaceStatus, **fields: Any) -> PlaceReading:
    return PlaceReading(reader=reader, status=status, **fields)


class TestPlaces:
    def test_readers_are_averaged(self) -> None:
        place = place_of([scored("TS", 101), scored("MK", 100)])
        assert place == Place(status=PlaceStatus.EVALUABLE, readers=("MK", "TS"), score=Fraction(201, 2))

    def test_a_consensus_wins(self) -> None:
        place = place_of([scored("TS", 10), scored("MK", 200), scored("TS+MK", 60, is_consensus=True)])
        assert place == Place(status=PlaceStatus.EVALUABLE, readers=("TS+MK",), score=Fraction(60))

    def test_a_consensus_that_it_is_lost_takes_the_scores_away(self) -> None:
        place = place_of([scored("TS", 10), said("TS+MK", PlaceStatus.LOST, is_consensus=True)])
        assert (place.status, place.score) == (PlaceStatus.LOST, None)

    def test_who_could_score_counts(self) -> None:
        place = place_of([said("TS", PlaceStatus.NO_TUMOUR), scored("MK", 40)])
        assert (place.status, place.score) == (PlaceStatus.EVALUABLE, Fraction(40))

    def test_without_a_score_there_is_a_status(self) -> None:
        place = place_of([said("TS", PlaceStatus.NOT_ASSESSABLE), said("MK", PlaceStatus.LOST)])
        assert (place.status, place.score) == (PlaceStatus.LOST, None)

    def test_nobody_read(self) -> None:
        with pytest.raises(ValueError, match="nobody read"):
            place_of([])


class TestSummaries:
    @pytest.mark.parametrize(
        ("by", "value"), [("median", Fraction(15)), ("mean", Fraction(40)), ("max", Fraction(125))]
    )
    def test_known(self, by: str, value: Fraction) -> None:
        assert summarised([Fraction(10), Fraction(20), Fraction(125), Fraction(5)], by=by) == value

    def test_any_positive_reaches_its_cutoff(self) -> None:
        thirds = [Fraction(100, 3)]
        assert summarised(thirds, by="any_positive", positive_from=Fraction(100, 3)) == 1
        assert summarised(thirds, by="any_positive", positive_from=Fraction("33.34")) == 0

    @pytest.mark.parametrize(
        ("values", "by"), [([], "median"), ([Fraction(1)], "any_positive"), ([Fraction(1)], "mode")]
    )
    def test_refused(self, values: list[Fraction], by: str) -> None:
        with pytest.raises(ValueError, match=r"Nothing|cut-off|no summary"):
            summarised(values, by=by)

    @given(SCORES, st.sampled_from(["median", "mean", "max"]))
    def test_lies_among_its_values_whatever_their_order(self, values: list[Fraction], by: str) -> None:
        value = summarised(values, by=by)
        assert min(values) <= value <= max(values)
        assert value == summarised(values[::-1], by=by)


class TestSpread:
    def test_known(self) -> None:
        assert spread([Fraction(2), Fraction(4), Fraction(9)]) == Spread(
            number=3, minimum=2.0, maximum=9.0, sd=pytest.approx(13**0.5)
        )

    def test_one_value_has_no_deviation(self) -> None:
        assert spread([Fraction(7)]) == Spread(number=1, minimum=7.0, maximum=7.0, sd=None)

    def test_no_value_has_no_spread(self) -> None:
        assert spread([]) is None
