"""The data dictionary of exported tables: what each column is, and which codes it can hold."""

from collections.abc import Iterable, Iterator
from functools import partial

from cases.exporting.columns import Column, in_languages
from cases.exporting.tables import Table, text_table

DICTIONARY, CODES, MANIFEST = "data dictionary", "codes", "manifest"
ABOUT_TABLES = frozenset({DICTIONARY, CODES, MANIFEST})
"""Sheets of an exported workbook that hold no records."""

LANGUAGES = ("en", "ja")


def dictionary(tables: Iterable[Table]) -> list[Table]:
    """Two tables: one line for each column, and one for each code that stands for a value or for a missing one."""
    tables = list(tables)
    fields = [_described(table, column) for table in tables for column in table.columns]
    codes = [
        [table.name, column.name, *line] for table in tables for column in table.columns for line in _codes(column)
    ]
    return [
        text_table(
            DICTIONARY,
            ("table", "field", "label_en", "label_ja", "type", "unit", "codes", "missing_codes", "privacy"),
            fields,
        ),
        text_table(CODES, ("table", "field", "stands_for", "code", "label_en", "label_ja"), codes),
    ]


def _described(table: Table, column: Column) -> list[str]:
    codes = f"terms of {column.terms._meta.model_name}" if column.terms else "; ".join(column.codes)
    return [
        *(table.name, column.name, *(column.labels[language] for language in LANGUAGES)),
        *(column.type.value, column.unit, codes, "; ".join(column.missing), column.privacy),
    ]


def _codes(column: Column) -> Iterator[list[str]]:
    for stands_for, codes in (("value", column.codes), ("missing value", column.missing)):
        for code, labels in codes.items():
            yield [stands_for, code, *(labels[language] for language in LANGUAGES)]
    if column.terms is not None:
        for term in column.terms._default_manager.order_by("name"):
            labels = in_languages(partial(str, term))
            yield ["value", str(getattr(term, "code", "") or term.name), *(labels[language] for language in LANGUAGES)]
