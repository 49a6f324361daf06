"""A matrix of markers in R."""

from collections.abc import Mapping
from typing import Any

from analytics.scripts import r_text, r_texts
from analytics.scripts.rank_correlation import REPORTED, SPEARMAN, coefficient_numbers

PAIRS = """\
first <- {first}
second <- {second}
p <- numeric(0)
for (pair in seq_along(first)) {{
  both <- rows[!is.na(rows[[first[pair]]]) & !is.na(rows[[second[pair]]]), ]
  x <- both[[first[pair]]]
  y <- both[[second[pair]]]
  name <- paste(first[pair], "-", second[pair], "")
  report(paste0(name, "patients"), length(x))
  report_coefficient(name, x, y)
  p[pair] <- coefficient(x, y)$p
}}
# Pairs without an answer stay in the family and count as p = 1.
adjusted <- p.adjust(c(p, rep(1, {without})), method = {method})
for (pair in seq_along(first)) report(paste(first[pair], "-", second[pair], "adjusted p"), adjusted[pair])
"""
METHODS = {"holm": "holm", "bh": "BH"}


def body(result: Mapping[str, Any]) -> str:
    """The script between its head and its end."""
    known = _known(result)
    pairs = PAIRS.format(
        first=r_texts(pair["first"] for pair in known),
        second=r_texts(pair["second"] for pair in known),
        without=len(result["pairs"]) - len(known),
        method=r_text(METHODS[result["family"]["adjustment"]]),
    )
    return "\n".join([SPEARMAN, REPORTED, pairs])


def numbers(result: Mapping[str, Any]) -> dict[str, float]:
    """What the script reports, from the stored result."""
    found: dict[str, float] = {}
    for pair in _known(result):
        name = f"{pair['first']} - {pair['second']} "
        found |= {f"{name}patients": pair["patients"], f"{name}adjusted p": pair["adjusted_p"]}
        found |= coefficient_numbers(name, pair["association"])
    return found


def _known(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [pair for pair in result["pairs"] if pair["association"]]
