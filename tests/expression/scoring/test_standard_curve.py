"""Standard curves against R and against what instruments print."""

import doctest
import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expression.scoring import NoEfficiency, Standard, standard_curve

SERIES = [
    (1e5, [18.12, 18.05, 18.21]),
    (1e4, [21.60, 21.49, 21.71]),
    (1e3, [25.02, 24.88, 25.13]),
    (1e2, [28.60, 28.31, 28.47]),
]


def standards(series):
    return [Standard(quantity=quantity, cq=cq) for quantity, cqs in series for cq in cqs]


def test_examples_of_the_documentation():
    outcome = doctest.testmod(importlib.import_module("expression.scoring.standard_curve"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_against_r():
    """R 4.2.2: m <- lm(cq ~ log10(quantity)); coef(m), summary(m)$r.squared, 10^(-1/coef(m)[2])
    35.342666666667 -3.441000000000 0.999365987310 1.952599590250"""
    curve = standard_curve(standards(SERIES))
    assert curve.intercept == pytest.approx(35.342666666667, abs=1e-10)
    assert curve.slope == pytest.approx(-3.441, abs=1e-10)
    assert curve.r_squared == pytest.approx(0.999365987310, abs=1e-11)
    assert curve.efficiency == pytest.approx(1.952599590250, abs=1e-11)
    assert (curve.points, curve.dilutions, curve.undetermined, curve.reason) == (12, 4, 0, None)
    assert curve.is_usual


def test_perfect_doubling():
    [slope] = {standard_curve([Standard(quantity=1, cq=30), Standard(quantity=10, cq=30 - 3.321928094887362)]).slope}
    assert slope == pytest.approx(-3.3219, abs=5e-5)
    curve = standard_curve([Standard(quantity=1, cq=30), Standard(quantity=10, cq=30 - 3.321928094887362)])
    assert curve.efficiency == pytest.approx(2.0, abs=1e-12)


class TestNoEfficiency:
    def test_all_undetermined(self):
        curve = standard_curve([Standard(quantity=10, cq=None), Standard(quantity=100, cq=None)])
        assert (curve.reason, curve.points, curve.undetermined) == (NoEfficiency.NOT_DETECTED, 0, 2)
        assert curve.slope is curve.efficiency is curve.r_squared is None

    def test_no_standard(self):
        assert standard_curve([]).reason == NoEfficiency.NOT_DETECTED

    def test_one_dilution(self):
        curve = standard_curve(standards([(100, [25.0, 25.1])]))
        assert (curve.reason, curve.points, curve.dilutions) == (NoEfficiency.ONE_DILUTION, 2, 1)
        assert curve.slope is None

    def test_rising(self):
        curve = standard_curve(standards([(100, [25.0]), (1000, [28.3])]))
        assert (curve.reason, curve.efficiency) == (NoEfficiency.NOT_FALLING, None)
        assert curve.slope == pytest.approx(3.3)

    def test_nearly_flat(self):
        """10^(−1/slope) would be more than a number can hold."""
        curve = standard_curve(standards([(100, [25.0]), (1000, [24.999])]))
        assert curve.reason == NoEfficiency.NOT_FALLING

    def test_all_equal(self):
        curve = standard_curve(standards([(100, [25.0]), (1000, [25.0])]))
        assert (curve.reason, curve.r_squared) == (NoEfficiency.NOT_FALLING, None)


def test_an_undetermined_standard_is_no_point():
    curve = standard_curve([*standards(SERIES), Standard(quantity=10, cq=None)])
    assert (curve.points, curve.dilutions, curve.undetermined) == (12, 4, 1)
    assert curve.slope == pytest.approx(-3.441, abs=1e-10)


@pytest.mark.parametrize(("slope", "usual"), [(-3.3219, True), (-3.9, True), (-4.1, False), (-3.0, False)])
def test_usual_efficiencies(slope, usual):
    curve = standard_curve(Standard(quantity=10.0**n, cq=35 + slope * n) for n in range(4))
    assert curve.is_usual is usual


wells = st.lists(
    st.builds(
        Standard,
        quantity=st.floats(min_value=1e-3, max_value=1e9),
        cq=st.one_of(st.none(), st.floats(min_value=5, max_value=40)),
    ),
    max_size=12,
)


@given(wells=wells, data=st.data())
def test_the_order_of_wells_never_matters(wells, data):
    assert standard_curve(data.draw(st.permutations(wells))) == standard_curve(wells)


@given(wells=wells)
def test_bounds(wells):
    curve = standard_curve(wells)
    assert (curve.efficiency is None) == (curve.reason is not None)
    assert curve.efficiency is None or 1 < curve.efficiency <= 10
    assert curve.r_squared is None or 0 <= curve.r_squared <= 1
