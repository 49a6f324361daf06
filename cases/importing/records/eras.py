"""Years of Japanese eras, as Japanese hospitals write dates: 令和5年4月1日, R5.4.1, H30/4/1, 平成元年.

The last day of an era is the first of the next but for Heisei and Reiwa, which began with a day of their own
(Ministry of Justice, tables of eras: 大正 1912-07-30, 昭和 1926-12-25, 平成 1989-01-08, 令和 2019-05-01).
"""

import re
from dataclasses import dataclass
from datetime import date

from cases.importing.cells import UnreadableCell
from cases.partial_date import PartialDate
from cases.sentences import sentence


@dataclass(frozen=True, kw_only=True)
class Era:
    """``last`` is None for the era that goes on."""

    name: str
    letter: str
    first: date
    last: date | None = None


ERAS = (
    Era(name="明治", letter="M", first=date(1868, 10, 23), last=date(1912, 7, 30)),
    Era(name="大正", letter="T", first=date(1912, 7, 30), last=date(1926, 12, 25)),
    Era(name="昭和", letter="S", first=date(1926, 12, 25), last=date(1989, 1, 7)),
    Era(name="平成", letter="H", first=date(1989, 1, 8), last=date(2019, 4, 30)),
    Era(name="令和", letter="R", first=date(2019, 5, 1)),
)
NAMES = "|".join(f"{era.name}|{era.name[0]}|{era.letter}" for era in ERAS)
ERA_DATE = re.compile(
    rf"({NAMES})(元|[0-9]{{1,2}})(?:[-/.年]([0-9]{{1,2}})(?:[-/.月]([0-9]{{1,2}}))?)?[年月日]?", re.IGNORECASE
)


def read_era_date(text: str) -> PartialDate | None:
    """The date of an era, as precise as it is written; None where the text names no era.

    Raises :class:`UnreadableCell` for a day that is none, or that does not lie in the era.

    >>> read_era_date("R5.4.1"), read_era_date("平成元年"), read_era_date("2019")
    ('2023-04-01', '1989', None)
    """
    parts = ERA_DATE.fullmatch(text.replace(" ", ""))
    if parts is None:
        return None
    era = next(era for era in ERAS if parts[1].upper() in (era.name, era.name[0], era.letter))
    year = era.first.year + (1 if parts[2] == "元" else int(parts[2])) - 1
    written = "-".join([str(year), *(part.zfill(2) for part in parts.groups()[2:] if part)])
    try:
        found = PartialDate(written)
    except ValueError as error:
        raise UnreadableCell(
            sentence("“{value}” is no date: {date} does not exist or lies too far back.", value=text, date=written)
        ) from error
    if found.latest < era.first or (era.last is not None and found.earliest > era.last):
        raise UnreadableCell(
            sentence(
                "“{value}” does not lie in {era}, which was from {first} to {last}. Write the right era, or the year "
                "as {date}.",
                value=text,
                era=era.name,
                first=era.first.isoformat(),
                last=era.last.isoformat() if era.last else "…",
                date=str(found),
            )
        )
    return found
