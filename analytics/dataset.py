"""What an answer rests on: rows that are kept beside it, and how the patients came to be these.

Every row comes through ``cases.access`` for the person who asked, so an answer never rests on what that person
may not see, and a patient who withdrew consent is in none.
"""

import csv
import hashlib
import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from cases.list_files import harmless

NAME_OF_ROWS = "patient"
"""The first column of every frozen input, by which rows of patients are withheld who may no longer be shown."""


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """Why ``patients`` are out of the analysis, and how many ``samples`` of theirs or of others are left out."""

    reason: dict[str, Any]
    patients: int
    samples: int = 0


@dataclass(frozen=True, kw_only=True)
class Dataset(ABC):
    """The rows of an analysis and their way here.

    ``flow`` counts patients, step by step, from everybody in scope to those analysed. ``notes`` are what to doubt about
    the rows. A kind of question adds what its statistics need; all of it follows from the frozen rows and the question.
    """

    flow: dict[str, int]
    exclusions: list[Exclusion] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)

    @abstractmethod
    def frozen(self) -> dict[str, Any]:
        """``{"columns": […], "rows": [[…], …]}`` as JSON, to be kept beside the answer; the first column is patient."""

    def described(self) -> dict[str, Any]:
        """The part of a stored result that says what it rests on."""
        return {
            "population": {
                "flow": [{"step": step, "patients": count} for step, count in self.flow.items()],
                "exclusions": [
                    {"reason": item.reason, "patients": item.patients, "samples": item.samples}
                    for item in self.exclusions
                ],
            }
        }


def frozen_frame(frame: pd.DataFrame, columns: list[str]) -> dict[str, Any]:
    """The columns of a data frame as a frozen input; what is missing is ``None``."""
    plain = frame[columns].astype(object)
    return {"columns": columns, "rows": plain.where(frame[columns].notna(), None).to_numpy(dtype=object).tolist()}


class Writable(Protocol):
    """What text can be written to: a file, or an answer to a browser."""

    def write(self, text: str, /) -> object: ...


def write_csv(frozen: Mapping[str, Any], to: Writable) -> None:
    """Frozen rows as the CSV file that is downloaded and that the R scripts read."""
    writer = csv.writer(to)
    writer.writerow(frozen["columns"])
    writer.writerows([harmless(cell) for cell in row] for row in frozen["rows"])


def sha256(frozen: Mapping[str, Any]) -> str:
    """The hash of a frozen input: of its JSON with sorted keys and without spaces."""
    return hashlib.sha256(json.dumps(frozen, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def exclusions_of(reasons: Iterable[dict[str, Any]]) -> list[Exclusion]:
    """One exclusion for each different reason, from one reason for each patient left out, in order of appearance."""
    kept: dict[str, dict[str, Any]] = {}
    patients: Counter[str] = Counter()
    for reason in reasons:
        name = json.dumps(reason, sort_keys=True)
        kept.setdefault(name, reason)
        patients[name] += 1
    return [Exclusion(reason=reason, patients=patients[name]) for name, reason in kept.items()]
