"""Proportions and their comparison in R."""

from collections.abc import Iterator, Mapping
from typing import Any

from analytics.kinds.response_proportions import r_regression
from analytics.kinds.response_proportions.spec import NotEvaluable, ResponseProportions
from analytics.scripts import r_texts

Result = Mapping[str, Any]

COUNTED = {
    NotEvaluable.EXCLUDED: 'counted <- rows[rows$outcome != "not_evaluable", ]  # not evaluable is left out\n',
    NotEvaluable.NO_RESPONSE: "counted <- rows  # not evaluable is no response\n",
}
GROUPS = """\
counted$responded <- counted$outcome == "response"
groups <- {groups}
members <- factor(counted$group, levels = groups)
responders <- tapply(counted$responded, members, sum)
patients <- tapply(counted$responded, members, length)
wilson <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
for (group in groups) {{
  x <- responders[[group]]
  n <- patients[[group]]
  report(paste("share", group), x / n)
  report(paste("wilson low", group), wilson(x, n)[1])
  report(paste("wilson high", group), wilson(x, n)[2])
  report(paste("clopper-pearson low", group), binom.test(x, n)$conf.int[1])
  report(paste("clopper-pearson high", group), binom.test(x, n)$conf.int[2])
}}
"""
TABLE = "table <- cbind(responders, patients - responders)\n"
FISHER = 'report("p", fisher.test(table, workspace = 2e7)$p.value)\n'
CHI_SQUARE = """\
test <- suppressWarnings(chisq.test(table))
report("X2", unname(test$statistic))
report("p", test$p.value)
"""
TREND = """\
trend <- prop.trend.test(responders, patients)
report("trend z2", unname(trend$statistic))
report("trend p", trend$p.value)
"""
PAIRS = """\
# The conditional odds ratio with its exact interval; fisher.test finds them to four digits only.
conditional_odds <- function(table) {{
  x <- table[1, 1]
  events <- max(0, sum(table[1, ]) - sum(table[, 2])):min(sum(table[1, ]), sum(table[, 1]))
  weight <- dhyper(events, sum(table[, 1]), sum(table[, 2]), sum(table[1, ]), log = TRUE)
  chances <- function(log_odds) {{
    exponent <- weight + log_odds * events
    exp(exponent - max(exponent)) / sum(exp(exponent - max(exponent)))
  }}
  root <- function(excess) exp(uniroot(excess, c(-60, 60), tol = 1e-14)$root)
  none <- x == min(events)
  every <- x == max(events)
  list(
    estimate = if (none) 0 else if (every) Inf else root(function(odds) sum(events * chances(odds)) - x),
    low = if (none) 0 else root(function(odds) sum(chances(odds)[events >= x]) - 0.025),
    high = if (every) Inf else root(function(odds) 0.025 - sum(chances(odds)[events <= x]))
  )
}}
report_finite <- function(name, value) if (is.finite(value)) report(name, value)
first <- {first}
second <- {second}
p_values <- numeric(0)
for (pair in seq_along(first)) {{
  name <- paste(first[pair], "-", second[pair])
  x <- responders[c(first[pair], second[pair])]
  n <- patients[c(first[pair], second[pair])]
  share <- unname(x / n)
  bounds <- mapply(wilson, x, n)
  report(paste("difference", name), share[1] - share[2])
  report(paste("difference low", name),
         share[1] - share[2] - sqrt((share[1] - bounds[1, 1])^2 + (bounds[2, 2] - share[2])^2))
  report(paste("difference high", name),
         share[1] - share[2] + sqrt((bounds[2, 1] - share[1])^2 + (share[2] - bounds[1, 2])^2))
  pair_table <- cbind(x, n - x)
  if (all(colSums(pair_table) > 0)) {{
    p_values[pair] <- fisher.test(pair_table)$p.value
    odds <- conditional_odds(pair_table)
    report_finite(paste("odds ratio", name), odds$estimate)
    report_finite(paste("odds ratio low", name), odds$low)
    report_finite(paste("odds ratio high", name), odds$high)
  }} else p_values[pair] <- 1
}}
adjusted <- p.adjust(p_values, method = "holm")
for (pair in seq_along(first)) report(paste("adjusted p", first[pair], "-", second[pair]), adjusted[pair])
"""
STRATA = """\
# Cochran-Mantel-Haenszel within the strata that have both groups, with and without response, and Tarone's test that
# the odds ratio is the same in all of them.
tarone <- function(tables, odds) {{
  a <- tables[1, 1, ]
  row <- a + tables[1, 2, ]
  column <- a + tables[2, 1, ]
  total <- apply(tables, 3, sum)
  expected <- mapply(function(r, c, n) uniroot(
    function(e) e * (n - r - c + e) - odds * (r - e) * (c - e), c(max(0, r + c - n), min(r, c)), tol = 1e-14
  )$root, row, column, total)
  variance <- 1 / (1 / expected + 1 / (row - expected) + 1 / (column - expected) +
                     1 / (total - row - column + expected))
  statistic <- sum((a - expected)^2 / variance) - sum(a - expected)^2 / sum(variance)
  pchisq(max(0, statistic), length(a) - 1, lower.tail = FALSE)
}}
for (pair in seq_along(first)) {{
  name <- paste(first[pair], "-", second[pair])
  both <- counted[counted$group %in% c(first[pair], second[pair]) & !is.na(counted$stratum), ]
  groups_of <- factor(both$group, c(first[pair], second[pair]))
  tables <- table(groups_of, factor(both$responded, c(TRUE, FALSE)), both$stratum)
  full <- apply(tables, 3, function(one) all(rowSums(one) > 0) && all(colSums(one) > 0))
  if (sum(full) < 2) next
  tables <- tables[, , full]
  test <- mantelhaen.test(tables, correct = TRUE)
  odds <- unname(test$estimate)
  report(paste("stratified X2", name), unname(test$statistic))
  report(paste("stratified p", name), test$p.value)
  if (is.finite(odds)) report(paste("stratified odds ratio", name), odds)
  if (is.finite(odds) && odds > 0) {{
    report(paste("stratified odds ratio low", name), test$conf.int[1])
    report(paste("stratified odds ratio high", name), test$conf.int[2])
    report(paste("homogeneity p", name), tarone(tables, odds))
  }}
}}
"""


def body(*, spec: ResponseProportions, result: Result) -> str:
    """The script between its head and its end."""
    return "\n".join(_parts(spec=spec, result=result))


def numbers(*, spec: ResponseProportions, result: Result) -> dict[str, float]:
    """What the script reports, from the stored result."""
    found: dict[str, float | None] = {}
    for group in _filled(result):
        found[f"share {group['code']}"] = group["wilson"]["estimate"]
        for method in ("wilson", "clopper_pearson"):
            for side in ("low", "high"):
                name = f"{method.replace('_', '-')} {side} {group['code']}"
                found[name] = group[method]["interval"][side]
    if _is_reproducible(result["comparison"]):
        found["X2"] = result["comparison"]["statistic"]
        found["p"] = result["comparison"]["p_value"]
    if result["trend"]:
        found["trend z2"] = result["trend"]["statistic"] ** 2
        found["trend p"] = result["trend"]["p_value"]
    for pair in result["pairs"]["comparisons"] if result["pairs"] else []:
        name = f"{pair['first']} - {pair['second']}"
        found |= _effect("difference", name, pair["difference"]) | _effect("odds ratio", name, pair["odds_ratio"])
        found[f"adjusted p {name}"] = pair["adjusted_p"]
    for pair in _in_strata(result):
        name = f"{pair['first']} - {pair['second']}"
        found[f"stratified X2 {name}"] = pair["statistic"]
        found[f"stratified p {name}"] = pair["p_value"]
        found[f"homogeneity p {name}"] = pair["homogeneity_p"]
        found |= _effect("stratified odds ratio", name, pair["odds_ratio"])
    if result["regression"]:
        found |= r_regression.numbers(result["regression"])
    return {name: value for name, value in found.items() if value is not None}


def _parts(*, spec: ResponseProportions, result: Result) -> Iterator[str]:
    yield COUNTED[spec.not_evaluable] + GROUPS.format(groups=r_texts(group["code"] for group in _filled(result)))
    if _is_reproducible(result["comparison"]):
        yield TABLE + (FISHER if result["comparison"]["statistic"] is None else CHI_SQUARE)
    if result["trend"]:
        yield TREND
    pairs = result["pairs"]["comparisons"] if result["pairs"] else []
    if pairs:
        first, second = (r_texts(pair[name] for pair in pairs) for name in ("first", "second"))
        yield PAIRS.format(first=first, second=second)
    if pairs and result["stratified"]:
        yield STRATA.format()
    if result["regression"] and result["regression"]["terms"]:
        yield r_regression.part(spec=spec, regression=result["regression"])


def _filled(result: Result) -> list[dict[str, Any]]:
    return [group for group in result["groups"] if group["patients"]]


def _is_reproducible(comparison: Result | None) -> bool:
    """A simulated p-value depends on the random numbers."""
    return comparison is not None and comparison["p_kind"] != "simulated"


def _in_strata(result: Result) -> list[dict[str, Any]]:
    """The pairs that several strata compare."""
    stratified = result["stratified"]
    return [pair for pair in stratified["comparisons"] if pair["strata"] > 1] if stratified else []


def _effect(kind: str, name: str, effect: Result | None) -> dict[str, float | None]:
    if effect is None:
        return {}
    interval = effect["interval"] or {"low": None, "high": None}
    return {
        f"{kind} {name}": effect["estimate"],
        f"{kind} low {name}": interval["low"],
        f"{kind} high {name}": interval["high"],
    }
