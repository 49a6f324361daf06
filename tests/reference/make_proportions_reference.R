# Write proportions.json and logistic.json: known answers for proportions, tables of counts and logistic regression.
#
# Run in the repository:  Rscript tests/reference/make_proportions_reference.R
# Packages: MASS, vcd (data). Everything else is base R; formulas name their publication.

suppressPackageStartupMessages({
  library(MASS)
  library(vcd)
})
source("tests/reference/json.R")

level <- 0.95
z <- qnorm(1 - (1 - level) / 2)
root_tolerance <- 1e-14

rows <- function(table) lapply(seq_len(nrow(table)), function(i) I(as.integer(table[i, ])))

# --- One proportion --------------------------------------------------------------------------------------------------

one <- function(events, total) {
  list(
    events = events, total = total,
    wilson = as.numeric(suppressWarnings(prop.test(events, total, correct = FALSE))$conf.int),
    clopper_pearson = as.numeric(binom.test(events, total)$conf.int)
  )
}
single <- list(none = one(0, 10), all = one(10, 10), few = one(1, 29), half = one(15, 30), births = one(59, 189))

# --- Two by two ------------------------------------------------------------------------------------------------------

# The conditional odds ratio and its interval as fisher.test defines them, without its loose tolerance.
conditional <- function(table) {
  m <- sum(table[, 1])
  n <- sum(table[, 2])
  k <- sum(table[1, ])
  x <- table[1, 1]
  support <- max(0, k - n):min(k, m)
  log_density <- dhyper(support, m, n, k, log = TRUE)
  density <- function(log_odds) {
    d <- log_density + log_odds * support
    d <- exp(d - max(d))
    d / sum(d)
  }
  solve_for <- function(f) uniroot(f, c(-60, 60), tol = root_tolerance)$root
  tail <- (1 - level) / 2
  list(
    estimate = if (x == min(support)) 0 else if (x == max(support)) NA else
      exp(solve_for(function(l) sum(support * density(l)) - x)),
    low = if (x == min(support)) 0 else exp(solve_for(function(l) sum(density(l)[support >= x]) - tail)),
    high = if (x == max(support)) NA else exp(solve_for(function(l) sum(density(l)[support <= x]) - tail))
  )
}

# Newcombe, Stat Med 1998;17:873-890, method 10.
newcombe <- function(table) {
  wilson <- function(x, n) {
    (2 * x + z^2 + c(-1, 1) * z * sqrt(z^2 + 4 * x * (1 - x / n))) / (2 * (n + z^2))
  }
  n <- rowSums(table)
  p <- table[, 1] / n
  first <- wilson(table[1, 1], n[1])
  second <- wilson(table[2, 1], n[2])
  d <- p[1] - p[2]
  c(d - sqrt((p[1] - first[1])^2 + (second[2] - p[2])^2), d + sqrt((first[2] - p[1])^2 + (p[2] - second[1])^2))
}

# Miettinen & Nurminen, Stat Med 1985;4:213-226: the constrained proportions as the root of their score equation.
miettinen_nurminen <- function(table) {
  n <- rowSums(table)
  x <- table[, 1]
  total <- sum(n)
  variance <- function(delta) {
    part <- function(count, n, p) if (count == 0 && n == 0) 0 else if (count == 0) 0 else count / p
    score <- function(second) {
      first <- second + delta
      part(x[1], n[1], first) - part(n[1] - x[1], n[1], 1 - first) +
        part(x[2], n[2], second) - part(n[2] - x[2], n[2], 1 - second)
    }
    low <- max(0, -delta) + 1e-15
    high <- min(1, 1 - delta) - 1e-15
    second <- if (score(low) <= 0) low else if (score(high) >= 0) high else
      uniroot(score, c(low, high), tol = root_tolerance)$root
    first <- second + delta
    (first * (1 - first) / n[1] + second * (1 - second) / n[2]) * total / (total - 1)
  }
  d <- unname(x[1] / n[1] - x[2] / n[2])
  excess <- function(delta) (d - delta)^2 - z^2 * variance(delta)
  list(
    statistic = unname(d / sqrt(variance(0))),
    interval = c(
      if (d <= -1 + 1e-9) -1 else uniroot(excess, c(-1 + 1e-9, d - 1e-6), tol = root_tolerance)$root,
      if (d >= 1 - 1e-9) 1 else uniroot(excess, c(d + 1e-6, 1 - 1e-9), tol = root_tolerance)$root
    )
  )
}

two_by_two <- function(table, source, difference = TRUE) {
  log_odds <- log(table[1, 1] * table[2, 2] / (table[1, 2] * table[2, 1]))
  yates <- suppressWarnings(chisq.test(table))
  pearson <- suppressWarnings(chisq.test(table, correct = FALSE))
  list(
    source = source, table = rows(table), fisher_p = fisher.test(table)$p.value, conditional = conditional(table),
    woolf = if (all(table > 0)) exp(log_odds + c(-1, 1) * z * sqrt(sum(1 / table))) else NA,
    yates = list(statistic = unname(yates$statistic), p = yates$p.value),
    pearson = list(statistic = unname(pearson$statistic), p = pearson$p.value),
    newcombe = newcombe(table), miettinen_nurminen = miettinen_nurminen(table)
  )
}

binary <- function(a, b) table(factor(as.integer(a), c(1, 0)), factor(as.integer(b), c(1, 0)))
squares <- list(
  smoking = two_by_two(binary(birthwt$smoke, birthwt$low), "MASS::birthwt, low birth weight by smoking"),
  hypertension = two_by_two(binary(birthwt$ht, birthwt$low), "MASS::birthwt, low birth weight by hypertension"),
  bacteria = two_by_two(
    binary(bacteria$ap[bacteria$week == 2] == "a", bacteria$y[bacteria$week == 2] == "y"),
    "MASS::bacteria, present in week 2 by treatment"
  ),
  admission = two_by_two(
    t(apply(UCBAdmissions, c(1, 2), sum)), "datasets::UCBAdmissions, admission by sex, all departments"
  ),
  newcombe_a = two_by_two(rbind(c(56, 14), c(48, 32)), "Newcombe 1998, table II, (a)"),
  newcombe_b = two_by_two(rbind(c(9, 1), c(3, 7)), "Newcombe 1998, table II, (b)"),
  newcombe_d = two_by_two(rbind(c(5, 51), c(0, 29)), "Newcombe 1998, table II, (d)")
)

# --- Larger tables ---------------------------------------------------------------------------------------------------

larger <- function(table, source) {
  pearson <- suppressWarnings(chisq.test(table))
  list(
    source = source, table = rows(table), fisher_p = fisher.test(table, workspace = 2e7)$p.value,
    statistic = unname(pearson$statistic), degrees_of_freedom = unname(pearson$parameter), p = pearson$p.value,
    cramers_v = sqrt(unname(pearson$statistic) / (sum(table) * (min(dim(table)) - 1)))
  )
}
job <- matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4, 4)
tables <- list(
  job = larger(job, "Agresti 2002, page 57, job satisfaction by income (example of fisher.test)"),
  arthritis = larger(table(Arthritis$Treatment, Arthritis$Improved), "vcd::Arthritis, improvement by treatment"),
  carburettors = larger(table(mtcars$cyl, mtcars$gear), "datasets::mtcars, gears by cylinders"),
  races = larger(table(birthwt$race, pmin(birthwt$ftv, 2)), "MASS::birthwt, visits of the physician by race"),
  cancer = larger(
    as.matrix(table(esoph$agegp, esoph$tobgp > "10-19")), "datasets::esoph, rows by age and high tobacco class"
  )
)

# --- Trend -----------------------------------------------------------------------------------------------------------

trend <- function(events, totals, scores, source) {
  test <- prop.trend.test(events, totals, scores)
  centred <- scores - sum(totals * scores) / sum(totals)
  slope <- sum(centred * events) / sum(totals * centred^2)
  p <- events / totals
  error <- sqrt(sum(centred^2 * totals * p * (1 - p))) / sum(totals * centred^2)
  list(
    source = source, table = rows(cbind(events, totals - events)), scores = I(scores),
    statistic = unname(test$statistic), p = test$p.value, slope = slope, interval = slope + c(-1, 1) * z * error
  )
}
smokers <- c(83, 90, 129, 70)
patients <- c(86, 93, 136, 82)
by_age <- aggregate(cbind(ncases, ncontrols) ~ agegp, esoph, sum)
trends <- list(
  smokers = trend(smokers, patients, 1:4, "Fleiss 1981, page 139, smokers among patients (example of prop.trend.test)"),
  scored = trend(smokers, patients, c(0, 0, 0, 1), "the same with scores 0, 0, 0, 1"),
  tonsils = trend(c(19, 29, 24), c(516, 589, 293), 1:3, "Armitage 1955, carriers by size of the tonsils"),
  esophagus = trend(by_age$ncases, by_age$ncases + by_age$ncontrols, 1:6, "datasets::esoph, cases by age class")
)

# --- Strata ----------------------------------------------------------------------------------------------------------

# Breslow & Day 1980 with the correction of Tarone, Biometrika 1985;72:91-95; expected cells by root finding.
homogeneity <- function(tables, odds) {
  parts <- apply(tables, 3, function(t) {
    row <- sum(t[1, ])
    column <- sum(t[, 1])
    total <- sum(t)
    range <- c(max(0, row + column - total), min(row, column))
    score <- function(a) a * (total - row - column + a) - odds * (row - a) * (column - a)
    a <- uniroot(score, range, tol = root_tolerance)$root
    c(t[1, 1], a, 1 / sum(1 / c(a, row - a, column - a, total - row - column + a)))
  })
  sum((parts[1, ] - parts[2, ])^2 / parts[3, ]) - sum(parts[1, ] - parts[2, ])^2 / sum(parts[3, ])
}

stratified <- function(tables, source) {
  corrected <- mantelhaen.test(tables)
  informative <- apply(tables, 3, function(t) all(rowSums(t) > 0, colSums(t) > 0))
  used <- tables[, , informative, drop = FALSE]
  statistic <- homogeneity(used, unname(corrected$estimate))
  list(
    source = source, tables = lapply(seq_len(dim(tables)[3]), function(i) rows(tables[, , i])), used = sum(informative),
    statistic = unname(corrected$statistic), p = corrected$p.value,
    uncorrected = unname(mantelhaen.test(tables, correct = FALSE)$statistic),
    odds_ratio = unname(corrected$estimate), interval = as.numeric(corrected$conf.int),
    homogeneity = statistic, homogeneity_p = pchisq(statistic, sum(informative) - 1, lower.tail = FALSE)
  )
}
rabbits <- array(
  c(0, 0, 6, 5, 3, 0, 3, 6, 6, 2, 0, 4, 5, 6, 1, 0, 2, 5, 0, 0), c(2, 2, 5)
)
by_race <- array(unlist(lapply(split(birthwt, birthwt$race), function(d) binary(d$smoke, d$low))), c(2, 2, 3))
stratified_tables <- list(
  berkeley = stratified(aperm(UCBAdmissions, c(2, 1, 3)), "datasets::UCBAdmissions, admission by sex within department"),
  rabbits = stratified(rabbits, "Agresti 1990, page 234, penicillin in rabbits (example of mantelhaen.test)"),
  races = stratified(by_race, "MASS::birthwt, low birth weight by smoking within race")
)

# --- Pairs -----------------------------------------------------------------------------------------------------------

# Bonett & Price, J Educ Behav Stat 2012;37:479-488.
pairs <- function(table, source) {
  test <- mcnemar.test(table)
  b <- table[1, 2]
  c <- table[2, 1]
  exact <- binom.test(b, b + c)
  first <- (b + 1) / (sum(table) + 2)
  second <- (c + 1) / (sum(table) + 2)
  half <- z * sqrt((first + second - (first - second)^2) / (sum(table) + 2))
  list(
    source = source, table = rows(table), exact_p = exact$p.value, statistic = unname(test$statistic), p = test$p.value,
    odds_ratio = b / c, odds_interval = as.numeric(exact$conf.int / (1 - exact$conf.int)),
    difference = (b - c) / sum(table), interval = first - second + c(-half, half)
  )
}
anorexia_cbt <- subset(anorexia, Treat == "CBT")
paired <- list(
  approval = pairs(rbind(c(794, 150), c(86, 570)), "Agresti 1990, page 350, approval (example of mcnemar.test)"),
  vision = pairs(
    binary(bacteria$y[bacteria$week == 0][1:44] == "y", rev(bacteria$y[bacteria$week == 2])[1:44] == "y"),
    "MASS::bacteria, two columns of answers set side by side"
  )
)

write_json(
  list(
    one = single, squares = squares, tables = tables, trends = trends, stratified = stratified_tables, paired = paired
  ),
  "proportions.json"
)

# --- Logistic regression ---------------------------------------------------------------------------------------------

# Firth, Biometrika 1993;80:27-38; Heinze & Schemper, Stat Med 2002;21:2409-2419: maximum of the (penalised)
# likelihood with some coefficients held fixed, by modified scoring steps.
climb <- function(x, y, penalised, start, free) {
  value <- function(beta) {
    eta <- drop(x %*% beta)
    plain <- sum(y * eta - ifelse(eta > 0, eta + log1p(exp(-eta)), log1p(exp(eta))))
    p <- plogis(eta)
    if (penalised) plain + determinant(crossprod(x * sqrt(p * (1 - p))))$modulus[1] / 2 else plain
  }
  beta <- start
  for (i in seq_len(if (length(free)) 5000 else 0)) {
    p <- plogis(drop(x %*% beta))
    weighted <- x * sqrt(p * (1 - p))
    h <- if (penalised) rowSums(qr.Q(qr(weighted))^2) else 0
    score <- drop(crossprod(x, y - p + h * (0.5 - p)))
    step <- rep(0, length(beta))
    step[free] <- solve(crossprod(weighted[, free, drop = FALSE]), score[free])
    step <- step * min(1, 1 / max(abs(step)))
    while (value(beta + step) < value(beta) - 1e-9) step <- step / 2
    beta <- beta + step
    if (max(abs(step)) < 1e-13) break
  }
  p <- plogis(drop(x %*% beta))
  list(beta = beta, value = value(beta), error = sqrt(diag(solve(crossprod(x * sqrt(p * (1 - p)))))))
}

# With a coefficient held far from its estimate the penalised likelihood can have two maxima: the higher counts.
maximise <- function(x, y, penalised, start, free) {
  found <- climb(x, y, penalised, start, free)
  if (!penalised || length(free) == ncol(x)) return(found)
  without <- drop(x[, -1, drop = FALSE] %*% start[-1])
  for (intercept in unique(-quantile(without, (0:20) / 20))) {
    other <- climb(x, y, penalised, c(intercept, start[-1]), free)
    if (other$value > found$value) found <- other
  }
  found
}

logistic <- function(y, covariates, penalised, source) {
  # Standardised inside, for the conditioning only.
  scale <- vapply(covariates, sd, 0)
  x <- cbind(1, sweep(as.matrix(covariates), 2, scale, "/"))
  k <- ncol(x)
  full <- maximise(x, y, penalised, rep(0, k), 1:k)
  deviance <- function(j, b) {
    start <- full$beta
    start[j] <- b
    2 * (full$value - maximise(x, y, penalised, start, setdiff(1:k, j))$value)
  }
  bound <- function(j, side) {
    excess <- function(b) deviance(j, b) - qchisq(level, 1)
    far <- full$beta[j] + side * full$error[j]
    while (excess(far) < 0) far <- far + side * full$error[j]
    uniroot(excess, sort(c(full$beta[j], far)), tol = 1e-12)$root
  }
  nothing <- maximise(x, y, penalised, rep(0, k), 1)
  statistic <- 2 * (full$value - nothing$value)
  by_glm <- if (penalised) NULL else glm(y ~ ., binomial, covariates, epsilon = 1e-14, maxit = 100)
  list(
    source = source, event = I(as.integer(y)), covariates = lapply(covariates, I), penalised = penalised,
    intercept = full$beta[1], coefficients = I(unname(full$beta[-1] / scale)), errors = I(unname(full$error[-1] / scale)),
    glm_coefficients = if (penalised) NA else I(unname(coef(by_glm)[-1])),
    glm_errors = if (penalised) NA else I(unname(sqrt(diag(vcov(by_glm)))[-1])),
    p = I(vapply(2:k, function(j) pchisq(deviance(j, 0), 1, lower.tail = FALSE), 0)),
    low = I(vapply(2:k, function(j) exp(bound(j, -1) / scale[j - 1]), 0)),
    high = I(vapply(2:k, function(j) exp(bound(j, 1) / scale[j - 1]), 0)),
    log_likelihood = full$value, statistic = statistic, statistic_p = pchisq(statistic, k - 1, lower.tail = FALSE)
  )
}

births <- with(birthwt, data.frame(
  age, weight = lwt, smokes = smoke, black = as.numeric(race == 2), other = as.numeric(race == 3), hypertension = ht,
  irritability = ui
))
kyphosis_like <- with(Pima.tr, data.frame(glucose = glu, pregnancies = npreg, mass = bmi))
cars <- data.frame(weight = mtcars$wt, cylinders = as.numeric(mtcars$cyl == 8))
write_json(
  list(
    births = logistic(birthwt$low, births, FALSE, "MASS::birthwt, low birth weight"),
    diabetes = logistic(as.integer(Pima.tr$type == "Yes"), kyphosis_like, FALSE, "MASS::Pima.tr, diabetes"),
    births_firth = logistic(birthwt$low, births, TRUE, "MASS::birthwt, low birth weight"),
    cars_firth = logistic(mtcars$am, cars, TRUE, "datasets::mtcars, manual transmission"),
    separated_firth = logistic(
      mtcars$vs, data.frame(cylinders = as.numeric(mtcars$cyl == 8), power = mtcars$hp), TRUE,
      "datasets::mtcars, straight engine: no car of 8 cylinders has one (quasi-complete separation)"
    ),
    iris_firth = logistic(
      as.integer(iris$Species == "setosa"), data.frame(length = iris$Petal.Length), TRUE,
      "datasets::iris, setosa by the length of the petal (complete separation)"
    )
  ),
  "logistic.json"
)
write_json(versions(c("MASS", "vcd")), "proportions_versions.json")
