# Write the known answers of R for time-to-event methods: survival_data.json holds the data, survival.json the answers,
# numbers with 17 digits.
#
# Run in the repository:  Rscript tests/reference/make_survival_reference.R
# Packages: survival, cmprsk, etm, mets, MASS. Formulas that no package has name their publication.

suppressPackageStartupMessages({
  library(survival)
  library(cmprsk)
  library(etm)
  library(mets)
})

source("tests/reference/json.R")

# --- Data ------------------------------------------------------------------------------------------------------------

complete <- na.omit(lung[, c("time", "status", "sex", "age", "ph.karno", "ph.ecog", "wt.loss")])
lung_data <- with(complete, data.frame(
  time, event = status - 1, sex, age, karnofsky = ph.karno, ecog = ph.ecog, weight_loss = wt.loss
))
# A late entry that depends on nothing: every third patient enters after a fifth of the time.
lung_data$entry <- ifelse(seq_len(nrow(lung_data)) %% 3 == 0, floor(lung_data$time / 5), 0)

death <- subset(colon, etype == 2)[seq(1, 929, by = 2), ]
colon_data <- with(death, data.frame(time, event = status, arm = as.integer(rx), sex, age, node4, extent, surg))

# Half days, so that all times are whole.
heart_data <- with(heart, data.frame(
  start = 2 * start, stop = 2 * stop, event, age, year, surgery, transplant = as.integer(transplant) - 1, id
))

bladder_data <- bladder2[, c("id", "rx", "number", "size", "start", "stop", "event")]

m <- na.omit(mgus2[, c("age", "sex", "hgb", "mspike", "ptime", "pstat", "futime", "death")])[1:500, ]
m$ptime <- with(m, ifelse(pstat == 1, ptime, futime))
mgus_data <- with(m, data.frame(
  time = ptime, cause = ifelse(pstat == 1, 1, 2 * death), male = as.integer(sex == "M"), age, hgb, mspike
))
mgus_data$third <- cut(mgus_data$age, c(0, 62, 75, 200), labels = FALSE)
mgus_data$entry <- ifelse(seq_len(nrow(mgus_data)) %% 4 == 0, floor(mgus_data$time / 6), -1)

# Bone-marrow-like small data with many ties.
tied_data <- data.frame(
  time = c(1, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 2, 3, 3, 3, 4, 5, 5, 6, 6, 7, 7, 7),
  cause = c(1, 1, 2, 0, 1, 1, 2, 2, 1, 0, 1, 2, 2, 2, 1, 1, 0, 1, 1, 1, 2, 2, 0, 1),
  group = rep(1:2, each = 12), stratum = rep(1:2, 12), x = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4)
)

# Exacerbations of cystic fibrosis: days of the begin of intravenous treatment within follow-up.
first <- subset(rhDNase, !duplicated(id))
first$futime <- as.numeric(first$end.dt - first$entry.dt)
attacks <- subset(merge(rhDNase[, c("id", "ivstart")], first[, c("id", "futime")]), !is.na(ivstart) & ivstart > 0)
attacks <- attacks[order(attacks$id, attacks$ivstart), ]
dnase_data <- list(
  time = first$futime, rx = first$trt, fev = first$fev,
  event_patient = match(attacks$id, first$id) - 1, event_day = pmin(attacks$ivstart, attacks$futime)
)

write_json(
  list(
    lung = as.list(lung_data), colon = as.list(colon_data), heart = as.list(heart_data),
    bladder2 = as.list(bladder_data), mgus2 = as.list(mgus_data), tied = as.list(tied_data), rhDNase = dnase_data
  ),
  "survival_data.json"
)

# --- Kaplan–Meier ----------------------------------------------------------------------------------------------------

known <- function(x) I(ifelse(is.finite(x), x, NA))

curve <- function(fit, horizon = NULL) {
  q <- quantile(fit, c(0.25, 0.5, 0.75))
  c(
    list(
      day = I(fit$time), at_risk = I(fit$n.risk), events = I(fit$n.event), survival = I(fit$surv),
      standard_error = known(fit$surv * fit$std.err), low = known(fit$lower), high = known(fit$upper),
      quantiles = known(unname(q$quantile)), quantile_low = known(unname(q$lower)),
      quantile_high = known(unname(q$upper))
    ),
    if (is.null(horizon)) NULL else {
      table <- summary(fit, rmean = horizon)$table
      list(horizon = horizon, mean = table[["rmean"]], mean_error = table[["se(rmean)"]])
    }
  )
}
km <- function(formula, data, horizon = NULL) curve(survfit(formula, data, conf.type = "log-log"), horizon)

kaplan_meier <- list(
  lung_1 = km(Surv(time, event) ~ 1, subset(lung_data, sex == 1), 500),
  lung_2 = km(Surv(time, event) ~ 1, subset(lung_data, sex == 2), 500),
  lung_entry = km(Surv(entry, time, event) ~ 1, lung_data),
  colon = km(Surv(time, event) ~ 1, colon_data, 1000),
  flat = km(Surv(time, event) ~ 1, data.frame(time = 1:4, event = 1)),
  flat_to_the_end = km(Surv(time, event) ~ 1, data.frame(time = 1:4, event = c(1, 1, 0, 0)))
)

# --- Log-rank --------------------------------------------------------------------------------------------------------

logrank <- function(formula, data, rho = 0) {
  fit <- survdiff(formula, data, rho = rho)
  total <- function(x) if (is.matrix(x)) rowSums(x) else x
  list(observed = I(total(fit$obs)), expected = I(total(fit$exp)), statistic = fit$chisq)
}

# Fleming & Harrington 1991, with delayed entry, written out day by day.
weighted <- function(entry, time, event, group, rho, gamma) {
  labels <- sort(unique(group))
  score <- numeric(length(labels))
  variance <- matrix(0, length(labels), length(labels))
  survival <- 1
  for (t in sort(unique(time[event == 1]))) {
    at_risk <- entry < t & time >= t
    n <- sum(at_risk)
    nk <- vapply(labels, function(k) sum(at_risk & group == k), 0)
    dk <- vapply(labels, function(k) sum(time == t & event == 1 & group == k), 0)
    d <- sum(dk)
    w <- survival^rho * (1 - survival)^gamma
    score <- score + w * (dk - d * nk / n)
    if (n > 1) variance <- variance + w^2 * d * (n - d) / (n - 1) * (diag(nk / n) - outer(nk / n, nk / n))
    survival <- survival * (1 - d / n)
  }
  k <- seq_len(length(labels) - 1)
  list(statistic = drop(score[k] %*% solve(variance[k, k], score[k])), score = I(score))
}

at_start <- rep(-1, nrow(lung_data))
log_rank <- list(
  lung = logrank(Surv(time, event) ~ sex, lung_data),
  lung_strata = logrank(Surv(time, event) ~ sex + strata(ecog), lung_data),
  lung_rho = logrank(Surv(time, event) ~ sex, lung_data, rho = 1),
  colon = logrank(Surv(time, event) ~ arm, colon_data),
  colon_strata_rho = logrank(Surv(time, event) ~ arm + strata(node4), colon_data, rho = 0.5)
)
log_rank_weighted <- with(lung_data, list(
  late = weighted(at_start, time, event, sex, 0, 1),
  middle = weighted(at_start, time, event, sex, 1, 1),
  entry = weighted(entry, time, event, sex, 0, 0),
  entry_late = weighted(entry, time, event, sex, 0.5, 1)
))

# Alive at day 100, clock restarted there.
after_landmark <- transform(subset(lung_data, time >= 100), time = time - 100)
landmark <- list(
  n = nrow(after_landmark), statistic = survdiff(Surv(time, event) ~ sex, after_landmark)$chisq,
  survival = I(survfit(Surv(time, event) ~ 1, subset(after_landmark, sex == 2))$surv)
)

# --- Cox -------------------------------------------------------------------------------------------------------------

control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60)
regression <- function(formula, data, cluster = NULL, zph = TRUE) {
  if (!is.null(cluster)) {
    data$cluster_of_row <- cluster
    formula <- update(formula, . ~ . + cluster(cluster_of_row))
  }
  # cox.zph evaluates the call again, so the data themselves stand in it.
  fit <- do.call(coxph, list(formula, data = data, control = control))
  tests <- if (!zph) NULL else {
    all <- lapply(c("km", "rank", "identity", "log"), function(g) cox.zph(fit, transform = g)$table)
    names(all) <- c("km", "rank", "identity", "log")
    lapply(all, function(t) list(statistic = I(unname(t[, "chisq"]))))
  }
  naive <- if (is.null(fit$naive.var)) fit$var else fit$naive.var
  c(
    list(
      coefficient = I(unname(coef(fit))), standard_error = I(sqrt(diag(fit$var))), model_error = I(sqrt(diag(naive))),
      log_likelihood = I(fit$loglik), score = fit$score
    ),
    if (zph) list(zph = tests) else NULL
  )
}

# Ten thousand standard deviations from the others, as a slip of the decimal point and worse.
far <- function(row, age) {
  lung_data$age[row] <- age
  regression(Surv(time, event) ~ sex + age, lung_data, zph = FALSE)
}

cox <- list(
  lung_far_event = far(which(lung_data$event == 1)[1], 90000),
  lung_far_censored = far(which(lung_data$event == 0)[1], 90000),
  lung_far_below = far(which(lung_data$event == 0)[1], -90000),
  lung = regression(Surv(time, event) ~ sex + age + karnofsky + ecog, lung_data),
  lung_strata = regression(Surv(time, event) ~ age + karnofsky + strata(sex), lung_data),
  lung_cluster = regression(Surv(time, event) ~ sex + age, lung_data, lung_data$ecog * 100 + lung_data$age, zph = FALSE),
  lung_entry = regression(Surv(entry, time, event) ~ sex + age, lung_data),
  colon = regression(Surv(time, event) ~ sex + age + node4 + extent + surg, colon_data),
  heart = regression(Surv(start, stop, event) ~ age + year + surgery + transplant, heart_data),
  heart_cluster = regression(Surv(start, stop, event) ~ age + year + surgery + transplant, heart_data, heart_data$id, zph = FALSE),
  tied = regression(Surv(time, cause > 0) ~ x + group, tied_data)
)

frame <- data.frame(id = seq_along(dnase_data$time) - 1, futime = dnase_data$time, rx = dnase_data$rx, fev = dnase_data$fev)
events <- unique(data.frame(id = dnase_data$event_patient, day = dnase_data$event_day))
rows <- tmerge(frame, frame, id = id, tstop = futime)
rows <- tmerge(rows, events, id = id, attack = event(day))
andersen_gill <- list(
  bladder2 = regression(Surv(start, stop, event) ~ rx + number + size, bladder_data, bladder_data$id, zph = FALSE),
  rhDNase = regression(Surv(tstart, tstop, attack) ~ rx + fev, rows, rows$id, zph = FALSE)
)

# --- Competing risks -------------------------------------------------------------------------------------------------

incidence <- function(data) {
  fit <- cuminc(data$time, data$cause)
  times <- sort(unique(data$time[data$cause > 0]))
  points <- timepoints(fit, times)
  list(day = I(times), incidence_1 = I(points$est[1, ]), variance_1 = I(points$var[1, ]),
    incidence_2 = I(points$est[2, ]), variance_2 = I(points$var[2, ]))
}

# With delayed entry: etm. Everybody is at risk from 0 but for those marked.
entering <- function(data) {
  rows <- data.frame(
    id = seq_len(nrow(data)), entry = pmax(data$entry, -1) + 1, exit = data$time + 1, from = 0,
    to = ifelse(data$cause == 0, "cens", data$cause)
  )
  fit <- etm(rows, c("0", "1", "2"), matrix(c(FALSE, FALSE, FALSE, TRUE, FALSE, FALSE, TRUE, FALSE, FALSE), 3),
    cens.name = "cens", s = 0, covariance = FALSE)
  times <- sort(unique(data$time[data$cause > 0]))
  list(day = I(times), incidence_1 = I(trprob(fit, "0 1", times + 1)), incidence_2 = I(trprob(fit, "0 2", times + 1)))
}

gray <- function(data, group, ...) I(unname(cuminc(data$time, data$cause, group, ...)$Tests[, "stat"]))

competing <- list(
  mgus2 = incidence(mgus_data), tied = incidence(tied_data), mgus2_entry = entering(mgus_data)
)
gray_tests <- list(
  mgus2 = gray(mgus_data, mgus_data$male), mgus2_three = gray(mgus_data, mgus_data$third),
  mgus2_strata = gray(mgus_data, mgus_data$third, strata = mgus_data$male),
  mgus2_rho = gray(mgus_data, mgus_data$third, rho = 1),
  tied = gray(tied_data, tied_data$group), tied_strata = gray(tied_data, tied_data$group, strata = tied_data$stratum)
)

# Small tables at the edges: a group without the cause, one that dies out early, everything on one day.
edge <- function(time, cause, group) {
  list(time = I(time), cause = I(cause), group = I(group), statistic = I(unname(cuminc(time, cause, group)$Tests[, "stat"])))
}
edges <- list(
  without_cause = edge(c(2, 3, 4, 9, 6, 7, 8, 9), c(1, 1, 1, 0, 2, 2, 2, 0), rep(1:2, each = 4)),
  dies_out = edge(c(1, 2, 2, 3, 4, 5, 6, 7), c(1, 1, 2, 1, 1, 2, 1, 0), c(1, 1, 1, 2, 2, 2, 2, 2)),
  one_day = edge(rep(5, 8), c(1, 1, 0, 2, 1, 2, 2, 0), rep(1:2, each = 4))
)
last_fails <- incidence(data.frame(time = c(1, 2, 3, 4), cause = c(1, 2, 1, 1)))

fine <- function(data, columns) {
  fit <- crr(data$time, data$cause, as.matrix(data[, columns]), gtol = 1e-12, maxiter = 50)
  list(coefficient = I(unname(fit$coef)), standard_error = I(sqrt(diag(fit$var))), log_likelihood = fit$loglik,
    log_likelihood_null = fit$loglik.null)
}
fine_gray <- list(mgus2 = fine(mgus_data, c("age", "male", "hgb", "mspike")), tied = fine(tied_data, c("group", "x")))

# --- Recurrent events ------------------------------------------------------------------------------------------------

mean_function <- function(formula, data, id) {
  data$id_of_row <- id
  fit <- survfit(formula, data, id = id_of_row, robust = TRUE)
  with_event <- fit$n.event > 0
  list(day = I(fit$time[with_event]), mean = I(fit$cumhaz[with_event]), standard_error = I(fit$std.chaz[with_event]))
}

# Ghosh & Lin, Biometrics 2000;56:554-562: estimate and variance from every patient's influence, patient by patient.
ghosh_lin <- function(time, died, event_patient, event_day) {
  days <- sort(unique(c(event_day, time[died == 1])))
  n <- vapply(days, function(u) sum(time >= u), 0)
  d <- vapply(days, function(u) sum(event_day == u), 0)
  dead <- vapply(days, function(u) sum(time == u & died == 1), 0)
  survival <- cumprod(1 - dead / n)
  before <- c(1, survival[-length(survival)])
  mean <- cumsum(before * d / n)
  variance <- numeric(length(days))
  for (i in seq_along(time)) {
    at_risk <- time[i] >= days
    events <- vapply(days, function(u) sum(event_patient == i - 1 & event_day == u), 0)
    from_events <- events - at_risk * d / n
    from_death <- (time[i] == days & died[i] == 1) - at_risk * dead / n
    influence <- cumsum(before / n * from_events) - mean * cumsum(from_death / n) + cumsum(mean * from_death / n)
    variance <- variance + influence^2
  }
  list(day = I(days), mean = I(mean), standard_error = I(sqrt(variance)))
}

# No two events, deaths or ends on one day, for mets does not average over ties.
set.seed(7)
untied <- local({
  time <- sample(seq(300, 900, by = 2), 40)
  died <- rbinom(40, 1, 0.5)
  patient <- rep(0:39, times = rpois(40, 2))
  day <- sample(seq(1, 899, by = 2), length(patient))
  kept <- day < time[patient + 1]
  list(time = time, died = died, event_patient = patient[kept], event_day = day[kept])
})
by_mets <- with(untied, {
  rows <- do.call(rbind, lapply(seq_along(time), function(i) {
    own <- sort(event_day[event_patient == i - 1])
    data.frame(id = i, entry = c(0, own), time = c(own, time[i]), status = c(rep(1, length(own)), 0),
      death = c(rep(0, length(own)), died[i]))
  }))
  events <- phreg(Surv(entry, time, status) ~ cluster(id), data = rows)
  deaths <- phreg(Surv(entry, time, death) ~ cluster(id), data = rows)
  fit <- recurrentMarginal(events, deaths)
  list(day = I(fit$times), mean = I(fit$mu), standard_error = I(fit$se.mu))
})

bladder_patients <- aggregate(stop ~ id, bladder_data, max)
bladder_events <- subset(bladder_data, event == 1)
bladder_died <- as.integer(bladder_patients$id %% 3 == 0)
mean_functions <- list(
  bladder2 = mean_function(Surv(start, stop, event) ~ 1, bladder_data, bladder_data$id),
  rhDNase = mean_function(Surv(tstart, tstop, attack) ~ 1, rows, rows$id)
)
with_death <- list(
  bladder2 = c(
    list(died = I(bladder_died)),
    ghosh_lin(bladder_patients$stop, bladder_died, match(bladder_events$id, bladder_patients$id) - 1, bladder_events$stop)
  ),
  untied = c(untied, with(untied, ghosh_lin(time, died, event_patient, event_day)), list(mets = by_mets))
)

# Rates: Poisson regression with the sandwich variance by patient (HC0), from its score and information.
rates <- function(count, days, group) {
  fit <- glm(count ~ group, family = poisson, offset = log(days), epsilon = 1e-14)
  x <- model.matrix(fit)
  information <- t(x) %*% (fitted(fit) * x)
  score <- (count - fitted(fit)) * x
  variance <- solve(information) %*% crossprod(score) %*% solve(information)
  list(coefficient = unname(coef(fit)[2]), standard_error = sqrt(variance[2, 2]))
}

# MASS::glm.nb, taken to convergence: coefficients and theta in turn.
negative <- function(count, days, x) {
  years <- days / 365.25
  fit <- suppressWarnings(MASS::glm.nb(count ~ x + offset(log(years)), control = glm.control(epsilon = 1e-14, maxit = 200)))
  theta <- fit$theta
  for (i in 1:200) {
    model <- glm(count ~ x + offset(log(years)), family = MASS::negative.binomial(theta), control = glm.control(epsilon = 1e-15, maxit = 200))
    theta <- as.numeric(MASS::theta.ml(count, fitted(model), sum(count >= 0), limit = 500, eps = 1e-13))
  }
  list(coefficient = I(unname(coef(model))), standard_error = I(unname(summary(model, dispersion = 1)$coefficients[, 2])),
    theta = theta, glm_nb = list(coefficient = I(unname(coef(fit))), theta = fit$theta, log_likelihood = as.numeric(logLik(fit))))
}
dnase_count <- tabulate(dnase_data$event_patient + 1, length(dnase_data$time))
bladder_count <- tabulate(match(bladder_events$id, bladder_patients$id), nrow(bladder_patients))
bladder_rx <- bladder_data$rx[match(bladder_patients$id, bladder_data$id)]
under <- bladder_patients$stop > 0
counts <- list(
  rhDNase = list(rate = rates(dnase_count, dnase_data$time, dnase_data$rx), negative = negative(dnase_count, dnase_data$time, dnase_data$rx)),
  bladder2 = list(rate = rates(bladder_count[under], bladder_patients$stop[under], bladder_rx[under]),
    negative = negative(bladder_count[under], bladder_patients$stop[under], bladder_rx[under]))
)

write_json(
  list(
    versions = versions(c("survival", "cmprsk", "etm", "mets", "MASS")),
    kaplan_meier = kaplan_meier, log_rank = log_rank, log_rank_weighted = log_rank_weighted, landmark = landmark, cox = cox,
    andersen_gill = andersen_gill, competing = competing, gray = gray_tests, gray_edges = edges, last_fails = last_fails, fine_gray = fine_gray,
    mean_function = mean_functions, ghosh_lin = with_death, counts = counts
  ),
  "survival.json"
)
