"""The figures of a time-to-event answer."""

from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from analytics.kinds.base import Reading
from analytics.kinds.time_to_event import wording
from analytics.kinds.time_to_event.spec import TimeToEvent
from analytics.plots import looks
from analytics.plots.names import in_language
from analytics.plots.ratios import Ratio, ratios
from analytics.plots.theme import Look
from analytics.plots.time_curves import TimeAxes, TimeCurve, curves_of, time_curves


def drawn_curves(reading: Reading) -> go.Figure | None:
    """The curves; ``None`` for those who may not see single patients, whose steps they are."""
    result = reading.answer
    if result is None or not result["curves"]:
        return None
    return curves_figure(result, result, question_of(reading))


def drawn_naive(reading: Reading) -> go.Figure | None:
    """The biased curves, with a watermark."""
    result = reading.answer
    if result is None or not result["naive"]:
        return None
    return curves_figure(result["naive"], result, question_of(reading), watermark=wording.watermark())


def drawn_ratios(reading: Reading) -> go.Figure | None:
    """Every hazard ratio with its interval: of the landmarks, of the regression, and the biased one."""
    rows = ratio_rows(reading.answer) if reading.answer else []
    return ratios(rows, title=_("Hazard ratio with 95% interval, logarithmic")) if rows else None


def drawn_means(reading: Reading) -> go.Figure | None:
    """The mean number of events of a patient by each day."""
    return means_figure(reading.answer, question_of(reading)) if reading.answer else None


def means_figure(result: dict[str, Any], spec: TimeToEvent) -> go.Figure | None:
    """The same of a result; ``None`` without events."""
    if not result["recurrence"] or not any(one["day"] for one in result["recurrence"]["means"]):
        return None
    found = result["recurrence"]["means"]
    names, styles = group_names(result), group_looks(result)
    plain = len(found) == 1
    curves = [
        TimeCurve(
            name=_("All patients") if plain else names[one["code"]],
            look=next(iter(styles.values())) if plain else styles[one["code"]],
            day=one["day"],
            value=one["mean"],
            low=one["low"],
            high=one["high"],
            before=0.0,
            last=one["day"][-1] if one["day"] else 0,
        )
        for one in found
    ]
    axes = TimeAxes(x=wording.time_axis(spec), y=_("Mean number of events per patient"), share=False)
    return time_curves(curves, axes)


def question_of(reading: Reading) -> TimeToEvent:
    """The question as one of this kind."""
    if not isinstance(reading.spec, TimeToEvent):
        raise TypeError(f"A question of the kind {reading.spec.kind} is no time to event.")
    return reading.spec


def ratio_rows(result: dict[str, Any]) -> list[Ratio]:
    """The rows of the forest plot, in the order of the tables."""
    rows = [
        ratio_row(_("Landmark at day {day}").format(day=one["day"]), one["term"])
        for one in result["landmarks"]
        if one["term"]
    ]
    regression = result["regression"]
    for term in regression["terms"] if regression else []:
        rows.append(ratio_row(in_language(term["labels"]), term))
    if result["naive"] and result["naive"]["term"]:
        rows.append(ratio_row(_("Ever responded, from day 0 (biased)"), result["naive"]["term"], wrong=True))
    return rows


def group_names(result: dict[str, Any]) -> dict[str, str]:
    """Each group's name by its code."""
    return {code: in_language(labels) for code, labels in result["names"]["groups"].items()}


def group_looks(result: dict[str, Any]) -> dict[str, Look]:
    """The look of each group; the last of several is the reference and grey."""
    codes = list(result["names"]["groups"])
    return looks(codes, reference=codes[-1] if len(codes) > 1 else "")


def ratio_row(name: str, term: dict[str, Any], *, wrong: bool = False) -> Ratio:
    """A row of the forest plot."""
    interval = term["interval"] or {"low": None, "high": None}
    return Ratio(
        name=name,
        value=term["hazard_ratio"],
        low=interval["low"],
        high=interval["high"],
        text=wording.ratio_words(term),
        wrong=wrong,
    )


def curves_figure(part: dict[str, Any], result: dict[str, Any], spec: TimeToEvent, *, watermark: str = "") -> go.Figure:
    """The curves of a part of the result, with the numbers at risk below them."""
    groups = {group["code"]: group for group in part["groups"]}
    curves = curves_of(part["curves"], groups, names=group_names(result), looks=group_looks(result))
    axes = TimeAxes(
        x=wording.time_axis(spec),
        y=wording.value_axis(spec),
        start=part["start"],
        line=_("landmark, day {day}").format(day=part["start"]) if part["start"] else "",
        table_days=part["table_days"],
        watermark=watermark,
    )
    return time_curves(curves, axes)
