"""Sheets that say what the numbers of a score sheet mean, and how the cores of a case are consolidated.

``translation`` has the columns biomarker, original score and translated score; ``consolidation`` biomarker, rule type,
rule value and consolidated value. Blanks at the ends of cells mean nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cases.importing.words import plain

TRANSLATION = ("biomarker", "original score", "translated score")
CONSOLIDATION = ("biomarker", "rule type", "rule value", "consolidated value")
NOT_ASSESSABLE = frozenset(
    {"unk", "unknown", "na", "n/a", "ne", "not assessable", "not evaluable", "判定不能", "評価不能"}
)
"""What a number is translated to that says there is no score."""

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Translation:
    """What the entries for a biomarker mean: ``meanings`` by score, ``not_assessable`` the others.

    ``unclear`` are entries with a meaning that are no numbers. ``row`` is where the biomarker begins.
    """

    biomarker: str
    row: int
    meanings: dict[str, str]
    not_assessable: list[str]
    unclear: list[str]


def is_rule_sheet(rows: Rows) -> bool:
    return _header(rows) in (TRANSLATION, CONSOLIDATION)


def translations_of(rows: Rows) -> Iterator[Translation]:
    """The scales of a sheet of translations, in its order; none for another sheet."""
    if _header(rows) != TRANSLATION:
        return
    found: dict[str, Translation] = {}
    for row, cells in enumerate(rows[1:], start=2):
        biomarker, entry, meaning = (" ".join(text.split()) for text in (*cells, "", "", "")[:3])
        if not biomarker or not entry:
            continue
        translation = found.setdefault(
            biomarker, Translation(biomarker=biomarker, row=row, meanings={}, not_assessable=[], unclear=[])
        )
        if plain(meaning) in NOT_ASSESSABLE or not meaning:
            translation.not_assessable.append(entry)
        elif entry.isdecimal():
            translation.meanings[str(int(entry))] = meaning
        else:
            translation.unclear.append(entry)
    yield from found.values()


def consolidation_rules(rows: Rows) -> int:
    """How many rules of consolidation a sheet has."""
    return sum(map(any, rows[1:])) if _header(rows) == CONSOLIDATION else 0


def _header(rows: Rows) -> tuple[str, ...]:
    return tuple(plain(text) for text in rows[0] if text.strip()) if rows else ()
