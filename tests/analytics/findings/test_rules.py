"""Verdicts follow from direction and interval: each rule both ways, and the interval that tells nothing."""

import pytest

from analytics.findings.base import Estimate, Finding, Rule, Verdict, verdict_of
from analytics.findings.rules import Above, Below, Everybody, Near, Nobody, Somebody, Within

YES, NO, TOO_LITTLE = Verdict.CONFIRMED, Verdict.NOT_CONFIRMED, Verdict.NOT_ENOUGH
WAITS = Verdict.NOT_ASKED
HIGHER, FEWER = Above(nothing=0, worthwhile=1), Below(nothing=1, worthwhile=2 / 3)
SEVENTY, ALL, ONE = Near(reported=0.7, widest=0.3), Everybody(least=0.5), Somebody(rare=0.25)
LEVEL, NONE = Within(margin=1), Nobody(rare=0.25)


def estimate(value: float | None, low: float | None, high: float | None, *, p_value: float | None = None) -> Estimate:
    return Estimate(name="Shift", value=value, low=low, high=high, patients=20, p_value=p_value)


@pytest.mark.parametrize(
    ("rule", "value", "low", "high", "verdict"),
    [
        (HIGHER, 2, 0.1, 4, YES),
        (HIGHER, 0.1, -0.5, 0.9, NO),
        (HIGHER, -2, -4, -0.1, NO),
        (HIGHER, 1, -0.5, 2.5, TOO_LITTLE),
        (HIGHER, 1, None, None, TOO_LITTLE),
        (HIGHER, 1, 0.2, None, YES),
        (FEWER, 0.5, 0.3, 0.9, YES),
        (FEWER, 1.0, 0.8, 1.3, NO),
        (FEWER, 2.0, 1.5, 3.0, NO),
        (FEWER, 0.6, 0.3, 1.2, TOO_LITTLE),
        (FEWER, None, None, 0.8, YES),
        (SEVENTY, 0.68, 0.6, 0.76, YES),
        (SEVENTY, 0.5, 0.42, 0.58, NO),
        (SEVENTY, 0.9, 0.8, 0.96, NO),
        (SEVENTY, 0.6, 0.3, 0.85, TOO_LITTLE),
        (SEVENTY, None, None, None, TOO_LITTLE),
        (ALL, 1, 0.72, 1, YES),
        (ALL, 0.95, 0.8, 0.99, NO),
        (ALL, 1, 0.34, 1, TOO_LITTLE),
        (NONE, 0, 0, 0.2, YES),
        (NONE, 0.1, 0.02, 0.4, NO),
        (NONE, 0, 0, 0.5, TOO_LITTLE),
        (NONE, None, None, None, TOO_LITTLE),
        (ONE, 0.1, 0.02, 0.4, YES),
        (ONE, 0, 0, 0.1, NO),
        (ONE, 0, 0, 0.5, TOO_LITTLE),
        (LEVEL, 0.1, -0.4, 0.6, YES),
        (LEVEL, 2, 1.2, 2.8, NO),
        (LEVEL, -2, -2.8, -1.2, NO),
        (LEVEL, 0.7, 0.1, 1.3, TOO_LITTLE),
    ],
)
def test_the_interval_decides(rule: Rule, value: float, low: float, high: float, verdict: Verdict) -> None:
    assert rule.judge(estimate(value, low, high)) == verdict


@pytest.mark.parametrize("rule", [HIGHER, FEWER, SEVENTY, ALL, ONE, LEVEL])
def test_a_p_value_decides_nothing(rule: Rule) -> None:
    verdicts = {rule.judge(estimate(0.8, 0.3, 1.2, p_value=p_value)) for p_value in (None, 1e-9, 0.9)}
    assert len(verdicts) == 1


@pytest.mark.parametrize(
    ("verdicts", "pending", "verdict"),
    [
        ([YES, YES], "", YES),
        ([YES, NO, WAITS], "", NO),
        ([YES, TOO_LITTLE], "", TOO_LITTLE),
        ([WAITS, TOO_LITTLE], "", WAITS),
        ([YES], "Blots", Verdict.PENDING),
        ([NO], "Blots", NO),
        ([], "Blots", Verdict.PENDING),
    ],
)
def test_a_finding_is_confirmed_where_all_of_it_is(verdicts: list[Verdict], pending: str, verdict: Verdict) -> None:
    finding = Finding(code="F", claim="A claim", reported="More", pending=pending)
    assert verdict_of(finding, verdicts) == verdict
