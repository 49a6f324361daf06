"""A part of a dashboard: a sentence, a figure and a table of the same numbers."""

from collections.abc import Callable
from dataclasses import dataclass, field

import plotly.graph_objects as go
from django.utils.safestring import SafeString

from analytics.kinds.base import Table


@dataclass(frozen=True, kw_only=True)
class Panel:
    """``sentence`` says what there is, or why there is nothing; then there is no figure to ``draw``. It may be blank
    where the answer of the dashboard says it.

    A page holds only the addresses of its figures, so each is drawn when it is asked for. ``n`` is what the figure
    shows, such as “34 patients”; ``height`` is in CSS pixels. ``file`` is the table of the file, where that is longer
    than the one shown. ``question`` is the query string of the question that tests it, of the kind ``kind``.
    """

    name: str
    title: str
    sentence: SafeString | str
    n: str = ""
    caption: str = ""
    draw: Callable[[], go.Figure] | None = None
    height: int = 0
    table: Table | None = None
    file: Table | None = None
    notes: list[str] = field(default_factory=list)
    question: str = ""
    kind: str = ""
