"""Small cells in the tables of one page: what one table hides must not follow from another, or from its totals.

Cells are sets of patients, so that it shows where the same patients stand in several tables. Nothing here knows what
the cells mean.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations

import numpy as np

from cases.disclosure import SMALLEST_SHOWN, disclosed

Patients = frozenset[str]
Cells = Mapping[str, Patients]
Table = Mapping[str, Cells]


def openable(tables: Mapping[str, Table], *, whole: Cells) -> dict[str, set[str]]:
    """Of each table the rows that may be shown beside all others.

    The rows of a table are groups of patients without overlap, all with the same cells, which add up to ``whole`` with
    the patients of no row. A row with a cell of one to four is hidden, and further rows with it, the smallest first,
    until the hidden ones together have no such cell either: the whole may be known from another table. A row
    that would give away a small cell together with rows of earlier tables, or larger ones of its own, is hidden, too.
    """
    opened: dict[str, set[str]] = {}
    for name, rows in tables.items():
        opened[name] = set()
        so_far = {earlier: tables[earlier] for earlier in opened}
        for row in reversed(_smallest_first(rows, _open_rows(rows, whole))):
            opened[name].add(row)
            if not _is_safe(so_far, opened, whole):
                opened[name].remove(row)
    return opened


def stand_together(sets: Iterable[Patients]) -> bool:
    """Whether the numbers of all these sets may be shown side by side.

    None has one to four patients, none is another and one to four more, and of no small part that two of them share, or
    that one has beyond another, the number follows from theirs.
    """
    shown = {patients for patients in sets if patients}
    if any(disclosed(len(patients)) is None for patients in shown) or differ_little(shown):
        return False
    parts = {part for one, other in permutations(shown, 2) for part in (one & other, one - other)}
    return not follows({part for part in parts if disclosed(len(part)) is None}, from_sets=shown)


def cells_are_shown(cells: Cells) -> bool:
    """Whether no cell has one to four patients."""
    return all(disclosed(len(patients)) is not None for patients in cells.values())


def _open_rows(rows: Table, whole: Cells) -> set[str]:
    hidden = {name for name, cells in rows.items() if not cells_are_shown(cells)}
    others = _smallest_first(rows, rows.keys() - hidden)
    while others and not cells_are_shown(_rest(rows, whole, without=others)):
        hidden.add(others.pop(0))
    return rows.keys() - hidden


def _rest(rows: Table, whole: Cells, *, without: Iterable[str]) -> Cells:
    """The patients of the whole who are in none of these rows."""
    taken: Patients = frozenset().union(*(patients for name in without for patients in rows[name].values()))
    return {cell: patients - taken for cell, patients in whole.items()}


def _smallest_first(rows: Table, names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (sum(map(len, rows[name].values())), name))


def _is_safe(tables: Mapping[str, Table], opened: Mapping[str, set[str]], whole: Cells) -> bool:
    """Whether no small cell is the difference of two shown sets, or a sum of shown ones with any signs."""
    shown = {patients for patients in whole.values() if patients} if cells_are_shown(whole) else set()
    shown |= {patients for name, rows in tables.items() for row in opened[name] for patients in rows[row].values()}
    cells = {patients for rows in tables.values() for row in rows.values() for patients in row.values()}
    cells |= {part for first, second in permutations(tables, 2) for part in _crossed(tables, opened, first, second)}
    small = {patients for patients in cells if disclosed(len(patients)) is None}
    return not differ_little(shown) and not follows(small, from_sets=shown)


def _crossed(
    tables: Mapping[str, Table], opened: Mapping[str, set[str]], first: str, second: str
) -> Iterator[Patients]:
    """The patients of a shown row of one table who are in a row of another, and those who are in no shown one there."""
    for row in opened[first]:
        for cell, patients in tables[first][row].items():
            in_second = {name: patients & cells[cell] for name, cells in tables[second].items()}
            yield from in_second.values()
            yield patients.difference(*(in_second[name] for name in opened[second]))


def differ_little(sets: Iterable[Patients]) -> bool:
    """Whether one of the sets holds another and one to four patients more."""
    ordered = sorted(sets, key=len)
    return any(
        0 < len(larger) - len(smaller) < SMALLEST_SHOWN and smaller < larger
        for place, smaller in enumerate(ordered)
        for larger in ordered[place + 1 :]
        if smaller
    )


def follows(wanted: Iterable[Patients], *, from_sets: Iterable[Patients]) -> bool:
    """Whether the number of one of the wanted sets follows from the numbers of the others by adding and subtracting.

    A set is a row of zeros and ones over all patients; it follows where it is a linear combination of the others.
    """
    known, sought = [one for one in from_sets if one], [one for one in wanted if one]
    if not known or not sought:
        return False
    # Patients who are in the same sets throughout count as one.
    patterns = {tuple(patient in one for one in (*known, *sought)) for patient in frozenset().union(*known, *sought)}
    matrix = np.array(sorted(patterns), dtype=np.float64).T
    basis, wanted_rows = matrix[: len(known)], matrix[len(known) :]
    solution, *_rest_of_fit = np.linalg.lstsq(basis.T, wanted_rows.T, rcond=None)
    errors = np.abs(basis.T @ solution - wanted_rows.T).max(axis=0)
    return bool((errors < 1e-9).any())
