"""Values in clusters, and doses and times within blocks."""

import math

from analytics.stats import (
    CONCORDANCE,
    COVARIATE_SLOPE,
    HALF_MAXIMAL_DOSE,
    INTRACLASS_CORRELATION,
    MEAN_DIFFERENCE,
    RANK_CORRELATION,
    cluster_correlation,
    cluster_robust,
    compare_with_control,
    friedman,
    half_maximal_dose,
    mixed_model,
    page_trend,
)
from tests.known_answers.groups import effect_of
from tests.known_answers.method import KnownAnswer
from tests.reference.answers import reference

CLUSTERED, DOSES = reference("clustered"), reference("dose_response")
EFFECTS = ("estimate", "error", "degrees", "p", "F", "denominator", "slope", "slope_error", "slope_degrees")
LMER = ("estimate", "error", "degrees", "F")
SCALES = ("linear", "log")


def fitted(method, case):
    options = {"order": case["order"], "covariates": case.get("covariates")}
    return method(case["values"], case["group"], case["cluster"], **options)


def effects(method, case):
    result = fitted(method, case)
    pairs, slopes = result.comparisons, result.slopes
    return [
        [pair.effect(MEAN_DIFFERENCE).estimate for pair in pairs],
        [pair.standard_error for pair in pairs],
        [pair.degrees_of_freedom for pair in pairs],
        [pair.p_value for pair in pairs],
        [result.statistic, result.denominator_degrees],
        [one.effect(COVARIATE_SLOPE).estimate for one in slopes],
        [one.standard_error for one in slopes],
        [one.degrees_of_freedom for one in slopes],
    ]


def mixed_as_lmer(case):
    result = fitted(mixed_model, case)
    pairs = result.comparisons
    return [
        [pair.effect(MEAN_DIFFERENCE).estimate for pair in pairs],
        [pair.standard_error for pair in pairs],
        [pair.degrees_of_freedom for pair in pairs],
        [result.statistic],
    ]


def variances(case):
    variation = fitted(mixed_model, case).variation
    return [variation.between_variance, variation.within_variance, effect_of(variation, INTRACLASS_CORRELATION)]


def correlation(case):
    result = cluster_correlation(case["values"], case["cluster"])
    variation = result.variation
    found = [result.statistic, result.p_value, variation.within_variance, variation.effective_n]
    return [found, effect_of(variation, INTRACLASS_CORRELATION)]


def data_of(case):
    return case["values"], case["doses"], case["blocks"]


def with_exact(part):
    return {name: case for name, case in DOSES.items() if "exact_p" in case[part]}


def trend(case):
    result = page_trend(*data_of(case))
    effect = result.effect(RANK_CORRELATION)
    return [result.statistic, result.z, result.asymptotic_p, effect.estimate, effect.interval]


def trend_in_r(case):
    page = case["page"]
    low, high = page.get("rho_interval", (None, None))
    interval = None if low is None else [max(low, -1), min(high, 1)]
    return [page["L"], page["z"], page["asymptotic_p"], page["rho"], interval]


def any_dose(case):
    result = friedman(*data_of(case))
    return [result.statistic, result.asymptotic_p, result.effect(CONCORDANCE).estimate]


def against_control(case, scale):
    result = compare_with_control(*data_of(case), scale=scale)
    effects = [one.effect(MEAN_DIFFERENCE) for one in result.comparisons]
    return [
        [effect.interval.low for effect in effects],
        [effect.interval.high for effect in effects],
        [one.standard_error for one in result.comparisons],
        [one.p_value for one in result.comparisons],
        [one.adjusted_p for one in result.comparisons],
        [result.statistic, result.p_value],
    ]


def half(case):
    result = half_maximal_dose(*data_of(case))
    doses = [curve.effect(HALF_MAXIMAL_DOSE) for curve in result.curves]
    # Student's t on four degrees of freedom.
    errors = [math.log(dose.interval.high / dose.interval.low) / 2 / 2.7764451051977934 for dose in doses]
    return [
        [[curve.at_zero for curve in result.curves], [curve.at_infinity for curve in result.curves]],
        [[dose.estimate for dose in doses], errors],
        [[curve.steepness for curve in result.curves], [curve.residual_deviation for curve in result.curves]],
        effect_of(result, HALF_MAXIMAL_DOSE),
    ]


METHODS = (
    KnownAnswer(
        method="Mixed model, patient random: differences, Satterthwaite's degrees of freedom, slopes",
        function=mixed_model,
        r="restricted likelihood solved by dense algebra in base R",
        cases=CLUSTERED["groups"],
        ours=lambda case: effects(mixed_model, case),
        theirs=lambda case: [case["mixed"][part] for part in EFFECTS],
    ),
    KnownAnswer(
        method="Mixed model, variances, intraclass correlation with profile-likelihood interval",
        function=mixed_model,
        r="restricted likelihood solved and profiled by dense algebra in base R",
        cases=CLUSTERED["groups"],
        ours=variances,
        theirs=lambda case: [
            case["mixed"][part] for part in ("between", "within", "correlation", "correlation_interval")
        ],
    ),
    KnownAnswer(
        method="Mixed model, as lmer prints it",
        function=mixed_model,
        r="lmerTest::lmer(xtol_rel = 1e-12, ftol_abs = 1e-12)",
        cases=CLUSTERED["groups"],
        ours=mixed_as_lmer,
        theirs=lambda case: [case["mixed"]["lmer"][part] for part in LMER],
        limit=1e-6,
        because="lmer differentiates its likelihood numerically",
    ),
    KnownAnswer(
        method="Cluster-robust differences (CR2, Satterthwaite)",
        function=cluster_robust,
        r='clubSandwich::vcovCR(type = "CR2"), coef_test, Wald_test',
        cases=CLUSTERED["groups"],
        ours=lambda case: effects(cluster_robust, case),
        theirs=lambda case: [case["robust"][part] for part in EFFECTS],
    ),
    KnownAnswer(
        method="Correlation within clusters, effective n",
        function=cluster_correlation,
        r="one-way analysis of variance and formulas in base R",
        cases=CLUSTERED["correlation"],
        ours=correlation,
        theirs=lambda case: [case[part] for part in ("F", "p", "within", "effective_n", "correlation", "interval")],
    ),
    KnownAnswer(
        method="Page's trend, mean rank correlation with interval",
        function=page_trend,
        r="coin::friedman_test of ordered doses; t.test of the blocks' correlations",
        cases=DOSES,
        absolute=True,
        ours=trend,
        theirs=trend_in_r,
    ),
    KnownAnswer(
        method="Page's trend, exact p",
        function=page_trend,
        r="all arrangements in base R",
        cases=with_exact("page"),
        ours=lambda case: page_trend(*data_of(case)).p_value,
        theirs=lambda case: case["page"]["exact_p"],
    ),
    KnownAnswer(
        method="Friedman, Kendall's concordance",
        function=friedman,
        r="friedman.test; formula in base R",
        cases=DOSES,
        ours=any_dose,
        theirs=lambda case: [case["friedman"][part] for part in ("statistic", "asymptotic_p", "concordance")],
    ),
    KnownAnswer(
        method="Friedman, exact p",
        function=friedman,
        r="all arrangements in base R",
        cases=with_exact("friedman"),
        ours=lambda case: friedman(*data_of(case)).p_value,
        theirs=lambda case: case["friedman"]["exact_p"],
    ),
    KnownAnswer(
        method="Doses against the control, within blocks",
        function=compare_with_control,
        r="lm(value ~ block + dose), confint, anova; p.adjust",
        cases=DOSES,
        ours=lambda case: [against_control(case, scale) for scale in SCALES],
        theirs=lambda case: [
            case[scale][part] for scale in SCALES for part in ("low", "high", "error", "p", "holm", "F", "F_p")
        ],
    ),
    KnownAnswer(
        method="Half-maximal dose, four-parameter curves",
        function=half_maximal_dose,
        r="nls(SSfpl), taken to convergence by Gauss's steps in base R",
        cases={"dnase": DOSES["dnase"]},
        ours=half,
        theirs=lambda case: [
            case["curves"][part]
            for part in ("at_zero", "at_infinity", "half", "error", "steepness", "deviation", "over", "over_interval")
        ],
    ),
)
