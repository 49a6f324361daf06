"""The tables of a study that are no records of patients: one declaration each brings a table in and takes it out.

A higher app that knows further tables has a module ``study_tables`` which registers them; it is loaded when Django
starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.importing.words import plain
from cases.models import Core, Site, TissueMicroarray


@dataclass(frozen=True, kw_only=True)
class StudyTable:
    """Rows of a study, or of what ``within`` names, such as the wells of a run.

    ``columns`` are fields of the model, ``key`` those that tell its rows apart when a file speaks of them again.
    ``within`` is the column of what a row is part of: names of its rows are unique there. ``study`` and ``patient``
    are ORM paths from a row; ``patient`` is blank where rows are of no patient. ``right`` is what a person needs to
    write rows beside the right to import. ``read`` rearranges the texts of a row, by column, before they are read;
    ``complete`` fills in what follows from other fields. ``written`` makes what a file says of a column where that is
    not its value. ``words`` are other headings of columns, ``called`` other names of sheets, in both languages.
    """

    name: str
    model: type[models.Model]
    heading: str | Promise
    columns: tuple[str, ...]
    key: tuple[str, ...]
    within: str = ""
    study: str = "study"
    patient: str = ""
    right: str = "imports"
    read: Callable[[dict[str, str]], None] = lambda texts: None
    complete: Callable[[Any], None] = lambda row: None
    written: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    called: str = ""

    def blank(self, owner: Any) -> Any:
        """A row of the study, or of what it is part of, about which nothing is said yet."""
        make: Any = self.model
        if not self.within:
            return make(study=owner)
        row = make(**{self.within: owner})
        if hasattr(row, "study_id"):
            row.study = owner.study
        return row


MICROARRAY_WORDS = "array; tma; block; tissue microarray; アレイ; 組織アレイ; ブロック; アレイコード"


def _row_by_letter(texts: dict[str, str]) -> None:
    """Rows of an array are lettered: A is the first."""
    letter = plain(texts.get("row", ""))
    if len(letter) == 1 and "a" <= letter <= "z":
        texts["row"] = str(ord(letter) - ord("a") + 1)


TABLES = [
    StudyTable(
        name="site",
        model=Site,
        heading=_("Sites"),
        columns=("code", "name"),
        key=("code",),
        right="manages",
        words={"code": "site; site code; institution code; 施設; 施設コード", "name": "institution; hospital; 施設名"},
        called="institutions; hospitals; 施設; 施設一覧",
    ),
    StudyTable(
        name="microarray",
        model=TissueMicroarray,
        heading=_("Tissue microarrays"),
        columns=("code", "rows", "columns", "core_diameter_mm"),
        key=("code",),
        words={
            "code": MICROARRAY_WORDS,
            "rows": "number of rows; 行数",
            "columns": "number of columns; 列数",
            "core_diameter_mm": "diameter; core diameter; 直径; コア径",
        },
        called="arrays; microarrays; tma; tmas; 組織アレイ; アレイ",
    ),
    StudyTable(
        name="core",
        model=Core,
        heading=_("Cores"),
        columns=("microarray", "row", "column", "specimen", "control_tissue", "status"),
        key=("microarray", "row", "column"),
        within="microarray",
        patient="specimen__patient",
        read=_row_by_letter,
        written={"row": lambda core: core.row_letter},
        words={
            "microarray": MICROARRAY_WORDS,
            "specimen": "specimen code; specimen id; sample; sample code; 検体; 検体コード; 検体番号",
            "control_tissue": "control; 対照; 対照組織",
            "status": "core status; 状態; コアの状態",
        },
        called="tma cores; tma map; コア; コア一覧",
    ),
]


def register(table: StudyTable) -> None:
    """Add a table after those of the people's app. To be done while Django starts."""
    TABLES.append(table)
