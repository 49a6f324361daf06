"""Means of biological replicates, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expression.scoring import Replicate, condition_summary


def summary(*wells):
    return condition_summary(Replicate(biological=biological, value=value) for biological, value in wells)


def test_technical_replicates_are_averaged_first() -> None:
    """(10 + 14)/2 = 12, 20, 16: mean 16 and SD 4 of three, where the four wells would give 15."""
    found = summary((1, 10.0), (1, 14.0), (2, 20.0), (3, 16.0))
    assert (found.values, found.n, found.mean, found.sd) == ({1: 12.0, 2: 20.0, 3: 16.0}, 3, 16.0, 4.0)


def test_many_wells_of_one_preparation_are_one() -> None:
    found = summary(*((1, float(value)) for value in range(12)))
    assert (found.n, found.mean, found.sd) == (1, 5.5, None)


def test_below_detection_is_counted_and_not_imputed() -> None:
    found = summary((1, 10.0), (2, None), (3, 12.0), (3, None))
    assert (found.values, found.below_detection) == ({1: 10.0}, (2, 3))
    assert summary((1, None)).mean is None


def test_nothing_read() -> None:
    found = summary()
    assert (found.n, found.mean, found.sd, found.below_detection) == (0, None, None, ())


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6), copies=st.integers(1, 5))
def test_reading_each_replicate_again_changes_nothing(values, copies) -> None:
    once = summary(*enumerate(values))
    again = summary(*(pair for pair in enumerate(values) for _ in range(copies)))
    assert again.n == once.n
    assert (again.mean, again.sd) == pytest.approx((once.mean, once.sd), rel=1e-9, abs=1e-6)
