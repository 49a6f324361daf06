"""What a kind of file must say about itself so that the portal can import it.

The app that knows a format registers it in ``AppConfig.ready``. An import then goes like this, the first, third and
fifth step in a worker (:mod:`cases.importing.runner`):

1. ``outline`` reads the file and says what there is to ask about: columns, targets, samples, and the guessed answers.
2. ``options_form`` asks the person; its ``options`` are stored with the job.
3. ``plan`` checks every row and makes the unsaved rows and the findings; the person sees counts and findings.
4. The person confirms.
5. ``plan`` runs again on the same file and options, and unless there is an error all its rows are written at once.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol

from django import forms
from django.contrib.auth.models import User
from django.db import IntegrityError, models
from django.utils.functional import Promise

from cases.access import StudyRights
from cases.history import because
from cases.importing.files import FileKind
from cases.jobs import Progress, Refusal
from cases.models import ImportJob, Study
from cases.versions import version_of

FINDINGS_LISTED = 200
"""How many findings of each severity a preview lists; the others are counted."""

BATCH_SIZE = 1000

Text = str | Promise


class Severity(StrEnum):
    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something a person should know about one place of the file; an error prevents the import.

    ``sentence`` is a stored one (:func:`cases.sentences.sentence`); ``row`` is the number a spreadsheet shows, None
    for a finding about the whole file; ``column`` is the heading in the file.
    """

    severity: Severity
    sentence: dict[str, Any]
    sheet: str = ""
    row: int | None = None
    column: str = ""


class Findings:
    """Collects findings. Counts all of them and keeps the first ``FINDINGS_LISTED`` of each severity."""

    def __init__(self) -> None:
        self.total = dict.fromkeys(Severity, 0)
        self._kept: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}

    def error(self, sentence: dict[str, Any], *, sheet: str = "", row: int | None = None, column: str = "") -> None:
        """Prevents the import. ``findings.error(sentence("“{value}” is no number.", value=…), row=3, column="Cq")``."""
        self._add(Finding(severity=Severity.ERROR, sentence=sentence, sheet=sheet, row=row, column=column))

    def note(self, sentence: dict[str, Any], *, sheet: str = "", row: int | None = None, column: str = "") -> None:
        """Worth knowing before one confirms. Many of the same kind belong in one sentence with their number."""
        self._add(Finding(severity=Severity.NOTE, sentence=sentence, sheet=sheet, row=row, column=column))

    @property
    def has_errors(self) -> bool:
        return self.total[Severity.ERROR] > 0

    def __iter__(self) -> Iterator[Finding]:
        """Those kept, errors first."""
        for severity in Severity:
            yield from self._kept[severity]

    def _add(self, finding: Finding) -> None:
        self.total[finding.severity] += 1
        kept = self._kept[finding.severity]
        if len(kept) < FINDINGS_LISTED:
            kept.append(finding)


@dataclass(frozen=True, kw_only=True)
class ChangedRow:
    """A row of the study with new values, the names of the fields that differ, and the version that was read."""

    row: Any
    fields: frozenset[str]
    version: str


@dataclass(frozen=True, kw_only=True)
class SheetCount:
    """What an import would do with one sheet, as JSON: ``what`` names the kind of record.

    ``fields`` has for every changed field its ``name``, ``count``, and of the first such row ``row``, ``before`` and
    ``after``. ``problems`` holds ``header`` and the ``rows`` with problems as ``row``, ``cells`` and ``reasons``; where
    all rows of the file are kept to be corrected, the other ones as ``sound``, and ``header_row``.
    """

    sheet: str
    what: str
    new: int
    changed: int
    unchanged: int
    refused: int
    fields: list[dict[str, Any]]
    problems: dict[str, Any]


class StagedRows(Protocol):
    """Rows that stand ready in the database, too many for instances of their ``model``.

    ``digest`` differs whenever others would be changed, or other values replaced.
    """

    model: type[models.Model]
    new: int
    changed: int
    digest: str

    def write(self) -> None:
        """Write them. Raises ``IntegrityError`` where a row is no longer the one that was read."""

    def drop(self) -> None:
        """Forget them."""


@dataclass(kw_only=True)
class ImportPlan:
    """What an import would do.

    ``new`` holds unsaved instances per model, in the order in which they can be written: patients before their
    specimens. They refer to each other and to rows of the database by their foreign keys' objects. ``changed`` holds
    rows of the study that get other values; ``staged`` are further new and changed rows, which ``forget`` gives back.
    ``matched`` counts rows of the study that the file speaks of and that stay as they are. ``reason`` is why rows of
    verified patients change. ``sheets`` counts sheet by sheet, where a format does.
    """

    findings: Findings = field(default_factory=Findings)
    new: dict[type[models.Model], list[Any]] = field(default_factory=dict)
    changed: dict[type[models.Model], list[ChangedRow]] = field(default_factory=dict)
    matched: dict[type[models.Model], int] = field(default_factory=dict)
    staged: list[StagedRows] = field(default_factory=list)
    reason: str = ""
    sheets: list[SheetCount] = field(default_factory=list)

    def number_new(self, model: type[models.Model]) -> int:
        return len(self.new.get(model, [])) + sum(rows.new for rows in self._staged_of(model))

    def number_changed(self, model: type[models.Model]) -> int:
        return len(self.changed.get(model, [])) + sum(rows.changed for rows in self._staged_of(model))

    @property
    def _models(self) -> list[type[models.Model]]:
        """In the order in which they can be written."""
        return list(dict.fromkeys([*self.changed, *self.new, *(rows.model for rows in self.staged)]))

    def _staged_of(self, model: type[models.Model]) -> list[StagedRows]:
        return [rows for rows in self.staged if rows.model is model]

    @property
    def written(self) -> dict[str, int]:
        """How many rows of each model are new or changed."""
        counts = {model: self.number_new(model) + self.number_changed(model) for model in self._models}
        return {model._meta.label: count for model, count in counts.items() if count}

    @property
    def changes_digest(self) -> str:
        """A text that differs whenever other rows would be changed, or others values be replaced."""
        told = [
            [model._meta.label, change.row.pk, change.version, sorted(change.fields)]
            for model, changes in self.changed.items()
            for change in changes
        ]
        told += [[rows.model._meta.label, rows.digest] for rows in self.staged if rows.changed]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]

    def write(self, progress: Progress | None = None) -> None:
        """Write all of it, a step a row. The caller owns the transaction and translates ``IntegrityError``."""
        progress = progress or Progress()
        with because(self.reason) if self.reason else nullcontext():
            for model in self._models:
                for rows in self._staged_of(model):
                    rows.write()
                    progress.advance(rows.new + rows.changed)
                changes, new = self.changed.get(model, []), self.new.get(model, [])
                _change(model, changes)
                progress.advance(len(changes))
                for start in range(0, len(new), BATCH_SIZE):
                    batch = new[start : start + BATCH_SIZE]
                    model._default_manager.bulk_create(batch)
                    progress.advance(len(batch))

    def forget(self) -> None:
        """Give back what the plan holds in the database."""
        for rows in self.staged:
            rows.drop()


def _change(model: type[models.Model], changes: list[ChangedRow]) -> None:
    """Raises ``IntegrityError`` where a row is no longer the one that was read."""
    if not changes:
        return
    keys = [change.row.pk for change in changes]
    now = {row.pk: row for row in model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys)}
    for change in changes:
        if change.row.pk not in now or version_of(now[change.row.pk]) != change.version:
            raise IntegrityError(f"{model._meta.label} {change.row.pk} was changed meanwhile")
    fields = sorted(frozenset[str]().union(*(change.fields for change in changes)))
    model._default_manager.bulk_update([change.row for change in changes], fields, batch_size=BATCH_SIZE)


@dataclass(frozen=True, kw_only=True)
class Source:
    """The uploaded file in its study. ``kind`` is what the content is, whatever the name says.

    ``rights`` are those of the person who imports, ``by``; with None nothing is asked beyond the right to import.
    ``outline`` is what was found in the file before its questions were answered.
    """

    study: Study
    path: Path
    file_name: str
    kind: FileKind
    job: ImportJob | None = None
    by: User | None = None
    rights: StudyRights | None = None
    outline: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Fit:
    """``options`` start the questions; ``known`` headings of the file are in the mapping, ``unknown`` ones are not.

    ``missing`` are headings of the mapping that the file lacks. ``warnings`` are those of the outline that the mapping
    leaves as they are.
    """

    options: dict[str, Any]
    known: list[str]
    unknown: list[str]
    missing: list[str]
    warnings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Of all headings, those that the file and the mapping have in common: 0 to 1."""
        return len(self.known) / max(1, len(self.known) + len(self.unknown) + len(self.missing))


class OptionsForm(forms.Form):
    """The questions of a format about one file. Built from the outline, so the web process never reads the file."""

    @property
    def options(self) -> dict[str, Any]:
        """The answers as JSON, after ``is_valid()``; what :meth:`ImportFormat.plan` receives."""
        return self.cleaned_data


class ImportFormat(ABC):
    """A kind of file. Stateless; one instance is registered.

    ``accepts`` says which content it reads; ``takes_the_rest`` that it asks about files which no format recognises;
    ``example`` names a file of ``docs/examples`` for download;
    ``options_template`` shows ``form`` and ``outline`` to a person, inside a ``<form>``.
    """

    code: ClassVar[str]
    title: ClassVar[Text]
    explanation: ClassVar[Text]
    accepts: ClassVar[frozenset[FileKind]]
    takes_the_rest: ClassVar[bool] = False
    suffixes: ClassVar[tuple[str, ...]]
    example: ClassVar[str]
    options_template: ClassVar[str] = "cases/import_options.html"

    @abstractmethod
    def recognises(self, source: Source) -> bool:
        """Whether the content looks like this format. Reads as little as possible; never raises."""

    @abstractmethod
    def outline(self, source: Source, *, progress: Progress) -> dict[str, Any]:
        """What the form needs to know about the file, as JSON: names found, examples, guessed answers.

        May hold ``header`` (list of headings) and ``rows`` (list of lists of texts): the first rows, which the
        page shows. Raises :class:`cases.jobs.Refusal` for a file that cannot be used at all.
        """

    @abstractmethod
    def options_form(
        self, *, study: Study, outline: dict[str, Any], options: dict[str, Any] | None = None, data: Any = None
    ) -> OptionsForm:
        """The questions. ``options``: earlier answers to start from, else the outline's guesses; ``data``: POST."""

    @abstractmethod
    def plan(self, source: Source, *, options: dict[str, Any], progress: Progress) -> ImportPlan:
        """Read and check every row against the study. Findings are collected, not raised.

        Uses a number of queries that does not depend on the number of rows. Raises :class:`cases.jobs.Refusal` only
        for a file that cannot be used at all.
        """

    def mapping(self, *, outline: dict[str, Any], options: dict[str, Any]) -> dict[str, Any] | None:
        """The answers worth keeping for the next file, by headings; None where a format has nothing to keep.

        ``columns``, or ``sheets`` with ``columns`` each, hold what every heading is. What concerns this one file, such
        as a code that must be new, is left out.
        """
        return None

    def fit(self, mapping: dict[str, Any], *, outline: dict[str, Any]) -> Fit:
        """How the kept answers fit another file. Raises :class:`cases.jobs.Refusal` for what is no mapping."""
        raise Refusal("Files of this kind have no mappings of columns.")

    def links(self, job: ImportJob) -> list[tuple[Text, str]]:
        """Where to look at what the job wrote: words and address, beside the lists of patients and specimens."""
        return []


_formats: dict[str, ImportFormat] = {}


def register(import_format: ImportFormat) -> None:
    """Offer the format. More specific formats are asked first when the portal guesses: the order of registration."""
    _formats[import_format.code] = import_format


def registered() -> list[ImportFormat]:
    """Every format, in the order of registration."""
    return list(_formats.values())


def as_looked_for() -> list[ImportFormat]:
    """Every format as a person looks for them: tables of any content first."""
    return sorted(registered(), key=lambda offered: not offered.takes_the_rest)


def by_code(code: str) -> ImportFormat:
    """The format of that code; ``KeyError`` when there is none."""
    return _formats[code]
