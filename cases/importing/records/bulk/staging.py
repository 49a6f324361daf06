"""The rows of a sheet in a temporary table: as the file says them, and as they would be written.

A row is *in doubt* where something about it needs a sentence for a person, or where another row could be the same:
such rows are read one by one afterwards, with the same rules. A row in doubt takes those along that share its key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from psycopg import Copy
from psycopg.types.json import Jsonb

from cases.importing.records.targets import PATIENT, Target
from cases.models import Study
from cases.records import TakenFrom


@dataclass(frozen=True, kw_only=True)
class Staging:
    """``told`` holds what the file says, ``rows`` what would be written; ``columns`` names the fields of the file.

    Of ``rows``: ``number`` in the spreadsheet, ``id`` of the row of the study (NULL: new), ``new_id``, whether it
    ``differs`` from that one, which ``version`` was read, ``in_doubt``, and the columns of the table.
    """

    target: Target
    study: Study
    columns: list[str]
    number: int

    @property
    def told(self) -> str:
        return f"import_told_{self.number}"

    @property
    def rows(self) -> str:
        return f"import_rows_{self.number}"

    @property
    def table(self) -> str:
        return quoted(self.target.model._meta.db_table)

    def drop(self) -> None:
        execute(f"DROP TABLE IF EXISTS {self.told}, {self.rows}")

    def create(self) -> None:
        """The table of what the file says, empty."""
        self.drop()
        columns = ", ".join(["patient_id", *(self.column(name) for name in self.columns)])
        execute(
            f"CREATE TEMPORARY TABLE {self.told} AS "
            f"SELECT 0 AS number, true AS is_sound, {columns} FROM {self.table} WITH NO DATA"
        )

    @contextmanager
    def copying(self) -> Iterator[Copy]:
        """Takes lines of COPY: number, whether every cell was read, patient, columns.

        What was written is gone where the block raises, and a transaction around it goes on. Errors are Django's, as
        those of other statements, so that an interrupted COPY is known as one.
        """
        with (
            connection.wrap_database_errors,
            transaction.atomic(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY {self.told} FROM STDIN") as copy,
            connection.execute_wrapper(_refuse_to_ask),
        ):
            yield copy

    def settle(self) -> None:
        """Make the rows that would be written: new ones with defaults, known ones with what stays of them."""
        key = [name for name in self.target.key if name in self.columns]
        told_key = record("s.patient_id", *(self._as_new(name) for name in key))
        known_key = record("t.patient_id", *(f"t.{self.column(name)}" for name in key))
        differs = " OR ".join(
            f"(s.{column} IS NOT NULL AND s.{column} IS DISTINCT FROM t.{column})"
            for column in map(self.column, self.columns)
        )
        selected = ", ".join(f"{value} AS {column}" for column, value in self._values())
        # Looked up once: within the statement it would be for every row.
        [(sequence,)] = fetched(f"SELECT pg_get_serial_sequence('{self.table}', 'id')")
        execute(
            f"""
            CREATE TEMPORARY TABLE {self.rows} AS
            WITH s AS MATERIALIZED (SELECT s.*, {record_hash(told_key)} AS key FROM {self.told} s),
            several AS (SELECT key FROM s GROUP BY key HAVING count(*) > 1 OR NOT bool_and(is_sound)),
            known AS (
                SELECT {record_hash(known_key)} AS key, min(id) AS id, count(*) AS number FROM {self.table} t
                WHERE t.patient_id IN (SELECT patient_id FROM {self.told}) GROUP BY 1
            )
            SELECT r.*, CASE WHEN id IS NULL OR in_doubt THEN nextval('{sequence}') END AS new_id FROM (
            SELECT s.number, t.id, several.key IS NOT NULL OR COALESCE(known.number, 0) > 1
                       OR (t.id IS NOT NULL AND {told_key} IS DISTINCT FROM {known_key}) AS in_doubt,
                   t.id IS NOT NULL AND ({differs or "false"}) AS differs,
                   CASE WHEN t.id IS NOT NULL THEN {record_hash("t")} END AS version, {selected}
            FROM s LEFT JOIN several USING (key) LEFT JOIN known USING (key) LEFT JOIN {self.table} t ON t.id = known.id
            ORDER BY s.number) r
            """
        )
        # How many rows there are; of their values the planner needs to know nothing.
        execute(f"ALTER TABLE {self.rows} ALTER COLUMN number SET STATISTICS 1")
        execute(f"ANALYZE {self.rows} (number)")

    def column(self, name: str) -> str:
        return quoted(self.target.field(name).column)

    @property
    def written_columns(self) -> list[str]:
        """Every column of the table but the key."""
        return [quoted(field.column) for field in self._fields()]

    @property
    def changeable(self) -> list[str]:
        """The fields that may differ from those of a known row: what the file says, and what follows from it."""
        return [
            *self.columns,
            *(name for name in self.target.fields if self.follows(name) and name not in self.columns),
        ]

    def follows(self, name: str) -> bool:
        """Whether the field may follow from others where nothing else is said."""
        return isinstance(self.target.complete, TakenFrom) and self.target.complete.field == name

    def _fields(self) -> list[Any]:
        return [field for field in self.target.model._meta.concrete_fields if not field.primary_key]

    def _values(self) -> Iterator[tuple[str, str]]:
        for field in self._fields():
            column = quoted(field.column)
            if field.name == PATIENT:
                yield column, "s.patient_id"
            elif field.name == "study":
                yield column, f"CAST({self.study.pk} AS bigint)"
            else:
                yield column, self._completed(field.name)

    def _completed(self, name: str) -> str:
        """What would be written, with what follows from other fields."""
        follows = self.target.complete
        if not isinstance(follows, TakenFrom) or not self.follows(name):
            return self._written(name)
        named = quoted(self.target.field(follows.reference).related_model._meta.db_table)
        return (
            f"CASE WHEN {self._written(name)} = '' AND {self._written(follows.value)} IS NOT NULL THEN COALESCE(("
            f"SELECT {quoted(follows.column)} FROM {named} n WHERE n.id = {self._written(follows.reference)}"
            f"), '') ELSE {self._written(name)} END"
        )

    def _written(self, name: str) -> str:
        column = self.column(name)
        stays = f"COALESCE(s.{column}, t.{column})" if name in self.columns else f"t.{column}"
        return f"CASE WHEN t.id IS NULL THEN {self._as_new(name)} ELSE {stays} END"

    def _as_new(self, name: str) -> str:
        field = self.target.field(name)
        default = literal(field, field.get_default())
        return f"COALESCE(s.{quoted(field.column)}, {default})" if name in self.columns else default


def _refuse_to_ask(_execute: Any, sql: str, *_arguments: Any) -> Any:
    """While rows are copied a question would wait for the connection, which waits for the rows, for ever."""
    raise RuntimeError(f"The database takes rows in and cannot be asked: {sql}")


def literal(field: Any, value: Any) -> str:
    """The value of a field as SQL."""
    stored = Jsonb(value) if isinstance(field, models.JSONField) else field.get_db_prep_save(value, connection)
    operations: Any = connection.ops
    return str(operations.compose_sql(f"CAST(%s AS {field.db_type(connection)})", [stored]))


def record(*columns: str) -> str:
    """The columns as one value in SQL."""
    return f"ROW({', '.join(columns)})"


def record_hash(row: str) -> str:
    """A number in SQL that differs with the values of a row, but for one in 10¹⁹: much quicker than its text."""
    return f"hash_record_extended({row}, 0)"


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def execute(sql: str, parameters: list[Any] | None = None) -> int:
    """How many rows the statement was about. Statements are made of names and rules, of no text of a file."""
    with connection.cursor() as cursor:
        _execute(cursor, sql, parameters)
        return int(cursor.rowcount)


def fetched(sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        _execute(cursor, sql, parameters)
        return cursor.fetchall()


def _execute(cursor: Any, sql: str, parameters: list[Any] | None) -> None:
    cursor.execute(sql.replace("%", "%%") if parameters is None else sql, parameters or [])
