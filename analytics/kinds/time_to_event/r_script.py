"""A time-to-event answer in R: the same numbers from the frozen rows, with survival, cmprsk and MASS."""

from collections.abc import Iterator, Mapping
from typing import Any

from analytics.kinds.time_to_event import r_parts
from analytics.kinds.time_to_event.covariates import NUMBERS
from analytics.kinds.time_to_event.spec import Compared, Covariate, MarkerAs, TimeToEvent
from analytics.scripts import r_text, r_texts
from analytics.stats.follow_up import DAYS_PER_YEAR

CURVES = """\
groups <- {groups}
days <- c({days})
incidence("", rows$time, rows$status, rows$group, rows$entry, groups, days, 0)
"""
TEST = """\
tested("test", rows$time, rows$status, rows$group, rows$entry)
"""
LANDMARKS = """\
groups <- c("responders", "non-responders")
days <- c({days})
for (landmark in c({landmarks})) {{
  at <- rows$time >= landmark & rows$entry <= landmark
  if (!any(at)) next
  time <- rows$time[at] - landmark
  responded <- as.numeric(!is.na(response[at]) & response[at] <= landmark)
  group <- ifelse(responded == 1, groups[1], groups[2])
  if (landmark %in% c({compared})) {{
    fit <- coxph(Surv(time, event[at]) ~ responded, control = exactly)
    bounds(paste("landmark", landmark), fit, 1)
  }}
  if (landmark %in% c({tested})) {{
    tested(paste("landmark", landmark, "test"), time, rows$status[at], group, rep(0, sum(at)))
  }}
  if (landmark == {drawn}) incidence("", time, rows$status[at], group, rep(0, sum(at)), groups, days, landmark)
}}
"""
OVER_TIME = """\
split <- split_rows(rows$entry, rows$time, event, response)
z <- cbind(response = split$response, if (!is.null(x)) x[split$id, , drop = FALSE])
fit <- coxph(Surv(split$start, split$stop, split$event) ~ z, control = exactly)
names <- colnames(z)
"""
FIXED = """\
end <- if (late) Surv(rows$entry, rows$time, event) else Surv(rows$time, event)
fit <- coxph(end ~ x, control = exactly)
names <- colnames(x)
"""
HAZARDS = """\
for (k in seq_along(names)) if (names[k] %in% {finite}) bounds(paste("hazard ratio", names[k]), fit, k)
"""
CHECK = """\
check <- cox.zph(fit, transform = "km", terms = FALSE)$table
for (k in seq_along(names)) report(paste("proportional hazards", names[k]), check[k, "chisq"])
"""
NAIVE = """\
ever <- as.numeric(!is.na(response) & response <= rows$time)
fit <- coxph(if (late) Surv(rows$entry, rows$time, event) ~ ever else Surv(rows$time, event) ~ ever, control = exactly)
bounds("ever responded", fit, 1)
"""
SUBDISTRIBUTION = """\
fit <- crr(rows$time, rows$status, x, failcode = 1, cencode = 0, gtol = 1e-12, maxiter = 100)
for (k in seq_len(ncol(x))) report(paste("subdistribution", colnames(x)[k]), exp(fit$coef[[k]]))
"""
RATES = """\
for (code in groups) {
  of <- rows$group == code
  rate_of(code, counts[of], (rows$end - rows$entry)[of])
  mean_of(code, of, days)
}
"""
RATES_BY_RESPONSE = """\
until <- pmax(pmin(rows$end, ifelse(is.na(response), Inf, response)) - rows$entry, 0)
early <- mapply(function(own, day) sum(own <= day), days_of, ifelse(is.na(response), Inf, response))
rate_of("responders", counts - early, rows$end - rows$entry - until)
rate_of("non-responders", early, until)
mean_of("", rep(TRUE, nrow(rows)), days)
"""
ANDERSEN_GILL = """\
episodes <- do.call(rbind, lapply(seq_len(nrow(rows)), function(i) {
  cuts <- c(days_of[[i]], response[i])
  cuts <- sort(unique(cuts[!is.na(cuts) & cuts > rows$entry[i] & cuts < rows$end[i]]))
  start <- c(rows$entry[i], cuts); stop <- c(cuts, rows$end[i])
  data.frame(id = i, start, stop, event = as.numeric(stop %in% days_of[[i]]),
    response = as.numeric(!is.na(response[i]) & response[i] <= start))
}))
z <- cbind(response = episodes$response, if (!is.null(x)) x[episodes$id, , drop = FALSE])
fit <- coxph(Surv(start, stop, event) ~ z, data = episodes, cluster = id, control = exactly)
for (k in seq_len(ncol(z))) bounds(paste("rate ratio", colnames(z)[k]), fit, k)
"""
NEGATIVE_BINOMIAL = """\
# MASS::glm.nb, taken to convergence: coefficients and theta in turn.
library(MASS)
years <- (rows$end - rows$entry) / 365.25
strict <- glm.control(epsilon = 1e-14, maxit = 200)
theta <- suppressWarnings(glm.nb(counts ~ x + offset(log(years)), control = strict))$theta
for (step in 1:200) {
  model <- glm(counts ~ x + offset(log(years)), family = negative.binomial(theta), control = strict)
  theta <- as.numeric(theta.ml(counts, fitted(model), length(counts), limit = 500, eps = 1e-13))
}
"""
POISSON = """\
years <- (rows$end - rows$entry) / 365.25
model <- glm(counts ~ x + offset(log(years)), family = poisson, control = glm.control(epsilon = 1e-14, maxit = 200))
"""
COUNT_RATIOS = """\
found <- summary(model, dispersion = 1)$coefficients[-1, , drop = FALSE]
for (k in seq_len(ncol(x))) {
  report(paste("rate ratio", colnames(x)[k]), exp(found[k, 1]))
  report(paste("rate ratio", colnames(x)[k], "low"), exp(found[k, 1] - qnorm(0.975) * found[k, 2]))
  report(paste("rate ratio", colnames(x)[k], "high"), exp(found[k, 1] + qnorm(0.975) * found[k, 2]))
}
"""


def body(spec: TimeToEvent, result: Mapping[str, Any]) -> str:
    """The script between its head and its end."""
    return "".join(_parts(spec, result))


def _parts(spec: TimeToEvent, result: Mapping[str, Any]) -> Iterator[str]:
    by_response = spec.compared == Compared.RESPONSE
    days = ", ".join(str(round(year * DAYS_PER_YEAR)) for year in spec.year_marks)
    yield r_parts.HEAD.format(columns="".join(_column(name, spec) for name in result["columns"]))
    yield r_parts.INCIDENCE if spec.competes else r_parts.SURVIVAL
    yield r_parts.LOG_RANK + r_parts.RESPONSE
    if by_response:
        yield LANDMARKS.format(
            days=days,
            landmarks=spec.landmarks,
            drawn=spec.landmark,
            compared=_days(one["day"] for one in result["landmarks"] if _is_finite(one["term"])),
            tested=_days(one["day"] for one in result["landmarks"] if one["test"]),
        )
    else:
        yield CURVES.format(groups=r_texts(group["code"] for group in result["groups"]), days=days)
        yield TEST if result["test"] else ""
    if regression := result["regression"]:
        yield OVER_TIME if by_response else FIXED
        yield HAZARDS.format(finite=r_texts(one["covariate"] for one in regression["terms"] if _is_finite(one)))
        yield CHECK if regression["check"] else ""
    yield NAIVE if result["naive"] and _is_finite(result["naive"]["term"]) else ""
    yield SUBDISTRIBUTION if result["subdistribution"] else ""
    if recurrence := result["recurrence"]:
        yield r_parts.RECURRENT
        yield _rates(by_response, recurrence)


def _rates(by_response: bool, recurrence: Mapping[str, Any]) -> str:
    if by_response:
        return RATES_BY_RESPONSE + (ANDERSEN_GILL if recurrence["ratios"] else "")
    if not recurrence["ratios"]:
        return RATES
    is_poisson = recurrence["ratios_method"].startswith("Poisson")
    return RATES + (POISSON if is_poisson else NEGATIVE_BINOMIAL) + COUNT_RATIOS


def _column(name: str, spec: TimeToEvent) -> str:
    """The line that makes a column of the regression."""
    covariate, _equals, level = name.partition("=")
    if covariate == "marker":
        values = {
            MarkerAs.MEDIAN: 'as.numeric(rows$group == "high")',
            MarkerAs.DEVIATION: "rows$value / sd(rows$value)",
            MarkerAs.QUARTILES: "rows$value / IQR(rows$value)",
        }[spec.marker_as]
    elif level:
        values = f"as.numeric(rows[[{r_text(covariate)}]] == {r_text(level)})"
    else:
        values = f"rows[[{r_text(covariate)}]] / {NUMBERS[Covariate(covariate)]:g}"
    return f"columns[[{r_text(name)}]] <- {values}\n"


def _days(days: Any) -> str:
    return ", ".join(map(str, days)) or "NA"


def _is_finite(term: Mapping[str, Any] | None) -> bool:
    return bool(term) and term is not None and term["hazard_ratio"] is not None


def numbers(spec: TimeToEvent, result: Mapping[str, Any]) -> dict[str, float]:
    """What the script reports, from the stored result."""
    found: dict[str, float | None] = {}
    for group in result["groups"]:
        code = group["code"]
        median = group["median"] or {}
        found |= {f"{code} median": median.get("day")}
        found |= {f"{code} median {side}": median.get(side) for side in ("low", "high")}
        for one in group["estimates"]:
            day = round(one["years"] * DAYS_PER_YEAR)
            found |= {f"{code} day {day}": one["value"]}
            found |= {f"{code} day {day} {side}": one[side] for side in ("low", "high")}
    if result["test"] and spec.compared != Compared.RESPONSE:
        found |= _tested("test", result["test"])
    for one in result["landmarks"]:
        found |= _tested(f"landmark {one['day']} test", one["test"]) if one["test"] else {}
        found |= _ratio(f"landmark {one['day']}", one["term"]) if one["term"] else {}
    if regression := result["regression"]:
        for term in regression["terms"]:
            found |= _ratio(f"hazard ratio {term['covariate']}", term)
        for term in regression["check"]["terms"] if regression["check"] else []:
            found |= {f"proportional hazards {term['covariate']}": term["statistic"]}
    if result["naive"] and result["naive"]["term"]:
        found |= _ratio("ever responded", result["naive"]["term"])
    for term in result["subdistribution"]["terms"] if result["subdistribution"] else []:
        found |= {f"subdistribution {term['covariate']}": term["hazard_ratio"]}
    found |= _recurrent(result["recurrence"]) if result["recurrence"] else {}
    return {name: value for name, value in found.items() if value is not None}


def _recurrent(part: Mapping[str, Any]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for rate in part["rates"]:
        found |= {f"rate {rate['label']}": rate["rate"]}
        found |= {f"rate {rate['label']} {side}": rate["interval"][side] or None for side in ("low", "high")}
    for term in part["ratios"]:
        found |= _ratio(f"rate ratio {term['covariate']}", {**term, "hazard_ratio": term["ratio"]})
    for curve in part["means"]:
        for one in curve["estimates"]:
            name = f"mean {curve['code']} day {round(one['years'] * DAYS_PER_YEAR)}"
            found |= {name: one["mean"], f"{name} low": one["low"], f"{name} high": one["high"]}
    return found


def _tested(name: str, test: Mapping[str, Any]) -> dict[str, float | None]:
    return {name: test["statistic"], f"{name} p": test["p_value"]}


def _ratio(name: str, term: Mapping[str, Any]) -> dict[str, float | None]:
    if term["hazard_ratio" if "hazard_ratio" in term else "ratio"] is None:
        return {}
    ends = term["interval"] or {"low": None, "high": None}
    return {name: term["hazard_ratio"], f"{name} low": ends["low"], f"{name} high": ends["high"]}
