"""The differences between the groups, each with its interval, around a line at no difference."""

from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.plots.names import Result, effect_named, group_names, in_language
from analytics.plots.numbers import signed
from analytics.plots.theme import INK, SOFT, TEMPLATE
from analytics.plots.wording import interval_text, value_places
from analytics.stats import MEAN_DIFFERENCE, SHIFT

MOST_ROWS = 24
ROW_HEIGHT = 34
AXIS_HEIGHT = 84


def pair_shifts(result: Result) -> list[tuple[str, str, dict[str, Any]]]:
    """First group, second group and the shift from the second to the first, for each pair that was compared."""
    if result["comparison"] is None:
        return []
    if result["pairs"] is None and len(result["groups"]) != 2:
        return []
    if result["pairs"] is None:
        first, second = (group["code"] for group in result["groups"])
        found = [(first, second, _shift(result["comparison"]["effects"]))]
    else:
        pairs = result["pairs"]["comparisons"]
        found = [(pair["first"], pair["second"], _shift(pair["effects"])) for pair in pairs]
    return [(first, second, shift) for first, second, shift in found if shift and shift["interval"]]


def shifts(result: Result) -> go.Figure | None:
    """One row per pair; ``None`` when there are none, or too many to read."""
    pairs = pair_shifts(result)
    if not 0 < len(pairs) <= MOST_ROWS:
        return None
    names = group_names(result)
    places = value_places(result)
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.add_vline(0, line={"color": SOFT, "width": 1, "dash": "dot"}, layer="below")
    if margin := result["comparison"].get("margin"):
        figure.add_vrect(-margin, margin, fillcolor=SOFT, opacity=0.12, line_width=0, layer="below")
    estimates = [shift["estimate"] for _first, _second, shift in pairs]
    # An open end reaches the edge of what the other numbers span.
    edge = 1.2 * max(abs(bound) for *_pair, shift in pairs for bound in _known(shift))
    intervals = [shift["interval"] for *_pair, shift in pairs]
    highs = [_or(interval["high"], edge) for interval in intervals]
    lows = [_or(interval["low"], -edge) for interval in intervals]
    figure.add_trace(
        go.Scatter(
            mode="markers",
            x=estimates,
            y=list(range(len(pairs))),
            marker={"color": INK, "size": 8, "symbol": "diamond"},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - x for x, high in zip(estimates, highs, strict=True)],
                "arrayminus": [x - low for x, low in zip(estimates, lows, strict=True)],
                "color": INK,
                "thickness": 1.5,
                "width": 0,
            },
            hovertext=[
                f"{signed(x, places)} ({interval_text(interval, places)})"
                for x, interval in zip(estimates, intervals, strict=True)
            ],
            hoverinfo="text",
        )
    )
    figure.update_layout(
        xaxis={"title": {"text": _("Shift, {unit}").format(unit=in_language(result["difference_unit"]))}},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(pairs))),
            "ticktext": [f"{names[first]} − {names[second]}" for first, second, _shift in pairs],
            "range": [len(pairs) - 0.4, -0.6],
            "tickfont": {"color": INK},
            "showgrid": False,
        },
    )
    return figure


def shifts_height(result: Result) -> int:
    """Height of the figure in CSS pixels."""
    return AXIS_HEIGHT + ROW_HEIGHT * len(pair_shifts(result))


def _shift(effects: list[dict[str, Any]]) -> dict[str, Any] | None:
    return effect_named(effects, SHIFT) or effect_named(effects, MEAN_DIFFERENCE)


def _known(shift: dict[str, Any]) -> list[float]:
    ends = [shift["estimate"], shift["interval"]["low"], shift["interval"]["high"]]
    return [end for end in ends if end is not None]


def _or(bound: float | None, edge: float) -> float:
    return edge if bound is None else bound
