"""Families of tests in words, tables and a figure."""

from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics import report
from analytics.families.reading import Place
from analytics.kinds import kind_of, parse
from analytics.kinds.tested import Scale, Tested
from analytics.models import Family
from analytics.plots.estimates import Estimate, estimates
from analytics.plots.numbers import MINUS
from analytics.plots.ratios import Ratio, ratios

LEVEL = 0.05
CORRECTED = {
    "holm": "Holm's method",
    "bh": "the method of Benjamini and Hochberg",
}


def title(place: Place, markers: dict[str, str]) -> str:
    """What the member asks."""
    analysis = place.member.analysis
    return kind_of(analysis).title(parse(analysis.spec), markers)


def estimate(tested: Tested | None) -> str:
    """“−1.2 log2(TPM+1)”, or a dash."""
    if tested is None or tested.scale is None or tested.value is None:
        return report.HIDDEN
    return f"{_number(tested.value)} {tested.unit}".strip()


def interval(tested: Tested | None) -> str:
    """“0.10 to 0.37”, or a dash; an open end is infinite."""
    if tested is None or tested.scale is None or (tested.low is None and tested.high is None):
        return report.HIDDEN
    low, high = (f"{MINUS}∞" if tested.low is None else _number(tested.low)), tested.high
    return _("{low} to {high}").format(low=low, high="∞" if high is None else _number(high))


def sentence(family: Family, places: list[Place]) -> str:
    """How many tests hold after the correction."""
    answered = [place for place in places if place.adjusted_p is not None]
    if not places:
        return _("No test yet. Choose this family in the form of a question.")
    if not answered:
        return _("None of {count} tests has an answer yet.").format(count=len(places))
    holding = sum(place.adjusted_p < LEVEL for place in answered if place.adjusted_p is not None)
    text = _("{holding} of {count} tests have a corrected p below 0.05 ({method}).")
    return text.format(holding=holding, count=len(places), method=family.get_correction_display())


def paragraph(places: list[Place]) -> str:
    """For the methods of a paper, in English; blank outside families."""
    return " ".join(_sentence_of_paper(place) for place in places)


def forest(places: list[Place], markers: dict[str, str]) -> tuple[go.Figure, str] | None:
    """The estimates below each other with what they are; ``None`` unless all of several are of one kind and unit."""
    known = [(place, place.tested) for place in places if place.tested and place.tested.value is not None]
    if len(known) < 2 or len({(tested.scale, tested.unit) for _place, tested in known}) > 1:
        return None
    first = known[0][1]
    scale = Scale(first.scale or Scale.SHIFT)
    axis = f"{scale.label}, {first.unit}" if first.unit else str(scale.label)
    rows: list[dict[str, Any]] = [
        {
            "name": "<br>".join(filter(None, [f"{place.number} · {title(place, markers)}", tested.of])),
            "value": tested.value,
            "low": tested.low,
            "high": tested.high,
            "text": f"{estimate(tested)} ({interval(tested)})",
        }
        for place, tested in known
    ]
    if first.is_ratio:
        return ratios([Ratio(**row) for row in rows], title=axis), axis
    return estimates([Estimate(**row) for row in rows], title=axis, nothing=scale.nothing), axis


def _sentence_of_paper(place: Place) -> str:
    late = " It was added after an answer of the family was there." if place.member.is_late else ""
    return (
        f"This was test {place.number} of {place.count} of the family “{place.family.name}”, declared on "
        f"{place.family.declared_at:%Y-%m-%d}; p-values of the family were corrected by "
        f"{CORRECTED[place.family.correction]}, tests without an answer counting as p = 1.{late}"
    )


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", MINUS)
