"""How the board says its numbers."""

from django.utils.translation import gettext as _

from analytics.findings.base import Estimate, Verdict
from analytics.plots.numbers import percent
from analytics.report import value

TONES = {Verdict.CONFIRMED: "good", Verdict.NOT_CONFIRMED: "danger", Verdict.NOT_ENOUGH: "warning"}
PLACES = 2


def tone(verdict: Verdict) -> str:
    """The colour of the verdict's badge, beside its words."""
    return TONES.get(verdict, "")


def judged(estimate: Estimate) -> str:
    """“Hazard ratio after a response 0.56 (0.35 to 0.89)”; a bound that is open is a dash."""
    text = _("{name} {value} ({low} to {high})")
    return text.format(
        name=estimate.name,
        value=_number(estimate.value, estimate),
        low=_number(estimate.low, estimate),
        high=_number(estimate.high, estimate),
    )


def _number(amount: float | None, estimate: Estimate) -> str:
    if amount is not None and estimate.is_share:
        return percent(amount)
    return value(amount, PLACES)
