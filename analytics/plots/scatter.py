"""Two values of each patient as a point. For those who may not see patients there is no such figure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.plots.names import Result, in_language
from analytics.plots.numbers import decimals, number
from analytics.plots.theme import ACCENT, INK, NEUTRAL, SOFT, TEMPLATE, Look, looks
from analytics.stats import BIAS

HEIGHT = 460
SIZE = 8
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": INK, "size": 14}}
ONE_LOOK = Look(colour=ACCENT, symbol="circle", number=None)

Rows = Iterable[Mapping[str, Any]]


def scatter(result: Result, rows: Rows) -> go.Figure:
    """Every patient by both measures; groups in their colours and shapes, with their numbers in the legend."""
    figure = go.Figure(layout={"template": TEMPLATE})
    places = _places(result)
    if not result["groups"]:
        figure.add_trace(_points(list(rows), ONE_LOOK, places=places, name=""))
    else:
        for name, look, members in _by_group(result, list(rows)):
            figure.add_trace(_points(members, look, places=places, name=name))
        figure.update_layout(showlegend=True, legend=LEGEND, margin={"t": 40})
    figure.update_layout(xaxis={"title": {"text": _axis(result, "x")}}, yaxis={"title": {"text": _axis(result, "y")}})
    return figure


def difference_by_average(result: Result, rows: Rows) -> go.Figure:
    """Bland and Altman's figure: the difference of both measures against their average, bias and limits as lines."""
    figure = go.Figure(layout={"template": TEMPLATE})
    members = [{**row, "x": (row["x"] + row["y"]) / 2, "y": row["x"] - row["y"]} for row in rows]
    effects = result["agreement"]["effects"]
    places = decimals(effect["estimate"] for effect in effects)
    figure.add_trace(_points(members, ONE_LOOK, places=(places, places), name=""))
    for effect in effects:
        _line(figure, effect, places)
    unit = in_language(result["measures"]["x"]["unit"])
    difference = in_language(result["measures"]["x"]["difference_unit"])
    figure.update_layout(
        margin={"r": 96},
        xaxis={"title": {"text": _("Average of both, {unit}").format(unit=unit)}},
        yaxis={"title": {"text": _("First minus second, {unit}").format(unit=difference)}},
    )
    return figure


def _line(figure: go.Figure, effect: Mapping[str, Any], places: int) -> None:
    """Bias or limit with its interval as a band."""
    is_bias = effect["name"] == BIAS
    if interval := effect["interval"]:
        figure.add_hrect(interval["low"], interval["high"], fillcolor=SOFT, opacity=0.1, line_width=0, layer="below")
    figure.add_hline(
        effect["estimate"],
        line={"color": INK if is_bias else SOFT, "width": 1.5, "dash": "solid" if is_bias else "dot"},
        annotation={
            "text": (_("bias {value}") if is_bias else _("limit {value}")).format(
                value=number(effect["estimate"], places)
            ),
            "font": {"color": SOFT, "size": 13},
            "xanchor": "left",
        },
        annotation_position="right",
    )


def _by_group(result: Result, rows: list[Mapping[str, Any]]) -> Iterable[tuple[str, Look, list[Mapping[str, Any]]]]:
    """Groups in their order, then the patients of none in grey."""
    styles = looks([group["code"] for group in result["groups"]])
    for group in result["groups"]:
        members = [row for row in rows if row["group"] == group["code"]]
        yield _named(in_language(group["labels"]), len(members)), styles[group["code"]], members
    if without := [row for row in rows if row["group"] is None]:
        yield _named(_("No group"), len(without)), NEUTRAL, without


def _named(name: str, count: int) -> str:
    return f"{name} · " + _("n = {count}").format(count=count)


def _points(rows: Sequence[Mapping[str, Any]], look: Look, *, places: tuple[int, int], name: str) -> go.Scatter:
    """Grey groups are hollow: without colours they would look like the first one."""
    hollow = look.number is None
    return go.Scatter(
        mode="markers",
        name=name,
        x=[row["x"] for row in rows],
        y=[row["y"] for row in rows],
        marker={
            "color": look.colour,
            "symbol": f"{look.symbol}-open" if hollow else look.symbol,
            "size": SIZE,
            "opacity": 1 if hollow else 0.75,
            "line": {"color": look.outline, "width": 1.5 if hollow else 1},
        },
        hovertext=[f"{row['patient']}: {number(row['x'], places[0])} · {number(row['y'], places[1])}" for row in rows],
        hoverinfo="text",
    )


def _places(result: Result) -> tuple[int, int]:
    x, y = (decimals(result["values"][name][quartile] for quartile in ("q1", "median", "q3")) for name in ("x", "y"))
    return x, y


def _axis(result: Result, name: str) -> str:
    return f"{in_language(result['question'][name]['short'])}, {in_language(result['measures'][name]['unit'])}"
