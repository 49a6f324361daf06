"""Names of events, days and numbers of a time-to-event answer, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.kinds.time_to_event.spec import EndPoint, TimeToEvent, Zero
from analytics.plots.names import in_a_sentence
from analytics.plots.numbers import number
from analytics.plots.wording import p_text
from analytics.report import HIDDEN
from analytics.stats.follow_up import DAYS_PER_YEAR
from cases.models import Criterion, SkeletalEventType


def event_name(spec: TimeToEvent) -> str:
    """“a first skeletal-related event”, with the kinds of it that count where not all do."""
    if spec.end_point == EndPoint.DEATH:
        return _("death")
    if spec.end_point == EndPoint.PROGRESSION:
        return _("progression by {criterion}").format(criterion=Criterion(spec.progression).label)
    name = _("a first skeletal-related event")
    if not spec.event_types:
        return name
    kinds = ", ".join(in_a_sentence(str(SkeletalEventType(code).label)) for code in spec.event_types)
    return _("{event} ({kinds})").format(event=name, kinds=kinds)


def zero_name(spec: TimeToEvent) -> str:
    """“first dose of denosumab”."""
    return in_a_sentence(str(Zero(spec.zero).label))


def time_axis(spec: TimeToEvent) -> str:
    """“Years from first dose of denosumab”."""
    return _("Years from {zero}").format(zero=zero_name(spec))


def value_axis(spec: TimeToEvent) -> str:
    """What the curve is the share of."""
    if spec.end_point == EndPoint.DEATH:
        return _("Alive")
    if spec.end_point == EndPoint.PROGRESSION:
        return _("With progression")
    return _("With a skeletal-related event")


def watermark() -> str:
    """Stands across the biased figure."""
    return _("BIASED: immortal time")


def in_years(day: float | None) -> str:
    """A day as years, with one decimal; a day that is not reached as a dash."""
    return HIDDEN if day is None else number(day / DAYS_PER_YEAR, 1)


def ratio_number(ratio: float | None) -> str:
    """A ratio with two digits after the point, or more where it is small."""
    if ratio is None:
        return HIDDEN
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


def ratio_interval(interval: Mapping[str, Any] | None) -> str:
    """“0.41 to 0.93”; an open end is 0 or infinite."""
    if interval is None:
        return _("not estimable")
    low = "0" if interval["low"] is None else ratio_number(interval["low"])
    high = "∞" if interval["high"] is None else ratio_number(interval["high"])
    return _("{low} to {high}").format(low=low, high=high)


def ratio_words(term: Mapping[str, Any]) -> str:
    """“hazard ratio 0.61 (95% interval 0.41 to 0.93), p = 0.021”."""
    text = _("hazard ratio {ratio} (95% interval {interval}), {p}")
    return text.format(
        ratio=ratio_of_term(term), interval=ratio_interval(term["interval"]), p=p_text(term["p_value"], exact=False)
    )


def ratio_of_term(term: Mapping[str, Any]) -> str:
    """The ratio, or where it goes to."""
    if term.get("limit"):
        return "∞" if term["limit"] == "infinite" else "0"
    return ratio_number(term["hazard_ratio"] if "hazard_ratio" in term else term["ratio"])


def share(value: float | None) -> str:
    """A share in per cent with one decimal."""
    return HIDDEN if value is None else f"{100 * value:.1f}%"


def share_interval(one: Mapping[str, Any]) -> str:
    """“12.3% to 20.1%”."""
    if one["low"] is None or one["high"] is None:
        return HIDDEN
    return _("{low} to {high}").format(low=share(one["low"]), high=share(one["high"]))
