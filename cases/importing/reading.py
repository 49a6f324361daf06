"""What a page says about an import, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.importing.formats import Severity
from cases.models import ImportJob
from cases.sentences import render


@dataclass(frozen=True, kw_only=True)
class RowCount:
    """How many rows of a kind an import makes, and how many it finds in the study."""

    model: str
    new: int
    matched: int

    @property
    def title(self) -> str:
        name = str(apps.get_model(self.model)._meta.verbose_name_plural)
        # The q of qPCR stays small.
        return name if name[1:2].isupper() else capfirst(name)

    @property
    def new_in_words(self) -> str:
        """Such as ``35 patients``."""
        names = apps.get_model(self.model)._meta
        name = names.verbose_name if self.new == 1 else names.verbose_name_plural
        return _("{number} {name}").format(number=number_format(self.new, force_grouping=True), name=name)


@dataclass(frozen=True, kw_only=True)
class ShownFinding:
    """A finding in the reader's language. ``place`` is blank for one about the whole file."""

    is_error: bool
    place: str
    column: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """What a worker found when it checked the file with the person's answers."""

    counts: list[RowCount]
    findings: list[ShownFinding]
    errors: int
    notes: int

    @property
    def is_importable(self) -> bool:
        return self.errors == 0 and any(count.new for count in self.counts)

    @property
    def unlisted(self) -> int:
        """Findings that were counted and are not listed."""
        return self.errors + self.notes - len(self.findings)

    @property
    def new_in_words(self) -> list[str]:
        return [count.new_in_words for count in self.counts if count.new]


def check_of(job: ImportJob) -> Check | None:
    """The job's last check; None before the first."""
    check = (job.preview or {}).get("check")
    if check is None:
        return None
    return Check(
        counts=[RowCount(**row) for row in check["rows"]],
        findings=[_shown(finding) for finding in check["findings"]],
        errors=check["total"][Severity.ERROR],
        notes=check["total"][Severity.NOTE],
    )


def sentences(stored: Iterable[dict[str, Any]]) -> list[str]:
    return [render(one) for one in stored]


def _shown(finding: dict[str, Any]) -> ShownFinding:
    parts = [finding["sheet"]] if finding["sheet"] else []
    if finding["row"] is not None:
        parts.append(_("row {row}").format(row=finding["row"]))
    return ShownFinding(
        is_error=finding["severity"] == Severity.ERROR,
        place=", ".join(parts),
        column=finding["column"],
        text=render(finding["sentence"]),
    )
