"""One bar per patient, in order of height, coloured by what became of the patient."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.plots.theme import CARD, INK, SOFT, TEMPLATE

HEIGHT = 380
MOST_NAMES = 30
"""More names than this cannot be read below their bars."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One bar: ``text`` is shown on pointing at it."""

    name: str
    value: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The bars of one colour; a hollow one has an edge only."""

    name: str
    colour: str
    bars: Sequence[tuple[int, Step]]
    hollow: bool = False


def waterfall(groups: Sequence[Steps], *, y: str, x: str) -> go.Figure:
    """The bars of all groups, each at its place, from 0 on, along one axis."""
    figure = go.Figure(layout={"template": TEMPLATE})
    for group in groups:
        figure.add_trace(
            go.Bar(
                name=group.name,
                x=[place for place, _bar in group.bars],
                y=[bar.value for _place, bar in group.bars],
                marker={
                    "color": CARD if group.hollow else group.colour,
                    "line": {"color": group.colour if group.hollow else INK, "width": 1 if group.hollow else 0},
                },
                hovertext=[f"{bar.name}<br>{bar.text}" for _place, bar in group.bars],
                hoverinfo="text",
            )
        )
    bars = sorted((place, bar.name) for group in groups for place, bar in group.bars)
    named = len(bars) <= MOST_NAMES
    figure.add_hline(0, line={"color": SOFT, "width": 1})
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 44},
        barmode="overlay",
        bargap=0.15,
        xaxis={
            "title": {"text": x},
            "showgrid": False,
            "tickmode": "array",
            "tickvals": [place for place, _name in bars] if named else [],
            "ticktext": [name for _place, name in bars] if named else [],
            "range": [-0.6, len(bars) - 0.4],
        },
        yaxis={"title": {"text": y}},
    )
    return figure
