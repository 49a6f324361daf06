"""Rules of triggers for tables that take rows by the thousands: all rows of a statement are judged together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import pgtrigger


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Which of the rows ``written`` a rule refuses, and why: a condition on them and on the tables they are joined to.

    ``joins`` are left joins on keys; those that several rules write the same way are made once. ``is_open`` is the
    condition under which a row that is not written yet cannot be judged, since what it names is not written either.
    """

    condition: str
    why: str
    joins: tuple[str, ...] = ()
    is_open: str = "false"


@runtime_checkable
class SetRule(Protocol):
    """A rule that can say which of many rows it refuses."""

    operation: Any

    def refused(self, model: Any) -> Refused:
        raise NotImplementedError


class RowsOfStatement(pgtrigger.Trigger):
    """Refuse a statement with a row that one of the rules refuses.

    A call of a function for every row and every rule would take most of the time of a bulk write.
    """

    level = pgtrigger.Statement
    when = pgtrigger.After
    declare: list[tuple[str, str]] = [("why", "text")]

    def __init__(self, *rules: SetRule, name: str, operation: Any, referencing: pgtrigger.Referencing) -> None:
        super().__init__(name=name, operation=operation, referencing=referencing)
        self.rules = rules

    def get_func(self, model: Any) -> str:
        refusals = [rule.refused(model) for rule in self.rules]
        reasons = " ".join(f"WHEN {refusal.condition} THEN '{refusal.why}'" for refusal in refusals)
        return f"""
            SELECT CASE {reasons} END INTO why FROM written {which_are_refused(refusals)} LIMIT 1;
            IF why IS NOT NULL THEN
                RAISE EXCEPTION '{model._meta.db_table}: %', why USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        """  # noqa: S608


def which_are_refused(refusals: Sequence[Refused], *, are_written: bool = True) -> str:
    """What follows ``FROM … written`` to find the rows that are refused for any of the reasons.

    Of rows that are still to be written those are left out that cannot be judged yet.
    """
    joins = " ".join(dict.fromkeys(join for refusal in refusals for join in refusal.joins))
    conditions = (
        f"({refusal.condition})" if are_written else f"({refusal.condition} AND NOT ({refusal.is_open}))"
        for refusal in refusals
    )
    return f"{joins} WHERE ({' OR '.join(conditions)})"


def at_once(*rules: Any) -> list[pgtrigger.Trigger]:
    """The rules for new, changed and deleted rows; with transition tables each operation has a trigger of its own."""
    about_deleting = [rule for rule in rules if "DELETE" in str(rule.operation)]
    new, old = pgtrigger.Referencing(new="written"), pgtrigger.Referencing(old="written")
    return [
        RowsOfStatement(*rules, name="new_rows", operation=pgtrigger.Insert, referencing=new),
        RowsOfStatement(*rules, name="changed_rows", operation=pgtrigger.Update, referencing=new),
        RowsOfStatement(*about_deleting, name="deleted_rows", operation=pgtrigger.Delete, referencing=old),
    ]


def rules_of(model: Any) -> Iterator[Any]:
    """The triggers of a model or a row, those of :func:`at_once` as the rules that they hold, each once."""
    for trigger in getattr(model._meta, "triggers", []):
        if not isinstance(trigger, RowsOfStatement):
            yield trigger
        elif trigger.operation == pgtrigger.Insert:
            yield from trigger.rules
