"""Dates known to the year, the month or the day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Patient
from cases.partial_date import PartialDate, PartialDateField, Precision
from tests.factories import PatientFactory


@pytest.mark.parametrize(
    ("text", "precision", "earliest", "latest"),
    [
        ("2019", Precision.YEAR, date(2019, 1, 1), date(2019, 12, 31)),
        ("2019-04", Precision.MONTH, date(2019, 4, 1), date(2019, 4, 30)),
        ("2020-02", Precision.MONTH, date(2020, 2, 1), date(2020, 2, 29)),
        ("1900-02", Precision.MONTH, date(1900, 2, 1), date(1900, 2, 28)),
        ("2019-05-17", Precision.DAY, date(2019, 5, 17), date(2019, 5, 17)),
    ],
)
def test_means_a_span_of_days(text: str, precision: Precision, earliest: date, latest: date) -> None:
    value = PartialDate(text)
    assert (value.precision, value.earliest, value.latest) == (precision, earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "19",
        "1899",
        "2100",
        "2019-13",
        "2019-00",
        "2019-5",
        "2019-02-29",
        "2019-04-31",
        "2019/05",
        "2019-05-17\n",
        "２０１９",
    ],
)
def test_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate(text)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_lies_in_its_month_and_year(day: date) -> None:
    exact, month, year = (PartialDate(day.isoformat()[:length]) for length in (10, 7, 4))
    assert exact.earliest == exact.latest == day
    assert year.earliest <= month.earliest <= day <= month.latest <= year.latest


@given(st.lists(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), max_size=8))
def test_sorts_in_order_of_time(days: list[date]) -> None:
    assert sorted(PartialDate(day.isoformat()) for day in days) == [
        PartialDate(day.isoformat()) for day in sorted(days)
    ]


class TestField:
    def test_takes_text_dates_and_nothing(self) -> None:
        field = PartialDateField()
        assert field.to_python("2019-05") == "2019-05"
        assert field.to_python(date(2019, 5, 17)) == "2019-05-17"
        assert field.to_python(None) == field.to_python("") == ""

    def test_says_how_to_write_a_date(self) -> None:
        with pytest.raises(ValidationError, match="Write 2019, 2019-05 or 2019-05-17"):
            PartialDateField().clean("17.5.2019", None)

    @pytest.mark.django_db
    def test_keeps_the_precision_in_the_database(self) -> None:
        PatientFactory(last_follow_up_date="2019-05")
        value = Patient.objects.get().last_follow_up_date
        assert isinstance(value, PartialDate)
        assert value.precision is Precision.MONTH
        assert Patient.objects.filter(last_follow_up_date__lt="2019-06").exists()
