"""Shifted dates: the same days for all dates of a patient, nothing invented, nothing given away."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.exporting.columns import Birth, Column, DataType, DatedName, Reason
from cases.exporting.date_shift import days_of, shift_of, shifted, without_free_text
from cases.exporting.tables import Table
from cases.models import DateShift, Study
from cases.partial_date import PartialDate
from cases.privacy import Privacy
from tests.factories import StudyFactory

SHIFT = DateShift(secret="0" * 64, most_days=365)
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2080, 1, 1))
PATIENTS = st.integers(min_value=1, max_value=10**9)


def column(type: DataType = DataType.PARTIAL_DATE, **more: Any) -> Column:
    return Column(name="x", labels={"en": "x", "ja": "x"}, type=type, **more)


def moved(patient: int, *values: Any, of: Column | None = None) -> list[Any]:
    columns = tuple([of or column()] * len(values))
    table = Table(name="t", columns=columns, count=lambda: 1, lines=lambda: iter([(patient, list(values))]))
    ((_patient, line),) = shifted(table, SHIFT).lines()
    return line


@given(PATIENTS, DAYS, DAYS)
def test_times_between_dates_of_a_patient_stay(patient: int, first: date, second: date) -> None:
    before, after = moved(patient, PartialDate(first.isoformat()), PartialDate(second.isoformat()))
    assert after - before == second - first
    assert 1 <= abs(before - first) / timedelta(days=1) <= 365


@given(PATIENTS)
def test_the_shift_is_never_nothing_and_always_the_same(patient: int) -> None:
    assert 1 <= abs(days_of(SHIFT, patient)) <= 365
    assert days_of(SHIFT, patient) == days_of(SHIFT, patient)


def test_every_number_of_days_occurs_about_as_often() -> None:
    shift = DateShift(secret="ab" * 32, most_days=3)
    counts = Counter(days_of(shift, patient) for patient in range(6000))
    assert set(counts) == {-3, -2, -1, 1, 2, 3}
    # Six standard deviations of a binomial count around 1000.
    assert all(abs(count - 1000) < 180 for count in counts.values())


def test_another_secret_moves_by_other_days() -> None:
    other = DateShift(secret="1" * 64, most_days=365)
    assert [days_of(SHIFT, patient) for patient in range(20)] != [days_of(other, patient) for patient in range(20)]


@pytest.mark.parametrize(("known", "reason"), [("2019", "known_to_year"), ("2019-05", "known_to_month")])
def test_a_date_known_in_part_is_left_out_with_the_reason(known: str, reason: str) -> None:
    (value,) = moved(7, PartialDate(known))
    assert (type(value), value) == (Reason, reason)


def test_what_is_missing_stays_missing_for_its_reason() -> None:
    assert moved(7, None, Reason("not_done")) == [None, "not_done"]


def test_the_date_in_the_name_of_a_row_moves_with_it() -> None:
    name = DatedName.of("denosumab", "2019-05-17", "L1")
    (renamed,) = moved(7, name, of=column(DataType.CODE))
    (day,) = moved(7, PartialDate("2019-05-17"))
    assert renamed == f"denosumab {day.isoformat()} L1"
    assert moved(7, DatedName.of("denosumab", "2019-05"), of=column(DataType.CODE)) == ["denosumab"]
    assert moved(7, DatedName.of("denosumab", ""), of=column(DataType.CODE)) == ["denosumab"]


def test_birth_years_and_ages_over_89_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2030, 6, 1))
    years = moved(7, 1940, 1941, None, of=column(DataType.INTEGER, birth=Birth.YEAR))
    assert years == ["over_89_years", 1941, None]
    assert moved(7, 89, 90, of=column(DataType.INTEGER, birth=Birth.AGE)) == [89, "over_89_years"]


def test_free_texts_are_left_out() -> None:
    columns = (column(DataType.TEXT, privacy=Privacy.FREE_TEXT.value), column(DataType.TEXT, privacy="code"))
    lines = [(7, ["since March 2019", "P1"]), (8, [None, "P2"])]
    table = without_free_text(Table(name="t", columns=columns, count=lambda: 2, lines=lambda: iter(lines)))
    assert [line for _patient, line in table.lines()] == [["text_left_out", "P1"], [None, "P2"]]
    assert "text_left_out" in table.columns[0].missing
    assert not table.columns[1].missing


@pytest.mark.django_db
def test_a_study_keeps_its_secret() -> None:
    first, second = StudyFactory(), StudyFactory()
    shift = shift_of(first)
    assert shift_of(Study.objects.get(pk=first.pk)).secret == shift.secret != shift_of(second).secret
    assert len(shift.secret) == 64
