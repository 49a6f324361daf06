"""A choice among coded terms, found by typing any of their names or codes.

Without scripts it is an ordinary list; ``static/js/term_select.js`` puts a text field in its place.
"""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models.vocabulary import CodedTerm

CODES = ("code", "short_name", "morphology", "oncotree")


class TermSelect(forms.Select):
    """Each option carries what it is found by."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-term-select": "", "data-unknown": _("Choose a term from the list."), **(attrs or {})})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if term := getattr(value, "instance", None):
            option["attrs"]["data-search"] = search_text(term)
        return option


def search_text(term: CodedTerm) -> str:
    """Names in both languages, synonyms and codes, in the form in which typed text is compared: NFKC, lower case."""
    codes = [getattr(term, name, "") for name in CODES]
    return normalised("\n".join(filter(None, [term.name, term.name_ja, *getattr(term, "synonyms", []), *codes])))


def normalised(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def offer_terms(field: Any) -> None:
    """Let the terms of a model choice field be found by typing."""
    field.label_from_instance = lambda term: term.with_code
    field.widget = TermSelect(field.widget.attrs)
    field.widget.choices = field.choices
    field.widget.is_required = field.required
