"""Finding the messages of Django templates for the catalogue, without a gettext binary.

Babel reads Python by itself; templates are first turned by Django into calls of ``gettext``.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from django.utils.translation.template import templatize

CALL = re.compile(r"(?<!\w)(gettext|ngettext|pgettext|npgettext|_)\(")

Message = tuple[int, str, str | tuple[str, ...], list[str]]


def extract_template(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Babel extraction method for Django templates: line, function, message or messages, comments."""
    source = templatize(file.read().decode())
    for call in CALL.finditer(source):
        messages = tuple(_literals(source, start=call.end()))
        line = source.count("\n", 0, call.start()) + 1
        yield line, call.group(1), messages[0] if len(messages) == 1 else messages, []


def _literals(source: str, *, start: int) -> Iterator[str]:
    """The string literals that begin an argument list."""
    literal = re.compile(r"\s*(u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\s*,?", re.DOTALL)
    while found := literal.match(source, start):
        yield ast.literal_eval(found.group(1))
        start = found.end()
