"""Cells of a table of records."""

from typing import Any

from django import template

from cases.records import Kind

register = template.Library()


@register.filter
def cells(row: Any, kind: Kind) -> list[tuple[str, str]]:
    """What the table of this kind shows of the row."""
    return kind.cells(row)
