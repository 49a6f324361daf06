# Write the known answers of R that the tests compare with: one JSON file per subject, numbers with 17 digits.
#
# Run in the repository:  Rscript tests/reference/make_reference.R
# Packages: survival (data), coin, exactRankTests. Everything else is base R; formulas name their publication.

suppressPackageStartupMessages({
  library(survival)
  library(coin)
  library(exactRankTests)
})

source("tests/reference/json.R")

level <- 0.95
root_tolerance <- 1e-13

# --- Two groups ------------------------------------------------------------------------------------------------------

as_groups <- function(x, y) {
  data.frame(value = c(x, y), group = factor(rep(c("x", "y"), c(length(x), length(y))), levels = c("x", "y")))
}

# Brunner & Munzel, Biom J 2000;42:17-25, for P(X > Y) + 1/2 P(X = Y), interval not cut at 0 and 1.
brunner_munzel <- function(x, y) {
  n <- length(x)
  m <- length(y)
  pooled <- rank(c(x, y))
  from_x <- pooled[1:n] - rank(x)
  from_y <- pooled[n + 1:m] - rank(y)
  variance_x <- var(from_x) / (n * m^2)
  variance_y <- var(from_y) / (m * n^2)
  variance <- variance_x + variance_y
  degrees <- variance^2 / (variance_x^2 / (n - 1) + variance_y^2 / (m - 1))
  estimate <- mean(from_x) / m
  half <- qt(1 - (1 - level) / 2, degrees) * sqrt(variance)
  list(estimate = estimate, interval = c(estimate - half, estimate + half))
}

# Cliff, Psychol Bull 1993;114:494-509: unbiased variance from the dominance matrix; interval of Feng & Cliff,
# J Mod Appl Stat Methods 2004;3:322-332, with Student's t.
cliff <- function(x, y) {
  n <- length(x)
  m <- length(y)
  dominance <- sign(outer(x, y, "-"))
  delta <- mean(dominance)
  variance <- (m^2 * sum((rowMeans(dominance) - delta)^2) + n^2 * sum((colMeans(dominance) - delta)^2) -
    sum((dominance - delta)^2)) / (n * m * (n - 1) * (m - 1))
  variance <- max(variance, (1 - delta^2) / (n * m - 1))
  t <- qt(1 - (1 - level) / 2, n + m - 2)
  half <- t * sqrt(variance) * sqrt((1 - delta^2)^2 + t^2 * variance)
  list(
    estimate = delta, variance = variance,
    interval = (delta - delta^3 + c(-1, 1) * half) / (1 - delta^2 + t^2 * variance)
  )
}

two_groups <- function(x, y, source) {
  data <- as_groups(x, y)
  ties <- anyDuplicated(data$value) > 0
  by_coin <- wilcox_test(value ~ group, data, distribution = "exact", conf.int = TRUE, conf.level = level)
  by_exact_rank_tests <- suppressWarnings(wilcox.exact(x, y, exact = TRUE, conf.int = TRUE, conf.level = level))
  asymptotic <- suppressWarnings(
    wilcox.test(x, y, exact = FALSE, conf.int = TRUE, conf.level = level, tol.root = root_tolerance)
  )
  by_stats <- if (ties) NULL else wilcox.test(x, y, exact = TRUE, conf.int = TRUE, conf.level = level)
  list(
    source = source, ties = ties, x = I(x), y = I(y),
    statistic = unname(asymptotic$statistic),
    exact_p = by_exact_rank_tests$p.value,
    exact_p_coin = as.numeric(pvalue(by_coin)),
    exact_p_stats = if (ties) NA else by_stats$p.value,
    asymptotic_p = asymptotic$p.value,
    shift = median(outer(x, y, "-")),
    shift_coin = unname(confint(by_coin)$estimate),
    exact_interval = as.numeric(confint(by_coin)$conf.int),
    exact_interval_exactRankTests = as.numeric(by_exact_rank_tests$conf.int),
    exact_interval_stats = if (ties) NA else as.numeric(by_stats$conf.int),
    asymptotic_interval = as.numeric(asymptotic$conf.int),
    superiority = brunner_munzel(x, y),
    cliff = cliff(x, y)
  )
}

lung_complete <- subset(lung, !is.na(wt.loss))
ozone <- subset(airquality, !is.na(Ozone))
areas <- split(state.x77[, "Area"], state.region)
pair_cases <- list(
  lung = two_groups(
    lung_complete$wt.loss[lung_complete$sex == 1], lung_complete$wt.loss[lung_complete$sex == 2],
    "survival::lung, weight loss (pounds), men and women"
  ),
  ozone = two_groups(
    ozone$Ozone[ozone$Month == 5], ozone$Ozone[ozone$Month == 8],
    "datasets::airquality, ozone (ppb), May and August"
  ),
  insects = two_groups(
    InsectSprays$count[InsectSprays$spray == "C"], InsectSprays$count[InsectSprays$spray == "E"],
    "datasets::InsectSprays, insects counted, sprays C and E"
  ),
  pain = two_groups(
    c(1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1), c(3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4),
    "Brunner & Munzel 2000, pain scores under two treatments"
  ),
  permeability = two_groups(
    c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46), c(1.15, 0.88, 0.90, 0.74, 1.21),
    "Hollander & Wolfe 1973, table 4.1, permeability of the chorioamnion (example of wilcox.test)"
  ),
  areas = two_groups(
    unname(areas$South), unname(areas$West), "datasets::state.x77, area (square miles), South and West"
  )
)
write_json(pair_cases, "mann_whitney.json")

# --- Several groups --------------------------------------------------------------------------------------------------

# Steiger, Psychol Methods 2004;9:164-182: noncentralities under which H is at the edges of what is expected.
epsilon_squared_interval <- function(h, degrees, total) {
  noncentrality <- function(h, cumulative) {
    if (pchisq(h, degrees) <= cumulative) return(0)
    uniroot(function(l) pchisq(h, degrees, ncp = l) - cumulative, c(0, 10 * h + 50), tol = root_tolerance)$root
  }
  tail <- (1 - level) / 2
  pmin(c(noncentrality(h, 1 - tail), noncentrality(max(h, degrees), tail)) / (total - 1), 1)
}

# Dunn, Technometrics 1964;6:241-252, with ties; two-sided.
dunn <- function(groups, reference = NULL) {
  values <- unlist(groups, use.names = FALSE)
  label <- rep(names(groups), lengths(groups))
  total <- length(values)
  tied <- table(values)
  mean_rank <- tapply(rank(values), factor(label, levels = names(groups)), mean)
  variance <- total * (total + 1) / 12 - sum(tied^3 - tied) / (12 * (total - 1))
  pairs <- if (is.null(reference)) combn(names(groups), 2, simplify = FALSE) else
    lapply(setdiff(names(groups), reference), function(other) c(other, reference))
  z <- vapply(pairs, function(pair) {
    unname(mean_rank[pair[1]] - mean_rank[pair[2]]) / sqrt(variance * sum(1 / lengths(groups[pair])))
  }, 0)
  p <- 2 * pnorm(-abs(z))
  list(
    first = vapply(pairs, `[`, "", 1), second = vapply(pairs, `[`, "", 2), z = I(z), p = I(p),
    holm = I(p.adjust(p, "holm")), bh = I(p.adjust(p, "BH"))
  )
}

several_groups <- function(groups, reference, source) {
  test <- kruskal.test(groups)
  total <- sum(lengths(groups))
  h <- unname(test$statistic)
  degrees <- unname(test$parameter)
  list(
    source = source, ties = anyDuplicated(unlist(groups)) > 0, groups = lapply(groups, I),
    statistic = h, degrees_of_freedom = degrees, p = test$p.value,
    epsilon_squared = h / (total - 1), interval = epsilon_squared_interval(h, degrees, total),
    all_pairs = dunn(groups), reference = reference, against_reference = dunn(groups, reference)
  )
}

several_cases <- list(
  ozone = several_groups(
    split(ozone$Ozone, month.abb[ozone$Month])[c("May", "Jun", "Jul", "Aug", "Sep")], "May",
    "datasets::airquality, ozone (ppb) by month"
  ),
  insects = several_groups(
    split(InsectSprays$count, InsectSprays$spray), "C", "datasets::InsectSprays, insects counted by spray"
  ),
  clearance = several_groups(
    list(
      normal = c(2.9, 3.0, 2.5, 2.6, 3.2), obstructive = c(3.8, 2.7, 4.0, 2.4), asbestosis = c(2.8, 3.4, 3.7, 2.2, 2.0)
    ), "normal",
    "Hollander & Wolfe 1973, page 116, mucociliary clearance (example of kruskal.test)"
  ),
  areas = several_groups(
    lapply(areas, unname), "South", "datasets::state.x77, area (square miles) by region"
  ),
  singleton = several_groups(
    list(a = c(1, 2, 4), b = 7, c = c(3, 5, 6, 8)), "b", "invented: a group of one value"
  )
)
write_json(several_cases, "kruskal_wallis.json")

# --- Multiplicity ----------------------------------------------------------------------------------------------------

families <- list(
  few = c(0.01, 0.04, 0.03),
  # Benjamini & Hochberg 1995, page 295: fifteen endpoints of a trial of thrombolysis.
  thrombolysis = c(
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1
  ),
  tied = c(0.02, 0.5, 0.02, 1, 0.02, 0),
  single = 0.2
)
write_json(
  lapply(families, function(p) list(p = I(p), holm = I(p.adjust(p, "holm")), bh = I(p.adjust(p, "BH")))),
  "multiplicity.json"
)

# --- The example file ------------------------------------------------------------------------------------------------

example <- read.csv("docs/examples/synthetic_expression.csv")
example <- subset(example, SS18_fusion_partner %in% c("SSX1", "SSX2"))
example$patient <- sub("[-_][^-_]*$", "", example$sample)
compare <- function(data, source) {
  two_groups(
    data$TNFSF11[data$SS18_fusion_partner == "SSX1"], data$TNFSF11[data$SS18_fusion_partner == "SSX2"], source
  )
}
by_patient <- function(rule) aggregate(TNFSF11 ~ patient + SS18_fusion_partner, example, rule)
write_json(
  list(
    samples = compare(example, "SSX1 minus SSX2, samples"),
    patients_mean = compare(by_patient(mean), "SSX1 minus SSX2, patients, mean of a patient's samples"),
    patients_median = compare(by_patient(median), "SSX1 minus SSX2, patients, median of a patient's samples"),
    patients_maximum = compare(by_patient(max), "SSX1 minus SSX2, patients, highest of a patient's samples")
  ),
  "synthetic_expression.json"
)

# --- Versions --------------------------------------------------------------------------------------------------------

write_json(versions(c("survival", "coin", "exactRankTests")), "versions.json")
