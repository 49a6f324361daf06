"""Answers given without a page: the form as it would be shown, sent with whatever is answered differently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from cases.importing.formats import ImportFormat, OptionsForm
from cases.models import Study

ABOUT_ALL = "non_field_errors"


def answered_form(
    *,
    import_format: ImportFormat,
    study: Study,
    outline: dict[str, Any],
    options: dict[str, Any] | None,
    answers: Mapping[str, Any],
) -> OptionsForm:
    """The form, bound. ``options`` start it, such as those of a mapping; ``answers`` are by names of its fields.

    Hidden fields say what a page showed, so they are not sent.
    """
    shown = import_format.options_form(study=study, outline=outline, options=options)
    start = {field.name: field.value() for field in shown if not field.is_hidden}
    start = {name: value for name, value in start.items() if value not in (None, False)}
    sent = {name: value for name, value in {**start, **answers}.items() if value is not False}
    return import_format.options_form(study=study, outline=outline, data=sent)


def errors_of(form: forms.Form) -> dict[str, list[str]]:
    """What is wrong with the answers, by names of questions; about all of them it is ``non_field_errors``."""
    return {
        ABOUT_ALL if name == "__all__" else name: [str(text) for text in texts] for name, texts in form.errors.items()
    }


def problems_of(form: forms.Form) -> str:
    """What is wrong with the answers, each sentence once, after the name of its question."""
    told = {text: name for name, texts in errors_of(form).items() for text in texts}
    return " ".join(text if name == ABOUT_ALL else f"{name}: {text}" for text, name in told.items())


@dataclass(frozen=True, kw_only=True)
class Question:
    """A field of the form: what it asks, what stands in it, and what can be chosen, as code and words."""

    name: str
    label: str
    value: Any
    is_required: bool
    choices: list[tuple[str, str]]


def questions_of(form: OptionsForm) -> Iterator[Question]:
    """Every question of the form in its order. Hidden fields ask nothing."""
    for field in form.visible_fields():
        choices = list(_choices(field.field)) if isinstance(field.field, forms.ChoiceField) else []
        yield Question(
            name=field.name,
            label=str(field.label),
            value=field.value(),
            is_required=field.field.required,
            choices=choices,
        )


def _choices(field: forms.ChoiceField) -> Iterator[tuple[str, str]]:
    """Those of groups among the others."""
    choices: Any = field.choices
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from ((str(code), str(words)) for code, words in label)
        else:
            yield str(value), str(label)
