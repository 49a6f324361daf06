"""What the parts of proportions are called, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.kinds.response_proportions.regression import GROUP
from analytics.kinds.response_proportions.spec import AGE, MARKER, YEARS_PER_STEP, Step
from analytics.plots.names import Result, in_language
from analytics.plots.numbers import percent
from cases.derived.response import SCLEROSIS
from cases.models import Criterion

SIGNIFICANT = 3


def outcome_name(criterion: str) -> str | Promise:
    """“Sclerosis”, or “Response by RECIST 1.1”."""
    if criterion == SCLEROSIS:
        return gettext_lazy("Sclerosis")
    return format_lazy(gettext_lazy("Response by {criterion}"), criterion=Criterion(criterion).label)


def share_words(effect: Mapping[str, Any], *, of: str) -> str:
    """“69% (95% interval 63% to 75%; 150 of 217)”."""
    interval = effect["interval"]
    return _("{share} (95% interval {low} to {high}; {of})").format(
        share=percent(effect["estimate"]), low=percent(interval["low"]), high=percent(interval["high"]), of=of
    )


def responders_of(counts: Mapping[str, Any]) -> str:
    """“150 of 217”."""
    return _("{responders} of {patients}").format(responders=counts["responders"], patients=counts["patients"])


def points(value: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    rounded = round(100 * value)
    return f"+{rounded}" if rounded > 0 else f"−{-rounded}" if rounded < 0 else "0"


def points_interval(interval: Mapping[str, Any] | None) -> str:
    """“+12 to +48”."""
    if interval is None:
        return _("not estimable")
    return _("{low} to {high}").format(low=points(interval["low"]), high=points(interval["high"]))


def ratio(value: float | None) -> str:
    """An odds ratio with three digits; infinite where a cell is empty.

    >>> ratio(0.04217), ratio(2.0), ratio(0.0), ratio(None)
    ('0.042', '2.00', '0', '∞')
    """
    if value is None or value == 0:
        return "∞" if value is None else "0"
    if value >= 100:
        return "> 100" if value > 999 else f"{value:.0f}"
    if 0 < value < 0.001:
        return "< 0.001"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def ratio_interval(interval: Mapping[str, Any] | None) -> str:
    """“0.83 to 4.76”; an open end has no number."""
    if interval is None:
        return _("not estimable")
    return _("{low} to {high}").format(low=ratio(interval["low"]), high=ratio(interval["high"]))


def covariate_name(code: str, result: Result) -> str:
    """What a covariate, or the grouping, is called."""
    if code == GROUP:
        return in_language(result["question"]["grouping"])
    return in_language(result["question"]["covariates"][code])


def term_name(term: Mapping[str, Any], result: Result) -> str:
    """“Primary site: lung against breast”, or a number with its step."""
    name = covariate_name(term["factor"], result)
    if term["factor"] == AGE:
        return _("Age at diagnosis, per {years} years").format(years=YEARS_PER_STEP)
    if term["factor"] == MARKER:
        steps = {Step.QUARTILES: _("interquartile range"), Step.DEVIATION: _("standard deviation")}
        text = _("{marker}, per {step} ({size} {unit})")
        unit = in_language(result["measured"]["unit"])
        marker = result["question"]["marker"]["name"]
        step = steps[Step(result["question"]["step"])]
        return text.format(marker=marker, step=step, size=f"{term['step']:.{SIGNIFICANT}g}", unit=unit)
    names = level_names(term["factor"], result)
    text = _("{covariate}: {level} against {reference}")
    return text.format(covariate=name, level=names[term["level"]], reference=names[term["reference"]])


def level_names(factor: str, result: Result) -> dict[str, str]:
    """The levels of a factor by code."""
    if factor == GROUP:
        return {group["code"]: in_language(group["labels"]) for group in result["groups"]}
    return {code: in_language(labels) for code, labels in result["levels"][f"covariate {factor}"].items()}
