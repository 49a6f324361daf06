"""What the fields of the domain models hold, seen from the patient: declared beside the fields, checked by a test.

A model declares its texts, numbers, dates, files and JSON in a class attribute::

    privacy = {"code": Privacy.CODE, "birth_year": Privacy.CLINICAL}

Keys, foreign keys, choices and yes/no need no declaration: they hold nothing that is not said elsewhere. What
identifies a person directly has no category, so that a field for it cannot be declared. Declarations of abstract
parents are inherited.
"""

from enum import StrEnum

from django.db import models


class Privacy(StrEnum):
    """Free text is the only category in which a person could write more than the field is for: it is screened."""

    CODE = "code"
    """Pseudonymous code, screened."""
    DATE = "date"
    """Date of the disease or its treatment, as precise as known."""
    CLINICAL = "clinical"
    """Coded clinical statement."""
    MEASUREMENT = "measurement"
    """Measured value or its unit."""
    FREE_TEXT = "free_text"
    """Free text, screened."""
    FILE = "file"
    """File as brought or made, screened on import, erased with the patient."""
    COMPUTED = "computed"
    """Computed from rows, erased or marked with the patient."""
    PROVENANCE = "provenance"
    """How and when the portal came by it."""
    VOCABULARY = "vocabulary"
    """Term, assay or setting; about no patient."""


def needs_declaration(field: models.Field) -> bool:
    """Whether the field could hold something that identifies a person."""
    closed = (models.BooleanField, models.AutoField)
    return not (field.primary_key or field.is_relation or field.choices or isinstance(field, closed))


def declared(model: type[models.Model]) -> dict[str, Privacy]:
    """The declarations of the model and its abstract parents."""
    return {
        name: category
        for part in reversed(model.__mro__)
        for name, category in part.__dict__.get("privacy", {}).items()
    }


def undeclared(model: type[models.Model]) -> set[str]:
    """Names of the fields that lack a declaration."""
    fields = {field.name for field in model._meta.concrete_fields if needs_declaration(field)}
    return fields - declared(model).keys()
