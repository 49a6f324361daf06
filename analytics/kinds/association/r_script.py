"""An association in R."""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.association.spec import Coefficient
from analytics.scripts import r_texts
from analytics.scripts.rank_correlation import KENDALL, REPORTED, SPEARMAN, coefficient_numbers
from analytics.stats import BIAS, LOWER_LIMIT, UPPER_LIMIT

FUNCTIONS = {Coefficient.SPEARMAN: SPEARMAN, Coefficient.KENDALL: KENDALL}
WHOLE = """\
report("patients", nrow(rows))
report_coefficient("", rows$x, rows$y)
"""
BY_GROUP = """\
for (group in {groups}) {{
  members <- rows[rows$group %in% group, ]
  report_coefficient(paste(group, ""), members$x, members$y)
}}
"""
WITHIN = """\
# The correlations within the groups together, so that differences between the groups are no part of it.
inside <- lapply({groups}, function(group) {{
  members <- rows[rows$group %in% group, ]
  coefficient(members$x, members$y)
}})
known <- Filter(function(found) !anyNA(found$interval) && max(abs(found$interval)) < 1, inside)
z <- sapply(known, function(found) atanh(found$estimate))
weight <- sapply(known, function(found) (2 * qnorm(0.975) / diff(atanh(found$interval)))^2)
common <- sum(weight * z) / sum(weight)
report("within coefficient", tanh(common))
report("within low", tanh(common - qnorm(0.975) / sqrt(sum(weight))))
report("within high", tanh(common + qnorm(0.975) / sqrt(sum(weight))))
report("within heterogeneity p", pchisq(sum(weight * (z - common)^2), length(z) - 1, lower.tail = FALSE))
"""
AGREEMENT = """\
differences <- rows$x - rows$y
limits <- mean(differences) + c(-1, 1) * qnorm(0.975) * sd(differences)
report("bias", mean(differences))
report("lower limit", limits[1])
report("upper limit", limits[2])
"""
NAMES = {BIAS: "bias", LOWER_LIMIT: "lower limit", UPPER_LIMIT: "upper limit"}


def body(*, coefficient: Coefficient, result: Mapping[str, Any]) -> str:
    """The script between its head and its end."""
    known = [group["code"] for group in result["groups"] if group["association"]]
    parts = [FUNCTIONS[coefficient], REPORTED, WHOLE]
    parts += [BY_GROUP.format(groups=r_texts(known))] if known else []
    parts += [WITHIN.format(groups=r_texts(known))] if result.get("within") else []
    parts += [AGREEMENT] if result["agreement"] else []
    return "\n".join(parts)


def numbers(result: Mapping[str, Any]) -> dict[str, float]:
    """What the script reports, from the stored result."""
    whole = result["association"]
    found = {"patients": whole["patients"], **coefficient_numbers("", whole)}
    for group in result["groups"]:
        if group["association"]:
            found |= coefficient_numbers(f"{group['code']} ", group["association"])
    if within := result.get("within"):
        interval = within["effect"]["interval"]
        found |= {
            "within coefficient": within["effect"]["estimate"],
            "within low": interval["low"],
            "within high": interval["high"],
            "within heterogeneity p": within["heterogeneity"]["p_value"],
        }
    if result["agreement"]:
        found |= {NAMES[effect["name"]]: effect["estimate"] for effect in result["agreement"]["effects"]}
    return found
