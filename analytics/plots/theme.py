"""Every colour, shape and line of a figure, for screen and print, the same in both languages.

Figures are drawn for white paper. On a dark screen ``static/js/figure.js`` exchanges the colours of the theme for those
of ``static/css/tokens.css``; the groups' colours stay.
"""

from dataclasses import dataclass

import plotly.graph_objects as go

INK = "#1c2530"
SOFT = "#5b6673"
LINE = "#e4e1d9"
CARD = "#ffffff"
ACCENT = "#0b5d66"
REFERENCE = "#7c8792"
FONT = '"Source Sans 3 Variable", "Source Sans 3", "Noto Sans JP Variable", "Noto Sans JP", sans-serif'

# Okabe & Ito's colours, distinguishable with any colour vision, each with a shape of its own.
PALETTE = (
    ("#0072b2", "circle"),
    ("#56b4e9", "square"),
    ("#009e73", "diamond"),
    ("#e69f00", "triangle-up"),
    ("#d55e00", "cross"),
    ("#cc79a7", "x"),
)

# What a lesion, an event or a specimen is in the course of a patient.
SCLEROSIS = "#0072b2"
PARTIAL_SCLEROSIS = "#56b4e9"
NO_RESPONSE = "#b9c0c8"
PROGRESSION = "#e69f00"
EVENT = "#d55e00"
HARM = "#cc79a7"
TAKEN = "#009e73"
MEASURED = "#0072b2"
OTHER_DRUG = "#7fa9ae"
ON_OTHER_DRUG = "#0e1a1c"


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a group is drawn. ``number`` is its place in the palette, from 1; grey groups have none."""

    colour: str
    symbol: str
    number: int | None

    @property
    def tint(self) -> str:
        """The colour as a light fill."""
        red, green, blue = _channels(self.colour)
        return f"rgba({red},{green},{blue},0.14)"

    @property
    def outline(self) -> str:
        """A darker edge; light fills alone do not stand out enough from white."""
        return "#" + "".join(f"{round(channel * 0.66):02x}" for channel in _channels(self.colour))


NEUTRAL = Look(colour=REFERENCE, symbol="circle", number=None)


def looks(groups: list[str], *, reference: str = "") -> dict[str, Look]:
    """Colour and shape of each group, by its place; the reference and whatever comes after the sixth are grey.

    >>> looks(["SSX1", "SSX2"], reference="SSX2")["SSX2"].colour
    '#7c8792'
    """
    others = [group for group in groups if group != reference]
    places = dict(zip(others, range(1, len(PALETTE) + 1), strict=False))
    return {
        group: Look(colour=PALETTE[places[group] - 1][0], symbol=PALETTE[places[group] - 1][1], number=places[group])
        if group in places
        else NEUTRAL
        for group in groups
    }


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


_AXIS = {
    "gridcolor": LINE,
    "griddash": "solid",
    "showline": False,
    "zeroline": False,
    "ticks": "",
    "tickfont": {"color": SOFT, "size": 14},
    "title": {"font": {"color": INK, "size": 15}, "standoff": 12},
    "automargin": True,
    "ticklabelstandoff": 6,
    "fixedrange": True,
}

TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 15, "color": INK},
        "paper_bgcolor": CARD,
        "plot_bgcolor": CARD,
        "margin": {"l": 8, "r": 16, "t": 12, "b": 8},
        "showlegend": False,
        "hoverlabel": {"bgcolor": CARD, "bordercolor": LINE, "font": {"family": FONT, "size": 13, "color": INK}},
        "xaxis": _AXIS,
        # Names have a margin of their own and end nowhere beyond the figure: to measure that again takes long.
        "yaxis": {**_AXIS, "ticklabeloverflow": "allow"},
    }
)
