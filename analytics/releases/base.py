"""What a dashboard must offer so that a manager can release it: its numbers without single patients, and its words.

A dashboard has one instance of :class:`ReleasableDashboard`, registered in :mod:`analytics.releases.dashboards`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import plotly.graph_objects as go
from django.http import QueryDict
from django.utils.safestring import SafeString

from analytics.kinds.base import Table, Text
from analytics.spec import Population
from cases.access import Person, StudyRights


@dataclass(frozen=True, kw_only=True)
class State:
    """A dashboard with its choices, at one moment.

    ``query`` is the shortest query string that shows it, ``stale`` says which choices do not exist. ``numbers`` are
    JSON of what may be disclosed; ``nothing`` is a sentence where nothing is left to release.
    """

    query: str
    population: Population
    stale: list[str]
    numbers: dict[str, Any]
    nothing: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a released dashboard. ``draw`` makes its figure, of the disclosed numbers alone."""

    name: str
    title: str
    sentence: SafeString | str
    n: str = ""
    caption: str = ""
    draw: Callable[[], go.Figure] | None = None
    height: int = 0
    table: Table | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A released dashboard in the reader's language, answer first."""

    sentence: SafeString | str
    basis: list[str]
    parts: list[Part]


class ReleasableDashboard(ABC):
    """``code`` stands in addresses and rows, ``url_name`` is that of the dashboard's page."""

    code: ClassVar[str]
    name: ClassVar[Text]
    url_name: ClassVar[str]

    @abstractmethod
    def state(self, asked: QueryDict, *, by: Person, rights: StudyRights) -> State:
        """What the address shows, without what could point at fewer than five patients, in any of its tables or in
        several together (:func:`analytics.releases.tables.openable`)."""

    @abstractmethod
    def shown(self, numbers: dict[str, Any]) -> Shown:
        """The numbers of a state in words, tables and figures; reads nothing else."""
