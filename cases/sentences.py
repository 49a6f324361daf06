"""Sentences that are stored with their values and put into the reader's language when shown.

A stored sentence is ``{"text": "Row {row} has no value.", "values": {"row": 3}}``; ``text`` is the English
message of the catalogue.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext


def sentence(text: str, **values: Any) -> dict[str, Any]:
    """A sentence to store. Extracted for translation by this function's name."""
    return {"text": text, "values": values}


def render(stored: Mapping[str, Any] | None) -> str:
    """The sentence in the active language."""
    if not stored:
        return ""
    return gettext(stored["text"]).format(**stored["values"])
