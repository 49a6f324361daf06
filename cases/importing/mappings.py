"""Answers about columns kept under a name: saved from one import, offered for the next, read from a file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases.importing.formats import Fit, ImportFormat, by_code
from cases.importing.words import plain
from cases.jobs import Refusal
from cases.models import ImportJob, ImportMapping, Study
from cases.sentences import sentence

SMALLEST_SHARE = 0.5
"""A mapping is offered where the file has at least this share of headings in common with it."""

LARGEST_FILE_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class KeptMapping:
    """A mapping by its name, of the study or out of a file."""

    name: str
    answers: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A mapping and how it fits the file."""

    mapping: ImportMapping
    fit: Fit

    @property
    def name(self) -> str:
        return self.mapping.name


def offers(*, study: Study, import_format: ImportFormat, outline: dict[str, Any]) -> list[Offer]:
    """The study's mappings that fit, the best first. One query."""
    saved = ImportMapping.objects.filter(study=study, format=import_format.code).select_related("saved_by", "study")
    fitting = []
    for mapping in saved.order_by("-saved_at"):
        fit = import_format.fit(mapping.answers, outline=outline)
        if fit.share >= SMALLEST_SHARE:
            fitting.append(Offer(mapping=mapping, fit=fit))
    return sorted(fitting, key=lambda offer: -offer.fit.share)


def warnings_of(fit: Fit, *, name: str) -> list[dict[str, Any]]:
    """What is worth knowing about the file once a mapping is used, as stored sentences.

    Headings that only the file or only the mapping has are named.
    """
    return [
        *fit.warnings,
        *(
            sentence("Column “{column}” is not in the mapping “{mapping}”: look what it is.", column=text, mapping=name)
            for text in fit.unknown
        ),
        *(
            sentence("The mapping “{mapping}” has a column “{column}” that this file lacks.", column=text, mapping=name)
            for text in fit.missing
        ),
    ]


def answers_of(job: ImportJob) -> dict[str, Any] | None:
    """What of the import's answers can be kept; None without answers, or where the format keeps none."""
    if not job.options or job.preview is None:
        return None
    return by_code(job.format).mapping(outline=job.preview["outline"], options=job.options)


def named(*, study: Study, import_format: ImportFormat, name: str) -> KeptMapping:
    """The study's mapping of that name. Raises :class:`Refusal` with the names there are."""
    saved = ImportMapping.objects.filter(study=study, format=import_format.code)
    mapping = saved.filter(name=name).first()
    if mapping is None:
        names = ", ".join(saved.values_list("name", flat=True))
        if not names:
            raise Refusal(
                "There is no mapping “{name}”: none was kept for such files yet. Keep the answers of an import first.",
                name=name,
            )
        raise Refusal("There is no mapping “{name}” for such files. There are: {names}.", name=name, names=names)
    return KeptMapping(name=mapping.name, answers=mapping.answers)


def columns_kept(answers: dict[str, Any]) -> int:
    """How many headings a mapping knows, or targets of plates."""
    of_sheets = sum(len(sheet["columns"]) for sheet in answers.get("sheets", []))
    return of_sheets + len(answers.get("columns", {})) + len(answers.get("targets", {}))


def as_file(mapping: ImportMapping) -> str:
    """The mapping as JSON, for another study or the command line."""
    told = {"format": mapping.format, "name": mapping.name, "answers": mapping.answers}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def read_file(path: Path, *, import_format: ImportFormat) -> KeptMapping:
    """The mapping in a file as :func:`as_file` writes it. Raises :class:`Refusal`."""
    try:
        told = json.loads(path.read_bytes()[: LARGEST_FILE_BYTES + 1])
    except (ValueError, RecursionError, OSError) as error:
        raise _no_mapping() from error
    return sent(told, name=path.name, import_format=import_format)


def sent(told: Any, *, name: str, import_format: ImportFormat) -> KeptMapping:
    """The mapping as :func:`as_file` tells it, called ``name`` where it has none. Raises :class:`Refusal`."""
    if not isinstance(told, dict) or not isinstance(told.get("answers"), dict):
        raise _no_mapping()
    if told.get("format") != import_format.code:
        raise Refusal("This mapping is for files of another kind.")
    return KeptMapping(name=str(told.get("name") or name), answers=told["answers"])


def headings_by_word(headings: list[str]) -> dict[str, str]:
    """The headings by the words they are compared by: case, width and underscores make no difference."""
    return {plain(heading): heading for heading in reversed(headings)}


def texts(value: Any) -> dict[str, str]:
    """The texts by texts of a mapping. Raises :class:`Refusal` for anything else."""
    if not isinstance(value, dict) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        raise _no_mapping()
    return value


def objects(value: Any) -> dict[str, dict[str, Any]]:
    """The objects by texts of a mapping. Raises :class:`Refusal` for anything else."""
    if not isinstance(value, dict) or not all(isinstance(item, dict) for item in value.values()):
        raise _no_mapping()
    return value


def dictionaries(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list in a mapping. Raises :class:`Refusal` for anything else."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _no_mapping()
    yield from value


def _no_mapping() -> Refusal:
    return Refusal("This is no mapping of columns. Download one from the page of mappings to see what it looks like.")
