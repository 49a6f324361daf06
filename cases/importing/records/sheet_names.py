"""Names that Excel takes for sheets."""

import re
from collections.abc import Iterable, Iterator

LISTS = "Lists"
"""The sheet of an empty table that holds what may stand in its cells: no table itself."""

LONGEST = 31
REFUSED = re.compile(r"[\[\]:*?/\\]")


def sheet_names(names: Iterable[str]) -> Iterator[str]:
    """The names without what Excel refuses, cut to its length, each once."""
    given: set[str] = set()
    for name in names:
        plain = REFUSED.sub(" ", name).strip(" '")[:LONGEST] or "Sheet"
        unique, number = plain, 2
        while unique.casefold() in given:
            ending = f" {number}"
            unique, number = plain[: LONGEST - len(ending)] + ending, number + 1
        given.add(unique.casefold())
        yield unique
