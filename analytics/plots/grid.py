"""Numbers of patients by two things at once: colours for the eye, numbers in the cells."""

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.plots.theme import INK, TEMPLATE

ROW_HEIGHT = 36
AXIS_HEIGHT = 56
GAP_BETWEEN_ROWS = 14
GAP_BETWEEN_COLUMNS = 2
NAME_ABOVE_PX = 19

# Cividis from its yellow end: few patients are light. Numbers are drawn in what can be read on the colour.
SCALE = "Cividis_r"


def grid(
    cells: Sequence[Sequence[int | None]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    texts: Sequence[Sequence[str]],
    hovers: Sequence[Sequence[str]],
) -> go.Figure:
    """The first row on top. Where there is nobody, or the number is withheld, the cell has no colour."""
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.add_trace(
        go.Heatmap(
            x=list(columns),
            y=list(range(len(rows))),
            z=[[cell or None for cell in row] for row in cells],
            text=[list(row) for row in texts],
            texttemplate="%{text}",
            hovertext=[list(row) for row in hovers],
            hoverinfo="text",
            hoverongaps=False,
            colorscale=SCALE,
            zmin=0,
            showscale=False,
            xgap=GAP_BETWEEN_COLUMNS,
            # Names stand there on a narrow screen.
            ygap=GAP_BETWEEN_ROWS,
        )
    )
    figure.update_layout(
        meta={"nameAbovePx": NAME_ABOVE_PX},
        xaxis={"type": "category", "tickfont": {"color": INK}, "showgrid": False, "side": "top"},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": list(rows),
            "tickfont": {"color": INK},
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
        },
    )
    return figure


def grid_height(rows: int) -> int:
    """Height of the figure in CSS pixels."""
    return AXIS_HEIGHT + ROW_HEIGHT * rows
