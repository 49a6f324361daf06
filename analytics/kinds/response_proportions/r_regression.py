"""The logistic regression in R: by ``glm``, or by Firth's penalised likelihood, with profile-likelihood intervals."""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.response_proportions.dataset import COVARIATE
from analytics.kinds.response_proportions.regression import GROUP, is_penalised
from analytics.kinds.response_proportions.spec import AGE, MARKER, YEARS_PER_STEP, ResponseProportions, Step
from analytics.scripts import r_text, r_texts

DESIGN = """\
complete <- counted[complete.cases(counted[{columns}]), ]
event <- as.numeric(complete$responded)
covariates <- cbind(
{terms}
)
terms <- {names}
design <- cbind(1, scale(covariates, scale = FALSE))
# The logarithm of the likelihood{penalty}, and its maximum over the coefficients that are free.
penalised <- {penalised}
information <- function(b) {{
  chance <- plogis(drop(design %*% b))
  crossprod(design * sqrt(chance * (1 - chance)))
}}
value <- function(b) {{
  linear <- drop(design %*% b)
  plain <- sum(event * linear - log1p(exp(-abs(linear))) - pmax(linear, 0))
  if (penalised) plain + as.numeric(determinant(information(b))$modulus) / 2 else plain
}}
score <- function(b) {{
  chance <- plogis(drop(design %*% b))
  residual <- event - chance
  if (penalised) {{
    leverage <- rowSums(qr.Q(qr(design * sqrt(chance * (1 - chance))))^2)
    residual <- residual + leverage * (0.5 - chance)
  }}
  drop(crossprod(design, residual))
}}
maximum <- function(b, free) {{
  before <- rep(0, length(b))
  damping <- 1  # less where steps overshoot to and fro
  for (step in seq_len(500)) {{
    change <- rep(0, length(b))
    change[free] <- solve(information(b)[free, free, drop = FALSE], score(b)[free])
    change <- change * min(1, 5 / max(abs(change)))
    if (penalised && damping * sum(change * before) < -sum(before^2) / 2) damping <- damping / 2
    change <- change * damping
    while (value(b + change) < value(b) - 1e-9 && max(abs(change)) > 1e-11) change <- change / 2
    b <- b + change
    before <- change
    if (max(abs(change)) < 1e-11) break
  }}
  b
}}
every <- seq_len(ncol(design))
"""
FITTED = {
    True: "fit <- maximum(rep(0, ncol(design)), every)\n",
    False: """\
exact <- list(epsilon = 1e-15, maxit = 100)
fit <- unname(coef(glm(event ~ design - 1, family = binomial, control = exact)))
""",
}
ODDS = """\
error <- sqrt(diag(solve(information(fit))))
fall <- function(place, at) {
  b <- fit
  b[place] <- at
  2 * (value(fit) - value(maximum(b, setdiff(every, place))))
}
bound <- function(place, side) {
  excess <- function(at) fall(place, at) - qchisq(0.95, 1)
  steps <- 2^(0:7)
  reached <- Find(function(step) excess(fit[place] + side * step * error[place]) > 0, steps)
  if (is.null(reached)) return(NA)
  uniroot(excess, sort(fit[place] + side * c(0, reached) * error[place]), tol = 1e-12)$root
}
report("regression X2", 2 * (value(fit) - value(maximum(rep(0, ncol(design)), 1))))
for (place in every[-1]) {
  name <- terms[place - 1]
  report(paste("coefficient", name), fit[place])
  report(paste("standard error", name), error[place])
  report(paste("p", name), pchisq(fall(place, 0), 1, lower.tail = FALSE))
  low <- bound(place, -1)
  high <- bound(place, 1)
  if (!is.na(low)) report(paste("odds ratio low", name), exp(low))
  if (!is.na(high)) report(paste("odds ratio high", name), exp(high))
}
"""


def part(*, spec: ResponseProportions, regression: Mapping[str, Any]) -> str:
    """The part of the script about the regression."""
    penalised = is_penalised(regression)
    terms = regression["terms"]
    design = DESIGN.format(
        columns=r_texts([GROUP, *(COVARIATE + code for code in spec.covariates)]),
        terms=",\n".join(f"  {_expression(term, spec)}" for term in terms),
        names=r_texts(term["name"] for term in terms),
        penalty=" with Firth's penalty" if penalised else "",
        penalised="TRUE" if penalised else "FALSE",
    )
    return design + FITTED[penalised] + ODDS


def numbers(regression: Mapping[str, Any]) -> dict[str, float | None]:
    """What this part reports."""
    if not regression["terms"]:
        return {}
    found: dict[str, float | None] = {"regression X2": regression["statistic"]}
    for term in regression["terms"]:
        interval = term["odds_ratio"]["interval"]
        found |= {
            f"coefficient {term['name']}": term["coefficient"],
            f"standard error {term['name']}": term["standard_error"],
            f"p {term['name']}": term["p_value"],
            f"odds ratio low {term['name']}": interval["low"] or None,
            f"odds ratio high {term['name']}": interval["high"],
        }
    return found


def _expression(term: Mapping[str, Any], spec: ResponseProportions) -> str:
    column = f"complete[[{r_text(term['factor'] if term['factor'] == GROUP else COVARIATE + term['factor'])}]]"
    if term["factor"] == AGE:
        return f"{column} / {YEARS_PER_STEP}"
    if term["factor"] == MARKER:
        return f"{column} / {'sd' if spec.step == Step.DEVIATION else 'IQR'}({column})"
    return f"as.numeric({column} == {r_text(term['level'])})"
