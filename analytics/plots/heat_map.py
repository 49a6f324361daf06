"""Coefficients of every pair of markers: colours for the eye, numbers in the cells, patients in the hover."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.plots.names import Result, group_names
from analytics.plots.numbers import signed
from analytics.plots.theme import INK, TEMPLATE
from analytics.plots.wording import interval_text
from analytics.stats import format_p

ROW_HEIGHT = 52
AXIS_HEIGHT = 180
PLACES = 2
ALPHA = 0.05
GAP = 2

# Orange to blue over white: told apart with any colour vision, and light enough for dark numbers on them. None is a
# colour of the theme, which a dark screen would exchange.
SCALE = [[0.0, "#ee8f52"], [0.5, "#fdfdfd"], [1.0, "#4d9fd0"]]
NUMBERS = "#1b2430"


def coefficients(result: Result) -> go.Figure:
    """The lower triangle of the matrix; a cell without an answer stays blank."""
    names = group_names(result)
    columns, rows = list(names)[:-1], list(names)[1:]
    pairs = {(pair["first"], pair["second"]): pair for pair in result["pairs"] if pair["association"]}
    cells = [[pairs.get((column, row)) for column in columns] for row in rows]
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.add_trace(
        go.Heatmap(
            x=[names[code] for code in columns],
            y=[names[code] for code in rows],
            z=[[cell and cell["association"]["effect"]["estimate"] for cell in row] for row in cells],
            text=[[_text(cell) for cell in row] for row in cells],
            texttemplate="%{text}",
            textfont={"color": NUMBERS},
            hovertext=[[_hover(cell, names) for cell in row] for row in cells],
            hoverinfo="text",
            hoverongaps=False,
            colorscale=SCALE,
            zmin=-1,
            zmax=1,
            xgap=GAP,
            ygap=GAP,
            colorbar={
                "title": {"text": _("rho"), "side": "top", "font": {"size": 13}},
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": 1,
                "yanchor": "bottom",
                "len": 0.5,
                "thickness": 10,
                "outlinewidth": 0,
                "tickvals": [-1, -0.5, 0, 0.5, 1],
                "ticktext": [signed(value, 1) for value in (-1, -0.5, 0, 0.5, 1)],
            },
        )
    )
    figure.update_layout(
        xaxis=_axis(),
        yaxis={**_axis(), "autorange": "reversed"},
    )
    return figure


def height(result: Result) -> int:
    """Height of the figure in CSS pixels."""
    return AXIS_HEIGHT + ROW_HEIGHT * (len(result["groups"]) - 1)


def _axis() -> dict[str, Any]:
    return {"type": "category", "tickfont": {"color": INK}, "showgrid": False}


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
