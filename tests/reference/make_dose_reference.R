# Write dose_response.json and dose_response_versions.json: known answers for doses and times within blocks.
#
# Run in the repository:  Rscript tests/reference/make_dose_reference.R
# Packages: coin (asymptotic Page test), MASS (data). Everything else is base R.

suppressPackageStartupMessages({
  library(coin)
  library(MASS)
})
source("tests/reference/json.R")

level <- 0.95

permutations <- function(values) {
  if (length(values) == 1) return(list(values))
  do.call(c, lapply(seq_along(values), function(i) lapply(permutations(values[-i]), function(rest) c(values[i], rest))))
}

# Blocks x doses, technical replicates averaged.
cells <- function(data) tapply(data$value, list(data$block, data$dose), mean)

# Every arrangement of each block's midranks, added over blocks; states are told apart by their printed value.
add_blocks <- function(ranks, statistic_of_block) {
  state <- NULL
  for (i in seq_len(nrow(ranks))) {
    arrangements <- do.call(rbind, lapply(permutations(ranks[i, ]), statistic_of_block))
    key <- apply(arrangements, 1, paste, collapse = " ")
    share <- tapply(rep(1 / nrow(arrangements), nrow(arrangements)), key, sum)
    arrangements <- arrangements[match(names(share), key), , drop = FALSE]
    if (is.null(state)) {
      state <- arrangements
      probability <- as.numeric(share)
    } else {
      pairs <- expand.grid(seq_len(nrow(state)), seq_len(nrow(arrangements)))
      added <- state[pairs[, 1], , drop = FALSE] + arrangements[pairs[, 2], , drop = FALSE]
      key <- apply(added, 1, paste, collapse = " ")
      total <- tapply(probability[pairs[, 1]] * share[pairs[, 2]], key, sum)
      state <- added[match(names(total), key), , drop = FALSE]
      probability <- as.numeric(total)
    }
  }
  list(state = state, probability = probability)
}

page <- function(table, exact) {
  ranks <- t(apply(table, 1, rank))
  k <- ncol(ranks)
  L <- sum(ranks %*% seq_len(k))
  long <- data.frame(
    value = as.numeric(table), dose = factor(as.numeric(col(table)), ordered = TRUE), block = factor(as.numeric(row(table)))
  )
  z <- as.numeric(statistic(friedman_test(value ~ dose | block, long)))
  answer <- list(L = L, z = z, asymptotic_p = 2 * pnorm(-abs(z)))
  rho <- apply(table, 1, function(row) if (sd(row) == 0) 0 else cor(row, seq_len(k), method = "spearman"))
  answer$rho <- mean(rho)
  if (length(rho) > 1 && sd(rho) > 1e-9) answer$rho_interval <- as.numeric(t.test(rho, conf.level = level)$conf.int)
  if (exact) {
    all <- add_blocks(ranks, function(r) sum(r * seq_len(k)))
    mean <- sum(all$state * all$probability)
    answer$exact_p <- sum(all$probability[abs(all$state - mean) >= abs(L - mean) - 1e-9])
  }
  answer
}

difference <- function(table, exact) {
  test <- friedman.test(unname(table))
  answer <- list(
    statistic = as.numeric(test$statistic), asymptotic_p = test$p.value,
    concordance = as.numeric(test$statistic) / (nrow(table) * (ncol(table) - 1))
  )
  if (exact) {
    ranks <- t(apply(table, 1, rank))
    all <- add_blocks(ranks, identity)
    answer$exact_p <- sum(all$probability[rowSums(all$state^2) >= sum(colSums(ranks)^2) - 1e-9])
  }
  answer
}

against_control <- function(table, transform) {
  long <- data.frame(
    value = transform(as.numeric(table)), dose = factor(as.numeric(col(table))), block = factor(as.numeric(row(table)))
  )
  fit <- lm(value ~ block + dose, long, na.action = na.omit)
  rows <- grep("^dose", names(coef(fit)))
  answer <- summary(fit)$coefficients[rows, , drop = FALSE]
  interval <- confint(fit, level = level)[rows, , drop = FALSE]
  F <- anova(fit)["dose", ]
  list(
    difference = I(answer[, 1]), error = I(answer[, 2]), t = I(answer[, 3]), p = I(answer[, 4]),
    holm = I(p.adjust(answer[, 4], "holm")), low = I(interval[, 1]), high = I(interval[, 2]),
    degrees = fit$df.residual, F = F[["F value"]], F_p = F[["Pr(>F)"]]
  )
}

logistic_curve <- deriv(~ A + (B - A) / (1 + exp((half - x) * h)), c("A", "B", "half", "h"))

curves <- function(table) {
  doses <- as.numeric(colnames(table))
  fits <- lapply(seq_len(nrow(table)), function(i) {
    data <- data.frame(y = table[i, ], x = log(doses))
    by_nls <- coef(nls(y ~ SSfpl(x, A, B, half, scale), data))
    fit <- c(by_nls["A"], by_nls["B"], half = by_nls[["half"]], h = 1 / by_nls[["scale"]])
    # nls stops early; Gauss's steps go on to the last digit.
    for (step in 1:200) {
      at <- eval(logistic_curve, c(as.list(fit), data))
      fit <- fit + qr.coef(qr(attr(at, "gradient")), data$y - as.numeric(at))
    }
    sigma <- sqrt(sum((data$y - as.numeric(at))^2) / (length(doses) - 4))
    error <- sigma * sqrt(solve(crossprod(attr(at, "gradient")))["half", "half"])
    c(fit, error = error, sigma = sigma, nls = abs(exp(fit[["half"]] - by_nls[["half"]]) - 1))
  })
  fits <- do.call(rbind, fits)
  stopifnot(fits[, "nls"] < 1e-4)
  over <- t.test(fits[, "half"], conf.level = level)
  list(
    at_zero = I(fits[, "A"]), at_infinity = I(fits[, "B"]), half = I(exp(fits[, "half"])), error = I(fits[, "error"]),
    steepness = I(fits[, "h"]), deviation = I(fits[, "sigma"]), over = exp(mean(fits[, "half"])),
    over_interval = exp(as.numeric(over$conf.int))
  )
}

case <- function(data, source, exact_trend = TRUE, exact_difference = TRUE, with_curves = FALSE) {
  table <- cells(data)
  complete <- table[complete.cases(table), , drop = FALSE]
  c(
    list(
      source = source, values = I(data$value), doses = I(data$dose), blocks = I(data$block), complete = nrow(complete),
      page = page(complete, exact_trend), friedman = difference(complete, exact_difference),
      linear = against_control(table, identity)
    ),
    # Averages of logarithms differ from logarithms of averages where there are replicates.
    list(log = against_control(log2_cells(data), identity)),
    if (with_curves) list(curves = curves(table))
  )
}

log2_cells <- function(data) cells(transform(data, value = log2(value)))

plots <- data.frame(value = oats$Y, dose = as.numeric(sub("cwt", "", oats$N)), block = as.integer(oats$B))
dnase <- data.frame(value = DNase$density, dose = DNase$conc, block = as.integer(as.character(DNase$Run)))
chicks <- subset(data.frame(
  value = ChickWeight$weight, dose = ChickWeight$Time, block = as.integer(as.character(ChickWeight$Chick))
), dose %in% c(0, 6, 12, 18, 21))
cotton <- data.frame(
  value = c(7.63, 8.14, 7.76, 7.17, 7.46, 8.00, 8.15, 7.73, 7.57, 7.68, 7.93, 7.87, 7.74, 7.80, 7.21),
  dose = rep(c(36, 54, 72, 108, 144), 3), block = rep(1:3, each = 5)
)
trees <- data.frame(value = Orange$circumference, dose = Orange$age, block = as.integer(as.character(Orange$Tree)))
cases <- list(
  oats = case(plots, "MASS::oats, yield by nitrogen (cwt) in six blocks, three varieties each"),
  dnase = case(
    dnase, "datasets::DNase, optical density by concentration (ng/ml) in eleven runs, in duplicate",
    exact_trend = FALSE, exact_difference = FALSE, with_curves = TRUE
  ),
  chicks = case(chicks, "datasets::ChickWeight, weight (g) of chicks by day, some not weighed to the end", TRUE, FALSE),
  cotton = case(cotton, "Cochran & Cox 1957 in Hollander & Wolfe, strength of cotton by potash (lb) in three fields"),
  trees = case(trees, "datasets::Orange, circumference (mm) of trees by age (days)", TRUE, FALSE),
  tied = case(
    data.frame(
      value = c(1, 1, 2, 3, 2, 2, 2, 5, 3, 1, 4, 4), dose = rep(c(0, 1, 5, 10), 3), block = rep(1:3, each = 4)
    ),
    "three blocks with ties, made up"
  )
)

write_json(cases, "dose_response.json")
write_json(versions(c("coin", "MASS")), "dose_response_versions.json")
