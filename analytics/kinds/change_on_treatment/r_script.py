"""A change on treatment in R."""

from collections.abc import Mapping
from typing import Any

BODY = """\
difference <- rows$on - rows$before
report("patients", length(difference))
report("median before", median(rows$before))
report("median on", median(rows$on))
# The pseudomedian is that of all pairs, also those without a difference, which the test leaves out.
sums <- outer(difference, difference, "+")
walsh <- sort(sums[lower.tri(sums, diag = TRUE)] / 2)
report("shift", median(walsh))
"""
INTERVAL = """\
lowest <- max(qsignrank(0.025, length(difference)), 1)
report("low", walsh[lowest])
report("high", walsh[length(walsh) + 1 - lowest])
"""
TEST = """\
changed <- difference[difference != 0]
test <- {test}
report("V", unname(test$statistic))
report("p", test$p.value)
"""
EXACT = "exactRankTests::wilcox.exact(changed, exact = TRUE)"
ASYMPTOTIC = "wilcox.test(changed, exact = FALSE, correct = TRUE)"


def packages(result: Mapping[str, Any]) -> list[str]:
    """The packages of the script."""
    return ["exactRankTests"] if _some_changed(result) and _is_exact(result) else []


def body(result: Mapping[str, Any]) -> str:
    """The script between its head and its end."""
    parts = [BODY]
    parts += [INTERVAL] if result["comparison"]["effect"]["interval"] else []
    parts += [TEST.format(test=EXACT if _is_exact(result) else ASYMPTOTIC)] if _some_changed(result) else []
    return "".join(parts)


def numbers(result: Mapping[str, Any]) -> dict[str, float]:
    """What the script reports, from the stored result."""
    comparison = result["comparison"]
    effect = comparison["effect"]
    found = {"patients": result["patients"], "shift": effect["estimate"]}
    found |= {f"median {group['code']}": group["median"] for group in result["groups"]}
    if interval := effect["interval"]:
        found |= {"low": interval["low"], "high": interval["high"]}
    if _some_changed(result):
        found |= {"V": comparison["statistic"], "p": comparison["p_value"]}
    return found


def _is_exact(result: Mapping[str, Any]) -> bool:
    return bool(result["comparison"]["p_kind"] == "exact")


def _some_changed(result: Mapping[str, Any]) -> bool:
    """R refuses to test pairs that are all equal."""
    return bool(result["directions"]["unchanged"] < result["patients"])
