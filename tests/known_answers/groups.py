"""Comparisons of groups, pairs of values, orders, strata, and multiplicity."""

import numpy as np

from analytics.stats import (
    DELTA,
    EPSILON_SQUARED,
    MEAN_DIFFERENCE,
    ORDERED_SUPERIORITY,
    SHIFT,
    SUPERIORITY,
    adjust,
    brunner_munzel,
    dunn,
    equivalence,
    jonckheere_terpstra,
    kruskal_wallis,
    mann_whitney,
    permutation_test,
    van_elteren,
    welch_t,
    wilcoxon_signed_rank,
)
from tests.known_answers.method import KnownAnswer
from tests.reference.answers import reference

MANN_WHITNEY = reference("mann_whitney") | reference("synthetic_expression")
UNTIED = {name: case for name, case in MANN_WHITNEY.items() if not case["ties"]}
SEVERAL = reference("kruskal_wallis")
GROUPS = reference("groups")
# Sums of two decimals in R make values unequal that are the same; the others are whole numbers.
WHOLE = {name: case for name, case in GROUPS["pairs"].items() if name != "sleep"}


def both(case, **options):
    return mann_whitney(case["x"], case["y"], **options)


def pairs_of(case, pairs):
    """Dunn's z, p and p by Holm and by Benjamini–Hochberg for those pairs."""
    results = [
        dunn(case["groups"], adjustment, case["reference"] if pairs == "against_reference" else None).pairs
        for adjustment in ("holm", "bh")
    ]
    return [
        [pair.statistic for pair in results[0]],
        [pair.p_value for pair in results[0]],
        *([pair.adjusted_p for pair in result] for result in results),
    ]


def margins(case, **options):
    result = equivalence(case["x"], case["y"], margin=case["equivalence"]["margin"], **options)
    return result, [result.p_above, result.p_below]


def mean_margins(case):
    result, p_values = margins(case, quantity="mean")
    return [p_values, result.effect(MEAN_DIFFERENCE).interval]


def effect_of(result, name):
    effect = result.effect(name)
    return [effect.estimate, effect.interval]


def trend(case):
    result = jonckheere_terpstra(case["groups"])
    return [result.statistic, result.z, result.asymptotic_p, effect_of(result, ORDERED_SUPERIORITY)]


def strata(case):
    result = van_elteren({name: (groups["x"], groups["y"]) for name, groups in case["strata"].items()})
    return [result.statistic, result.p_value, effect_of(result, SUPERIORITY)]


def welch(case):
    result = welch_t(case["x"], case["y"])
    return [result.statistic, result.degrees_of_freedom, result.p_value, effect_of(result, MEAN_DIFFERENCE)]


def brunner(case):
    result = brunner_munzel(case["x"], case["y"])
    return [result.statistic, result.degrees_of_freedom, result.p_value]


def several(case):
    result = kruskal_wallis(case["groups"])
    return [result.statistic, result.p_value, result.effect(EPSILON_SQUARED).estimate]


def paired(case):
    result = wilcoxon_signed_rank(case["first"], case["second"])
    return [
        result.statistic,
        result.p_value,
        result.asymptotic_p,
        result.effects[0].estimate,
        result.effects[0].interval,
    ]


METHODS = (
    KnownAnswer(
        method="Mann–Whitney, exact p with and without ties",
        function=mann_whitney,
        r='coin::wilcox_test(distribution = "exact")',
        cases=MANN_WHITNEY,
        ours=lambda case: both(case).p_value,
        theirs=lambda case: case["exact_p_coin"],
    ),
    KnownAnswer(
        method="Mann–Whitney, exact p and interval without ties",
        function=mann_whitney,
        r="wilcox.test(exact = TRUE, conf.int = TRUE)",
        cases=UNTIED,
        ours=lambda case: [both(case).p_value, both(case).effect(SHIFT).interval],
        theirs=lambda case: [case["exact_p_stats"], case["exact_interval_stats"]],
    ),
    KnownAnswer(
        method="Mann–Whitney, statistic and asymptotic p",
        function=mann_whitney,
        options="exact=False",
        r="wilcox.test(exact = FALSE)",
        cases=MANN_WHITNEY,
        ours=lambda case: [both(case, exact=False).statistic, both(case, exact=False).p_value],
        theirs=lambda case: [case["statistic"], case["asymptotic_p"]],
    ),
    KnownAnswer(
        method="Hodges–Lehmann shift, exact interval",
        function=mann_whitney,
        r='coin::wilcox_test(distribution = "exact", conf.int = TRUE)',
        cases=MANN_WHITNEY,
        ours=lambda case: effect_of(both(case), SHIFT),
        theirs=lambda case: [case["shift_coin"], case["exact_interval"]],
    ),
    KnownAnswer(
        method="Hodges–Lehmann shift, asymptotic interval",
        function=mann_whitney,
        options="exact=False",
        r="wilcox.test(exact = FALSE, conf.int = TRUE, tol.root = 1e-13)",
        cases=MANN_WHITNEY,
        absolute=True,
        ours=lambda case: both(case, exact=False).effect(SHIFT).interval,
        theirs=lambda case: case["asymptotic_interval"],
    ),
    KnownAnswer(
        method="Probability of superiority, interval of Brunner and Munzel",
        function=mann_whitney,
        r="formula of Brunner & Munzel 2000 in base R, cut at 0 and 1",
        cases=MANN_WHITNEY,
        ours=lambda case: effect_of(both(case), SUPERIORITY),
        theirs=lambda case: [case["superiority"]["estimate"], np.clip(case["superiority"]["interval"], 0, 1).tolist()],
    ),
    KnownAnswer(
        method="Cliff's delta, interval of Feng and Cliff",
        function=mann_whitney,
        r="formulas of Cliff 1993 and Feng & Cliff 2004 in base R",
        cases=MANN_WHITNEY,
        ours=lambda case: effect_of(both(case), DELTA),
        theirs=lambda case: [case["cliff"]["estimate"], case["cliff"]["interval"]],
    ),
    KnownAnswer(
        method="Brunner–Munzel",
        function=brunner_munzel,
        r="formula of Brunner & Munzel 2000 in base R",
        cases=GROUPS["pairs"],
        ours=brunner,
        theirs=lambda case: [case["brunner_munzel"][name] for name in ("statistic", "degrees_of_freedom", "p")],
    ),
    KnownAnswer(
        method="Welch's t, difference of means with interval",
        function=welch_t,
        r="t.test(x, y)",
        cases=GROUPS["pairs"],
        ours=welch,
        theirs=lambda case: [
            case["welch"][name] for name in ("statistic", "degrees_of_freedom", "p", "difference", "interval")
        ],
    ),
    KnownAnswer(
        method="Permutation test of means, exact p",
        function=permutation_test,
        r='coin::oneway_test(distribution = "exact"); exactRankTests::perm.test',
        cases=GROUPS["pairs"],
        ours=lambda case: [permutation_test(case["x"], case["y"]).p_value] * 2,
        theirs=lambda case: [case["permutation"]["exact_p"], case["permutation"]["exact_p_exactRankTests"]],
    ),
    KnownAnswer(
        method="Permutation test of means, asymptotic p",
        function=permutation_test,
        r="coin::oneway_test",
        cases=GROUPS["pairs"],
        ours=lambda case: permutation_test(case["x"], case["y"]).asymptotic_p,
        theirs=lambda case: case["permutation"]["asymptotic_p"],
    ),
    KnownAnswer(
        method="Equivalence of the shift, exact",
        function=equivalence,
        r='coin::wilcox_test(distribution = "exact", alternative = "greater"), on either side',
        cases=WHOLE,
        ours=lambda case: margins(case)[1],
        theirs=lambda case: case["equivalence"]["exact"],
    ),
    KnownAnswer(
        method="Equivalence of the shift, asymptotic",
        function=equivalence,
        options="exact=False",
        r='wilcox.test(exact = FALSE, alternative = "greater"), on either side',
        cases=WHOLE,
        ours=lambda case: margins(case, exact=False)[1],
        theirs=lambda case: case["equivalence"]["asymptotic"],
    ),
    KnownAnswer(
        method="Equivalence of the means (two one-sided t-tests)",
        function=equivalence,
        options='quantity="mean"',
        r="t.test(mu = ∓margin) on either side; t.test(conf.level = 0.9)",
        cases=GROUPS["pairs"],
        ours=mean_margins,
        theirs=lambda case: [case["equivalence"]["mean"], case["equivalence"]["mean_interval"]],
    ),
    KnownAnswer(
        method="Wilcoxon signed rank, exact and asymptotic p, pseudomedian with interval",
        function=wilcoxon_signed_rank,
        r='coin::wilcoxsign_test(distribution = "exact", zero.method = "Wilcoxon"); wilcox.test(paired = TRUE, '
        "exact = FALSE); qsignrank",
        cases=GROUPS["paired"],
        ours=paired,
        theirs=lambda case: [
            case[name] for name in ("statistic", "exact_p_coin", "asymptotic_p", "pseudomedian", "interval")
        ],
    ),
    KnownAnswer(
        method="Kruskal–Wallis, epsilon-squared",
        function=kruskal_wallis,
        r="kruskal.test",
        cases=SEVERAL,
        ours=several,
        theirs=lambda case: [case["statistic"], case["p"], case["epsilon_squared"]],
    ),
    KnownAnswer(
        method="Epsilon-squared, interval by noncentrality",
        function=kruskal_wallis,
        r="formula of Steiger 2004 in base R (pchisq, uniroot)",
        cases=SEVERAL,
        absolute=True,
        ours=lambda case: kruskal_wallis(case["groups"]).effect(EPSILON_SQUARED).interval,
        theirs=lambda case: [case["interval"][0], max(case["interval"][1], case["epsilon_squared"])],
    ),
    KnownAnswer(
        method="Dunn, all pairs, by Holm and by Benjamini–Hochberg",
        function=dunn,
        r="formula of Dunn 1964 in base R; p.adjust",
        cases=SEVERAL,
        ours=lambda case: pairs_of(case, "all_pairs"),
        theirs=lambda case: [case["all_pairs"][name] for name in ("z", "p", "holm", "bh")],
    ),
    KnownAnswer(
        method="Dunn, against one group",
        function=dunn,
        options="reference=…",
        r="formula of Dunn 1964 in base R; p.adjust",
        cases=SEVERAL,
        ours=lambda case: pairs_of(case, "against_reference"),
        theirs=lambda case: [case["against_reference"][name] for name in ("z", "p", "holm", "bh")],
    ),
    KnownAnswer(
        method="Jonckheere–Terpstra, z and asymptotic p, ordered superiority with interval",
        function=jonckheere_terpstra,
        r='cor.test(method = "kendall", exact = FALSE); formula in base R, cut at 0 and 1',
        cases=GROUPS["ordered"],
        ours=trend,
        theirs=lambda case: [
            *(case[name] for name in ("statistic", "z", "asymptotic_p", "superiority")),
            np.clip(case["interval"], 0, 1).tolist(),
        ],
    ),
    KnownAnswer(
        method="Jonckheere–Terpstra, exact p",
        function=jonckheere_terpstra,
        r="all arrangements in base R",
        cases={"clearance": GROUPS["ordered"]["clearance"]},
        ours=lambda case: jonckheere_terpstra(case["groups"]).p_value,
        theirs=lambda case: case["exact_p"],
    ),
    KnownAnswer(
        method="van Elteren, superiority over strata with interval",
        function=van_elteren,
        r="coin::independence_test of rank/(N + 1) within strata; formula in base R",
        cases=GROUPS["strata"],
        ours=strata,
        theirs=lambda case: [case[name] for name in ("z", "p", "superiority", "interval")],
    ),
    KnownAnswer(
        method="Adjustment of p-values by Holm and by Benjamini–Hochberg",
        function=adjust,
        r="p.adjust",
        cases=reference("multiplicity"),
        ours=lambda case: [adjust(case["p"], "holm"), adjust(case["p"], "bh")],
        theirs=lambda case: [case["holm"], case["bh"]],
    ),
)
