"""What a dashboard must offer so that a manager can release it: its numbers without single patients, and its words.

A dashboard has one instance of :class:`ReleasableDashboard`, registered in :mod:`analytics.releases.dashboards`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from analytics.dashboards.panel import Panel
from analytics.kinds.base import Text
from analytics.spec import Population
from cases.access import Person, StudyRights


@dataclass(frozen=True, kw_only=True)
class State:
    """A dashboard with its choices, at one moment.

    ``query`` is the shortest query string that shows it, ``stale`` says which choices do not exist. ``numbers`` are
    JSON of what may be disclosed; ``nothing`` is a sentence where nothing is left to release. ``left_out`` tells the
    manager what of the page is not released.
    """

    query: str
    population: Population
    stale: list[str]
    numbers: dict[str, Any]
    nothing: str = ""
    left_out: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A released dashboard in the reader's language, answer first, made of the disclosed numbers alone."""

    sentence: SafeString | str
    basis: list[str]
    parts: list[Panel]


def withheld_groups(count: int) -> list[str]:
    """A note about groups that are not shown; none where there are none."""
    text = ngettext("{count} group is withheld", "{count} groups are withheld", count)
    return [text.format(count=count)] if count else []


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
