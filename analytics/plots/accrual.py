"""How the number of patients grew: a step at every period in which some came."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.plots.theme import ACCENT, INK, TEMPLATE

HEIGHT = 260


def accrual(periods: Sequence[Mapping[str, Any]], *, title: str) -> go.Figure:
    """``periods`` go from month to month, such as “2019-03”, each with its patients; ``title`` names the date."""
    totals = list(accumulate(period["patients"] for period in periods))
    months = [f"{period['last']}-15" for period in periods]
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.add_trace(
        go.Scatter(
            mode="lines+markers" if len(periods) < 2 else "lines",
            x=months,
            y=totals,
            line={"color": ACCENT, "width": 2, "shape": "hv"},
            marker={"color": ACCENT, "size": 8},
            hovertext=[_hover(period, total) for period, total in zip(periods, totals, strict=True)],
            hoverinfo="text",
            cliponaxis=False,
        )
    )
    figure.add_annotation(
        x=months[-1], y=totals[-1], text=str(totals[-1]), showarrow=False, yshift=12, font={"color": INK, "size": 14}
    )
    figure.update_layout(
        margin={"t": 24},
        xaxis={"title": {"text": title}, "type": "date", "showgrid": False, "hoverformat": "%Y-%m"},
        yaxis={"title": {"text": _("Patients in all")}, "rangemode": "tozero"},
    )
    return figure


def period_name(period: Mapping[str, Any]) -> str:
    """“2019-03”, or “2019-03 to 2019-11”."""
    if period["first"] == period["last"]:
        return str(period["first"])
    return _("{first} to {last}").format(first=period["first"], last=period["last"])


def _hover(period: Mapping[str, Any], total: int) -> str:
    text = _("{period}: {new} new, {total} in all")
    return text.format(period=period_name(period), new=period["patients"], total=total)
