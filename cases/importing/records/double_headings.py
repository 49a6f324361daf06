"""Headings in two rows: a heading over several columns, each with one of its own below it.

Typical of hospitals: 診断 over 組織型 and 診断日, beside 患者ID which stands in one of the rows or in both, merged.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

GROUP_SIGN = " › "
"""Between the heading of a group and that of its column."""

Cells = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class _Column:
    """``group`` is the heading above, of this column or of one to its left; ``is_shared`` where others have it too."""

    group: str
    own: str
    is_shared: bool

    @property
    def is_in_one_row(self) -> bool:
        return self.own in ("", self.group)

    @property
    def heading(self) -> str:
        return self.group or self.own if self.is_in_one_row else f"{self.group}{GROUP_SIGN}{self.own}"


def joined(above: Cells, below: Cells, *, is_known: Callable[[str], bool]) -> list[str] | None:
    """The headings of both rows as one; None where they are no headings in two rows.

    A row of data below headings, or a title above them, could look alike. So there must be a group of several columns
    and beside it a column named in one row by a heading that ``is_known`` of records, or a second group; and a group of
    one column counts only where its own heading is known.

    >>> joined(["ID", "診断", ""], ["", "組織型", "日付"], is_known=lambda text: text == "ID")
    ['ID', '診断 › 組織型', '診断 › 日付']
    """
    columns = _columns(above, below)
    shared = [column for column in columns if column.is_shared]
    groups = {column.group for column in shared}
    alone = [column for column in columns if not column.is_shared and column.heading]
    in_one_row = [column.heading for column in alone if column.is_in_one_row]
    # Scores 0, 1+, 2+ are headings; a row of numbers alone is data.
    if all(_is_number(column.own) for column in shared):
        return None
    if not all(column.is_in_one_row or is_known(column.own) for column in alone):
        return None
    if len(groups) < 2 and not any(map(is_known, in_one_row)):
        return None
    return [column.heading for column in columns]


def _columns(above: Cells, below: Cells) -> list[_Column]:
    width = max(len(above), len(below))
    above, below = [*above, *[""] * (width - len(above))], [*below, *[""] * (width - len(below))]
    starts: list[int] = []
    for number, (heading, own) in enumerate(zip(above, below, strict=True)):
        begins = heading or not own or not starts
        starts.append(number if begins else starts[-1])
    members = Counter(start for start, own in zip(starts, below, strict=True) if own and own != above[start])
    return [
        _Column(group=above[start], own=own, is_shared=bool(above[start]) and members[start] > 1)
        for start, own in zip(starts, below, strict=True)
    ]


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace("-", "").isdecimal()
