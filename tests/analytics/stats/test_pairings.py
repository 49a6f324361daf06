"""Counting all pairings against writing them out."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from analytics.stats.concordance import Concordance
from analytics.stats.pairings import concordance_p, product_p

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=3, max_size=6)


def doubled_ranks(pairs):
    return (np.rint(2 * stats.rankdata(values)).astype(np.int64) for values in zip(*pairs, strict=True))


@given(PAIRS)
def test_products_of_ranks_equal_the_enumeration(pairs):
    x, y = doubled_ranks(pairs)
    assume(np.ptp(x) and np.ptp(y))
    centred = len(pairs) * np.array([x @ np.array(order) for order in permutations(y.tolist())]) - x.sum() * y.sum()
    observed = abs(len(pairs) * (x @ y) - x.sum() * y.sum())
    assert product_p(x, y) == pytest.approx(np.mean(np.abs(centred) >= observed), rel=1e-12)


@given(PAIRS)
def test_concordances_equal_the_enumeration(pairs):
    x, y = doubled_ranks(pairs)
    assume(np.ptp(x) and np.ptp(y))
    all_of_them = np.array([Concordance(x, np.array(order)).total for order in permutations(y.tolist())])
    expected = np.mean(np.abs(all_of_them) >= abs(Concordance(x, y).total))
    assert concordance_p(x, y) == pytest.approx(expected, rel=1e-12)


@given(st.permutations(range(1, 8)))
def test_orders_without_ties_equal_scipy(order):
    """Untied values take a shorter way, that of SciPy."""
    x, y = 2 * np.arange(1, 8), 2 * np.array(order)
    by_scipy = stats.kendalltau(x, y, method="exact").pvalue
    assert concordance_p(x, y) == pytest.approx(by_scipy, rel=1e-12)
