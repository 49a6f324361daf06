"""The statistics engine against R's frozen answers: ``make known-answers`` writes docs/statistics.md.

A method gets its row by an entry in ``METHODS`` of the module of its subject::

    KnownAnswer(
        method="Welch's t",                        # as a statistician writes it
        function=welch_t,                          # of analytics.stats
        r="t.test(x, y)",                          # what R was asked
        cases=reference("groups")["pairs"],        # data sets by name
        ours=lambda case: welch_t(case["x"], case["y"]).p_value,
        theirs=lambda case: case["welch"]["p"],
    )

A new module joins the sum below.
"""

from tests.known_answers import groups, proportions, recurrent, survival

METHODS = (*groups.METHODS, *proportions.METHODS, *survival.METHODS, *recurrent.METHODS)
