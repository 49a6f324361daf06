"""New rows by COPY, many times faster than INSERT; constraints, triggers and history hold as for any other row."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models
from psycopg import sql

M = TypeVar("M", bound=models.Model)


def write(rows: Iterable[M]) -> list[M]:
    """Write new rows of one model, giving each its key first. Two statements, however many rows there are."""
    written = list(rows)
    if not written:
        return written
    options = written[0]._meta
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [options.db_table, len(written)],
        )
        for row, (key,) in zip(written, cursor.fetchall(), strict=True):
            row.pk = key
        fields = options.concrete_fields
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(options.db_table),
            sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields]),
        )
        with cursor.copy(statement) as copy:
            for row in written:
                copy.write_row([field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields])
                row._state.adding = False
    return written
