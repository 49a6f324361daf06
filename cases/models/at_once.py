"""Rules of triggers for tables that take rows by the thousands: new rows are judged all together."""

from collections.abc import Iterator
from copy import copy
from typing import Any, Protocol

import pgtrigger


class SetRule(Protocol):
    """A row trigger that can also say which of many rows it refuses."""

    name: str
    operation: Any

    def refused(self, model: Any) -> tuple[str, str]:
        """What follows ``FROM new_rows AS added`` to find the rows it refuses, and why it does."""
        raise NotImplementedError


class NewRows(pgtrigger.Trigger):
    """Refuse an insert with a row that one of the rules refuses.

    A call of a function for every row and every rule would take most of the time of a bulk write.
    """

    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="new_rows")

    def __init__(self, *rules: SetRule) -> None:
        super().__init__(name="new_rows")
        self.rules = rules

    def get_func(self, model: Any) -> str:
        return f"{' '.join(self._checks(model))} RETURN NULL;"

    def _checks(self, model: Any) -> Iterator[str]:
        for rule in self.rules:
            found, why = rule.refused(model)
            yield f"""
                IF EXISTS (SELECT FROM new_rows AS added {found}) THEN
                    RAISE EXCEPTION '{model._meta.db_table}: {why}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
            """


def at_once(*rules: Any) -> list[pgtrigger.Trigger]:
    """The rules for changed rows one by one, as they are, and for new rows all together."""
    for_changes = [copy(rule) for rule in rules]
    for rule in for_changes:
        rule.operation = pgtrigger.Update | pgtrigger.Delete if _is_about_deleting(rule) else pgtrigger.Update
    return [*for_changes, NewRows(*rules)]


def _is_about_deleting(rule: SetRule) -> bool:
    return "DELETE" in str(rule.operation)
