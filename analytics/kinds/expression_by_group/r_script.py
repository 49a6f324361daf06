"""The comparison between groups in R."""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.expression_by_group.positive import POSITIVE
from analytics.kinds.expression_by_group.r_samples import (
    censored_body,
    censored_numbers,
    has_variance_between,
    mixed_body,
    mixed_numbers,
)
from analytics.kinds.expression_by_group.r_shares import shares_body, shares_numbers
from analytics.scripts import r_texts
from analytics.stats import MEAN_DIFFERENCE, ORDERED_SUPERIORITY, SHIFT, SUPERIORITY

PATIENTS = """\
patients <- unique(rows[intersect(names(rows), c("patient", "group", "patient_value", "stratum"))])
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
WELCH = """\
test <- t.test(values[[1]], values[[2]])
report("t", unname(test$statistic))
report("p", test$p.value)
report("difference", unname(test$estimate[1] - test$estimate[2]))
report("low", test$conf.int[1])
report("high", test$conf.int[2])
"""
# Moved values that meet others but for rounding are tied with them.
EQUIVALENCE = """\
moved <- function(values) round(values, 9)
above <- function(x, y) {test}$p.value
above_lower <- above(moved(values[[1]] + {margin!r}), moved(values[[2]]))
below_upper <- above(moved(values[[2]] + {margin!r}), moved(values[[1]]))
report("p", max(above_lower, below_upper))
report("shift", shift(values[[1]], values[[2]]))
"""
ABOVE_EXACT = 'exactRankTests::wilcox.exact(x, y, alternative = "greater", exact = TRUE)'
ABOVE_ASYMPTOTIC = 'wilcox.test(x, y, alternative = "greater", exact = FALSE, correct = TRUE)'
TREND = """\
pairs <- combn(length(values), 2)
higher <- apply(pairs, 2, function(pair) sum(outer(values[[pair[2]]], values[[pair[1]]], function(later, earlier) {
  (later > earlier) + (later == earlier) / 2
})))
size <- lengths(values)
report("J", sum(higher))
report("superiority of later groups", sum(higher) / sum(size[pairs[1, ]] * size[pairs[2, ]]))
"""
# J is a sum of independent rank sums, each group against all before it.
TREND_EXACT = """\
probability <- 1
for (group in seq_along(size)[-1]) {
  before <- sum(size[seq_len(group - 1)])
  more <- dwilcox(0:(before * size[group]), size[group], before)
  longer <- numeric(length(probability) + length(more) - 1)
  for (place in seq_along(probability)) {
    places <- place - 1 + seq_along(more)
    longer[places] <- longer[places] + probability[place] * more
  }
  probability <- longer
}
mean_j <- (length(probability) - 1) / 2
distance <- abs(seq_along(probability) - 1 - mean_j)
report("p", sum(probability[distance >= abs(sum(higher) - mean_j) - 1e-9]))
"""
# The trend is Kendall's test between the order of the groups and the values.
TREND_ASYMPTOTIC = """\
place <- rep(seq_along(values), size)
report("p", cor.test(place, unlist(values), method = "kendall", exact = FALSE)$p.value)
"""
STRATIFIED = """\
distance <- variance <- weights <- agreeing <- 0
for (members in split(patients, patients$stratum)) {
  x <- members$patient_value[members$group == groups[1]]
  y <- members$patient_value[members$group == groups[2]]
  n <- length(x) + length(y)
  if (length(x) == 0 || length(y) == 0) next
  ties <- table(c(x, y))
  weight <- 1 / (n + 1)
  both <- length(x) * length(y)
  distance <- distance + weight * both * (superiority(x, y) - 0.5)
  variance <- variance + weight^2 * both * ((n + 1) - sum(ties^3 - ties) / (n * (n - 1))) / 12
  weights <- weights + weight * both
  agreeing <- agreeing + weight * both * superiority(x, y)
}
z <- if (variance > 0) distance / sqrt(variance) else 0
report("z", z)
report("p", 2 * pnorm(-abs(z)))
report("superiority", agreeing / weights)
"""
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


MIXED, CENSORED = "F", "chi-square"
"""The statistics of the comparisons that are more than one value per patient."""
REPORTED = {
    SHIFT: "shift",
    SUPERIORITY: "superiority",
    MEAN_DIFFERENCE: "difference",
    ORDERED_SUPERIORITY: "superiority of later groups",
}
"""What the effects are reported as."""


def packages(result: Mapping[str, Any]) -> list[str]:
    """The packages of the script."""
    statistic = result["comparison"]["statistic_name"]
    if statistic == CENSORED:
        return ["survival"]
    if statistic == MIXED:
        return ["lmerTest"] if has_variance_between(result) else []
    if statistic == POSITIVE:
        return []
    return ["exactRankTests"] if _is_exact(result) and not _has(result, ORDERED_SUPERIORITY) else []


def body(result: Mapping[str, Any]) -> str:
    """The script between its head and its end."""
    if result["comparison"]["statistic_name"] == CENSORED:
        return censored_body(result)
    start = PATIENTS.format(groups=r_texts(group["code"] for group in result["groups"]))
    if result["comparison"]["statistic_name"] == POSITIVE:
        return start + shares_body(result)
    if result["comparison"]["statistic_name"] == MIXED:
        return start + mixed_body(result)
    if result["comparison"]["statistic_name"] == "z":
        return start + STRATIFIED
    if _has(result, MEAN_DIFFERENCE):
        return start + WELCH
    if _has(result, ORDERED_SUPERIORITY):
        return start + TREND + (TREND_EXACT if _is_exact(result) else TREND_ASYMPTOTIC)
    if margin := result["comparison"].get("margin"):
        test = ABOVE_EXACT if _is_exact(result) else ABOVE_ASYMPTOTIC
        return start + EQUIVALENCE.format(test=test, margin=margin)
    if result["pairs"] is None:
        return start + TWO.format(test=EXACT if _is_exact(result) else ASYMPTOTIC)
    pairs = result["pairs"]["comparisons"]
    first, second = (r_texts(pair[name] for pair in pairs) for name in ("first", "second"))
    return start + SEVERAL.format(first=first, second=second)


def numbers(result: Mapping[str, Any]) -> dict[str, float]:
    """What the script reports, from the stored result."""
    if result["comparison"]["statistic_name"] == POSITIVE:
        return shares_numbers(result)
    known = [group for group in result["groups"] if group["median"] is not None]
    found = {f"median {group['code']}": group["median"] for group in known}
    comparison = result["comparison"]
    found["p"] = comparison["p_value"]
    if comparison["statistic"] is not None:
        found[comparison["statistic_name"]] = comparison["statistic"]
    if comparison["statistic_name"] == CENSORED:
        return found | censored_numbers(result)
    if comparison["statistic_name"] == MIXED:
        return found | mixed_numbers(result)
    if result["pairs"] is None:
        found |= {
            REPORTED[effect["name"]]: effect["estimate"]
            for effect in comparison["effects"]
            if effect["name"] in REPORTED
        }
        if _has(result, MEAN_DIFFERENCE) and (interval := comparison["effects"][0]["interval"]):
            found |= {"low": interval["low"], "high": interval["high"]}
        return found
    for pair in result["pairs"]["comparisons"]:
        name = f"{pair['first']} - {pair['second']}"
        found[f"adjusted p {name}"] = pair["adjusted_p"]
        found |= {f"shift {name}": effect["estimate"] for effect in pair["effects"] if effect["name"] == SHIFT}
    return found


def _has(result: Mapping[str, Any], effect: str) -> bool:
    return any(one["name"] == effect for one in result["comparison"]["effects"])


def _is_exact(result: Mapping[str, Any]) -> bool:
    return result["pairs"] is None and result["comparison"]["p_kind"] == "exact"
