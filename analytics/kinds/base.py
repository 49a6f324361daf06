"""What a kind of question is: everything that differs from kind to kind, behind one interface.

Pages, files, jobs and the API know this interface only. A kind is a package beside this module with one instance
registered in :mod:`analytics.kinds`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

import plotly.graph_objects as go
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from rest_framework import serializers

from analytics.dataset import Dataset
from analytics.forms.base import QuestionForm
from analytics.kinds.tested import Tested
from analytics.models import Analysis
from analytics.spec import Spec
from cases.access import Person
from cases.jobs import Progress
from cases.models import JobStatus, Study

S = TypeVar("S", bound=Spec)
D = TypeVar("D", bound=Dataset)
Text = str | Promise

QUICK = "quick"
LONG = "long"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An analysis as one person may read it.

    ``result`` is whole for those who see rows, otherwise what may be disclosed; ``None`` without an answer.
    ``rows`` are those of the frozen input whose patients this person may see today, ``columns`` their names; there are
    none for those who may not see single patients. ``gone`` counts patients who are in the answer and may no longer
    be shown: they withdrew consent, or left the reader's site. ``erased`` counts patients who are in the numbers and
    were erased for good.
    """

    analysis: Analysis
    spec: Spec
    in_full: bool
    result: dict[str, Any] | None
    columns: list[str]
    rows: list[list[Any]]
    gone: int
    erased: int

    @property
    def answer(self) -> dict[str, Any] | None:
        """The result where the question was answered; ``None`` where it was refused, say."""
        return self.result if self.analysis.status == JobStatus.SUCCEEDED else None

    def records(self) -> list[dict[str, Any]]:
        """The rows by name of the column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of an answer, in words: ``header`` and ``rows`` of one length; the first cell of a row names it.

    ``swatches`` are the CSS classes of the group each row stands for, blank for rows of no group. ``open`` is whether
    it is shown at once.
    """

    caption: str
    header: list[str]
    rows: list[list[str]]
    swatches: list[str] | None = None
    open: bool = True

    @property
    def lines(self) -> list[tuple[str, list[str]]]:
        """Each row with its swatch."""
        return list(zip(self.swatches or [""] * len(self.rows), self.rows, strict=True))


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of an answer. ``n`` says what it shows, such as “34 patients”; ``height`` in CSS pixels."""

    name: str
    title: str
    caption: str
    n: str
    height: int
    watermark: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer in words, in the order in which the page tells it: sentence, basis, figures, tables, doubts."""

    sentence: SafeString
    basis: list[str]
    figures: list[Figure]
    tables: list[Table]
    doubts: list[str]
    methods: list[str]
    lead: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


class Kind(ABC, Generic[S, D]):
    """A kind of question about the patients of a study.

    ``name`` is what a list of analyses calls it, ``question`` what its form asks, ``explains`` what it is for.
    ``steps`` names steps of the flow of patients that only this kind has.
    """

    code: ClassVar[str]
    name: ClassVar[Text]
    question: ClassVar[Text]
    explains: ClassVar[Text]
    spec_class: type[S]
    form_class: ClassVar[type[QuestionForm]]
    serializer_class: ClassVar[type[serializers.Serializer[Any]]]
    drawings: ClassVar[Mapping[str, Callable[[Reading], go.Figure | None]]]
    """The figures by name; each is ``None`` where an answer has none of that name."""

    steps: ClassVar[Mapping[str, dict[str, Any]]] = {}

    def queue(self, spec: S) -> str:
        """Which workers do it: ``quick`` for what a person waits for, ``long`` for heavy work."""
        return QUICK

    @abstractmethod
    def title(self, spec: S, markers: Mapping[str, str]) -> str:
        """What was asked, as a heading. ``markers`` gives the common name of each HGNC symbol."""

    @abstractmethod
    def check(self, *, spec: S, study: Study, by: Person) -> dict[str, Any]:
        """What is wrong where the question names what does not exist in the study: a sentence for each field."""

    @abstractmethod
    def describe(self, spec: S) -> dict[str, Any]:
        """The names a reader needs, as they are now, in every language; stored as ``result["question"]``."""

    @abstractmethod
    def load(self, *, spec: S, by: Person) -> D:
        """The rows of the question, possibly none. Raises ``NotComparable`` where they cannot stand together."""

    @abstractmethod
    def compute(self, *, dataset: D, spec: S, progress: Progress) -> dict[str, Any]:
        """The statistics as JSON. Raises ``NotComparable`` with the reason where there are none.

        Warnings stand under ``warnings``, as notes of the statistics engine.
        """

    @abstractmethod
    def disclosed(self, result: Mapping[str, Any], *, spec: S, frozen: Mapping[str, Any]) -> dict[str, Any]:
        """The part of a result for those who may not see single patients; of the same shape.

        ``frozen`` is the frozen input; ``erased`` in it counts patients of whom no row is left.
        """

    @abstractmethod
    def answer(self, reading: Reading) -> Answer:
        """The answer in words."""

    @abstractmethod
    def choices(self, spec: S) -> list[tuple[str, str]]:
        """What the asker chose, as name and value."""

    @abstractmethod
    def methods_paragraph(self, *, spec: S, result: Mapping[str, Any]) -> str:
        """The methods as a paper would state them, in English: what was tested, on whom, and how."""

    def history(self, reading: Reading) -> list[str]:
        """What is to know of how the question came about, in sentences, that its answer does not show."""
        return []

    def tested(self, *, spec: S, result: Mapping[str, Any]) -> Tested | None:
        """The test by which the answer counts in a family; ``None`` where nothing was tested, or it may not be shown.

        ``result`` may be a disclosed one.
        """
        return None

    def r_packages(self, *, spec: S, result: Mapping[str, Any]) -> list[str]:
        """The packages beyond R's own that the script loads; all must be in Debian."""
        return []

    @abstractmethod
    def r_script(self, *, spec: S, result: Mapping[str, Any]) -> str:
        """The body of an R script that computes the numbers anew, see :mod:`analytics.scripts`."""

    @abstractmethod
    def numbers(self, *, spec: S, result: Mapping[str, Any]) -> dict[str, float]:
        """The numbers that the R script reports, by the names it reports them with."""


def nothing_shown() -> str:
    """The sentence of an answer of which nothing may be disclosed."""
    return _("The groups are too small to be shown without showing single patients.")
