"""What the database knows about the sizes of its tables."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model

MANY_ROWS = 1_000
"""From so many new rows on it matters."""


def sample(models: Iterable[type[Model]]) -> None:
    """Have the database sample the rows of these tables now.

    Its plans rest on such samples, and by itself it takes new ones only minutes after many rows came. Until then it
    takes the tables for nearly empty and joins them row by row: a grouping that takes milliseconds was seen to take
    longer than seven minutes.
    """
    tables = sorted(connection.ops.quote_name(model._meta.db_table) for model in models)
    if tables:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
