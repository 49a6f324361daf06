"""What the cells of a row say: values, and reasons for missing ones."""

import unicodedata
from functools import lru_cache
from typing import Any

from cases.importing.cells import UnreadableCell
from cases.importing.records.known_rows import KnownRows
from cases.importing.records.statement import Statement
from cases.importing.records.targets import Target
from cases.importing.records.value_words import missing_by_word
from cases.importing.records.values import read_value
from cases.importing.words import NOT_KNOWN, plain

COMPARATORS = ("<", ">")


class CellReader:
    """Puts into a :class:`Statement` what its texts say, or what is wrong with them."""

    def __init__(self, *, target: Target, known: KnownRows, blank_erases: bool) -> None:
        self._target, self._known, self._blank_erases = target, known, blank_erases

    def read(self, statement: Statement, name: str) -> None:
        """What the cell of this column says."""
        text, field = statement.texts[name].strip(), self._target.field(name)
        if not text:
            if self._blank_erases:
                statement.erased.add(name)
            return
        if plain(text) in missing_by_word() and self._target.may_be_missing(name) and not _is_choice(field, text):
            statement.missing[name] = missing_by_word()[plain(text)]
            return
        try:
            if field.is_relation:
                statement.values[name] = self._known.named(field, text, owner=statement.whose)
            else:
                statement.values[name] = read_value(field, text)
        except UnreadableCell as error:
            if not _says_nothing(field, text):
                statement.error(error.sentence, column=name)

    def split_comparator(self, statement: Statement) -> None:
        """A laboratory writes < 0.1 into one cell."""
        if "comparator" not in self._target.fields:
            return
        comparator, value = with_comparator(statement.texts.get("value", ""))
        if comparator:
            statement.values.setdefault("comparator", comparator)
            statement.texts["value"] = value


@lru_cache(maxsize=10_000)
def with_comparator(text: str) -> tuple[str, str]:
    """The comparator before a number, blank without one, and the number."""
    written = unicodedata.normalize("NFKC", text).strip()
    return (written[0], written[1:]) if written.startswith(COMPARATORS) else ("", text)


def _is_choice(field: Any, text: str) -> bool:
    try:
        return bool(field.choices) and read_value(field, text) is not None
    except UnreadableCell:
        return False


def _says_nothing(field: Any, text: str) -> bool:
    """Words for an unknown value where no reason can be given."""
    word = text.casefold()
    return (word in NOT_KNOWN or plain(text) in missing_by_word()) and (field.blank or field.has_default())
