"""JSON that a program sends: what could exhaust the stack or cannot be stored is refused in words."""

import json
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 30
"""Levels of lists and objects within each other; no endpoint takes more than a few."""


class BoundedJSONParser(JSONParser):
    """Of bodies up to ``DEEPEST`` levels, in which every text has whole characters."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise _too_deep() from error
        if _is_deeper(body, DEEPEST):
            raise _too_deep()
        try:
            json.dumps(body, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ParseError(_("A text holds half of a character.")) from error
        return body


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(one, levels - 1) for one in inner)


def _too_deep() -> ParseError:
    return ParseError(_("Lists and objects lie too deep within each other."))
