"""What one sheet would do: every row read, matched with the study, changed or made, and checked."""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.translation import gettext_noop

from cases.forms import is_verified, shown
from cases.importing.formats import ChangedRow, Findings, SheetCount
from cases.importing.records.cell_reading import CellReader
from cases.importing.records.known_rows import KnownRows
from cases.importing.records.matching import match
from cases.importing.records.owners import WITHDREW, name_owner
from cases.importing.records.rules import check_row, check_together, check_unchangeable
from cases.importing.records.screening import Screening
from cases.importing.records.sheets import Sheet
from cases.importing.records.statement import Statement
from cases.importing.records.targets import Target
from cases.jobs import Progress
from cases.objections import OBJECTIONS, Judge
from cases.sentences import sentence
from cases.versions import version_of

PROBLEM_ROWS = 5000
"""How many rows are kept for download: all of a file with problems, of a larger one those that have them."""
VERIFIED = gettext_noop(
    "Patient {patient} is verified. Give the reason for the change with the answers, or take the row out of the file."
)
AT_A_TIME = 500
Item = TypeVar("Item")
STEPS_PER_ROW = 2
"""Each row is read, then checked."""


@dataclass(kw_only=True)
class SheetPlan:
    """``columns`` names for each heading of the sheet the field it holds, blank for those not imported.

    ``may_write`` is whether the person has the right to add or change rows of this target, ``judge`` says what they may
    not write all the same; ``keys`` are primary keys that are kept for new rows, by the number of the row.
    """

    sheet: Sheet
    target: Target
    columns: list[str]
    known: KnownRows
    findings: Findings
    screening: Screening
    blank_erases: bool
    reason: str
    may_write: bool = True
    judge: Judge | None = None
    keys: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.new: list[Any] = []
        self.changed: list[ChangedRow] = []
        self.unchanged = 0
        self.statements: list[Statement] = []
        self._versions: dict[int, str] = {}
        self._cells = CellReader(target=self.target, known=self.known, blank_erases=self.blank_erases)

    def run(self, progress: Progress) -> None:
        """Fills ``new`` and ``changed``; the findings hold what is wrong."""
        self.statements = list(self._read(progress))
        told = [statement for statement in self.statements if statement.whose is not None]
        match(told, self.known.rows(self.target.model), target=self.target)
        told = [statement for statement in told if not statement.is_ambiguous]
        self._make_rows(told)
        self._apply_references_to_own_kind(told)
        progress.advance(len(self.statements) - len(told))
        for statement in _counted(told, progress):
            self._check(statement)
        check_together(told, self.known.rows(self.target.model), target=self.target)
        self._note_repetitions(told)
        for statement in told:
            self._settle(statement)

    @property
    def in_order(self) -> list[Any]:
        """The new rows, those that others are made from first."""
        own = next((name for name in self.target.fields if self._is_own_kind(name)), None)
        if own is None:
            return self.new
        ordered: dict[int, Any] = {}
        new = {row.pk for row in self.new}
        for row in self.new:
            line = [row]
            while (above := getattr(line[-1], own)) is not None and above.pk in new and above.pk not in ordered:
                line.append(above)
            ordered.update((each.pk, each) for each in reversed(line))
        return list(ordered.values())

    def counts(self) -> SheetCount:
        """For the page."""
        problems = [statement for statement in self.statements if statement.is_refused]
        return SheetCount(
            sheet=self.sheet.name,
            what=self.target.name,
            new=len(self.new),
            changed=len(self.changed),
            unchanged=self.unchanged,
            refused=len(problems),
            fields=list(self._field_counts()),
            problems={
                "header": list(self.sheet.header),
                "rows": [
                    {"row": one.number, "cells": list(one.cells), "reasons": list(one.reasons)}
                    for one in problems[:PROBLEM_ROWS]
                ],
            },
        )

    def _read(self, progress: Progress) -> Iterator[Statement]:
        headings = {name: heading for name, heading in zip(self.columns, self.sheet.header, strict=True) if name}
        for row in _counted(self.sheet.rows, progress):
            texts = {name: text for name, text in zip(self.columns, row.cells, strict=True) if name}
            statement = Statement(
                findings=self.findings,
                sheet=self.sheet.name,
                number=row.number,
                cells=row.cells,
                columns=headings,
                texts=texts,
            )
            self.target.read(texts)
            name_owner(statement, target=self.target, known=self.known)
            if statement.whose is not None:
                self._cells.split_comparator(statement)
                for name in texts:
                    if name != self.target.owner and not self._is_own_kind(name):
                        self._cells.read(statement, name)
            yield statement

    def _is_own_kind(self, name: str) -> bool:
        return bool(self.target.field(name).related_model is self.target.model)

    def _make_rows(self, told: list[Statement]) -> None:
        new = [statement for statement in told if statement.row is None and statement.number not in self.keys]
        keys = self.known.keys(self.target.model, len(new))
        for statement in told:
            if statement.row is None:
                statement.row, statement.is_new = self.target.blank(statement.whose), True
                if statement.is_of_nobody:
                    statement.row.patient = None
                statement.row.pk = self.keys.get(statement.number) or next(keys)
            else:
                self._versions[statement.row.pk] = version_of(statement.row)
            statement.before = self._values(statement.row)
            self._apply(statement)
            if statement.is_new:
                self.known.add(statement.row)

    def _apply(self, statement: Statement) -> None:
        row, missing = statement.row, self._reasons(statement.row)
        for name, value in statement.values.items():
            setattr(row, name, value)
            missing.pop(name, None)
        for name in statement.erased | statement.missing.keys():
            setattr(row, name, self.target.field(name).get_default())
            missing.pop(name, None)
        if self.target.says_why:
            row.missing = missing | statement.missing
        self.target.complete(row)

    def _apply_references_to_own_kind(self, told: list[Statement]) -> None:
        """A specimen may be made from one that stands further down."""
        for name in filter(None, self.columns):
            if name != self.target.owner and self._is_own_kind(name):
                for statement in told:
                    self._cells.read(statement, name)
                    self._apply(statement)

    def _check(self, statement: Statement) -> None:
        patient: Any = self.target.patient_of(statement.row)
        changed = self._changed_fields(statement)
        if patient is not None and patient.pk in self.known.withdrawn:
            statement.error(sentence(WITHDREW, patient=patient.code))
        if statement.is_refused or not (changed or statement.is_new):
            return
        if not self.may_write:
            statement.error(sentence("Only a manager of the study adds or changes this. Take the row out of the file."))
        if self.judge is not None and (objection := self.judge(statement.row)):
            statement.error(objection, column=OBJECTIONS[self.target.model].to)
        check_row(statement, self.target)
        check_unchangeable(statement, self.target, changed)
        self.screening.check(statement, self.target, changed)
        if is_verified(statement.row) and not self.reason:
            statement.error(
                sentence(VERIFIED, patient=patient.code),
                column=self.target.owner_column if self.target.is_of_patients else "specimen",
            )

    def _settle(self, statement: Statement) -> None:
        """Refused rows are put back as they were, so that others are judged by what is so."""
        row, changed = statement.row, self._changed_fields(statement)
        if statement.is_refused:
            if not statement.is_new:
                self._put_back(row, statement.before)
        elif statement.is_new:
            self.new.append(row)
        elif changed:
            version = self._versions[row.pk]
            self.changed.append(ChangedRow(row=row, fields=frozenset(changed), version=version))
        else:
            self.unchanged += 1

    def _note_repetitions(self, told: list[Statement]) -> None:
        seen: dict[Any, Statement] = {}
        for statement in told:
            if not statement.is_new or statement.is_refused:
                continue
            values = self._values(statement.row)
            key = (statement.owner, *(str(values[name]) for name in sorted(values)))
            first = seen.setdefault(key, statement)
            if first is not statement:
                self.findings.note(
                    sentence("Row {row} says the same: both would be written.", row=first.number),
                    sheet=self.sheet.name,
                    row=statement.number,
                )

    def _values(self, row: Any) -> dict[str, Any]:
        """The values that a file can change, by name; of a row that another names its key."""
        attributes = {name: self.target.field(name).attname for name in self.target.fields}
        values = {name: getattr(row, attribute) for name, attribute in attributes.items()}
        return values | ({"missing": self._reasons(row)} if self.target.says_why else {})

    def _reasons(self, row: Any) -> dict[str, str]:
        return dict(row.missing) if self.target.says_why else {}

    def _put_back(self, row: Any, values: dict[str, Any]) -> None:
        for name, value in values.items():
            is_reference = name != "missing" and self.target.field(name).is_relation
            setattr(row, name, self.known.row(self.target.field(name).related_model, value) if is_reference else value)

    def _changed_fields(self, statement: Statement) -> list[str]:
        now = self._values(statement.row)
        return [name for name, value in statement.before.items() if now[name] != value]

    def _field_counts(self) -> Iterator[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for statement in self.statements:
            if statement.row is None or statement.is_new or statement.is_refused:
                continue
            for name in self._changed_fields(statement):
                if name not in found and name != "missing":
                    found[name] = {"name": name, "count": 0, **self._example(statement, name)}
                if name in found:
                    found[name]["count"] += 1
        yield from found.values()

    def _example(self, statement: Statement, name: str) -> dict[str, Any]:
        earlier = copy(statement.row)
        self._put_back(earlier, {name: statement.before[name]})
        return {"row": statement.number, "before": shown(earlier, name), "after": shown(statement.row, name)}


def _counted(items: Iterable[Item], progress: Progress) -> Iterator[Item]:
    """The items, a step each."""
    number = 0
    for number, item in enumerate(items, start=1):
        yield item
        if number % AT_A_TIME == 0:
            progress.advance(AT_A_TIME)
    progress.advance(number % AT_A_TIME)
