# Write groups.json: known answers for comparisons of groups other than those of make_reference.R.
#
# Run in the repository:  Rscript tests/reference/make_groups_reference.R
# Packages: coin, exactRankTests, MASS (data). Everything else is base R; formulas name their publication.

suppressPackageStartupMessages({
  library(coin)
  library(exactRankTests)
  library(MASS)
})
source("tests/reference/json.R")

level <- 0.95
root_tolerance <- 1e-13

as_groups <- function(x, y) {
  data.frame(value = c(x, y), group = factor(rep(c("x", "y"), c(length(x), length(y))), levels = c("x", "y")))
}

# --- Two groups ------------------------------------------------------------------------------------------------------

# Brunner & Munzel, Biom J 2000;42:17-25, for P(X > Y) + 1/2 P(X = Y).
brunner_munzel <- function(x, y) {
  n <- length(x)
  m <- length(y)
  pooled <- rank(c(x, y))
  from_x <- pooled[1:n] - rank(x)
  from_y <- pooled[n + 1:m] - rank(y)
  variance_x <- var(from_x) / (n * m^2)
  variance_y <- var(from_y) / (m * n^2)
  degrees <- (variance_x + variance_y)^2 / (variance_x^2 / (n - 1) + variance_y^2 / (m - 1))
  t <- (mean(from_x) / m - 0.5) / sqrt(variance_x + variance_y)
  list(statistic = t, degrees_of_freedom = degrees, p = 2 * pt(-abs(t), degrees))
}

welch <- function(x, y) {
  test <- t.test(x, y)
  list(
    statistic = unname(test$statistic), degrees_of_freedom = unname(test$parameter), p = test$p.value,
    difference = mean(x) - mean(y), interval = as.numeric(test$conf.int)
  )
}

permutation <- function(x, y) {
  data <- as_groups(x, y)
  exact <- oneway_test(value ~ group, data, distribution = "exact")
  # exactRankTests takes integers.
  scale <- 10^(0:4)
  scale <- scale[vapply(scale, function(s) isTRUE(all.equal(c(x, y) * s, round(c(x, y) * s))), NA)][1]
  by_exact_rank_tests <- perm.test(as.integer(round(x * scale)), as.integer(round(y * scale)), exact = TRUE)
  list(
    exact_p = as.numeric(pvalue(exact)),
    exact_p_exactRankTests = by_exact_rank_tests$p.value,
    asymptotic_p = as.numeric(pvalue(oneway_test(value ~ group, data)))
  )
}

# Two one-sided tests that x - y lies above -margin and below margin.
equivalence <- function(x, y, margin) {
  by_coin <- function(x, y) {
    as.numeric(pvalue(wilcox_test(value ~ group, as_groups(x, y), distribution = "exact", alternative = "greater")))
  }
  ranks <- function(x, y) suppressWarnings(wilcox.test(x, y, exact = FALSE, alternative = "greater")$p.value)
  list(
    margin = margin,
    exact = I(c(by_coin(x + margin, y), by_coin(y + margin, x))),
    asymptotic = I(c(ranks(x + margin, y), ranks(y + margin, x))),
    mean = I(c(
      t.test(x, y, mu = -margin, alternative = "greater")$p.value,
      t.test(x, y, mu = margin, alternative = "less")$p.value
    )),
    mean_interval = as.numeric(t.test(x, y, conf.level = 0.9)$conf.int)
  )
}

two_groups <- function(x, y, margin, source) {
  list(
    source = source, x = I(x), y = I(y), brunner_munzel = brunner_munzel(x, y), welch = welch(x, y),
    permutation = permutation(x, y), equivalence = equivalence(x, y, margin)
  )
}

ozone <- subset(airquality, !is.na(Ozone))
pairs <- list(
  ozone = two_groups(
    ozone$Ozone[ozone$Month == 5], ozone$Ozone[ozone$Month == 8], 20, "datasets::airquality, ozone (ppb), May and August"
  ),
  insects = two_groups(
    InsectSprays$count[InsectSprays$spray == "C"], InsectSprays$count[InsectSprays$spray == "E"], 3,
    "datasets::InsectSprays, insects counted, sprays C and E"
  ),
  pain = two_groups(
    c(1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1), c(3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4), 1,
    "Brunner & Munzel 2000, pain scores under two treatments"
  ),
  sleep = two_groups(
    sleep$extra[sleep$group == 1], sleep$extra[sleep$group == 2], 2, "datasets::sleep, extra hours under two drugs"
  ),
  birth_weight = two_groups(
    birthwt$bwt[birthwt$ui == 1], birthwt$bwt[birthwt$ui == 0], 250,
    "MASS::birthwt, birth weight (g) with and without uterine irritability"
  )
)

# --- Pairs of values -------------------------------------------------------------------------------------------------

signed_rank <- function(first, second, source) {
  difference <- first - second
  changed <- difference[difference != 0]
  walsh <- outer(difference, difference, "+") / 2
  untied <- !anyDuplicated(abs(changed)) && length(changed) == length(difference)
  asymptotic <- suppressWarnings(wilcox.test(first, second, paired = TRUE, exact = FALSE))
  # The interval of the distribution without ties, from the Walsh averages of all pairs.
  n <- length(difference)
  lowest <- max(qsignrank((1 - level) / 2, n), 1)
  averages <- sort(walsh[lower.tri(walsh, diag = TRUE)])
  by_stats <- if (untied) wilcox.test(first, second, paired = TRUE, exact = TRUE, conf.int = TRUE) else NULL
  list(
    source = source, first = I(first), second = I(second), untied = untied, unchanged = n - length(changed),
    statistic = unname(asymptotic$statistic),
    exact_p_coin = as.numeric(pvalue(wilcoxsign_test(
      first ~ second, data.frame(first, second), distribution = "exact", zero.method = "Wilcoxon"
    ))),
    exact_p_exactRankTests = suppressWarnings(wilcox.exact(first, second, paired = TRUE, exact = TRUE)$p.value),
    exact_p_stats = if (untied) by_stats$p.value else NA,
    asymptotic_p = asymptotic$p.value,
    pseudomedian = median(averages),
    interval = averages[c(lowest, length(averages) + 1 - lowest)],
    interval_stats = if (untied) as.numeric(by_stats$conf.int) else NA
  )
}

paired <- list(
  depression = signed_rank(
    c(1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30),
    c(0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29),
    "Hollander & Wolfe 1973, page 29, depression scale before and after (example of wilcox.test)"
  ),
  sleep = signed_rank(
    sleep$extra[sleep$group == 1], sleep$extra[sleep$group == 2], "datasets::sleep, extra hours under two drugs"
  ),
  anorexia = signed_rank(
    anorexia$Postwt[anorexia$Treat == "CBT"], anorexia$Prewt[anorexia$Treat == "CBT"],
    "MASS::anorexia, weight (lbs) after and before cognitive behavioural treatment"
  ),
  shoes = signed_rank(shoes$A, shoes$B, "MASS::shoes, wear of two materials on the two shoes of a boy")
)

# --- Groups in an order ----------------------------------------------------------------------------------------------

# All arrangements of a small data set, by the definition.
enumerated_trend <- function(values, sizes) {
  group <- rep(seq_along(sizes), sizes)
  arrange <- function(left, sizes) {
    if (length(sizes) == 1) return(list(left))
    chosen <- combn(length(left), sizes[1], simplify = FALSE)
    unlist(lapply(chosen, function(i) lapply(arrange(left[-i], sizes[-1]), function(rest) c(left[i], rest))), FALSE)
  }
  later <- outer(group, group, "<")
  j <- function(v) sum(later * (outer(v, v, "<") + 0.5 * outer(v, v, "==")))
  all <- vapply(arrange(values, sizes), j, 0)
  middle <- sum(later) / 2
  mean(abs(all - middle) >= abs(j(values) - middle) - 1e-9)
}

trend <- function(groups, source, enumerate = FALSE) {
  values <- unlist(groups, use.names = FALSE)
  group <- rep(seq_along(groups), lengths(groups))
  kendall <- suppressWarnings(cor.test(values, group, method = "kendall", exact = FALSE))
  in_order <- vapply(seq_along(values), function(i) {
    sum((values > values[i])[group > group[i]]) + sum((values < values[i])[group < group[i]]) +
      sum((values == values[i])[group != group[i]]) / 2
  }, 0)
  pairs <- sum(outer(group, group, "<"))
  superiority <- sum(in_order) / 2 / pairs
  error <- sqrt(sum(lengths(groups) * tapply(in_order, group, var))) / pairs
  list(
    source = source, groups = lapply(groups, I), statistic = sum(in_order) / 2,
    z = unname(kendall$statistic), asymptotic_p = kendall$p.value,
    exact_p = if (enumerate) enumerated_trend(values, lengths(groups)) else NA,
    superiority = superiority, interval = superiority + c(-1, 1) * qnorm(1 - (1 - level) / 2) * error
  )
}

ordered_groups <- list(
  piecework = trend(
    list(
      none = c(40, 35, 38, 43, 44, 41), rough = c(38, 40, 47, 44, 40, 42), accurate = c(48, 40, 45, 43, 46, 44)
    ),
    "Hollander & Wolfe, table 6.6, output with no, rough and accurate information"
  ),
  esophagus = trend(
    split(with(esoph, rep(as.integer(alcgp), ncases)), with(esoph, rep(agegp, ncases)))[c("35-44", "45-54", "55-64")],
    "datasets::esoph, alcohol class of the cases by age class"
  ),
  growth = trend(
    split(ToothGrowth$len, paste0("dose ", ToothGrowth$dose)), "datasets::ToothGrowth, tooth length by dose of vitamin C"
  ),
  clearance = trend(
    list(normal = c(2.9, 3.0, 2.5), obstructive = c(3.8, 2.7, 4.0, 2.4), asbestosis = c(2.8, 3.4, 3.7)),
    "Hollander & Wolfe 1973, page 116, the first values of each group", enumerate = TRUE
  )
)

# --- Strata ----------------------------------------------------------------------------------------------------------

# van Elteren, Bull Int Stat Inst 1960;37:351-361: ranks over N + 1 within strata, their permutation variance by coin.
van_elteren <- function(value, group, stratum, source) {
  data <- data.frame(value, group = factor(group), stratum = factor(stratum))
  data$score <- ave(data$value, data$stratum, FUN = function(v) rank(v) / (length(v) + 1))
  test <- independence_test(score ~ group | stratum, data)
  parts <- lapply(split(data, data$stratum), function(s) {
    groups <- split(s$value, s$group)
    x <- groups[[1]]
    y <- groups[[2]]
    above <- outer(x, y, ">") + 0.5 * outer(x, y, "==")
    list(
      x = I(x), y = I(y), weight = length(x) * length(y) / (length(x) + length(y) + 1), superiority = mean(above),
      variance = var(rowMeans(above)) / length(x) + var(colMeans(above)) / length(y)
    )
  })
  weight <- vapply(parts, `[[`, 0, "weight")
  weight <- weight / sum(weight)
  superiority <- sum(weight * vapply(parts, `[[`, 0, "superiority"))
  error <- sqrt(sum(weight^2 * vapply(parts, `[[`, 0, "variance")))
  list(
    source = source, strata = lapply(parts, `[`, c("x", "y")), z = unname(statistic(test)), p = as.numeric(pvalue(test)),
    superiority = superiority, interval = superiority + c(-1, 1) * qnorm(1 - (1 - level) / 2) * error
  )
}

strata <- list(
  birth_weight = van_elteren(
    birthwt$bwt, ifelse(birthwt$smoke == 1, "a smokes", "b does not"), birthwt$race,
    "MASS::birthwt, birth weight by smoking within race"
  ),
  warp_breaks = van_elteren(
    warpbreaks$breaks, warpbreaks$wool, warpbreaks$tension, "datasets::warpbreaks, breaks by wool within tension"
  )
)

write_json(list(pairs = pairs, paired = paired, ordered = ordered_groups, strata = strata), "groups.json")
write_json(versions(c("coin", "exactRankTests", "MASS")), "groups_versions.json")
