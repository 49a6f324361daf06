"""Proportions, tables of counts and logistic regression."""

from analytics.stats import (
    CRAMERS_V,
    ODDS_RATIO,
    RISK_DIFFERENCE,
    SLOPE,
    chi_square,
    cochran_armitage,
    fisher_exact,
    logistic,
    mantel_haenszel,
    mcnemar,
    odds_ratio,
    proportion,
    risk_difference,
)
from tests.known_answers.groups import effect_of
from tests.known_answers.method import KnownAnswer
from tests.reference.answers import reference

PROPORTIONS = reference("proportions")
SQUARES, TABLES = PROPORTIONS["squares"], PROPORTIONS["tables"]
FULL = {name: case for name, case in SQUARES.items() if case["woolf"] is not None}
LOGISTIC = reference("logistic")
PLAIN = {name: case for name, case in LOGISTIC.items() if not case["penalised"]}
FIRTH = {name: case for name, case in LOGISTIC.items() if case["penalised"]}


def score_difference(case):
    result = risk_difference(case["table"], method="miettinen-nurminen")
    return [result.statistic, result.effect(RISK_DIFFERENCE).interval]


def association(case, **options):
    result = chi_square(case["table"], **options)
    return [result.statistic, result.p_value]


def pairs(case):
    exact, asymptotic = mcnemar(case["table"]), mcnemar(case["table"], exact=False)
    return [
        exact.p_value,
        asymptotic.statistic,
        asymptotic.p_value,
        effect_of(exact, ODDS_RATIO),
        effect_of(exact, RISK_DIFFERENCE),
    ]


def over_strata(case):
    result = mantel_haenszel(case["tables"])
    plain = mantel_haenszel(case["tables"], continuity=False)
    return [result.statistic, result.p_value, plain.statistic, effect_of(result, ODDS_RATIO)]


def homogeneity(case):
    result = mantel_haenszel(case["tables"])
    return [result.homogeneity_statistic, result.homogeneity_p]


def slope(case):
    result = cochran_armitage(case["table"], scores=case["scores"])
    return [result.statistic**2, result.p_value, effect_of(result, SLOPE)]


def regression(case):
    result = logistic(case["event"], case["covariates"], firth=case["penalised"])
    terms = result.terms
    intervals = [term.odds_ratio.interval for term in terms]
    return [
        [result.intercept, result.statistic, result.p_value],
        [term.coefficient for term in terms],
        [term.standard_error for term in terms],
        [term.p_value for term in terms],
        [interval.low for interval in intervals],
        [interval.high for interval in intervals],
    ]


def by_likelihood(case):
    return [
        case[name] for name in ("intercept", "statistic", "statistic_p", "coefficients", "errors", "p", "low", "high")
    ]


METHODS = (
    KnownAnswer(
        method="Proportion, Wilson's interval",
        function=proportion,
        r="prop.test(correct = FALSE)",
        cases=PROPORTIONS["one"],
        absolute=True,
        ours=lambda case: proportion(case["events"], case["total"]).effects[0].interval,
        theirs=lambda case: case["wilson"],
    ),
    KnownAnswer(
        method="Proportion, Clopper and Pearson's interval",
        function=proportion,
        options='method="clopper-pearson"',
        r="binom.test",
        cases=PROPORTIONS["one"],
        ours=lambda case: proportion(case["events"], case["total"], method="clopper-pearson").effects[0].interval,
        theirs=lambda case: case["clopper_pearson"],
    ),
    KnownAnswer(
        method="Fisher's exact test, 2 × 2",
        function=fisher_exact,
        r="fisher.test",
        cases=SQUARES,
        ours=lambda case: fisher_exact(case["table"]).p_value,
        theirs=lambda case: case["fisher_p"],
    ),
    KnownAnswer(
        method="Fisher's exact test, larger tables",
        function=fisher_exact,
        r="fisher.test",
        cases=TABLES,
        ours=lambda case: fisher_exact(case["table"]).p_value,
        theirs=lambda case: case["fisher_p"],
    ),
    KnownAnswer(
        method="Chi-square, 2 × 2, with and without Yates's correction",
        function=chi_square,
        r="chisq.test",
        cases=SQUARES,
        ours=lambda case: [association(case), association(case, continuity=False)],
        theirs=lambda case: [case[name][figure] for name in ("yates", "pearson") for figure in ("statistic", "p")],
    ),
    KnownAnswer(
        method="Chi-square, larger tables, Cramér's V",
        function=chi_square,
        r="chisq.test; formula in base R",
        cases=TABLES,
        ours=lambda case: [association(case), chi_square(case["table"]).effect(CRAMERS_V).estimate],
        theirs=lambda case: [case["statistic"], case["p"], case["cramers_v"]],
    ),
    KnownAnswer(
        method="Conditional odds ratio, exact interval",
        function=odds_ratio,
        r="equations of fisher.test solved by uniroot(tol = 1e-14), as fisher.test stops early (1740 for 1767)",
        cases=SQUARES,
        ours=lambda case: effect_of(odds_ratio(case["table"]), ODDS_RATIO),
        theirs=lambda case: [case["conditional"][name] for name in ("estimate", "low", "high")],
    ),
    KnownAnswer(
        method="Sample odds ratio, Woolf's interval",
        function=odds_ratio,
        options='method="sample"',
        r="formula in base R",
        cases=FULL,
        ours=lambda case: odds_ratio(case["table"], method="sample").effect(ODDS_RATIO).interval,
        theirs=lambda case: case["woolf"],
    ),
    KnownAnswer(
        method="Risk difference, Newcombe's interval",
        function=risk_difference,
        r="formula of Newcombe 1998 (method 10) in base R",
        cases=SQUARES,
        ours=lambda case: risk_difference(case["table"]).effect(RISK_DIFFERENCE).interval,
        theirs=lambda case: case["newcombe"],
    ),
    KnownAnswer(
        method="Risk difference, Miettinen and Nurminen's test and interval",
        function=risk_difference,
        options='method="miettinen-nurminen"',
        r="score equation of Miettinen & Nurminen 1985 in base R (uniroot)",
        cases=SQUARES,
        ours=score_difference,
        theirs=lambda case: [case["miettinen_nurminen"]["statistic"], case["miettinen_nurminen"]["interval"]],
    ),
    KnownAnswer(
        method="McNemar, exact and asymptotic, odds ratio and difference with intervals",
        function=mcnemar,
        r="mcnemar.test; binom.test; formula of Bonett & Price 2012 in base R",
        cases=PROPORTIONS["paired"],
        ours=pairs,
        theirs=lambda case: [
            case[name]
            for name in ("exact_p", "statistic", "p", "odds_ratio", "odds_interval", "difference", "interval")
        ],
    ),
    KnownAnswer(
        method="Cochran–Armitage, slope with interval",
        function=cochran_armitage,
        r="prop.trend.test; formula in base R",
        cases=PROPORTIONS["trends"],
        ours=slope,
        theirs=lambda case: [case[name] for name in ("statistic", "p", "slope", "interval")],
    ),
    KnownAnswer(
        method="Mantel–Haenszel, common odds ratio with interval",
        function=mantel_haenszel,
        r="mantelhaen.test",
        cases=PROPORTIONS["stratified"],
        ours=over_strata,
        theirs=lambda case: [case[name] for name in ("statistic", "p", "uncorrected", "odds_ratio", "interval")],
    ),
    KnownAnswer(
        method="Homogeneity of odds ratios (Breslow–Day, Tarone)",
        function=mantel_haenszel,
        r="formula of Tarone 1985 in base R (uniroot)",
        cases=PROPORTIONS["stratified"],
        ours=homogeneity,
        theirs=lambda case: [case["homogeneity"], case["homogeneity_p"]],
    ),
    KnownAnswer(
        method="Logistic regression, profile-likelihood p and intervals",
        function=logistic,
        options="firth=False",
        r="likelihood maximised and profiled in base R",
        cases=PLAIN,
        ours=regression,
        theirs=by_likelihood,
    ),
    KnownAnswer(
        method="Logistic regression, standard errors of glm",
        function=logistic,
        options="firth=False",
        r="glm(binomial)",
        cases=PLAIN,
        ours=lambda case: [term.standard_error for term in logistic(case["event"], case["covariates"]).terms],
        theirs=lambda case: case["glm_errors"],
        limit=1e-7,
        because="glm takes the weights of its last step but one",
    ),
    KnownAnswer(
        method="Firth's logistic regression, profile-likelihood p and intervals",
        function=logistic,
        options="firth=True",
        r="likelihood of Firth 1993 maximised and profiled in base R",
        cases=FIRTH,
        ours=regression,
        theirs=by_likelihood,
    ),
)
