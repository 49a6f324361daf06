"""Correlation, agreement of observers, prediction by markers, and censored thresholds."""

import math
from statistics import NormalDist

import numpy as np

from analytics.stats import (
    AREA_DIFFERENCE,
    AREA_UNDER_CURVE,
    BIAS,
    INTRACLASS_CORRELATION,
    LOWER_LIMIT,
    SUPERIORITY,
    UPPER_LIMIT,
    Effect,
    Interval,
    auc,
    bland_altman,
    cohens_kappa,
    compare_auc,
    compare_censored,
    icc,
    kendall,
    maximally_selected_rank,
    roc_curve,
    spearman,
    within_groups,
)
from tests.known_answers.groups import effect_of
from tests.known_answers.method import KnownAnswer
from tests.reference.answers import reference

PAIRS, AGREEMENT, PREDICTION = reference("association"), reference("agreement"), reference("prediction")
WITHIN = reference("within_groups")
WEIGHTS = ("none", "linear", "quadratic")
EXACT = ("exact_p_stats", "exact_p_enumerated")


def correlated(method, case):
    result = method(case["x"], case["y"])
    return [result.effects[0].estimate, result.effects[0].interval, result.statistic, result.asymptotic_p]


def correlated_in_r(name):
    return lambda case: [case[name][part] for part in ("estimate", "interval", "statistic", "asymptotic_p")]


def exactly(name):
    """The cases whose exact p is known, without ties by R, with ties by all pairings."""
    return {data: case for data, case in PAIRS.items() if any(case[name][part] is not None for part in EXACT)}


def exact_in_r(name):
    return lambda case: next(case[name][part] for part in EXACT if case[name][part] is not None)


def weighted(case, weights):
    counts = np.array(case["table"])
    first, second = (np.repeat(place.ravel(), counts.ravel()).tolist() for place in np.indices(counts.shape))
    result = cohens_kappa(first, second, weights=weights, categories=range(len(counts)))
    return [result.effects[0].estimate, result.effects[0].interval, result.statistic, result.p_value]


def intraclass(case, form):
    result = icc(case["ratings"], form=form)
    return [effect_of(result, INTRACLASS_CORRELATION), result.statistic, result.degrees_of_freedom, result.p_value]


def limits(case):
    result = bland_altman(case["first"], case["second"])
    effects = [effect_of(result, name) for name in (BIAS, LOWER_LIMIT, UPPER_LIMIT)]
    return [effects, result.standard_deviation, result.statistic, result.p_value]


def limits_in_r(case):
    effects = [[case[name], case[f"{name}_interval"]] for name in ("bias", "lower", "upper")]
    return [effects, case["standard_deviation"], case["statistic"], case["p"]]


def area(case):
    result = auc(case["marker"], case["outcome"], higher=case["higher"])
    return [effect_of(result, AREA_UNDER_CURVE), result.statistic, result.asymptotic_p]


def curve(case):
    found = roc_curve(case["marker"], case["outcome"], higher=case["higher"])
    return [found.sensitivity, found.specificity]


def areas(case):
    result = compare_auc(case["first"], case["second"], case["outcome"])
    return [
        [one.estimate for one in result.areas],
        result.statistic,
        result.p_value,
        result.effect(AREA_DIFFERENCE).interval,
    ]


def cut(case):
    result = maximally_selected_rank(case["marker"], case["response"], event=case["event"], resamples=9)
    return [result.cutpoint, result.tried, np.abs(result.standardised), result.statistic, result.asymptotic_p]


def thresholds(case):
    result = compare_censored(case["value"], case["detected"], case["group"])
    return [result.test.statistic, result.test.p_value, [group.median for group in result.groups]]


def superior(case):
    """The pairs that have an interval."""
    return [
        [pair.statistic, effect_of(pair, SUPERIORITY)]
        for pair in compare_censored(case["value"], case["detected"], case["group"]).pairs
        if pair.effect(SUPERIORITY).interval is not None
    ]


def superior_in_r(case):
    ours = compare_censored(case["value"], case["detected"], case["group"]).pairs
    return [
        [pair["statistic"], pair["estimate"], np.clip(pair["interval"], 0, 1).tolist()]
        for own, pair in zip(ours, case["pairs"], strict=True)
        if own.effect(SUPERIORITY).interval is not None
    ]


def within(case):
    """The groups with the intervals of Fisher's transformation, whose standard error is (n − 3)^−½."""
    found = within_groups([of_group(*group) for group in zip(case["correlations"], case["sizes"], strict=True)])
    common, test = found.effects[0], found.heterogeneity
    return [common.estimate, common.interval, test.statistic, test.degrees_of_freedom, test.p_value]


def of_group(correlation, size):
    half = NormalDist().inv_cdf(0.975) / math.sqrt(size - 3)
    low, high = (math.tanh(math.atanh(correlation) + side * half) for side in (-1, 1))
    return Effect("correlation", correlation, Interval(low, high, 0.95))


METHODS = (
    KnownAnswer(
        method="Spearman's rho, interval and asymptotic p",
        function=spearman,
        r='cor.test(method = "spearman", exact = FALSE); interval of Bonett & Wright 2000 in base R',
        cases=PAIRS,
        ours=lambda case: correlated(spearman, case),
        theirs=correlated_in_r("spearman"),
    ),
    KnownAnswer(
        method="Spearman's rho, exact p",
        function=spearman,
        r='cor.test(method = "spearman", exact = TRUE); with ties all pairings in base R',
        cases=exactly("spearman"),
        ours=lambda case: spearman(case["x"], case["y"]).p_value,
        theirs=exact_in_r("spearman"),
    ),
    KnownAnswer(
        method="Kendall's tau, interval and asymptotic p",
        function=kendall,
        r='cor.test(method = "kendall", exact = FALSE); interval of Brown & Benedetti 1977 in base R',
        cases=PAIRS,
        ours=lambda case: correlated(kendall, case),
        theirs=correlated_in_r("kendall"),
    ),
    KnownAnswer(
        method="Kendall's tau, exact p",
        function=kendall,
        r='cor.test(method = "kendall", exact = TRUE); with ties all pairings in base R',
        cases=exactly("kendall"),
        ours=lambda case: kendall(case["x"], case["y"]).p_value,
        theirs=exact_in_r("kendall"),
    ),
    KnownAnswer(
        method="One correlation within groups, and whether the groups differ",
        function=within_groups,
        r='metafor::rma(escalc(measure = "ZCOR"), method = "FE")',
        cases=WITHIN,
        ours=within,
        theirs=lambda case: [
            case[part] for part in ("estimate", "interval", "heterogeneity", "degrees_of_freedom", "p")
        ],
    ),
    KnownAnswer(
        method="Cohen's kappa, plain, linear and quadratic weights",
        function=cohens_kappa,
        options="weights=…",
        r="vcd::Kappa; test of Fleiss, Cohen & Everitt 1969 in base R",
        cases=AGREEMENT["kappa"],
        ours=lambda case: [weighted(case, weights) for weights in WEIGHTS],
        theirs=lambda case: [case[weights][part] for weights in WEIGHTS for part in ("estimate", "interval", "z", "p")],
    ),
    KnownAnswer(
        method="Intraclass correlation, six forms of Shrout and Fleiss",
        function=icc,
        options="form=…",
        r="psych::ICC(lmer = FALSE)",
        cases=AGREEMENT["icc"],
        ours=lambda case: [intraclass(case, form) for form in case["forms"]],
        theirs=lambda case: [
            form[part]
            for form in case["forms"].values()
            for part in ("estimate", "interval", "statistic", "degrees_of_freedom", "p")
        ],
    ),
    KnownAnswer(
        method="Bland–Altman, bias and limits with intervals",
        function=bland_altman,
        r="t.test; formulas of Bland & Altman 1999 in base R",
        cases=AGREEMENT["limits"],
        ours=limits,
        theirs=limits_in_r,
    ),
    KnownAnswer(
        method="Area under the ROC curve, DeLong's interval",
        function=auc,
        r='pROC::ci.auc(method = "delong"); wilcox.test(exact = FALSE)',
        cases=PREDICTION["areas"],
        ours=area,
        theirs=lambda case: [case[part] for part in ("area", "interval", "statistic", "asymptotic_p")],
    ),
    KnownAnswer(
        method="ROC curve",
        function=roc_curve,
        r="pROC::roc",
        cases=PREDICTION["areas"],
        absolute=True,
        ours=curve,
        theirs=lambda case: [case["sensitivity"][::-1], case["specificity"][::-1]],
    ),
    KnownAnswer(
        method="Two areas of the same patients (DeLong)",
        function=compare_auc,
        r='pROC::roc.test(method = "delong", paired = TRUE)',
        cases=PREDICTION["comparisons"],
        ours=areas,
        theirs=lambda case: [case[part] for part in ("areas", "statistic", "p", "interval")],
    ),
    KnownAnswer(
        method="Maximally selected rank statistic",
        function=maximally_selected_rank,
        r='maxstat::maxstat.test(pmethod = "Lau92")',
        cases=PREDICTION["cuts"],
        absolute=True,
        ours=cut,
        theirs=lambda case: [case[part] for part in ("cutpoint", "tried", "sizes", "statistic", "limit_p")],
    ),
    KnownAnswer(
        method="Censored thresholds, test and medians",
        function=compare_censored,
        r='survival::survdiff(rho = 1); quantile(survfit(conf.type = "log-log"), 0.5)',
        cases=reference("censored"),
        ours=thresholds,
        theirs=lambda case: [case["statistic"], case["p"], [group["median"] for group in case["groups"]]],
    ),
    KnownAnswer(
        method="Censored thresholds, superiority of every pair with interval",
        function=compare_censored,
        r="survival::survdiff(rho = 1); formula in base R, cut at 0 and 1",
        cases=reference("censored"),
        ours=superior,
        theirs=superior_in_r,
    ),
)
