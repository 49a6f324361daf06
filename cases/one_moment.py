"""Reading many rows as they were at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, connection, transaction


@contextmanager
def one_moment(*, seconds: int) -> Iterator[None]:
    """Everything read inside is of one moment, and nothing can be written.

    A statement that takes longer than ``seconds`` ends as the task's soft time limit does. Inside a transaction that
    is open already, that one decides.
    """
    if connection.in_atomic_block:
        yield
        return
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute(f"SET LOCAL statement_timeout = '{seconds}s'")
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise SoftTimeLimitExceeded from error
        raise
