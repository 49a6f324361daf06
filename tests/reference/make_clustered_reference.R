# Write clustered.json and clustered_versions.json: known answers for values that come in clusters.
#
# Run in the repository:  Rscript tests/reference/make_clustered_reference.R
# Packages: lmerTest and clubSandwich (answers), lme4 and nlme (data). Everything else is base R.

suppressPackageStartupMessages({
  library(lmerTest)
  library(clubSandwich)
})
source("tests/reference/json.R")

level <- 0.95

# Rows that are 0 when no two of the groups differ, orthonormal, with as many columns as the model.
all_differences <- function(groups, columns) {
  rows <- t(contr.helmert(groups))
  cbind(rows / sqrt(rowSums(rows^2)), matrix(0, groups - 1, columns - groups))
}

# Every pair of groups: the first minus the second.
pair_rows <- function(groups, columns) {
  t(apply(combn(groups, 2), 2, function(pair) {
    row <- numeric(columns)
    row[pair] <- c(1, -1)
    row
  }))
}

# --- The restricted likelihood with dense matrices and to the last digit ---------------------------------------------

# lmer stops where the likelihood is flat to its tolerance and takes second derivatives numerically. Here both are solved
# from the derivatives as published (Searle, Casella & McCulloch 1992, chapter 6), with Satterthwaite's degrees of
# freedom from the observed information.
restricted_likelihood <- function(y, X, cluster) {
  K <- outer(cluster, cluster, "==") * 1
  n <- length(y)
  parts <- function(ratio) {
    W <- solve(diag(n) + ratio * K)
    C <- solve(t(X) %*% W %*% X)
    list(W = W, C = C, P = W - W %*% X %*% C %*% t(X) %*% W)
  }
  deviance <- function(ratio) {
    part <- parts(ratio)
    -as.numeric(determinant(part$W)$modulus) - as.numeric(determinant(part$C)$modulus) +
      (n - ncol(X)) * log(sum(y * (part$P %*% y)))
  }
  slope <- function(ratio) {
    P <- parts(ratio)$P
    Py <- P %*% y
    sum(P * K) - (n - ncol(X)) * sum(Py * (K %*% Py)) / sum(y * Py)
  }
  ratio <- if (slope(0) >= 0) 0 else uniroot(slope, c(0, 1e4), tol = 1e-16, maxiter = 10000)$root
  part <- parts(ratio)
  within <- sum(y * (part$P %*% y)) / (n - ncol(X))
  P <- part$P / within
  WX <- part$W %*% X / within
  C <- part$C * within
  Py <- P %*% y
  V <- if (ratio > 0) list(K, diag(n)) else list(diag(n))
  information <- sapply(V, function(a) sapply(V, function(b) {
    -sum((P %*% a) * t(P %*% b)) / 2 + sum((a %*% Py) * (P %*% (b %*% Py)))
  }))
  covariance <- solve(information)
  coefficients <- as.numeric(C %*% t(WX) %*% y)
  degrees <- function(row) {
    gradient <- sapply(V, function(v) sum((v %*% WX %*% C %*% row) * (WX %*% C %*% row)))
    2 * sum(row * (C %*% row))^2 / sum(gradient * (covariance %*% gradient))
  }
  allowed <- deviance(ratio) + qchisq(level, 1)
  excess <- function(x) deviance(exp(x)) - allowed
  bound <- function(from, to) exp(uniroot(excess, c(from, to), tol = 1e-15)$root)
  share <- function(x) x / (1 + x)
  low <- if (deviance(0) > allowed) bound(-12, log(ratio)) else 0
  list(
    coefficients = coefficients, C = C, degrees = degrees, between = within * ratio, within = within,
    correlation = share(ratio), correlation_interval = I(c(share(low), share(bound(log(max(ratio, 1e-6)), 12))))
  )
}

fai_cornelius <- function(degrees) {
  if (diff(range(degrees)) < 1e-8) return(mean(degrees))
  if (any(degrees <= 2)) return(2)
  e <- sum(degrees / (degrees - 2))
  2 * e / (e - length(degrees))
}

mixed <- function(y, X, cluster, groups, formula, data) {
  fit <- restricted_likelihood(y, X, cluster)
  pairs <- pair_rows(groups, ncol(X))
  estimate <- as.numeric(pairs %*% fit$coefficients)
  error <- sqrt(diag(pairs %*% fit$C %*% t(pairs)))
  degrees <- apply(pairs, 1, fit$degrees)
  L <- all_differences(groups, ncol(X))
  decomposed <- eigen(L %*% fit$C %*% t(L))
  L <- t(decomposed$vectors) %*% L
  F <- mean((L %*% fit$coefficients)^2 / decomposed$values)
  denominator <- fai_cornelius(apply(L, 1, fit$degrees))
  slopes <- if (ncol(X) > groups) diag(ncol(X))[-(1:groups), , drop = FALSE] else matrix(0, 0, ncol(X))
  by_lmer <- suppressMessages(lmer(formula, data, control = lmerControl(optCtrl = list(xtol_rel = 1e-12, ftol_abs = 1e-12))))
  lmer_pairs <- do.call(rbind, lapply(seq_len(nrow(pairs)), function(i) contest1D(by_lmer, pairs[i, ])))
  lmer_overall <- contestMD(by_lmer, all_differences(groups, ncol(X)))
  variances <- as.data.frame(VarCorr(by_lmer))$vcov
  list(
    estimate = I(estimate), error = I(error), degrees = I(degrees), p = I(2 * pt(-abs(estimate / error), degrees)),
    half = I(qt((1 + level) / 2, degrees) * error),
    slope = I(as.numeric(slopes %*% fit$coefficients)), slope_error = I(sqrt(diag(slopes %*% fit$C %*% t(slopes)))),
    slope_degrees = I(apply(slopes, 1, fit$degrees)),
    F = F, denominator = denominator, F_p = pf(F, groups - 1, denominator, lower.tail = FALSE),
    between = fit$between, within = fit$within, correlation = fit$correlation,
    correlation_interval = fit$correlation_interval,
    lmer = list(
      estimate = I(lmer_pairs[["Estimate"]]), error = I(lmer_pairs[["Std. Error"]]), degrees = I(lmer_pairs[["df"]]),
      p = I(lmer_pairs[["Pr(>|t|)"]]), F = lmer_overall[["F value"]], denominator = lmer_overall[["DenDF"]],
      between = variances[1], within = variances[2]
    )
  )
}

# --- Least squares with the cluster-robust variance CR2 --------------------------------------------------------------

robust <- function(formula, data, cluster, groups) {
  fit <- lm(formula, data)
  variance <- vcovCR(fit, cluster = cluster, type = "CR2")
  columns <- length(coef(fit))
  pairs <- pair_rows(groups, columns)
  estimate <- as.numeric(pairs %*% coef(fit))
  error <- sqrt(diag(pairs %*% as.matrix(variance) %*% t(pairs)))
  tests <- lapply(seq_len(nrow(pairs)), function(i) {
    Wald_test(fit, constraints = pairs[i, , drop = FALSE], vcov = variance, test = "HTZ")
  })
  overall <- Wald_test(fit, constraints = all_differences(groups, columns), vcov = variance, test = "HTZ")
  slopes <- if (columns > groups) coef_test(fit, vcov = variance, test = "Satterthwaite")[-(1:groups), ] else NULL
  list(
    estimate = I(estimate), error = I(error), degrees = I(sapply(tests, `[[`, "df_denom")),
    p = I(sapply(tests, `[[`, "p_val")),
    slope = I(as.numeric(slopes$beta)), slope_error = I(as.numeric(slopes$SE)),
    slope_degrees = I(as.numeric(if (is.null(slopes)) NULL else slopes[[grep("df", names(slopes))]])),
    F = overall$Fstat, denominator = overall$df_denom, F_p = overall$p_val
  )
}

# --- Cases -----------------------------------------------------------------------------------------------------------

nested <- function(data, covariates, source) {
  data$group <- droplevels(data$group)
  data$cluster <- as.integer(factor(as.character(data$cluster)))
  groups <- nlevels(data$group)
  right <- paste(c("0 + group", covariates), collapse = " + ")
  X <- model.matrix(as.formula(paste("~", right)), data)
  adjusting <- if (length(covariates)) list(covariates = lapply(data[covariates], I))
  c(adjusting, list(
    source = source, values = I(data$value), group = I(as.character(data$group)), cluster = I(data$cluster),
    order = I(levels(data$group)),
    mixed = mixed(data$value, X, data$cluster, groups, as.formula(paste("value ~", right, "+ (1 | cluster)")), data),
    robust = robust(as.formula(paste("value ~", right)), data, data$cluster, groups)
  ))
}

pups <- data.frame(
  value = nlme::RatPupWeight$weight, group = factor(as.character(nlme::RatPupWeight$Treatment)),
  cluster = nlme::RatPupWeight$Litter, male = as.numeric(nlme::RatPupWeight$sex == "Male"),
  litter_size = nlme::RatPupWeight$Lsize
)
pups$group <- factor(pups$group, levels = c("Control", "Low", "High"))
sleepy <- data.frame(
  value = lme4::sleepstudy$Reaction, group = factor(lme4::sleepstudy$Days), cluster = lme4::sleepstudy$Subject
)
teeth <- data.frame(
  value = nlme::Orthodont$distance, group = factor(as.character(nlme::Orthodont$Sex)),
  cluster = as.character(nlme::Orthodont$Subject), age = nlme::Orthodont$age
)
machines <- data.frame(
  value = nlme::Machines$score, group = factor(as.character(nlme::Machines$Machine)),
  cluster = as.character(nlme::Machines$Worker)
)
machines <- machines[-c(2, 3, 6, 20, 29, 30, 51), ]
dyes <- data.frame(
  value = lme4::Dyestuff2$Yield, group = factor(rep(c("first", "later", "later", "first", "later"), 6)),
  cluster = lme4::Dyestuff2$Batch
)
cases <- list(
  pups = nested(pups, character(), "nlme::RatPupWeight, weight (g) by treatment, pups of a litter"),
  pups_adjusted = nested(pups, c("male", "litter_size"), "nlme::RatPupWeight, with sex and size of the litter held fixed"),
  sleep = nested(sleepy, character(), "lme4::sleepstudy, reaction time (ms) by day, days of a subject"),
  teeth = nested(teeth, "age", "nlme::Orthodont, distance (mm) by sex, ages of a child, age held fixed"),
  machines = nested(machines, character(), "nlme::Machines, score by machine, runs of a worker, seven runs left out"),
  dyes = nested(dyes, character(), "lme4::Dyestuff2, yield of the first or fourth and of other samples, samples of a batch")
)

# --- Intraclass correlation ------------------------------------------------------------------------------------------

correlation <- function(values, cluster, source) {
  cluster <- factor(as.character(cluster))
  table <- anova(lm(values ~ cluster))
  n <- as.numeric(table(cluster))
  typical <- (sum(n) - sum(n^2) / sum(n)) / (length(n) - 1)
  F <- table[["F value"]][1]
  limits <- F / qf(c((1 + level) / 2, (1 - level) / 2), table$Df[1], table$Df[2])
  rho <- function(ratio) (ratio - 1) / (ratio + typical - 1)
  list(
    source = source, values = I(values), cluster = I(as.integer(cluster)), F = F, p = table[["Pr(>F)"]][1],
    within = table[["Mean Sq"]][2], correlation = rho(F), interval = rho(limits),
    effective_n = sum(n / (1 + (n - 1) * max(rho(F), 0)))
  )
}

correlations <- list(
  pups = correlation(pups$value, pups$cluster, "nlme::RatPupWeight"),
  sleep = correlation(sleepy$value, sleepy$cluster, "lme4::sleepstudy"),
  dyes = correlation(dyes$value, dyes$cluster, "lme4::Dyestuff2, negative"),
  dyestuff = correlation(lme4::Dyestuff$Yield, lme4::Dyestuff$Batch, "lme4::Dyestuff")
)

write_json(list(groups = cases, correlation = correlations), "clustered.json")
write_json(versions(c("lmerTest", "lme4", "clubSandwich", "nlme")), "clustered_versions.json")
