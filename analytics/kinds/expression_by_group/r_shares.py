"""Shares of positive patients in R."""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.expression_by_group.r_samples import compared_pairs
from analytics.scripts import r_texts

SHARES = """\
positive <- sapply(groups, function(group) sum(values[[group]] >= {cutoff!r}))
patients <- sapply(groups, function(group) length(values[[group]]))
wilson <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
for (group in groups) {{
  report(paste("share", group), positive[[group]] / patients[[group]])
  report(paste("low", group), wilson(positive[[group]], patients[[group]])[1])
  report(paste("high", group), wilson(positive[[group]], patients[[group]])[2])
}}
"""
FISHER = """\
report("p", fisher.test(cbind(positive, patients - positive), workspace = 2e7)$p.value)
"""
# Newcombe's interval of a difference (1998, method 10).
PAIRS = """\
first <- {first}
second <- {second}
p_values <- numeric(0)
for (pair in seq_along(first)) {{
  name <- paste(first[pair], "-", second[pair])
  x <- positive[c(first[pair], second[pair])]
  n <- patients[c(first[pair], second[pair])]
  share <- unname(x / n)
  bounds <- mapply(wilson, x, n)
  difference <- share[1] - share[2]
  report(paste("difference", name), difference)
  report(paste("difference low", name),
         difference - sqrt((share[1] - bounds[1, 1])^2 + (bounds[2, 2] - share[2])^2))
  report(paste("difference high", name),
         difference + sqrt((bounds[2, 1] - share[1])^2 + (share[2] - bounds[1, 2])^2))
  counts <- cbind(x, n - x)
  p_values[pair] <- if (all(colSums(counts) > 0)) fisher.test(counts)$p.value else 1
}}
"""
ADJUSTED = """\
adjusted <- p.adjust(p_values, method = "holm")
for (pair in seq_along(first)) report(paste("adjusted p", first[pair], "-", second[pair]), adjusted[pair])
"""


def shares_body(result: Mapping[str, Any]) -> str:
    """The script after the patients were read."""
    text = SHARES.format(cutoff=result["comparison"]["cutoff"])
    if _is_exact(result):
        text += FISHER
    if len(result["groups"]) > 1:
        pairs = compared_pairs(result)
        first, second = (r_texts(pair[name] for pair in pairs) for name in ("first", "second"))
        text += PAIRS.format(first=first, second=second)
    return text + (ADJUSTED if result["pairs"] else "")


def shares_numbers(result: Mapping[str, Any]) -> dict[str, float]:
    """What the script reports; a simulated p-value, of a large table, is not compared."""
    found: dict[str, float] = {}
    for group in result["groups"]:
        bounds = group["share"]["interval"]
        numbers = {"median": group["median"], "share": group["share"]["estimate"]} | bounds
        names = ("median", "share", "low", "high")
        found |= {f"{name} {group['code']}": numbers[name] for name in names}
    if _is_exact(result):
        found["p"] = result["comparison"]["p_value"]
    for pair in compared_pairs(result) if len(result["groups"]) > 1 else []:
        name = f"{pair['first']} - {pair['second']}"
        effect = pair["effects"][0]
        bounds = effect["interval"]
        found |= {
            f"difference {name}": effect["estimate"],
            f"difference low {name}": bounds["low"],
            f"difference high {name}": bounds["high"],
        }
        found |= {f"adjusted p {name}": pair["adjusted_p"]} if result["pairs"] else {}
    return found


def _is_exact(result: Mapping[str, Any]) -> bool:
    comparison = result["comparison"]
    return comparison["p_value"] is not None and comparison["p_kind"] == "exact"
