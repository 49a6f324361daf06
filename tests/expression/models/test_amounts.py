"""A concentration or a number of cells is not negative; a logarithm may be."""

import pytest

from expression.models import Readout
from tests.database_rules import assert_trigger_refuses, overwrite
from tests.factories import CellExperimentFactory, ExperimentReadingFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("readout", [Readout.ELISA, Readout.TRAP_CELLS])
def test_no_amount_is_below_zero(readout: Readout) -> None:
    reading = ExperimentReadingFactory(experiment=CellExperimentFactory(readout=readout))
    overwrite(reading, value=0.0)
    assert_trigger_refuses("an amount is negative", reading, value=-0.5)


@pytest.mark.parametrize("readout", [Readout.QPCR, Readout.WESTERN])
def test_a_logarithm_may_be_below_zero(readout: Readout) -> None:
    reading = ExperimentReadingFactory(experiment=CellExperimentFactory(readout=readout))
    overwrite(reading, value=-0.5)
