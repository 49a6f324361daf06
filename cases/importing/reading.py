"""What a page says about an import, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, Model
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.importing.formats import Severity
from cases.importing.records.problem_file import holds_all_rows
from cases.importing.records.screening import TO_ANSWER
from cases.importing.records.sheet_plan import VERIFIED
from cases.importing.records.targets import Target, target_named
from cases.models import ImportJob
from cases.sentences import render

MOST_ROWS = 8
"""Of which a finding gives the numbers."""


@dataclass(frozen=True, kw_only=True)
class RowCount:
    """How many rows of a kind an import makes, how many it changes, and how many it finds in the study as they are."""

    model: str
    new: int
    matched: int
    changed: int = 0

    @property
    def title(self) -> str:
        name = str(apps.get_model(self.model)._meta.verbose_name_plural)
        # The q of qPCR stays small.
        return name if name[1:2].isupper() else capfirst(name)

    @property
    def new_in_words(self) -> str:
        """Such as ``35 patients``."""
        return self._in_words(self.new)

    @property
    def changed_in_words(self) -> str:
        return self._in_words(self.changed)

    def _in_words(self, count: int) -> str:
        return rows_in_words(apps.get_model(self.model), count)


def rows_in_words(model: type[Model], count: int) -> str:
    """Such as ``35 patients``."""
    name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    return _("{number} {name}").format(number=number_format(count, force_grouping=True), name=name)


@dataclass(frozen=True, kw_only=True)
class ShownField:
    """A field that rows of a sheet change: how many, and the first of them."""

    label: str
    count: int
    row: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ShownSheet:
    """What an import would do with one sheet. ``title`` names the sheet and the kind of record."""

    title: str
    new: int
    changed: int
    unchanged: int
    refused: int
    fields: list[ShownField]

    @property
    def in_words(self) -> str:
        return _("new {new}, changed {changed}, unchanged {unchanged}, refused {refused}").format(
            new=self.new, changed=self.changed, unchanged=self.unchanged, refused=self.refused
        )


@dataclass(frozen=True, kw_only=True)
class ShownFinding:
    """A finding in the reader's language. ``rows`` is empty for one about a sheet or the whole file."""

    is_error: bool
    sheet: str
    rows: list[int]
    column: str
    text: str
    asks_for_answer: bool
    """Whether an answer on the page settles it, with the file as it is."""

    @property
    def place(self) -> str:
        """Such as ``Patients, row 3``, or the first of several rows; blank where it is about the whole file."""
        shown = _(", ").join(map(str, self.rows[:MOST_ROWS]))
        if len(self.rows) > MOST_ROWS:
            shown = _("{rows} and {number} more").format(rows=shown, number=len(self.rows) - MOST_ROWS)
        in_words = ngettext("row {rows}", "rows {rows}", len(self.rows)).format(rows=shown) if self.rows else ""
        return _(", ").join(filter(None, [self.sheet, in_words]))


@dataclass(frozen=True, kw_only=True)
class Check:
    """What a worker found when it checked the file with the person's answers."""

    counts: list[RowCount]
    findings: list[ShownFinding]
    errors: int
    notes: int
    sheets: list[ShownSheet]
    all_rows_kept: bool
    """Whether the file of problems holds the sound rows too."""

    @property
    def together(self) -> list[ShownFinding]:
        """The findings, those that say the same of several rows as one."""
        found: dict[tuple[Any, ...], ShownFinding] = {}
        for finding in self.findings:
            same = (finding.is_error, finding.sheet, finding.column, finding.text)
            known = found.get(same)
            found[same] = replace(known, rows=[*known.rows, *finding.rows]) if known else finding
        return list(found.values())

    @property
    def is_importable(self) -> bool:
        return self.errors == 0 and any(count.new or count.changed for count in self.counts)

    @property
    def has_changes(self) -> bool:
        """Whether rows of the study would be changed."""
        return any(count.changed for count in self.counts)

    @property
    def has_refused_rows(self) -> bool:
        """Whether there are rows to take out as a file."""
        return any(sheet.refused for sheet in self.sheets)

    @property
    def asks_for_answers(self) -> bool:
        """Whether there are problems that answers on the page settle, or no rows to correct."""
        return any(one.asks_for_answer for one in self.findings) or bool(self.errors and not self.has_refused_rows)

    @property
    def unlisted(self) -> int:
        """Findings that were counted and are not listed."""
        return self.errors + self.notes - len(self.findings)

    @property
    def new_in_words(self) -> list[str]:
        return [count.new_in_words for count in self.counts if count.new]

    @property
    def changed_in_words(self) -> list[str]:
        return [count.changed_in_words for count in self.counts if count.changed]


def check_of(job: ImportJob) -> Check | None:
    """The job's last check; None before the first."""
    check = (job.preview or {}).get("check")
    return None if check is None else check_of_stored(check)


def check_of_stored(check: dict[str, Any]) -> Check:
    """A check as it stands in a preview, to be read."""
    return Check(
        counts=[RowCount(**row) for row in check["rows"]],
        findings=_in_order([_shown(finding) for finding in check["findings"]]),
        errors=check["total"][Severity.ERROR],
        notes=check["total"][Severity.NOTE],
        sheets=[_shown_sheet(sheet) for sheet in check.get("sheets", [])],
        all_rows_kept=holds_all_rows(check),
    )


def _in_order(findings: list[ShownFinding]) -> list[ShownFinding]:
    """Errors first, then as one goes through the file: sheet by sheet, row by row."""
    sheets = {name: place for place, name in enumerate(dict.fromkeys(finding.sheet for finding in findings))}
    return sorted(findings, key=lambda one: (not one.is_error, sheets[one.sheet], one.rows))


def _shown_sheet(sheet: dict[str, Any]) -> ShownSheet:
    target = target_named(sheet["what"])
    fields = [_shown_field(target, field) for field in sheet["fields"]]
    counts = {name: sheet[name] for name in ("new", "changed", "unchanged", "refused")}
    names = dict.fromkeys(filter(None, [sheet["sheet"], str(target.heading)]))
    return ShownSheet(title=" · ".join(names), fields=fields, **counts)


def _shown_field(target: Target, stored: dict[str, Any]) -> ShownField:
    """A value to choose was kept under its label in English."""
    field = target.field(stored["name"])
    is_choice = bool(field.choices) or isinstance(field, BooleanField)
    before, after = ((_(stored[side]) if is_choice else stored[side]) for side in ("before", "after"))
    return ShownField(
        label=target.label(stored["name"]), count=stored["count"], row=stored["row"], before=before, after=after
    )


def sentences(stored: Iterable[dict[str, Any]]) -> list[str]:
    return [render(one) for one in stored]


def _shown(finding: dict[str, Any]) -> ShownFinding:
    return ShownFinding(
        is_error=finding["severity"] == Severity.ERROR,
        sheet=finding["sheet"],
        rows=[] if finding["row"] is None else [finding["row"]],
        column=finding["column"],
        text=render(finding["sentence"]),
        asks_for_answer=finding["sentence"]["text"] in (TO_ANSWER, VERIFIED),
    )
