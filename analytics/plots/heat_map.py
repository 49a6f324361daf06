"""Coefficients of every pair of markers: colours for the eye, numbers in the cells, patients in the hover."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.plots.names import Result, group_names
from analytics.plots.numbers import signed
from analytics.plots.theme import CARD, INK, TEMPLATE
from analytics.plots.wording import interval_text
from analytics.stats import format_p

ROW_HEIGHT = 52
AXIS_HEIGHT = 150
PLACES = 2
ALPHA = 0.05
GAP = 2

# Orange to blue over white: told apart with any colour vision.
SCALE = [[0.0, "#d55e00"], [0.25, "#eeb283"], [0.5, CARD], [0.75, "#80b9d9"], [1.0, "#0072b2"]]


def coefficients(result: Result) -> go.Figure:
    """The lower triangle of the matrix; a cell without an answer stays blank."""
    names = group_names(result)
    columns, rows = list(names)[:-1], list(names)[1:]
    pairs = {(pair["first"], pair["second"]): pair for pair in result["pairs"] if pair["association"]}
    cells = [[pairs.get((column, row)) for column in columns] for row in rows]
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.add_trace(
        go.Heatmap(
            x=list(range(len(columns))),
            y=list(range(len(rows))),
            z=[[cell and cell["association"]["effect"]["estimate"] for cell in row] for row in cells],
            text=[[_text(cell) for cell in row] for row in cells],
            texttemplate="%{text}",
            hovertext=[[_hover(cell, names) for cell in row] for row in cells],
            hoverinfo="text",
            hoverongaps=False,
            colorscale=SCALE,
            zmin=-1,
            zmax=1,
            xgap=GAP,
            ygap=GAP,
            colorbar={
                "title": {"text": _("rho"), "side": "top"},
                "thickness": 12,
                "outlinewidth": 0,
                "tickvals": [-1, -0.5, 0, 0.5, 1],
                "ticktext": [signed(value, 1) for value in (-1, -0.5, 0, 0.5, 1)],
            },
        )
    )
    figure.update_layout(
        xaxis=_axis([names[code] for code in columns]),
        yaxis={**_axis([names[code] for code in rows]), "autorange": "reversed"},
    )
    return figure


def height(result: Result) -> int:
    """Height of the figure in CSS pixels."""
    return AXIS_HEIGHT + ROW_HEIGHT * (len(result["groups"]) - 1)


def _axis(names: list[str]) -> dict[str, Any]:
    return {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "tickfont": {"color": INK},
        "showgrid": False,
    }


def _text(pair: Mapping[str, Any] | None) -> str:
    if pair is None:
        return ""
    estimate = signed(pair["association"]["effect"]["estimate"], PLACES)
    return f"<b>{estimate}</b>" if pair["adjusted_p"] < ALPHA else estimate


def _hover(pair: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    if pair is None:
        return ""
    effect = pair["association"]["effect"]
    patients = ngettext("{count} patient", "{count} patients", pair["patients"]).format(count=pair["patients"])
    return (
        f"{names[pair['first']]} – {names[pair['second']]}<br>{signed(effect['estimate'], PLACES)} "
        f"({interval_text(effect['interval'], PLACES)})<br>{patients}, p {format_p(pair['adjusted_p'])}"
    )
