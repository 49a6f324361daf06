"""The exact distribution of U."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.stats.rank_sum import asymptotic_p, exact_distribution

VALUES = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=6)


@given(VALUES, VALUES)
def test_equals_the_enumeration_of_all_arrangements(x, y):
    doubled = np.rint(2 * stats.rankdata([*x, *y])).astype(int)
    sums = np.array([sum(chosen) for chosen in combinations(doubled, len(x))]) - len(x) * (len(x) + 1)
    expected, counts = np.unique(sums, return_counts=True)
    found = exact_distribution(np.array(x), np.array(y))
    assert found.doubled_u.tolist() == expected.tolist()
    assert found.probability == pytest.approx(counts / counts.sum(), rel=1e-12)


@pytest.mark.parametrize("decimals", [0, 2, 12])
def test_two_groups_of_113_are_feasible_and_have_the_known_moments(decimals):
    generator = np.random.default_rng(7)
    x, y = generator.normal(size=(2, 113)).round(decimals)
    found = exact_distribution(x, y)
    ranks = stats.rankdata(np.concatenate([x, y]))
    mean = found.probability @ found.doubled_u / 2
    variance = found.probability @ (found.doubled_u / 2 - mean) ** 2
    assert found.probability.sum() == pytest.approx(1, rel=1e-12)
    assert mean == pytest.approx(113 * 113 / 2, rel=1e-12)
    assert variance == pytest.approx(113 * 113 / 226 * ranks.var(ddof=1), rel=1e-12)


def test_small_against_large_is_feasible_and_large_against_large_is_not():
    generator = np.random.default_rng(8)
    assert exact_distribution(generator.normal(size=5), generator.normal(size=3000)) is not None
    assert exact_distribution(generator.normal(size=400), generator.normal(size=400)) is None


def test_asymptotic_p_far_out_is_not_rounded_to_zero():
    """By the upper tail: 1 − Φ(z) would be 0."""
    x, y = np.arange(100.0), np.arange(100.0) + 1000
    assert asymptotic_p(0, x, y) == pytest.approx(
        2 * stats.norm.sf((5000 - 0.5) / np.sqrt(10_000 * 201 / 12)), rel=1e-12
    )
    assert 0 < asymptotic_p(0, x, y) < 1e-30
