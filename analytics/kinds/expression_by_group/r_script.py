"""The comparison between groups in R."""

from collections.abc import Mapping
from typing import Any

from analytics.scripts import r_texts
from analytics.stats import SHIFT, SUPERIORITY

PATIENTS = """\
patients <- unique(rows[c("patient", "group", "patient_value")])
groups <- {groups}
values <- split(patients$patient_value, factor(patients$group, levels = groups))
for (group in groups) if (length(values[[group]]) > 0) {{
  report(paste("median", group), median(values[[group]]))
}}
# The Hodges-Lehmann shift and the probability of superiority of one group over another.
differences <- function(x, y) as.vector(outer(x, y, "-"))
shift <- function(x, y) median(differences(x, y))
superiority <- function(x, y) mean(differences(x, y) > 0) + mean(differences(x, y) == 0) / 2
"""
TWO = """\
x <- values[[1]]
y <- values[[2]]
test <- {test}
report("U", unname(test$statistic))
report("p", test$p.value)
report("shift", shift(x, y))
report("superiority", superiority(x, y))
"""
EXACT = "exactRankTests::wilcox.exact(x, y, exact = TRUE)"
ASYMPTOTIC = "wilcox.test(x, y, exact = FALSE, correct = TRUE)"
SEVERAL = """\
patients <- patients[patients$group %in% groups, ]
test <- kruskal.test(patient_value ~ factor(group, levels = groups), data = patients)
report("H", unname(test$statistic))
report("p", test$p.value)
# Dunn's test: differences of mean ranks, corrected for ties, Holm over all compared pairs.
ranks <- rank(patients$patient_value)
n <- length(ranks)
ties <- table(patients$patient_value)
spread <- n * (n + 1) / 12 - sum(ties^3 - ties) / (12 * (n - 1))
mean_rank <- tapply(ranks, patients$group, mean)
size <- tapply(ranks, patients$group, length)
first <- {first}
second <- {second}
z <- (mean_rank[first] - mean_rank[second]) / sqrt(spread * (1 / size[first] + 1 / size[second]))
adjusted <- p.adjust(2 * pnorm(-abs(z)), method = "holm")
for (pair in seq_along(first)) {{
  name <- paste(first[pair], "-", second[pair])
  report(paste("adjusted p", name), adjusted[pair])
  report(paste("shift", name), shift(values[[first[pair]]], values[[second[pair]]]))
}}
"""


def packages(result: Mapping[str, Any]) -> list[str]:
    """The packages of the script."""
    return ["exactRankTests"] if _is_exact(result) else []


def body(result: Mapping[str, Any]) -> str:
    """The script between its head and its end."""
    start = PATIENTS.format(groups=r_texts(group["code"] for group in result["groups"]))
    if result["pairs"] is None:
        return start + TWO.format(test=EXACT if _is_exact(result) else ASYMPTOTIC)
    pairs = result["pairs"]["comparisons"]
    first, second = (r_texts(pair[name] for pair in pairs) for name in ("first", "second"))
    return start + SEVERAL.format(first=first, second=second)


def numbers(result: Mapping[str, Any]) -> dict[str, float]:
    """What the script reports, from the stored result."""
    known = [group for group in result["groups"] if group["median"] is not None]
    found = {f"median {group['code']}": group["median"] for group in known}
    comparison = result["comparison"]
    found["p"] = comparison["p_value"]
    found[comparison["statistic_name"]] = comparison["statistic"]
    if result["pairs"] is None:
        estimates = {effect["name"]: effect["estimate"] for effect in comparison["effects"]}
        return found | {"shift": estimates[SHIFT], "superiority": estimates[SUPERIORITY]}
    for pair in result["pairs"]["comparisons"]:
        name = f"{pair['first']} - {pair['second']}"
        found[f"adjusted p {name}"] = pair["adjusted_p"]
        found |= {f"shift {name}": effect["estimate"] for effect in pair["effects"] if effect["name"] == SHIFT}
    return found


def _is_exact(result: Mapping[str, Any]) -> bool:
    return result["pairs"] is None and result["comparison"]["p_kind"] == "exact"
