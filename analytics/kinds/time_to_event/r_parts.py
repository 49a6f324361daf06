"""R functions that the scripts of time-to-event answers are made of: what survival and cmprsk do not have."""

HEAD = """\
library(survival)
library(cmprsk)
late <- any(rows$entry > 0)
event <- as.numeric(rows$status == 1)
response <- as.numeric(rows$response_day)
exactly <- coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 100)
bounds <- function(name, fit, index) {{
  line <- summary(fit)$conf.int[index, ]
  report(name, line[["exp(coef)"]])
  report(paste(name, "low"), line[["lower .95"]])
  report(paste(name, "high"), line[["upper .95"]])
}}
columns <- list()
{columns}
x <- if (length(columns)) do.call(cbind, columns) else NULL
"""

INCIDENCE = """\
# The first day on which at most one half is left; where the curve is flat at one half, the middle of that piece.
crossing <- function(day, left) {
  known <- is.finite(left); day <- day[known]; left <- left[known]
  reached <- which(left <= 0.5 + 2^-26)
  if (!length(reached)) return(NA)
  first <- reached[1]
  if (left[first] < 0.5 - 2^-26) return(day[first])
  below <- which(left < 0.5 - 2^-26)
  (day[first] + day[if (length(below)) below[1] else length(day)]) / 2
}
# Aalen and Johansen's estimate with Aalen's variance, also with patients who enter late.
aalen_johansen <- function(time, cause, entry) {
  day <- sort(unique(time[cause > 0]))
  n <- sapply(day, function(u) sum(time >= u & entry < u))
  own <- sapply(day, function(u) sum(time == u & cause == 1))
  other <- sapply(day, function(u) sum(time == u & cause > 1))
  after <- cumprod(1 - (own + other) / n)
  before <- c(1, after[-length(after)])
  f <- cumsum(before * own / n)
  spread <- function(d) d / n^2 * ifelse(d > 1, 1 - (d - 1) / pmax(n - 1, 1), 1)
  se <- sapply(seq_along(day), function(k) {
    u <- seq_len(k)
    g <- ifelse(after[u] > 0, (f[k] - f[u]) / after[u], 0)
    sqrt(sum(before[u]^2 * (spread(own)[u] * (1 - g)^2 + ifelse(after[u] > 0, spread(other)[u] * g^2, 0))))
  })
  list(day = day, f = f, se = se)
}
limits <- function(f, se) {
  half <- qnorm(0.975) * se / (-(1 - f) * log(1 - f))
  inside <- f > 0 & f < 1 - 1e-12
  list(low = ifelse(inside, 1 - (1 - f)^exp(-half), NA), high = ifelse(inside, 1 - (1 - f)^exp(half), NA))
}
some <- function(name, value) if (length(value) == 1 && is.finite(value)) report(name, value)
# Shares at the chosen days, counted from time zero, and the median; the clock of the curve begins at `start`.
incidence <- function(prefix, time, cause, group, entry, groups, days, start) for (code in groups) {
  of <- group == code
  if (!any(of)) next
  curve <- list(day = c(), f = c(), se = c())
  if (any(cause[of] > 0)) curve <- aalen_johansen(time[of], cause[of], entry[of])
  side <- limits(curve$f, curve$se)
  middle <- if (length(curve$f)) crossing(curve$day, 1 - curve$f) else NA
  some(paste0(prefix, code, " median"), middle + start)
  if (is.finite(middle)) {
    some(paste0(prefix, code, " median low"), crossing(curve$day, 1 - side$high) + start)
    some(paste0(prefix, code, " median high"), crossing(curve$day, 1 - side$low) + start)
  }
  for (day in days[days > start & days - start <= max(time[of])]) {
    k <- sum(curve$day <= day - start)
    value <- if (k) curve$f[k] else 0
    if (!any(entry > 0) && any(cause[of] == 1) && k) {
      fit <- timepoints(cuminc(time[of] + 1, cause[of], cencode = 0), day - start + 1)
      value <- fit$est["1 1", 1]
      side$low[k] <- limits(value, sqrt(fit$var["1 1", 1]))$low
      side$high[k] <- limits(value, sqrt(fit$var["1 1", 1]))$high
    }
    report(paste0(prefix, code, " day ", day), value)
    if (k) {
      some(paste0(prefix, code, " day ", day, " low"), side$low[k])
      some(paste0(prefix, code, " day ", day, " high"), side$high[k])
    }
  }
}
tested <- function(name, time, cause, group, entry) {
  statistic <- if (any(entry > 0)) log_rank(time, cause == 1, group, entry) else {
    cuminc(time + 1, cause, group, cencode = 0)$Tests["1", "stat"]
  }
  report(name, statistic)
  report(paste(name, "p"), pchisq(statistic, length(unique(group)) - 1, lower.tail = FALSE))
}
"""

SURVIVAL = """\
some <- function(name, value) if (length(value) == 1 && is.finite(value)) report(name, value)
incidence <- function(prefix, time, cause, group, entry, groups, days, start) for (code in groups) {
  of <- group == code
  if (!any(of)) next
  end <- if (any(entry > 0)) Surv(entry[of], time[of], cause[of] == 1) else Surv(time[of], cause[of] == 1)
  fit <- survfit(end ~ 1, conf.type = "log-log")
  middle <- quantile(fit, 0.5)
  some(paste0(prefix, code, " median"), middle$quantile[[1]] + start)
  if (is.finite(middle$quantile[[1]])) {
    some(paste0(prefix, code, " median low"), middle$lower[[1]] + start)
    some(paste0(prefix, code, " median high"), middle$upper[[1]] + start)
  }
  for (day in days[days > start & days - start <= max(time[of])]) {
    at <- summary(fit, times = day - start, extend = TRUE)
    report(paste0(prefix, code, " day ", day), at$surv)
    if (at$surv > 0 && at$surv < 1) {
      some(paste0(prefix, code, " day ", day, " low"), at$lower)
      some(paste0(prefix, code, " day ", day, " high"), at$upper)
    }
  }
}
tested <- function(name, time, cause, group, entry) {
  statistic <- if (any(entry > 0)) log_rank(time, cause == 1, group, entry) else {
    survdiff(Surv(time, cause == 1) ~ group)$chisq
  }
  report(name, statistic)
  report(paste(name, "p"), pchisq(statistic, length(unique(group)) - 1, lower.tail = FALSE))
}
"""

LOG_RANK = """\
# The log-rank test with patients who enter late, which survdiff does not take.
log_rank <- function(time, event, group, entry) {
  codes <- unique(group)
  score <- numeric(length(codes))
  variance <- matrix(0, length(codes), length(codes))
  for (u in sort(unique(time[event]))) {
    at <- time >= u & entry < u
    n <- sum(at); d <- sum(at & event & time == u)
    share <- sapply(codes, function(code) sum(at & group == code)) / n
    score <- score + sapply(codes, function(code) sum(at & event & time == u & group == code)) - d * share
    if (n > 1) variance <- variance + d * (n - d) / (n - 1) * (diag(share, length(codes)) - outer(share, share))
  }
  keep <- seq_len(length(codes) - 1)
  drop(score[keep] %*% solve(variance[keep, keep, drop = FALSE]) %*% score[keep])
}
"""

RESPONSE = """\
# Every patient is without a response up to its day, with one from the day after.
split_rows <- function(entry, time, event, response) {
  changes <- !is.na(response) & response > entry & response < time
  id <- c(seq_along(time), which(changes))
  data.frame(
    id = id,
    start = c(entry, response[changes]),
    stop = c(ifelse(changes, response, time), time[changes]),
    event = c(ifelse(changes, 0, event), event[changes]),
    response = c(as.numeric(!is.na(response) & response <= entry), rep(1, sum(changes)))
  )
}
"""

RECURRENT = """\
days_of <- lapply(strsplit(as.character(rows$event_days), ";"), function(days) as.numeric(days[!is.na(days)]))
days_of <- lapply(days_of, function(days) if (length(days)) days else numeric(0))
counts <- lengths(days_of)
# A rate with its interval: robust by patient, exact where nothing happened.
rate_of <- function(name, events, days) {
  total <- sum(events); years <- sum(days) / 365.25
  report(paste("rate", name), total / years)
  if (total > 0) {
    half <- qnorm(0.975) * sqrt(sum(((events - total / sum(days) * days) / total)^2))
    report(paste("rate", name, "low"), total / years * exp(-half))
    report(paste("rate", name, "high"), total / years * exp(half))
  } else report(paste("rate", name, "high"), qchisq(0.025, 2, lower.tail = FALSE) / 2 / years)
}
# Ghosh and Lin's mean number of events, with the sum of squared influences as its variance.
mean_of <- function(name, of, marks) {
  end <- rows$end[of]; from <- rows$entry[of]; from[from == 0] <- -1; died <- rows$died[of] == 1; days <- days_of[of]
  u <- sort(unique(c(unlist(days), end[died])))
  if (!length(u)) return(for (mark in marks) report(paste("mean", name, "day", mark), 0))
  at <- outer(seq_along(end), u, function(i, v) from[i] < v & end[i] >= v)
  own <- t(sapply(seq_along(end), function(i) tabulate(match(days[[i]], u), length(u))))
  own <- matrix(own, length(end), length(u))
  dying <- outer(seq_along(end), u, function(i, v) died[i] & end[i] == v)
  n <- colSums(at); d <- colSums(own); deaths <- colSums(dying)
  after <- cumprod(1 - deaths / n); before <- c(1, after[-length(after)])
  mu <- cumsum(before * d / n)
  for (mark in marks) {
    k <- sum(u <= mark)
    report(paste("mean", name, "day", mark), if (k) mu[k] else 0)
    if (!k || mu[k] == 0) next
    v <- seq_len(k)
    rest <- mu[k] - mu[v]
    influence <- own[, v, drop = FALSE] %*% (before / n)[v] - at[, v, drop = FALSE] %*% (before * d / n^2)[v] -
      dying[, v, drop = FALSE] %*% (rest / n[v]) + at[, v, drop = FALSE] %*% (rest * deaths[v] / n[v]^2)
    factor <- exp(qnorm(0.975) * sqrt(sum(influence^2)) / mu[k])
    report(paste("mean", name, "day", mark, "low"), mu[k] / factor)
    report(paste("mean", name, "day", mark, "high"), mu[k] * factor)
  }
}
"""
