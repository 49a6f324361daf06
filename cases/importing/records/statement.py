"""What one row of a file says: values, reasons for missing ones, and what is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from cases.importing.formats import Findings


@dataclass(kw_only=True, eq=False)
class Statement:
    """``columns`` is the heading of every column of the sheet that is read; ``cells`` has the text of all of them.

    ``values`` and ``missing`` hold what the row says, ``erased`` the columns it leaves blank where blank cells erase.
    ``whose`` is what it belongs to: the patient, the study, or a row such as a run. ``row`` is the row of the study it
    speaks of, or the new one; ``before`` are the values that row had. An ambiguous one could speak of several. One that
    ``is_of_nobody`` is of a control tissue: the patient whose it would be is a blank one.
    """

    findings: Findings
    sheet: str
    number: int
    cells: tuple[str, ...]
    columns: dict[str, str]
    texts: dict[str, str]
    whose: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    row: Any = None
    is_new: bool = False
    is_of_nobody: bool = False
    is_ambiguous: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    reasons: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return bool(self.reasons)

    @property
    def owner(self) -> Any:
        """Whose row it is: the key of what it belongs to, or the code of a new patient; None where it is of nobody."""
        if self.whose is None or self.is_of_nobody:
            return None
        return self.whose.code if self.whose.pk is None else self.whose.pk

    def error(self, sentence: dict[str, Any], *, column: str = "") -> None:
        """Refuse the row. ``column`` is the name of a field, blank for the whole row."""
        heading = self.columns.get(column, "")
        self.reasons.append((heading, sentence))
        self.findings.error(sentence, sheet=self.sheet, row=self.number, column=heading)
