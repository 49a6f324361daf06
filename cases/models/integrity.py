"""Triggers for rules that span two tables, which check constraints cannot express."""

from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _


class SameParent(pgtrigger.Trigger):
    """Refuse a row whose ``reference`` and whose own ``shared`` column disagree.

    ``SameParent(reference="site", shared="study")`` on Patient: a patient's site belongs to the patient's study.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare: list[tuple[str, str]] = [("parent", "bigint")]

    def __init__(self, *, reference: str, shared: str) -> None:
        super().__init__(name=f"same_{shared}_{reference}")
        self.reference, self.shared = reference, shared

    def check(self, row: models.Model) -> None:
        """Raise ``ValidationError`` with the sentence of the rule where the trigger would refuse the row."""
        referenced: Any = getattr(row, self.reference)
        parent = f"{self.shared}_id"
        if referenced is not None and getattr(referenced, parent) != getattr(row, parent):
            raise ValidationError(
                _("“%(value)s” belongs elsewhere. Choose a %(name)s of the same study, patient or run."),
                params={"value": referenced, "name": self._foreign_key(type(row)).verbose_name},
            )

    def get_func(self, model: Any) -> str:
        reference = self._foreign_key(model)
        referenced = reference.remote_field.model._meta.db_table
        return f"""
            IF NEW.{reference.column} IS NULL THEN RETURN NEW; END IF;
            parent := (SELECT {self.shared}_id FROM {referenced} WHERE id = NEW.{reference.column});
            IF NEW.{self.shared}_id IS DISTINCT FROM parent THEN
                RAISE EXCEPTION '{model._meta.db_table}: {self.reference} belongs to another {self.shared}'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """  # noqa: S608

    def _foreign_key(self, model: type[models.Model]) -> Any:
        return model._meta.get_field(self.reference)


def unchangeable(*fields: str) -> pgtrigger.Trigger:
    """Refuse a change of what a row belongs to."""
    return pgtrigger.ReadOnly(name=f"unchangeable_{'_'.join(fields)}", fields=list(fields))
