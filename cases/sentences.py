"""Sentences that are stored with their values and put into the reader's language when shown.

A stored sentence is ``{"text": "Row {row} has no value.", "values": {"row": 3}}``; ``text`` is the English
message of the catalogue, and so is each of the texts where a value is a list. A sentence of a form has its values in
``percent``, for places such as ``%(value)s``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, override


def sentence(text: str, **values: Any) -> dict[str, Any]:
    """A sentence to store. Extracted for translation by this function's name."""
    return {"text": text, "values": values}


def render(stored: Mapping[str, Any] | None) -> str:
    """The sentence in the active language."""
    if not stored:
        return ""
    if "percent" in stored:
        text = gettext(stored["text"])
        return text % stored["percent"] if stored["percent"] else text
    return gettext(stored["text"]).format(**{name: _in_language(value) for name, value in stored["values"].items()})


def _in_language(value: Any) -> Any:
    """A list of texts of the catalogue becomes words in a row."""
    return gettext("; ").join(map(gettext, value)) if isinstance(value, list) else value


def sentences_of(error: ValidationError) -> Iterator[dict[str, Any]]:
    """What a form or a model refuses, as sentences to store."""
    with override("en"):
        for one in error.error_list:
            params = {name: str(value) for name, value in (one.params or {}).items()}
            if text := str(one.message):
                yield {"text": text, "values": {}, "percent": params}
            else:
                # A message in singular and plural has its text only with its number.
                yield sentence("{message}", message="".join(one.messages))
