"""Order statistics of differences found without writing all of them out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import differences
from analytics.stats.differences import PairwiseDifferences

VALUES = st.lists(st.integers(-4, 4).map(float) | st.floats(-1e6, 1e6, width=32), min_size=1, max_size=30)


@pytest.fixture
def few_written_out(monkeypatch):
    """A limit so low that the bracket has to be halved."""
    monkeypatch.setattr(differences, "WRITTEN_OUT", 1)


@given(VALUES, VALUES)
def test_every_rank_and_the_median(x, y):
    expected = np.sort(np.subtract.outer(x, y), axis=None)
    found = PairwiseDifferences(np.array(x), np.array(y))
    assert [found.of_rank(rank + 1) for rank in range(expected.size)] == expected.tolist()
    assert found.median() == pytest.approx(np.median(expected), rel=1e-15)


@pytest.mark.parametrize("decimals", [0, 1, 12])
def test_bracket_is_halved_to_the_right_rank(few_written_out, decimals):
    generator = np.random.default_rng(5)
    x, y = generator.normal(size=300).round(decimals), generator.standard_cauchy(size=200).round(decimals)
    expected = np.sort(np.subtract.outer(x, y), axis=None)
    found = PairwiseDifferences(x, y)
    for rank in (1, 2, 17, 29_999, 30_000, 30_001, 59_999, 60_000):
        assert found.of_rank(rank) == pytest.approx(expected[rank - 1], rel=1e-15, abs=1e-15)


def test_an_outlier_far_away_does_not_blur_the_others(few_written_out):
    x, y = np.array([*np.arange(100) / 7, 1e150]), np.arange(100) / 3
    expected = np.sort(np.subtract.outer(x, y), axis=None)
    assert PairwiseDifferences(x, y).of_rank(5000) == pytest.approx(expected[4999], rel=1e-14)
