"""Widgets of which a page holds many.

A template for each option, and another one for its attributes, would take most of the time of a page with many choices.
"""

from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def as_option(choice: dict[str, Any]) -> SafeString:
    """An option of a select."""
    return format_html('<option value="{}"{}>{}</option>', choice["value"], flatatt(choice["attrs"]), choice["label"])


@register.filter
def as_input(widget: dict[str, Any]) -> SafeString:
    """An input, also a radio button or a box to tick."""
    value = {} if widget["value"] is None else {"value": widget["value"]}
    named = format_html('<input type="{}" name="{}"{}', widget["type"], widget["name"], flatatt(value))
    return format_html("{}{}>", named, flatatt(widget["attrs"]))
