"""How a number that may be hidden is written."""

from django import template
from django.utils.formats import number_format

from cases.disclosure import SMALLEST_SHOWN

register = template.Library()


@register.filter
def shown(number: int | None) -> str:
    """``1,234``, or ``< 5`` for a number that is hidden, see :mod:`cases.disclosure`."""
    return f"< {SMALLEST_SHOWN}" if number is None else number_format(number, force_grouping=True)
