"""A column of a sheet: each distinct cell is read and checked once, by the code that reads single rows."""

from typing import Any

from django.db import connection

from cases.importing.formats import Findings
from cases.importing.records.cell_reading import CellReader
from cases.importing.records.known_rows import KnownRows
from cases.importing.records.owners import name_owner
from cases.importing.records.rows_below import text_of
from cases.importing.records.rules import check_value
from cases.importing.records.screening import Screening
from cases.importing.records.statement import Statement
from cases.importing.records.targets import Target
from cases.models import Patient

NOTHING = r"\N"
"""What COPY reads as NULL: the cell says nothing, or nothing that can be used."""

MOST_KEPT = 50_000
"""How many distinct cells of a column are remembered."""

ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Column(dict[Any, str]):
    """Cell -> what COPY writes for it; of a column that names a patient's own rows (key of the patient, cell) -> that.

    ``suspects`` are the cells that a person must be told something about: their rows are read one by one.
    ``is_blank_somewhere`` is whether a cell said nothing that can be used.
    """

    def __init__(
        self,
        name: str,
        *,
        target: Target,
        known: KnownRows,
        cells: CellReader,
        screening: Screening,
        example: Patient,
    ) -> None:
        super().__init__()
        self.suspects: set[Any] = set()
        self.is_blank_somewhere = False
        self._name, self._target, self._cells, self._screening = name, target, cells, screening
        self._known, self._example = known, example
        self._row = target.blank(example)

    def __missing__(self, key: Any) -> str:
        patient, cell = (self._known.row(Patient, key[0]), key[1]) if isinstance(key, tuple) else (self._example, key)
        statement = _statement(patient, {self._name: text_of(cell)})
        self._cells.read(statement, self._name)
        if self._name in statement.values:
            self._check(statement)
        if statement.is_refused or statement.missing:
            self.suspects.add(key)
            statement.values.clear()
        if len(self) >= MOST_KEPT:
            self.clear()
        copied = self[key] = self._as_copied(statement.values.get(self._name))
        self.is_blank_somewhere |= copied is NOTHING
        return copied

    def is_sound(self, value: Any) -> bool:
        """Whether a row may have this value, as far as the value itself says."""
        statement = _statement(self._example, {})
        statement.values[self._name] = value
        self._check(statement)
        return not statement.is_refused

    def _check(self, statement: Statement) -> None:
        statement.row = self._row
        setattr(statement.row, self._name, statement.values[self._name])
        check_value(statement, self._target, self._name)
        self._screening.check(statement, self._target, [self._name])

    def _as_copied(self, value: Any) -> str:
        field = self._target.field(self._name)
        stored = getattr(value, "pk", None) if field.is_relation else field.get_db_prep_save(value, connection)
        if stored is None or value is None:
            return NOTHING
        if isinstance(stored, list):
            return f"{{{','.join(map(str, stored))}}}"
        return str(stored).translate(ESCAPES)


class PatientColumn(dict[str, int | None]):
    """Cell -> the key of the patient it names; None where a person must be told something."""

    def __init__(self, *, target: Target, known: KnownRows) -> None:
        super().__init__()
        self._target, self._known = target, known

    def __missing__(self, cell: str) -> int | None:
        statement = _statement(None, {self._target.owner_column: text_of(cell)})
        name_owner(statement, target=self._target, known=self._known)
        patient = self[cell] = None if statement.whose is None else statement.whose.pk
        return patient


def _statement(patient: Patient | None, texts: dict[str, str]) -> Statement:
    """Of no row: only to learn what the texts say."""
    return Statement(findings=Findings(), sheet="", number=0, cells=(), columns={}, texts=texts, whose=patient)
