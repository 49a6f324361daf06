"""Rank correlations in R: coefficient, interval and p-value, as :mod:`analytics.stats.association` states them.

R's own ``cor.test`` has no exact p-value with ties, so the pairings are counted here.
"""

from collections.abc import Mapping
from typing import Any

PAIRINGS = """\
# The share of all pairings of x with y whose sum of gains lies at least as far from 0 as in the pairs given. Tied x
# enter together, in every choice of what is left of y; which of y are used up is all that later ones have to know.
pairing_p <- function(x, y, gain, most) {
  n <- length(x)
  bits <- 2^(seq_len(n) - 1)
  layer <- list("0" = replace(numeric(2 * most + 1), most + 1, 1))
  observed <- 0
  seen <- integer(0)
  for (tied in split(seq_len(n), rank(x))) {
    following <- list()
    for (key in names(layer)) {
      used <- which(bitwAnd(as.integer(key), bits) > 0)
      left <- setdiff(seq_len(n), used)
      choices <- combn(length(left), length(tied), simplify = FALSE)
      for (choice in choices) {
        taken <- left[choice]
        moved <- gain(tied[1], used, taken)
        ways <- layer[[key]]
        if (moved > 0) ways <- c(numeric(moved), head(ways, -moved))
        if (moved < 0) ways <- c(tail(ways, moved), numeric(-moved))
        state <- as.character(sum(bits[c(used, taken)]))
        following[[state]] <- if (is.null(following[[state]])) ways else following[[state]] + ways
      }
    }
    observed <- observed + gain(tied[1], seen, tied)
    seen <- c(seen, tied)
    layer <- following
  }
  ways <- layer[[1]]
  sum(ways[abs(seq(-most, most)) >= abs(observed)]) / sum(ways)
}
fisher_interval <- function(estimate, half) tanh(atanh(estimate) + c(-1, 1) * half)
"""

SPEARMAN = (
    PAIRINGS
    + """\
coefficient <- function(x, y) {
  n <- length(x)
  rho <- cor(rank(x), rank(y))
  if (abs(rho) > 1 - 1e-12) rho <- sign(rho)
  a <- 2 * rank(x) - (n + 1)
  b <- 2 * rank(y) - (n + 1)
  if (n <= 12) {
    gain <- function(row, used, taken) a[row] * sum(b[taken])
    p <- pairing_p(x, y, gain, most = sum(sort(a) * sort(b)))
  } else if (abs(rho) == 1) {
    sizes <- as.vector(table(rank(x)))
    p <- (1 + all(sizes == rev(sizes))) * exp(sum(lfactorial(sizes)) - lfactorial(n))
  } else {
    p <- 2 * pt(-abs(rho) * sqrt((n - 2) / (1 - rho^2)), n - 2)
  }
  half <- if (n > 3) qnorm(0.975) * sqrt((1 + rho^2 / 2) / (n - 3)) else NA
  list(estimate = rho, p = p, interval = if (abs(rho) == 1) c(NA, NA) else fisher_interval(rho, half))
}
"""
)

KENDALL = (
    PAIRINGS
    + """\
# Concordant minus discordant comparisons by |S|, for values without ties.
untied_p <- function(n, observed) {
  shares <- 1
  for (size in seq_len(n)[-1]) {
    longer <- numeric(length(shares) + 2 * (size - 1))
    for (step in seq_len(size) - 1) {
      places <- 2 * step + seq_along(shares)
      longer[places] <- longer[places] + shares / size
    }
    shares <- longer
  }
  sums <- seq_along(shares) - (length(shares) + 1) / 2
  sum(shares[abs(sums) >= abs(observed)])
}
coefficient <- function(x, y) {
  n <- length(x)
  signs <- function(z) sign(outer(z, z, "-"))
  of_unit <- rowSums(signs(x) * signs(y))
  untied_x <- rowSums(signs(x) != 0)
  untied_y <- rowSums(signs(y) != 0)
  s <- sum(of_unit) / 2
  tau <- sum(of_unit) / sqrt(sum(untied_x) * sum(untied_y))
  if (!anyDuplicated(x) && !anyDuplicated(y) && n <= 100) {
    p <- untied_p(n, s)
  } else if (n <= 12) {
    gain <- function(row, used, taken) sum(sign(outer(y[taken], y[used], "-")))
    p <- pairing_p(x, y, gain, most = n * (n - 1) / 2)
  } else {
    p <- cor.test(x, y, method = "kendall", exact = FALSE)$p.value
  }
  # The variance of tau-b by the units' own shares (Brown and Benedetti 1977, with n - 1 for n).
  influence <- 2 * of_unit / sqrt(mean(untied_x) * mean(untied_y)) -
    tau * (untied_x / mean(untied_x) + untied_y / mean(untied_y))
  half <- qnorm(0.975) * sqrt(var(influence) / n) / (1 - tau^2)
  known <- abs(tau) < 1 - 1e-12 && diff(range(influence)) > 1e-9
  list(estimate = tau, p = p, interval = if (known) fisher_interval(tau, half) else c(NA, NA))
}
"""
)

REPORTED = """\
report_coefficient <- function(name, x, y) {
  found <- coefficient(x, y)
  report(paste0(name, "coefficient"), found$estimate)
  report(paste0(name, "p"), found$p)
  if (!anyNA(found$interval)) {
    report(paste0(name, "low"), found$interval[1])
    report(paste0(name, "high"), found$interval[2])
  }
}
"""


def coefficient_numbers(name: str, association: Mapping[str, Any]) -> dict[str, float]:
    """What ``report_coefficient`` reports, from a stored association."""
    effect = association["effect"]
    found: dict[str, float] = {f"{name}coefficient": effect["estimate"], f"{name}p": association["p_value"]}
    if interval := effect["interval"]:
        found |= {f"{name}low": interval["low"], f"{name}high": interval["high"]}
    return found
