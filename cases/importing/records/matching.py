"""Which row of the study a row of a file speaks of."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from cases.importing.records.statement import Statement
from cases.importing.records.targets import Target
from cases.sentences import sentence


def match(statements: Iterable[Statement], rows: Iterable[Any], *, target: Target) -> None:
    """Give each statement its ``row`` where the study has one; an error where it could be several.

    Rows are the same when the key of the kind agrees, as far as the file has its columns. Where several share a key,
    those that agree in everything are paired first; one that is left on each side is the same, changed.
    """
    statements = list(statements)
    stated = {name for statement in statements for name in statement.columns}
    key = [name for name in target.key if name in stated]
    file_groups = _grouped(statements, lambda one: _key_of_statement(one, key, target))
    study_groups = _grouped(rows, lambda row: (_owner(row, target), *(_plain(row, name, target) for name in key)))
    left: dict[Any, list[Statement]] = {}
    for group, told in file_groups.items():
        known = study_groups.get(group, [])
        _pair(told, known, target=target)
        for statement in told:
            if not known:
                left.setdefault(group[0], []).append(statement)
    if target.only_one_matches:
        _pair_single(left, rows, statements, target=target)


def _pair(told: list[Statement], known: list[Any], *, target: Target) -> None:
    free = list(known)
    for statement in told:
        same = next((row for row in free if _agrees(statement, row, target)), None)
        if same is not None:
            statement.row = same
            free.remove(same)
    open_ones = [statement for statement in told if statement.row is None]
    if len(open_ones) == 1 and len(free) == 1:
        open_ones[0].row = free[0]
    elif open_ones and free:
        for statement in open_ones:
            _ambiguous(statement, open_ones, number=len(free))


def _pair_single(
    left: dict[Any, list[Statement]], rows: Iterable[Any], all_told: list[Statement], *, target: Target
) -> None:
    """The only record of a patient in the file is the only one in the study."""
    of_patient = _grouped(rows, lambda row: _owner(row, target))
    told = _grouped(all_told, lambda statement: statement.owner)
    for owner, statements in left.items():
        known = of_patient.get(owner, [])
        if len(known) == 1 and len(told[owner]) == 1 and len(statements) == 1:
            statements[0].row = known[0]


def _ambiguous(statement: Statement, others: list[Statement], *, number: int) -> None:
    statement.is_ambiguous = True
    numbers = ", ".join(str(one.number) for one in others)
    statement.error(
        sentence(
            "Rows {rows} could be about the same record: the study has {number} like it. Keep one row, or add what "
            "tells them apart.",
            rows=numbers,
            number=number,
        )
    )


def _grouped(items: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _owner(row: Any, target: Target) -> Any:
    return row.pk if target.holds_patients else getattr(row, target.field(target.owner).attname)


def _key_of_statement(statement: Statement, key: list[str], target: Target) -> tuple[Any, ...]:
    stated = (statement.values.get(name, target.field(name).get_default()) for name in key)
    return (statement.owner, *(value.pk if isinstance(value, Model) else value for value in stated))


def _plain(row: Any, name: str, target: Target) -> Any:
    return getattr(row, target.field(name).attname)


def _agrees(statement: Statement, row: Any, target: Target) -> bool:
    for name, value in statement.values.items():
        if (value.pk if isinstance(value, Model) else value) != _plain(row, name, target):
            return False
    return not statement.missing or all(row.missing.get(name) == why for name, why in statement.missing.items())
