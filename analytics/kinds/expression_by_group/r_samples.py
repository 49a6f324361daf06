"""The comparisons of all samples, and of values below a limit, in R."""

from collections.abc import Mapping
from typing import Any

from analytics.scripts import r_texts
from analytics.stats import MEAN_DIFFERENCE, SUPERIORITY

MIXED = """\
suppressPackageStartupMessages(library(lmerTest))
rows <- rows[rows$group %in% groups, ]
rows$group <- factor(rows$group, levels = groups)
# lmer stops early by default.
fit <- suppressMessages(lmer(value ~ 0 + group + (1 | patient), data = rows,
                             control = lmerControl(optCtrl = list(xtol_rel = 1e-12, ftol_abs = 1e-12))))
compare <- function(contrast) contest1D(fit, contrast, confint = TRUE)
overall <- contestMD(fit, t(contr.helmert(length(groups))))
report("F", overall[["F value"]])
report("p", overall[["Pr(>F)"]])
variances <- as.data.frame(VarCorr(fit))$vcov
report("intraclass correlation", variances[1] / sum(variances))
"""
# Where patients differ no more than their samples do, lmer is least squares, whose degrees of freedom are exact.
WITHOUT_VARIANCE = """\
rows <- rows[rows$group %in% groups, ]
rows$group <- factor(rows$group, levels = groups)
fit <- lm(value ~ 0 + group, data = rows)
compare <- function(contrast) {
  estimate <- sum(contrast * coef(fit))
  error <- sqrt(drop(contrast %*% vcov(fit) %*% contrast))
  half <- qt(0.975, df.residual(fit)) * error
  data.frame(Estimate = estimate, lower = estimate - half, upper = estimate + half,
             p = 2 * pt(-abs(estimate / error), df.residual(fit)))
}
overall <- anova(lm(value ~ 1, data = rows), fit)
report("F", overall$F[2])
report("p", overall[["Pr(>F)"]][2])
report("intraclass correlation", 0)
"""
DIFFERENCES = """\
first <- {first}
second <- {second}
found <- do.call(rbind, lapply(seq_along(first), function(pair) {{
  compare((groups == first[pair]) - (groups == second[pair]))
}}))
adjusted <- p.adjust(found[[ncol(found)]], method = "holm")
for (pair in seq_along(first)) {{
  name <- paste(first[pair], "-", second[pair])
  report(paste("difference", name), found$Estimate[pair])
  report(paste("low", name), found$lower[pair])
  report(paste("high", name), found$upper[pair])
  report(paste("adjusted p", name), adjusted[pair])
}}
"""
CENSORED = """\
library(survival)
patients <- unique(rows[c("patient", "group", "patient_value", "patient_detected")])
groups <- {groups}
patients <- patients[patients$group %in% groups, ]
# What is not detected has a threshold, minus the value, beyond its limit.
patients$threshold <- -patients$patient_value
patients$detected <- patients$patient_detected == 1
peto <- function(compared) survdiff(Surv(threshold, detected) ~ group, data = compared, rho = 1)
test <- peto(patients)
report("chi-square", test$chisq)
report("p", pchisq(test$chisq, length(groups) - 1, lower.tail = FALSE))
for (group in groups) {{
  members <- patients[patients$group == group, ]
  curve <- survfit(Surv(threshold, detected) ~ 1, data = members)
  half <- unname(quantile(curve, 0.5, conf.int = FALSE))
  if (!is.na(half)) report(paste("median", group), -half)
}}
# Gehan's scores: 1 where the first has the lower threshold for certain, -1 where the second, 0 where nobody knows.
below <- function(i, j) {{
  patients$detected[i] & (patients$threshold[i] < patients$threshold[j] |
                            (patients$threshold[i] == patients$threshold[j] & !patients$detected[j]))
}}
score <- function(i, j) below(i, j) - below(j, i)
pairs <- combn(groups, 2)
p_values <- apply(pairs, 2, function(pair) {{
  pchisq(peto(patients[patients$group %in% pair, ])$chisq, 1, lower.tail = FALSE)
}})
adjusted <- p.adjust(p_values, method = "holm")
for (pair in seq_len(ncol(pairs))) {{
  name <- paste(pairs[1, pair], "-", pairs[2, pair])
  scores <- outer(which(patients$group == pairs[1, pair]), which(patients$group == pairs[2, pair]), score)
  report(paste("superiority", name), (1 + mean(scores)) / 2)
  report(paste("adjusted p", name), adjusted[pair])
}}
"""


def mixed_body(result: Mapping[str, Any]) -> str:
    """The script of a mixed model, after the patients were read."""
    pairs = compared_pairs(result)
    first, second = (r_texts(pair[name] for pair in pairs) for name in ("first", "second"))
    fit = MIXED if has_variance_between(result) else WITHOUT_VARIANCE
    return fit + DIFFERENCES.format(first=first, second=second)


def censored_body(result: Mapping[str, Any]) -> str:
    """The whole script of a censored comparison."""
    return CENSORED.format(groups=r_texts(group["code"] for group in result["groups"]))


def has_variance_between(result: Mapping[str, Any]) -> bool:
    """Whether the model found that patients differ by more than their samples do."""
    variation = result["comparison"]["variation"]
    return bool(variation and variation["between_variance"] > 0)


def mixed_numbers(result: Mapping[str, Any]) -> dict[str, float]:
    """What the script of a mixed model reports besides medians, p and F."""
    found: dict[str, float] = {}
    if variation := result["comparison"]["variation"]:
        found["intraclass correlation"] = variation["effects"][0]["estimate"]
    for pair in compared_pairs(result):
        effect = next(effect for effect in pair["effects"] if effect["name"] == MEAN_DIFFERENCE)
        bounds = effect["interval"]
        name = f"{pair['first']} - {pair['second']}"
        found |= {f"difference {name}": effect["estimate"], f"adjusted p {name}": pair["adjusted_p"]}
        found |= {f"low {name}": bounds["low"], f"high {name}": bounds["high"]} if bounds else {}
    return found


def censored_numbers(result: Mapping[str, Any]) -> dict[str, float]:
    """What the script of a censored comparison reports besides medians, p and chi-square."""
    found: dict[str, float] = {}
    for pair in compared_pairs(result):
        name = f"{pair['first']} - {pair['second']}"
        effect = next(effect for effect in pair["effects"] if effect["name"] == SUPERIORITY)
        found |= {f"superiority {name}": effect["estimate"], f"adjusted p {name}": pair["adjusted_p"]}
    return found


def compared_pairs(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The compared pairs, the only one of two groups, which needs no adjustment."""
    if result["pairs"] is not None:
        return list(result["pairs"]["comparisons"])
    first, second = (group["code"] for group in result["groups"])
    comparison = result["comparison"]
    effects, p_value = comparison["effects"], comparison["p_value"]
    return [{"first": first, "second": second, "effects": effects, "adjusted_p": p_value}]
