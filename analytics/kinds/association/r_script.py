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
    parts += [AGREEMENT] if result["agreement"] else []
    return "\n".join(parts)


def numbers(result: Mapping[str, Any]) -> dict[str, float]:
    """What the script reports, from the stored result."""
    whole = result["association"]
    found = {"patients": whole["patients"], **coefficient_numbers("", whole)}
    for group in result["groups"]:
        if group["association"]:
            found |= coefficient_numbers(f"{group['code']} ", group["association"])
    if result["agreement"]:
        found |= {NAMES[effect["name"]]: effect["estimate"] for effect in result["agreement"]["effects"]}
    return found
