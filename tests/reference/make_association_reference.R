# Write association.json, agreement.json, prediction.json and censored.json: known answers for association, agreement,
# prediction and groups of censored measurements.
#
# Run in the repository:  Rscript tests/reference/make_association_reference.R
# Packages: vcd, psych, pROC, maxstat, survival, lme4 (data), MASS (data). Everything else is base R; formulas name
# their publication.

suppressPackageStartupMessages({
  library(lme4)
  library(MASS)
  library(maxstat)
  library(pROC)
  library(psych)
  library(survival)
  library(vcd)
})
source("tests/reference/json.R")

level <- 0.95
z <- qnorm(1 - (1 - level) / 2)

# --- Association -----------------------------------------------------------------------------------------------------

permutations <- function(n) {
  if (n == 1) return(matrix(1L))
  smaller <- permutations(n - 1)
  do.call(rbind, lapply(seq_len(n), function(i) cbind(i, smaller + (smaller >= i))))
}

# Share of all pairings with a statistic as far from 0.
enumerated <- function(x, y, statistic) {
  all <- apply(permutations(length(y)), 1, function(order) statistic(x, y[order]))
  mean(abs(all) >= abs(statistic(x, y)) - 1e-9)
}

# Brown & Benedetti, J Am Stat Assoc 1977;72:309-315, from the table of both values; here with n - 1 for n.
tau_b_error <- function(x, y) {
  counts <- unclass(table(x, y))
  n <- sum(counts)
  rows <- rowSums(counts)
  columns <- colSums(counts)
  w_r <- n^2 - sum(rows^2)
  w_c <- n^2 - sum(columns^2)
  w <- sqrt(w_r * w_c)
  i <- seq_along(rows)
  j <- seq_along(columns)
  d <- outer(i, j, Vectorize(function(r, c) {
    sum(counts[i > r, j > c]) + sum(counts[i < r, j < c]) - sum(counts[i > r, j < c]) - sum(counts[i < r, j > c])
  }))
  tau <- sum(counts * d) / w
  v <- outer(rows * w_c, columns * w_r, "+")
  variance <- (sum(counts * (2 * w * d + tau * v)^2) - n^3 * tau^2 * (w_r + w_c)^2) / w^4
  sqrt(variance * n / (n - 1))
}

association <- function(x, y, source, enumerate = FALSE) {
  complete <- !is.na(x) & !is.na(y)
  x <- x[complete]
  y <- y[complete]
  n <- length(x)
  untied <- !anyDuplicated(x) && !anyDuplicated(y)
  spearman <- suppressWarnings(cor.test(x, y, method = "spearman", exact = FALSE))
  kendall <- suppressWarnings(cor.test(x, y, method = "kendall", exact = FALSE))
  rho <- unname(spearman$estimate)
  tau <- unname(kendall$estimate)
  by_rank <- function(x, y) sum((rank(x) - (n + 1) / 2) * (rank(y) - (n + 1) / 2))
  by_order <- function(x, y) sum(sign(outer(x, x, "-")) * sign(outer(y, y, "-")))
  list(
    source = source, x = I(x), y = I(y),
    # Bonett & Wright, Psychometrika 2000;65:23-28.
    spearman = list(
      estimate = rho, interval = tanh(atanh(rho) + c(-1, 1) * z * sqrt((1 + rho^2 / 2) / (n - 3))),
      statistic = unname(spearman$statistic), asymptotic_p = spearman$p.value,
      exact_p_stats = if (untied && n < 10) cor.test(x, y, method = "spearman", exact = TRUE)$p.value else NA,
      exact_p_enumerated = if (enumerate) enumerated(x, y, by_rank) else NA
    ),
    kendall = list(
      estimate = tau, interval = tanh(atanh(tau) + c(-1, 1) * z * tau_b_error(x, y) / (1 - tau^2)),
      statistic = unname(kendall$statistic), asymptotic_p = kendall$p.value,
      exact_p_stats = if (untied) cor.test(x, y, method = "kendall", exact = TRUE)$p.value else NA,
      exact_p_enumerated = if (enumerate) enumerated(x, y, by_order) else NA
    )
  )
}

associations <- list(
  tuna = association(
    c(44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1), c(2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8),
    "Hollander & Wolfe 1973, page 187, brightness of tuna by instrument and by a panel (example of cor.test)"
  ),
  economy = association(longley$GNP, longley$Unemployed, "datasets::longley, national product and unemployed"),
  stopping = association(
    cars$speed[1:8], cars$dist[1:8], "datasets::cars, speed and stopping distance, first eight", enumerate = TRUE
  ),
  motor_cars = association(mtcars$mpg, mtcars$wt, "datasets::mtcars, miles per gallon and weight"),
  drinkers = association(
    rep(as.integer(esoph$agegp), esoph$ncases), rep(as.integer(esoph$alcgp), esoph$ncases),
    "datasets::esoph, age and alcohol class of the cases"
  ),
  lung = association(lung$age, lung$wt.loss, "survival::lung, age and weight loss (pounds)")
)
write_json(associations, "association.json")

# --- Agreement -------------------------------------------------------------------------------------------------------

# Fleiss, Cohen & Everitt, Psychol Bull 1969;72:323-327, under the hypothesis of no agreement beyond chance.
null_error <- function(counts, weights) {
  p <- unclass(counts) / sum(counts)
  expected <- rowSums(p) %o% colSums(p)
  by_chance <- sum(weights * expected)
  means <- outer(as.vector(weights %*% colSums(p)), as.vector(t(weights) %*% rowSums(p)), "+")
  sqrt((sum(expected * (weights - means)^2) - by_chance^2) / sum(counts)) / (1 - by_chance)
}

kappa_case <- function(counts, source) {
  counts <- unclass(as.matrix(counts))
  k <- nrow(counts)
  equal_steps <- Kappa(counts, weights = "Equal-Spacing")
  squared_steps <- Kappa(counts, weights = "Fleiss-Cohen")
  answer <- function(value, weights) {
    error <- null_error(counts, weights)
    list(
      estimate = value[["value"]], standard_error = value[["ASE"]],
      interval = value[["value"]] + c(-1, 1) * z * value[["ASE"]],
      z = value[["value"]] / error, p = 2 * pnorm(-abs(value[["value"]] / error))
    )
  }
  by_psych <- cohen.kappa(counts)
  list(
    source = source, table = lapply(seq_len(k), function(i) I(unname(counts[i, ]))),
    none = answer(equal_steps$Unweighted, diag(k)),
    linear = answer(equal_steps$Weighted, equal_steps$Weights),
    quadratic = answer(squared_steps$Weighted, squared_steps$Weights),
    psych_quadratic = list(estimate = by_psych$weighted.kappa, standard_error = sqrt(by_psych$var.weighted))
  )
}

icc_case <- function(ratings, source) {
  ratings <- unname(as.matrix(ratings))
  results <- ICC(ratings, lmer = FALSE)$results
  names <- c("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
  forms <- lapply(seq_along(names), function(i) {
    row <- results[i, ]
    list(
      estimate = row$ICC, statistic = row$F, degrees_of_freedom = I(c(row$df1, row$df2)), p = row$p,
      interval = c(row$`lower bound`, row$`upper bound`)
    )
  })
  list(
    source = source, ratings = lapply(seq_len(nrow(ratings)), function(i) I(ratings[i, ])),
    forms = setNames(forms, names)
  )
}

# Bland & Altman, Stat Methods Med Res 1999;8:135-160, section 2.
limits_case <- function(first, second, source) {
  d <- first - second
  n <- length(d)
  limits <- mean(d) + c(-1, 1) * z * sd(d)
  half <- qt(1 - (1 - level) / 2, n - 1) * sd(d) * sqrt(1 / n + z^2 / (2 * (n - 1)))
  test <- t.test(d)
  list(
    source = source, first = I(first), second = I(second), standard_deviation = sd(d),
    bias = mean(d), bias_interval = as.numeric(test$conf.int), statistic = unname(test$statistic), p = test$p.value,
    lower = limits[1], lower_interval = limits[1] + c(-1, 1) * half,
    upper = limits[2], upper_interval = limits[2] + c(-1, 1) * half,
    correlation_with_mean = cor(d, (first + second) / 2),
    p_of_correlation = cor.test(d, (first + second) / 2)$p.value
  )
}

cbt <- subset(anorexia, Treat == "CBT")
agreement <- list(
  kappa = list(
    satisfaction = kappa_case(SexualFun, "vcd::SexualFun, answers of husbands and wives"),
    winnipeg = kappa_case(MSPatients[, , "Winnipeg"], "vcd::MSPatients, two neurologists on patients of Winnipeg"),
    new_orleans = kappa_case(MSPatients[, , "New Orleans"], "vcd::MSPatients, two neurologists on patients of New Orleans"),
    diagnoses = kappa_case(
      matrix(c(106, 10, 4, 22, 28, 10, 2, 12, 6), 3, byrow = TRUE),
      "Fleiss, Cohen & Everitt 1969, diagnoses of 200 patients"
    )
  ),
  icc = list(
    judges = icc_case(
      matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), 6, byrow = TRUE),
      "Shrout & Fleiss 1979, table 2, six targets and four judges"
    ),
    reaction = icc_case(
      matrix(sleepstudy$Reaction, ncol = 10, byrow = TRUE),
      "lme4::sleepstudy, reaction time of 18 subjects on ten days"
    ),
    shoes = icc_case(do.call(cbind, shoes), "MASS::shoes, wear of two materials on the two shoes of ten boys"),
    yield = icc_case(
      tapply(immer$Y1, list(immer$Loc, immer$Var), sum), "MASS::immer, yield of barley in 1931, six places and five varieties"
    ),
    breaks = icc_case(
      matrix(warpbreaks$breaks[warpbreaks$wool == "A"], 9), "datasets::warpbreaks, breaks of wool A, replicate by tension: ICC below 0"
    )
  ),
  limits = list(
    peak_flow = limits_case(
      c(494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427),
      c(512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451),
      "Bland & Altman 1986, peak expiratory flow (l/min) by the Wright and the mini Wright meter"
    ),
    shoes = limits_case(shoes$A, shoes$B, "MASS::shoes, wear of two materials on the two shoes of a boy"),
    weight = limits_case(cbt$Postwt, cbt$Prewt, "MASS::anorexia, weight (lbs) after and before therapy")
  )
)
write_json(agreement, "agreement.json")

# --- Prediction ------------------------------------------------------------------------------------------------------

area <- function(marker, outcome, source, higher = TRUE) {
  curve <- roc(outcome, marker, levels = c(0, 1), direction = if (higher) "<" else ">", quiet = TRUE)
  interval <- as.numeric(ci.auc(curve, method = "delong", conf.level = level))
  positive <- marker[outcome == 1]
  negative <- marker[outcome == 0]
  test <- wilcox.test(if (higher) positive else -positive, if (higher) negative else -negative, exact = FALSE)
  thresholds <- coords(curve, "all", ret = c("sensitivity", "specificity"), transpose = FALSE)
  list(
    source = source, marker = I(marker), outcome = I(outcome), higher = higher,
    area = as.numeric(auc(curve)), variance = var(curve, method = "delong"), interval = interval[c(1, 3)],
    statistic = unname(test$statistic), asymptotic_p = test$p.value,
    sensitivity = I(thresholds$sensitivity), specificity = I(thresholds$specificity)
  )
}

comparison <- function(first, second, outcome, source) {
  curves <- lapply(list(first, second), function(marker) {
    roc(outcome, marker, levels = c(0, 1), direction = "<", quiet = TRUE)
  })
  test <- roc.test(curves[[1]], curves[[2]], method = "delong", paired = TRUE, conf.level = level)
  list(
    source = source, first = I(first), second = I(second), outcome = I(outcome),
    areas = unname(test$estimate), statistic = unname(test$statistic), p = test$p.value,
    interval = as.numeric(test$conf.int)
  )
}

cut <- function(marker, response, event, source) {
  complete <- !is.na(marker) & !is.na(response)
  data <- data.frame(marker = marker[complete], response = response[complete])
  data$event <- if (is.null(event)) 1 else event[complete]
  formula <- if (is.null(event)) response ~ marker else Surv(response, event) ~ marker
  scores <- if (is.null(event)) "Wilcoxon" else "LogRank"
  limit <- maxstat.test(formula, data = data, smethod = scores, pmethod = "Lau92")
  set.seed(20260101)
  simulated <- maxstat.test(formula, data = data, smethod = scores, pmethod = "condMC", B = 100000)
  list(
    source = source, marker = I(data$marker), response = I(data$response),
    event = if (is.null(event)) NA else I(data$event),
    cutpoint = unname(limit$estimate), statistic = unname(limit$statistic), limit_p = unname(limit$p.value),
    simulated_p = unname(simulated$p.value), tried = I(limit$cuts), sizes = I(limit$stats)
  )
}

poor <- as.integer(aSAH$outcome == "Poor")
severity <- as.integer(as.character(aSAH$wfns))
diabetic <- as.integer(Pima.te$type == "Yes")
data(DLBCL, hohnloser, treepipit, package = "maxstat")
prediction <- list(
  areas = list(
    s100b = area(aSAH$s100b, poor, "pROC::aSAH, poor outcome by S100B"),
    ndka = area(aSAH$ndka, poor, "pROC::aSAH, poor outcome by NDKA"),
    severity = area(severity, poor, "pROC::aSAH, poor outcome by clinical grade"),
    weight = area(birthwt$lwt, birthwt$low, "MASS::birthwt, low birth weight by the mother's weight", higher = FALSE),
    glucose = area(Pima.te$glu, diabetic, "MASS::Pima.te, diabetes by plasma glucose")
  ),
  comparisons = list(
    markers = comparison(aSAH$ndka, aSAH$s100b, poor, "pROC::aSAH, NDKA and S100B"),
    grade = comparison(severity, aSAH$s100b, poor, "pROC::aSAH, clinical grade and S100B"),
    diabetes = comparison(Pima.te$glu, Pima.te$bmi, diabetic, "MASS::Pima.te, plasma glucose and body mass index")
  ),
  cuts = list(
    lung = cut(lung$age, lung$time, lung$status - 1, "survival::lung, survival by age"),
    lymphoma = cut(DLBCL$MGE, DLBCL$time, DLBCL$cens, "maxstat::DLBCL, survival by mean gene expression"),
    ejection = cut(
      hohnloser$EF, hohnloser$month, hohnloser$cens, "maxstat::hohnloser, malignant arrhythmia by ejection fraction"
    ),
    tree_pipit = cut(
      treepipit$coverstorey, treepipit$counts, NULL, "maxstat::treepipit, birds counted by canopy overstorey (%)"
    ),
    birth_weight = cut(birthwt$lwt, birthwt$bwt, NULL, "MASS::birthwt, birth weight by the mother's weight")
  )
)
write_json(prediction, "prediction.json")

# --- Censored measurements -------------------------------------------------------------------------------------------

# What is known of the order of all pairs (Gehan, Biometrika 1965;52:203-223): 1 the first is lower, 0 higher, else 1/2.
known_order <- function(x, x_seen, y, y_seen) {
  below <- outer(x, y, "<") | (outer(x, y, "==") & outer(x_seen, !y_seen, "&"))
  above <- outer(x, y, ">") | (outer(x, y, "==") & outer(!x_seen, y_seen, "&"))
  # A censored value is known to exceed what it exceeds; that it is lower is never known.
  0.5 + 0.5 * (below & outer(x_seen, rep(TRUE, length(y)), "&")) - 0.5 * (above & outer(rep(TRUE, length(x)), y_seen, "&"))
}

superiority <- function(x, x_seen, y, y_seen) {
  order <- known_order(x, x_seen, y, y_seen)
  variances <- c(var(rowMeans(order)) / length(x), var(colMeans(order)) / length(y))
  degrees <- sum(variances)^2 / sum(variances^2 / (c(length(x), length(y)) - 1))
  half <- qt(1 - (1 - level) / 2, degrees) * sqrt(sum(variances))
  tied <- sum(outer(x, y, "==") & outer(x_seen, y_seen, "&"))
  list(
    estimate = mean(order), interval = mean(order) + c(-1, 1) * half,
    undecided = sum(order == 0.5) - tied
  )
}

censored <- function(value, detected, group, source) {
  complete <- !is.na(group)
  value <- value[complete]
  detected <- detected[complete] == 1
  group <- as.character(group[complete])
  labels <- sort(unique(group))
  overall <- survdiff(Surv(value, detected) ~ group, rho = 1)
  curves <- survfit(Surv(value, detected) ~ group, conf.type = "log-log", conf.int = level)
  medians <- quantile(curves, 0.5)
  pairs <- combn(labels, 2, simplify = FALSE)
  list(
    source = source, value = I(value), detected = I(as.integer(detected)), group = I(group),
    groups = lapply(seq_along(labels), function(i) {
      list(
        label = labels[i], n = sum(group == labels[i]), detected = sum(detected[group == labels[i]]),
        median = unname(medians$quantile[i, 1]), interval = unname(c(medians$lower[i, 1], medians$upper[i, 1]))
      )
    }),
    statistic = overall$chisq, degrees_of_freedom = length(labels) - 1,
    p = pchisq(overall$chisq, length(labels) - 1, lower.tail = FALSE),
    pairs = lapply(pairs, function(pair) {
      rows <- group %in% pair
      one <- group == pair[1]
      other <- group == pair[2]
      c(
        list(
          first = pair[1], second = pair[2],
          statistic = survdiff(Surv(value, detected) ~ group, rho = 1, subset = rows)$chisq
        ),
        superiority(value[one], detected[one], value[other], detected[other])
      )
    })
  )
}

thresholds <- list(
  # Left-censored at 0: flipped at 20, it is censored on the right (Helsel 2012).
  durable = censored(
    20 - tobin$durable, tobin$durable > 0, ifelse(tobin$age > median(tobin$age), "older", "younger"),
    "survival::tobin, 20 minus the purchase of durable goods, by age"
  ),
  ovarian = censored(ovarian$futime / 100, ovarian$fustat, ovarian$rx, "survival::ovarian, follow-up / 100 by treatment"),
  lung = censored(lung$time / 10, lung$status - 1, lung$ph.ecog, "survival::lung, follow-up / 10 by performance status"),
  leukaemia = censored(aml$time, aml$status, aml$x, "survival::aml, weeks by maintenance")
)
write_json(thresholds, "censored.json")

write_json(versions(c("vcd", "psych", "pROC", "maxstat", "survival", "lme4", "MASS")), "association_versions.json")
