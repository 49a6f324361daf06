"""Partial dates as days, ages and follow-up time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.derived.age import age_at
from cases.derived.dates import day_of, days_between, first_of
from cases.derived.follow_up import NoFollowUp, follow_up

DATES = st.dates(date(1900, 1, 1), date(2099, 12, 31))
PARTIAL = st.builds(lambda day, length: day.isoformat()[:length], DATES, st.sampled_from([4, 7, 10]))


@pytest.mark.parametrize(
    ("text", "bounds", "expected", "imputed"),
    [
        ("2020-05-17", {}, "2020-05-17", False),
        ("2020-05", {}, "2020-05-15", True),
        ("2020", {}, "2020-07-01", True),
        ("2020-05", {"not_before": "2020-05-20"}, "2020-05-20", True),
        ("2020-05", {"not_before": "2020-05-10"}, "2020-05-15", True),
        ("2020", {"not_after": "2020-03-02"}, "2020-03-02", True),
        ("2020", {"not_before": "2020-08-01", "not_after": "2020-09-01"}, "2020-08-01", True),
        # Known to the day, a date is never moved; known to the month it never leaves the month.
        ("2020-05-17", {"not_before": "2020-06-01"}, "2020-05-17", False),
        ("2020-05", {"not_after": "2020-03-02"}, "2020-05-01", True),
        ("2020-05", {"not_before": "2021-01-01"}, "2020-05-31", True),
    ],
)
def test_what_a_partial_date_is_taken_for(text: str, bounds: dict[str, str], expected: str, imputed: bool) -> None:
    day = day_of(text, **{name: date.fromisoformat(bound) for name, bound in bounds.items()})
    assert day is not None
    assert (day.date.isoformat(), day.imputed) == (expected, imputed)


def test_a_blank_date_is_no_day() -> None:
    assert day_of("") is None
    assert days_between(None, day_of("2020")) is None
    assert first_of([None]) is None


@given(PARTIAL, st.none() | DATES, st.none() | DATES)
def test_a_day_never_leaves_what_is_known(text: str, not_before: date | None, not_after: date | None) -> None:
    day = day_of(text, not_before=not_before, not_after=not_after)
    assert day is not None
    assert day.earliest <= day.date <= day.latest
    assert day.date.isoformat().startswith(text)
    if not_after is not None and day.earliest <= not_after and (not_before is None or not_before <= not_after):
        assert day.date <= not_after or not day.imputed


@given(PARTIAL, PARTIAL)
def test_days_lie_between_their_bounds_and_change_sign(first: str, second: str) -> None:
    one, other = day_of(first), day_of(second)
    there, back = days_between(one, other), days_between(other, one)
    assert there is not None
    assert back is not None
    assert there.at_least <= there.days <= there.at_most
    assert (there.days, there.at_least) == (-back.days, -back.at_most)
    assert there.imputed == (len(first) < 10 or len(second) < 10)


def test_days_between_partial_dates() -> None:
    days = days_between(day_of("2020-01-31"), day_of("2020-02"))
    assert days is not None
    assert (days.days, days.at_least, days.at_most, days.imputed) == (15, 1, 29, True)


@pytest.mark.parametrize(
    ("birth_year", "text", "expected"),
    [(1961, "2020-01-01", 59), (1961, "2020", 59), (1961, "1961", 0), (1961, "1960", None), (None, "2020", None)],
)
def test_age(birth_year: int | None, text: str, expected: int | None) -> None:
    assert age_at(birth_year=birth_year, day=day_of(text)) == expected
    assert age_at(birth_year=birth_year, day=None) is None


class TestFollowUp:
    def test_to_the_last_follow_up(self) -> None:
        found = follow_up(zero=day_of("2020-01-02"), dead=False, death="", last_follow_up="2020-02-01")
        assert found.days is not None
        assert (found.days.days, found.died, found.days.imputed) == (30, False, False)

    def test_to_the_death(self) -> None:
        found = follow_up(zero=day_of("2020-01-02"), dead=True, death="2020-03-01", last_follow_up="2020-02-01")
        assert found.days is not None
        assert (found.days.days, found.died) == (59, True)

    def test_a_partly_known_death_lies_not_before_time_zero(self) -> None:
        found = follow_up(zero=day_of("2020-01-20"), dead=True, death="2020-01", last_follow_up="")
        assert found.days is not None
        assert (found.days.days, found.days.imputed, found.missing) == (0, True, None)

    @pytest.mark.parametrize(
        ("zero", "dead", "death", "last", "expected"),
        [
            ("", False, "", "2020", NoFollowUp.NO_TIME_ZERO),
            ("2020", False, "", "", NoFollowUp.NO_END),
            ("2020", True, "", "2021", NoFollowUp.UNDATED_DEATH),
            ("2020-05-02", False, "", "2020-05-01", NoFollowUp.ENDS_BEFORE),
        ],
    )
    def test_without_a_time_it_says_why(
        self, zero: str, dead: bool, death: str, last: str, expected: NoFollowUp
    ) -> None:
        found = follow_up(zero=day_of(zero), dead=dead, death=death, last_follow_up=last)
        assert (found.days, found.missing) == (None, expected)
