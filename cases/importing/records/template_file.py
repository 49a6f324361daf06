"""Empty tables to fill in: one sheet for each kind of record, with what may stand in a cell to choose from."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.importing.records.known_rows import reference
from cases.importing.records.sheet_names import LISTS, sheet_names
from cases.importing.records.targets import CODES, Target, targets
from cases.models import Missing
from cases.models.vocabulary import CodedTerm
from cases.partial_date import PartialDateField

ROWS = 2000
"""Down to which row cells offer a choice."""


def template_file(targets: Iterable[Target]) -> IO[bytes]:
    """A workbook, open at its beginning, with headings in the active language. One query for each list of terms."""
    targets = list(targets)
    file = TemporaryFile()  # noqa: SIM115 the answer closes it
    with xlsxwriter.Workbook(file) as book:
        bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        names = list(sheet_names(str(target.heading) for target in targets))
        pages = [book.add_worksheet(name) for name in names]
        lists = _Lists(book.add_worksheet(LISTS))
        for page, target in zip(pages, targets, strict=True):
            page.freeze_panes(1, 1)
            for column, name in enumerate(target.columns):
                _write_column(page, target, name, column=column, bold=bold, text=text, lists=lists)
    file.seek(0)
    return file


class _Lists:
    """A hidden sheet with the values of each column that has a choice, below a heading that no column has."""

    def __init__(self, sheet: Any) -> None:
        self._sheet, self._next = sheet, 0
        self._given: dict[Any, str] = {}
        sheet.hide()

    def source(self, *, key: Any, title: str, values: list[str]) -> str:
        """The range of these values; the same ``key`` gets the same range."""
        if key not in self._given:
            self._sheet.write_column(0, self._next, [f"{LISTS}: {title}", *values])
            letter = xlsxwriter.utility.xl_col_to_name(self._next, col_abs=True)
            self._given[key] = f"={LISTS}!{letter}$2:{letter}${len(values) + 1}"
            self._next += 1
        return self._given[key]


def _write_column(page: Any, target: Target, name: str, *, column: int, bold: Any, text: Any, lists: _Lists) -> None:
    heading = _("Patient code") if target.names_patient(name) else capfirst(target.label(name))
    page.write_string(0, column, heading, bold)
    is_text = isinstance(target.field(name), PartialDateField) or target.names_patient(name) or name in CODES
    # As a text, or a spreadsheet makes a day of 2019-05 and a number of 0012.
    page.set_column(column, column, max(12, len(heading) + 2), text if is_text else None)
    if note := " ".join(_notes(target, name)):
        page.write_comment(0, column, note, {"x_scale": 2})
    if values := _values(target.field(name)):
        source = lists.source(key=_key(target, name), title=f"{target.name}.{name}", values=values)
        # A warning, no refusal: codes and synonyms are read too.
        choice = {"validate": "list", "source": source, "error_type": "warning"}
        page.data_validation(1, column, ROWS, column, choice)


def _key(target: Target, name: str) -> Any:
    field = target.field(name)
    return field.related_model if field.is_relation else (target.name, name)


def _values(field: Any) -> list[str]:
    if field.choices:
        return [str(label) for code, label in field.flatchoices if code not in ("", None)]
    if isinstance(field, models.BooleanField):
        return [_("Yes"), _("No")]
    if field.is_relation and issubclass(field.related_model, CodedTerm):
        return [str(term) for term in field.related_model._default_manager.order_by("name")]
    if field.is_relation and _is_shared(field.related_model):
        return [reference(row) for row in field.related_model._default_manager.all()]
    return []


def _is_shared(model: type[models.Model]) -> bool:
    """Whether all studies have the same rows, such as markers."""
    return model not in {target.model for target in targets()}


def _notes(target: Target, name: str) -> Iterator[str]:
    field = target.field(name)
    if target.names_patient(name):
        yield _("Required. Never a name, never a record number.")
    elif not field.blank and not field.has_default():
        yield _("Required.")
    if isinstance(field, PartialDateField):
        yield _("The year, the month or the day: 2019, 2019-05 or 2019-05-17.")
    elif field.help_text and len(str(field.help_text)) > 3:
        yield _sentence(str(field.help_text))
    if field.is_relation and name == target.owner_column and not target.is_of_patients:
        yield _("What the row is part of: the code of one in the study or in this workbook.")
    if field.is_relation and name == "treatment":
        yield _("The agent and the start of the treatment: denosumab 2019-05-17.")
    if target.may_be_missing(name):
        reasons = ", ".join(str(reason.label) for reason in Missing)
        yield _("Where there is no value, say why: %(reasons)s.") % {"reasons": reasons}


def _sentence(text: str) -> str:
    """The help of a field may be a unit alone."""
    return text if text.endswith((".", "。")) else f"{text}."
