"""Choices with the number of patients behind them."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString


def counted(name: Any, count: int) -> SafeString:
    """A choice with the number of patients behind it."""
    return format_html('{} <span class="count">{}</span>', name, count)
