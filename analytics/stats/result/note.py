"""Sentences for the reader of a result, and the refusal to give one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from analytics.stats.result.record import Record

Plain = str | int | float | None


def gettext_noop(text: str) -> str:
    """Mark a constant text for the message catalogue and return it unchanged."""
    return text


def counted(count: int, *, one: str, several: str) -> str:
    """The template for this number of things. A stored sentence keeps one text, so it is chosen when it is made.

    >>> counted(1, one="{count} pair has no difference.", several="{count} pairs have no difference.")
    '{count} pair has no difference.'
    """
    return one if count == 1 else several


@dataclass(frozen=True)
class Note(Record):
    """One translatable sentence.

    ``code`` names it for programs, ``text`` is a constant English template with ``{name}`` places (the message to
    translate), ``values`` fills the places.

    >>> str(Note("empty-group", "Group {group} has no values.", {"group": "SSX2"}))
    'Group SSX2 has no values.'
    """

    code: str
    text: str
    values: dict[str, Plain] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.text.format(**self.values)

    def __str__(self) -> str:
        return self.text.format(**self.values)


class NotComparable(Exception):
    """The question has no answer on these data. ``note`` says why, in a sentence for the person who asked.

    >>> str(NotComparable("Group {group} has no values.", code="empty-group", group="SSX2"))
    'Group SSX2 has no values.'
    """

    def __init__(self, text: str, /, *, code: str = "not-comparable", **values: Plain) -> None:
        super().__init__(text)
        self.note = Note(code, text, values)

    def __str__(self) -> str:
        return str(self.note)

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is pickled by its positional arguments alone; the values have to come along.
        return partial(NotComparable, self.note.text, code=self.note.code, **self.note.values), ()
