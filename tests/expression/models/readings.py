"""IHC readings at the edge of what the database accepts."""

from itertools import count
from typing import Any

from expression.models import IhcReading
from tests.factories import (
    IhcReadingFactory,
    LaboratoryScaleFactory,
    SpecimenFactory,
)

NOTHING_READ = {"percent_0": None, "percent_1": None, "percent_2": None, "percent_3": None}
LOST = NOTHING_READ | {"evaluability": "lost"}
SUMMARY = NOTHING_READ | {"recorded_score": 180, "recorded_scale": "h_score"}


_readers = count(1)


def read_on_a_laboratory_scale(**given: Any) -> IhcReading:
    specimen = given.pop("specimen", None) or SpecimenFactory()
    scale = given.pop("laboratory_scale", None) or LaboratoryScaleFactory(study=specimen.study)
    # A second reading of the same specimen is another reader's.
    values = NOTHING_READ | {"recorded_score": 1, "laboratory_scale": scale, "reader": f"R{next(_readers)}"}
    return IhcReadingFactory(specimen=specimen, **values, **given)
