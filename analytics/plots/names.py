"""What the parts of a result are called in the reader's language."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext

Result = Mapping[str, Any]


def in_language(labels: Mapping[str, str]) -> str:
    """The name in the active language, or in English."""
    language = (get_language() or "en").partition("-")[0]
    return labels.get(language) or labels["en"]


def in_a_sentence(name: str) -> str:
    """Without the capital of its first word, unless that is a symbol.

    >>> in_a_sentence("Primary site"), in_a_sentence("SS18 fusion partner")
    ('primary site', 'SS18 fusion partner')
    """
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def group_names(result: Result) -> dict[str, str]:
    """Each group's name, by its code, in the order of the result."""
    return {group["code"]: in_language(group["labels"]) for group in result["groups"]}


def note_text(note: Mapping[str, Any], result: Result) -> str:
    """A note as a sentence. The statistics speak of groups by code; the reader sees their names."""
    names = group_names(result)
    codes = re.compile("|".join(re.escape(code) for code in sorted(names, key=len, reverse=True)) or r"(?!)")

    def spoken(value: Any) -> Any:
        return codes.sub(lambda found: names[found.group()], value) if isinstance(value, str) else value

    return gettext(note["text"]).format(**{name: spoken(value) for name, value in note["values"].items()})


def effect_named(effects: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The effect of that name; ``None`` where it is withheld."""
    return next((effect for effect in effects if effect["name"] == name), None)
