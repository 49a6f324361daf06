"""Readings and the numbers made of them, as tables show them."""

from decimal import Decimal

from django import template

from expression import core_score
from expression.models import IhcReading

register = template.Library()


@register.filter
def score(reading: IhcReading | None) -> str:
    """The H-score, or the letter that says why there is none; a dash where nobody read."""
    return core_score.short(reading) if reading else "–"


@register.filter
def score_in_words(reading: IhcReading) -> str:
    return core_score.in_words(reading)


@register.filter
def four_digits(value: Decimal | float | None) -> str:
    """With the digits a reader needs, a true minus, and a dash for none."""
    return "–" if value is None else f"{float(value):.4g}".replace("-", "−")
