"""Time to an event, competing risks, and regressions on them."""

import numpy as np

from analytics.stats import (
    RESTRICTED_MEAN_DIFFERENCE,
    cox,
    cumulative_incidence,
    fine_gray,
    gray_test,
    kaplan_meier,
    landmark,
    log_rank,
    proportional_hazards_test,
    restricted_mean,
    time_dependent_response,
)
from tests.analytics.stats.survival_reference import (
    ANSWERS,
    COMPETING,
    COX,
    GRAY,
    HEART,
    KAPLAN_MEIER,
    LOG_RANK,
    LUNG,
    MGUS,
    WEIGHTED_LOG_RANK,
    cox_arguments,
)
from tests.known_answers.method import KnownAnswer

CURVES = ANSWERS["kaplan_meier"]
TRANSFORMS = ("km", "rank", "identity", "log")
PROPORTIONAL = [name for name in COX if "zph" in ANSWERS["cox"][name]]
COVARIATES = {"mgus2": ["age", "male", "hgb", "mspike"], "tied": ["group", "x"]}


def by_name(names):
    """Cases that are looked up by their names."""
    return {name: name for name in names}


def curve(name):
    data, delayed = KAPLAN_MEIER[name]
    return kaplan_meier(data["time"], data["event"], entry=data["entry"] if delayed else None).curves[0]


def quantiles(name):
    found = curve(name).quantiles
    intervals = [quantile.interval for quantile in found]
    return [
        [quantile.time for quantile in found],
        [interval and interval.low for interval in intervals],
        [interval and interval.high for interval in intervals],
    ]


def restricted(_name):
    result = restricted_mean(LUNG["time"], LUNG["event"], group=LUNG["sex"], horizon=500)
    groups = [[group.mean, group.standard_error] for group in result.groups]
    return [groups, result.effect(RESTRICTED_MEAN_DIFFERENCE).estimate, result.standard_error]


def restricted_in_r(_name):
    men, women = CURVES["lung_1"], CURVES["lung_2"]
    return [
        [[one["mean"], one["mean_error"]] for one in (men, women)],
        men["mean"] - women["mean"],
        np.hypot(men["mean_error"], women["mean_error"]),
    ]


def compared(name):
    data, group, stratum, rho = LOG_RANK[name]
    strata = None if stratum is None else data[stratum]
    result = log_rank(data["time"], data["event"], data[group], stratum=strata, rho=rho)
    return [
        result.test.statistic,
        [item.observed for item in result.groups],
        [item.expected for item in result.groups],
    ]


def weighted(name):
    rho, gamma, delayed = WEIGHTED_LOG_RANK[name]
    entry = LUNG["entry"] if delayed else None
    return log_rank(LUNG["time"], LUNG["event"], LUNG["sex"], entry=entry, rho=rho, gamma=gamma).test.statistic


def at_landmark(_name):
    response = np.where(LUNG["sex"] == 2, 60, np.nan)
    at = landmark(LUNG["time"], LUNG["event"], response, landmarks=[100]).landmark(100)
    return [at.n, at.log_rank.statistic, at.curves.curve("responders").survival]


def regression(name):
    time, event, covariates, options = cox_arguments(name)
    result = cox(time, event, covariates, **options)
    return [
        [term.coefficient for term in result.terms],
        [term.standard_error for term in result.terms],
        [term.model_error for term in result.terms],
        [result.log_likelihood_null, result.log_likelihood],
        result.score.statistic,
    ]


def regression_in_r(name):
    case = ANSWERS["cox"][name]
    return [case[part] for part in ("coefficient", "standard_error", "model_error", "log_likelihood", "score")]


def proportional(name):
    time, event, covariates, options = cox_arguments(name)
    results = [proportional_hazards_test(time, event, covariates, transform=one, **options) for one in TRANSFORMS]
    return [[*(term.test.statistic for term in result.terms), result.overall.statistic] for result in results]


def transplanted(_name):
    """Transplantation as the response, from one row per patient."""
    ids = np.unique(HEART["id"])
    rows = [np.flatnonzero(HEART["id"] == one) for one in ids]
    last, first = np.array([own[-1] for own in rows]), np.array([own[0] for own in rows])
    response = [HEART["start"][own[-1]] if HEART["transplant"][own[-1]] else np.nan for own in rows]
    columns = {name: HEART[name][first] for name in ("age", "year", "surgery")}
    fitted = time_dependent_response(HEART["stop"][last], HEART["event"][last], response, covariates=columns).regression
    terms = [fitted.term(name) for name in ("age", "year", "surgery", "response")]
    return [[term.coefficient for term in terms], [term.standard_error for term in terms]]


def incidence(name):
    result = cumulative_incidence(COMPETING[name]["time"], COMPETING[name]["cause"])
    curves = [result.curve(cause=cause) for cause in ("1", "2")]
    return [[one.incidence for one in curves], [[error**2 for error in one.standard_error] for one in curves]]


def incidence_with_entry(_name):
    # Whoever has no late entry is at risk on day 0: the clock is moved on by a day.
    entry = np.maximum(MGUS["entry"], -1) + 1
    result = cumulative_incidence(MGUS["time"] + 1, MGUS["cause"], entry=entry)
    return [result.curve(cause=cause).incidence for cause in ("1", "2")]


def gray(name):
    data, group, options = GRAY[name]
    return [item.test.statistic for item in gray_test(data["time"], data["cause"], data[group], **options).tests]


def subdistribution(name):
    data = COMPETING[name]
    result = fine_gray(data["time"], data["cause"], {column: data[column] for column in COVARIATES[name]})
    return [
        [term.coefficient for term in result.terms],
        [term.standard_error for term in result.terms],
        [result.log_likelihood_null, result.log_likelihood],
    ]


METHODS = (
    KnownAnswer(
        method="Kaplan–Meier, standard error, log–log interval",
        function=kaplan_meier,
        r='survival::survfit(conf.type = "log-log")',
        cases=by_name(KAPLAN_MEIER),
        ours=lambda name: [getattr(curve(name), part) for part in ("survival", "standard_error", "low", "high")],
        theirs=lambda name: [CURVES[name][part] for part in ("survival", "standard_error", "low", "high")],
    ),
    KnownAnswer(
        method="Median and quartiles of survival with intervals",
        function=kaplan_meier,
        r="quantile(survival::survfit(…))",
        cases=by_name(KAPLAN_MEIER),
        ours=quantiles,
        theirs=lambda name: [CURVES[name][part] for part in ("quantiles", "quantile_low", "quantile_high")],
    ),
    KnownAnswer(
        method="Restricted mean survival, difference",
        function=restricted_mean,
        r="summary(survival::survfit(…), rmean = 500)",
        cases=by_name(["lung"]),
        ours=restricted,
        theirs=restricted_in_r,
    ),
    KnownAnswer(
        method="Log-rank, stratified, and Harrington–Fleming with rho",
        function=log_rank,
        r="survival::survdiff(rho = …)",
        cases=by_name(LOG_RANK),
        ours=compared,
        theirs=lambda name: [ANSWERS["log_rank"][name][part] for part in ("statistic", "observed", "expected")],
    ),
    KnownAnswer(
        method="Fleming–Harrington with rho and gamma, delayed entry",
        function=log_rank,
        options="rho=…, gamma=…, entry=…",
        r="formula of Fleming & Harrington 1991 in base R, day by day",
        cases=by_name(WEIGHTED_LOG_RANK),
        ours=weighted,
        theirs=lambda name: ANSWERS["log_rank_weighted"][name]["statistic"],
    ),
    KnownAnswer(
        method="Landmark: log-rank and curve from the landmark on",
        function=landmark,
        r="survival::survdiff and survfit on those left at the landmark",
        cases=by_name(["lung"]),
        ours=at_landmark,
        theirs=lambda _name: [ANSWERS["landmark"][part] for part in ("n", "statistic", "survival")],
    ),
    KnownAnswer(
        method="Cox regression (Efron), strata, delayed entry, robust variance",
        function=cox,
        r="survival::coxph(… + strata() + cluster(), eps = 1e-14)",
        cases=by_name(COX),
        ours=regression,
        theirs=regression_in_r,
    ),
    KnownAnswer(
        method="Test of proportional hazards, four scales of time",
        function=proportional_hazards_test,
        r="survival::cox.zph",
        cases=by_name(PROPORTIONAL),
        ours=proportional,
        theirs=lambda name: [ANSWERS["cox"][name]["zph"][one]["statistic"] for one in TRANSFORMS],
    ),
    KnownAnswer(
        method="Response as a time-dependent covariate",
        function=time_dependent_response,
        r="survival::coxph(Surv(start, stop, event))",
        cases=by_name(["heart"]),
        ours=transplanted,
        theirs=lambda name: [ANSWERS["cox"][name][part] for part in ("coefficient", "standard_error")],
    ),
    KnownAnswer(
        method="Cumulative incidence (Aalen–Johansen), variance",
        function=cumulative_incidence,
        r="cmprsk::cuminc",
        cases=by_name(COMPETING),
        ours=incidence,
        theirs=lambda name: [
            ANSWERS["competing"][name][f"{part}_{cause}"] for part in ("incidence", "variance") for cause in (1, 2)
        ],
    ),
    KnownAnswer(
        method="Cumulative incidence with delayed entry",
        function=cumulative_incidence,
        options="entry=…",
        r="etm::etm",
        cases=by_name(["mgus2"]),
        ours=incidence_with_entry,
        theirs=lambda name: [ANSWERS["competing"][f"{name}_entry"][f"incidence_{cause}"] for cause in (1, 2)],
    ),
    KnownAnswer(
        method="Gray's test, strata, rho",
        function=gray_test,
        r="cmprsk::cuminc(…)$Tests",
        cases=by_name(GRAY),
        ours=gray,
        theirs=lambda name: ANSWERS["gray"][name],
    ),
    KnownAnswer(
        method="Fine–Gray, robust standard errors, log-likelihood",
        function=fine_gray,
        r="cmprsk::crr(gtol = 1e-12)",
        cases=by_name(COVARIATES),
        ours=subdistribution,
        theirs=lambda name: [
            ANSWERS["fine_gray"][name][part]
            for part in ("coefficient", "standard_error", "log_likelihood_null", "log_likelihood")
        ],
    ),
)
