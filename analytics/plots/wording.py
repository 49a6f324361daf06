"""Numbers of a result in words: places, intervals and p-values."""

from typing import Any

from django.utils.translation import gettext as _

from analytics.plots.names import Result
from analytics.plots.numbers import decimals, signed
from analytics.stats import format_p


def value_places(result: Result) -> int:
    """Decimals for values and shifts of this result."""
    return decimals(group[name] for group in result["groups"] for name in ("q1", "median", "q3"))


def interval_text(interval: dict[str, Any] | None, places: int) -> str:
    """An interval of a difference: “−0.03 to +0.48”; an open end has no number."""
    if interval is None:
        return _("not estimable")
    low, high = interval["low"], interval["high"]
    return _("{low} to {high}").format(
        low="−∞" if low is None else signed(low, places), high="∞" if high is None else signed(high, places)
    )


def p_text(p_value: float, *, exact: bool) -> str:
    """“exact p = 0.160”."""
    return (_("exact p {p}") if exact else _("p {p}")).format(p=format_p(p_value))


def unbroken(text: str) -> str:
    """With spaces at which no line ends."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
