"""Widgets that are written without a template: as Django's own, and nothing in them becomes markup."""

from typing import Any

import pytest
from django import forms

from cases.templatetags.widgets import as_input, as_option

HOSTILE = "\"><script>alert('x')</script>&"


def widget_of(field: forms.Widget, value: Any, **attrs: Any) -> dict[str, Any]:
    context: dict[str, Any] = field.get_context("field", value, attrs)["widget"]
    return context


@pytest.mark.parametrize(
    ("field", "value", "attrs"),
    [
        (forms.TextInput(), "P-1", {"id": "id_code", "autofocus": True, "disabled": False}),
        (forms.TextInput(), None, {}),
        (forms.TextInput(), HOSTILE, {"title": HOSTILE}),
        (forms.NumberInput(), 0, {"step": "any"}),
        (forms.HiddenInput(), "7", {}),
        (forms.CheckboxInput(), True, {}),
        (forms.CheckboxInput(), False, {}),
    ],
)
def test_an_input_is_that_of_django(field: forms.Widget, value: Any, attrs: dict[str, Any]) -> None:
    written = as_input(widget_of(field, value, **attrs))
    assert written == field.render("field", value, attrs).strip()
    assert "<script>" not in written


@pytest.mark.parametrize("value", ["male", "", HOSTILE])
def test_an_option_is_that_of_django(value: str) -> None:
    select = forms.Select(choices=[("male", "Male"), ("", "–"), (HOSTILE, HOSTILE)])
    [(_group, [chosen], _place), *others] = [
        group for group in widget_of(select, value)["optgroups"] if group[1][0]["selected"]
    ]
    assert others == []
    written = as_option(chosen)
    assert " selected" in written
    assert written in select.render("field", value)
    assert "<script>" not in written
