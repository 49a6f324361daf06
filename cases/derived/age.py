"""Age at an event. Of the birth only the year is known."""

from cases.derived.dates import Day


def age_at(*, birth_year: int | None, day: Day | None) -> int | None:
    """Years from the birth year to the year of the event.

    The age in completed years is this or one less, as the birthday is not recorded: ±1 year. ``None`` when either
    is unknown or the event lies before the birth year.
    """
    if birth_year is None or day is None or day.date.year < birth_year:
        return None
    return day.date.year - birth_year
