"""Search by a piece of a code or a word, in Japanese too.

Full-text search does not find where a Japanese word ends, so a text matches when it contains what was typed. Both are
normalised by the database first: wide and half-width letters and capitals make no difference.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Func, Model, Q, TextField, Value
from django.db.models.lookups import Contains

from cases.models.vocabulary import CodedTerm
from cases.partial_date import PartialDateField


class Normalised(Func):
    """The text in NFKC and small letters."""

    template = "lower(normalize(%(expressions)s, NFKC))"
    output_field = TextField()


def containing(text: str, *paths: str) -> Q:
    """Rows of which one of the texts contains ``text``. A path leads to a text or to the list of synonyms."""
    found = Q()
    for path in paths:
        column: Any = F(path)
        if path.endswith("synonyms"):
            column = Func(column, Value(" "), function="array_to_string", output_field=TextField())
        found |= Q(Contains(Normalised(column), Normalised(Value(text))))
    return found


def text_paths(model: type[Model], prefix: str = "") -> list[str]:
    """The ORM paths of what a person may search a row for: codes, words, and every name of its coded terms."""
    paths = []
    fields: list[Any] = list(model._meta.get_fields())
    for field in fields:
        text = field.base_field if isinstance(field, ArrayField) else field
        if isinstance(text, CharField) and not text.choices and not isinstance(text, PartialDateField):
            paths.append(f"{prefix}{field.name}")
        elif not prefix and field.many_to_one and issubclass(field.related_model, CodedTerm):
            paths += text_paths(field.related_model, f"{field.name}__")
    return paths
