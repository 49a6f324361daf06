"""What one row of a file says: values, reasons for missing ones, and what is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from cases.importing.formats import Findings
from cases.models import Patient


@dataclass(kw_only=True, eq=False)
class Statement:
    """``columns`` is the heading of every column of the sheet that is read; ``cells`` has the text of all of them.

    ``values`` and ``missing`` hold what the row says, ``erased`` the columns it leaves blank where blank cells erase.
    ``row`` is the row of the study it speaks of, or the new one; ``before`` are the values that row had. An ambiguous
    one could speak of several. One that ``is_of_nobody`` is of a control tissue: its patient is a blank one.
    """

    findings: Findings
    sheet: str
    number: int
    cells: tuple[str, ...]
    columns: dict[str, str]
    texts: dict[str, str]
    patient: Patient | None = None
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
        """Whose row it is: the key of a patient of the study, or the code of a new one."""
        if self.patient is None or self.is_of_nobody:
            return None
        return self.patient.code if self.patient.pk is None else self.patient.pk

    def error(self, sentence: dict[str, Any], *, column: str = "") -> None:
        """Refuse the row. ``column`` is the name of a field, blank for the whole row."""
        heading = self.columns.get(column, "")
        self.reasons.append((heading, sentence))
        self.findings.error(sentence, sheet=self.sheet, row=self.number, column=heading)
