"""Two people, one record: whoever saves second learns that the record is no longer the one they read."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


def version_of(row: models.Model) -> str:
    """A text that differs whenever a value of the row differs; blank for a row not saved yet.

    It is the hidden field ``version`` of a form and the ETag of the API.
    """
    if row.pk is None:
        return ""
    text = json.dumps(_values(row), cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def as_json(rows: Iterable[models.Model]) -> str:
    """The rows as the database would hold them: a JSON list of objects by column."""
    return json.dumps([_values(row) for row in rows], cls=DjangoJSONEncoder)


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: _comparable(row, field) for field in row._meta.concrete_fields}


def _comparable(row: models.Model, field: models.Field) -> Any:
    """The value as the database gives it back: 120 and 120.00 are one."""
    value = field.to_python(getattr(row, field.attname))
    if isinstance(field, models.DecimalField) and value is not None:
        return f"{value:.{field.decimal_places}f}"
    return value
