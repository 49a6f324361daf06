"""What one sheet with many rows would do: read column by column, checked by the database all at once.

Rows in doubt are left to :class:`cases.importing.records.sheet_plan.SheetPlan`, which reads row by row and says what
is wrong; what is sure needs no sentence. Both follow the same rules, and a row is only sure where no other row of the
file or the study could be the same record.
"""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from itertools import compress
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError
from django.db.models import IntegerField

from cases.forms import shown
from cases.importing.records.bulk.columns import NOTHING, Column, PatientColumn
from cases.importing.records.bulk.doubts import TO_WRITE, doubt, is_unique_within_patients
from cases.importing.records.bulk.staging import Staging, execute, fetched, record_hash
from cases.importing.records.cell_reading import CellReader, with_comparator
from cases.importing.records.known_rows import KnownRows
from cases.importing.records.screening import Screening
from cases.importing.records.sheets import Sheet
from cases.importing.records.targets import PATIENT, Target
from cases.importing.tables import ROWS_LIMIT
from cases.jobs import Progress, Refusal
from cases.models import Patient, Record
from cases.models.at_once import SetRule, rules_of
from cases.models.integrity import CheckedTrigger
from cases.records import TakenFrom, nothing_follows


def suits(target: Target) -> bool:
    """Whether rows of this target can be judged by columns: they are records of patients, and what follows from other
    fields, or from further rows, the database can say of many."""
    fields = [field for field in target.model._meta.concrete_fields if not field.primary_key]
    return (
        target.owner == PATIENT
        and (target.complete is nothing_follows or isinstance(target.complete, TakenFrom))
        and target.model.clean is Record.clean
        and all(field.name in (*target.fields, PATIENT, "study", "missing") for field in fields)
        and all(isinstance(field.base_field, IntegerField) for field in fields if isinstance(field, ArrayField))
        and all(rule.reads or isinstance(rule, SetRule) for rule in _checked_rules(target))
    )


def _checked_rules(target: Target) -> list[CheckedTrigger]:
    return [rule for rule in rules_of(target.model) if isinstance(rule, CheckedTrigger)]


class BulkPlan:
    """The rows of a sheet that are sure, ready in the database: :class:`cases.importing.formats.StagedRows`.

    ``columns`` names for each heading the field it holds, blank for those not imported. After ``run`` the others are
    in ``rest``; ``keys`` are the primary keys kept for them by row, so that rows are numbered as the file has them.
    With ``is_named`` rows of the file name some of these, so that what is sure is made known.
    """

    def __init__(
        self,
        *,
        sheet: Sheet,
        target: Target,
        columns: list[str],
        known: KnownRows,
        screening: Screening,
        number: int,
        is_named: bool = False,
    ) -> None:
        self.model = target.model
        self._sheet, self._target, self._names, self._known = sheet, target, columns, known
        self._screening, self._is_named = screening, is_named
        self._cells = CellReader(target=target, known=known, blank_erases=False)
        self._stated = [name for name in columns if name and name != PATIENT]
        self._splits_comparators = "comparator" in target.fields and "value" in columns
        if self._splits_comparators and "comparator" not in columns:
            self._stated.append("comparator")
        self._staging = Staging(target=target, study=known.study, columns=self._stated, number=number)
        self._without_patient: list[int] = []
        self.new = self.changed = self.unchanged = 0
        self.digest = ""
        self.rest = sheet
        self.keys: dict[int, int] = {}

    def run(self, progress: Progress, *, has_reason: bool) -> None:
        """Fill the counts and ``rest``."""
        patient = next(iter(self._known.patients.values()), None)
        if patient is None:
            return
        columns = {name: self._column(name, patient) for name in self._target.fields}
        self._staging.create()
        self._tell(columns, progress)
        self._staging.settle()
        progress.check()
        doubt(self._staging, known=self._known, columns=columns, has_reason=has_reason)
        progress.check()
        self._count()
        progress.advance(self.new + self.changed + self.unchanged)
        self._leave_the_rest()

    def write(self) -> None:
        """Raises ``IntegrityError`` where a row is no longer the one that was read."""
        staging = self._staging
        if self.changed:
            same = f"SELECT FROM {staging.table} t JOIN {staging.rows} r USING (id) WHERE {TO_WRITE}"
            same += f" AND {record_hash('t')} = r.version FOR UPDATE OF t"
            if fetched(f"WITH same AS ({same}) SELECT count(*) FROM same") != [(self.changed,)]:
                raise IntegrityError(f"{self.model._meta.label}: rows were changed meanwhile")
            assigned = ", ".join(f"{column} = r.{column}" for column in map(staging.column, staging.changeable))
            execute(
                f"UPDATE {staging.table} t SET {assigned} FROM {staging.rows} r WHERE r.id = t.id AND differs "
                "AND NOT in_doubt"
            )
        # Without patients nothing was staged: all rows are of nobody.
        if self.new:
            columns = ", ".join(staging.written_columns)
            # They were staged in the order of the file, and are read so.
            execute(
                f"INSERT INTO {staging.table} (id, {columns}) SELECT new_id, {columns} FROM {staging.rows} "
                "WHERE id IS NULL AND NOT in_doubt"
            )

    def drop(self) -> None:
        self._staging.drop()

    def field_counts(self) -> Iterator[dict[str, Any]]:
        """For every changed field its name, count, and of the first such row number, value before and after."""
        if not self.changed:
            return
        staging = self._staging
        counts = ", ".join(
            f"{one} FILTER (WHERE r.{column} IS DISTINCT FROM t.{column})"
            for column in map(staging.column, staging.changeable)
            for one in ("count(*)", "min(number)")
        )
        [found] = fetched(
            f"SELECT {counts} FROM {staging.rows} r JOIN {staging.table} t USING (id) WHERE differs AND NOT in_doubt"
        )
        for name, count, number in zip(staging.changeable, found[::2], found[1::2], strict=True):
            if count:
                yield {"name": name, "count": count, **self._example(name, number=number)}

    def _example(self, name: str, *, number: int) -> dict[str, Any]:
        staging = self._staging
        [(key, after)] = fetched(f"SELECT id, {staging.column(name)} FROM {staging.rows} WHERE number = %s", [number])
        row, field = self.model._default_manager.get(pk=key), self._target.field(name)
        later = copy(row)
        setattr(later, field.attname, after if field.is_relation else field.to_python(after))
        return {"row": number, "before": shown(row, name), "after": shown(later, name)}

    def _column(self, name: str, example: Patient) -> Column:
        return Column(
            name,
            target=self._target,
            known=self._known,
            cells=self._cells,
            screening=self._screening,
            example=example,
        )

    def _is_of_patient(self, name: str) -> bool:
        related = self._target.field(name).related_model
        return related is not None and self._known.is_of_patient(related)

    def _tell(self, columns: dict[str, Column], progress: Progress) -> None:
        """Put what the file says into the database, which takes rows in while the next ones are read.

        Meanwhile it answers nothing, so whatever cells may name is looked up before.
        """
        for name in self._stated:
            if related := self._target.field(name).related_model:
                self._known.look_up(related)
        with self._staging.copying() as database:
            for lines in self._told(columns, progress):
                database.write(lines)

    def _told(self, columns: dict[str, Column], progress: Progress) -> Iterator[str]:
        """The lines of COPY for each piece of the rows."""
        people = PatientColumn(target=self._target, known=self._known)
        doubtful = 0
        for numbers, written in self._sheet.rows.pieces():
            progress.advance(len(numbers))
            cells = dict(zip(self._names, written, strict=True))
            if self._splits_comparators:
                cells |= _with_comparators(cells)
            patients = list(map(people.__getitem__, cells[PATIENT]))
            self._without_patient += [number for number, who in zip(numbers, patients, strict=True) if who is None]
            text, unsound = self._lines(numbers, cells, patients, columns)
            doubtful += unsound
            if doubtful + len(self._without_patient) > ROWS_LIMIT:
                raise _too_many()
            yield text

    def _lines(
        self,
        numbers: tuple[int, ...],
        cells: dict[str, tuple[str, ...]],
        patients: list[int | None],
        columns: dict[str, Column],
    ) -> tuple[str, int]:
        """The rows that name a patient, and how many of them have a cell that was not read."""
        sound, all_named = ["t"] * len(numbers), None not in patients
        copied: list[Iterable[str]] = []
        for name in self._stated:
            keys: Any = list(zip(patients, cells[name], strict=True)) if self._is_of_patient(name) else cells[name]
            column = columns[name]
            if all_named:
                copied.append(list(map(column.__getitem__, keys)))
            else:
                copied.append(
                    [NOTHING if who is None else column[key] for who, key in zip(patients, keys, strict=True)]
                )
            if column.suspects:
                for at, key in enumerate(keys):
                    if key in column.suspects:
                        sound[at] = "f"
        lines = map("\t".join, zip(map(str, numbers), sound, map(str, patients), *copied, strict=True))
        named = lines if all_named else compress(lines, patients)
        return "".join(f"{line}\n" for line in named), sound.count("f")

    def _count(self) -> None:
        rows = self._staging.rows
        [(self.new, self.changed, self.unchanged, self.digest)] = fetched(
            f"""
            SELECT count(*) FILTER (WHERE id IS NULL), count(*) FILTER (WHERE differs),
                   count(*) FILTER (WHERE id IS NOT NULL AND NOT differs),
                   md5(string_agg(version || ' ' || {record_hash("r")}, ' ' ORDER BY number) FILTER (WHERE differs))
            FROM {rows} r WHERE NOT in_doubt
            """
        )
        self.digest = self.digest or ""

    def _rows_to_write(self) -> list[Any]:
        columns, rows = ", ".join(self._staging.written_columns), self._staging.rows
        stored = self.model._default_manager.raw(
            f"SELECT COALESCE(id, new_id) AS id, {columns} FROM {rows} WHERE {TO_WRITE} ORDER BY number"
        )
        return list(stored)

    def _leave_the_rest(self) -> None:
        rows = self._staging.rows
        doubtful = fetched(f"SELECT number, patient_id, new_id FROM {rows} WHERE in_doubt LIMIT {ROWS_LIMIT + 1}")
        self.keys = {number: key for number, _patient, key in doubtful if key is not None}
        numbers = {number for number, _patient, _key in doubtful}.union(self._without_patient)
        if len(numbers) > ROWS_LIMIT:
            raise _too_many()
        if self._is_named:
            self._known.take(self.model, self._rows_to_write())
        elif is_unique_within_patients(self._target, self._known):
            self._known.read_only_of(self.model, sorted({patient for _number, patient, _key in doubtful}))
        self.rest = replace(self._sheet, rows=self._sheet.rows.only(numbers))


def _with_comparators(cells: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Values and comparators apart. A row with two comparators has one that cannot be read, and is told about."""
    before, values = zip(*map(with_comparator, cells["value"]), strict=True)
    own = cells.get("comparator", before)
    together = (
        before if own is before else tuple(f"{one} {other}".strip() for one, other in zip(own, before, strict=True))
    )
    return {"value": values, "comparator": together}


def _too_many() -> Refusal:
    return Refusal(
        "More than {limit} rows have problems or say something unusual, the most the portal can tell about at a time. "
        "Correct what most rows have in common, or divide the file.",
        limit=ROWS_LIMIT,
    )
