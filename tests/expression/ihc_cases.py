"""For each check of IHC readings what it must find, and a like one it must leave alone."""

from collections.abc import Callable
from typing import Any

from cases.models import Patient
from tests.factories import (
    AntibodyFactory,
    CoreFactory,
    IhcReadingFactory,
    SpecimenFactory,
)

NEGATIVE = {"percent_0": 100, "percent_1": 0, "percent_2": 0, "percent_3": 0}
STRONG = {"percent_0": 40, "percent_1": 0, "percent_2": 10, "percent_3": 50}
LOST = dict.fromkeys(NEGATIVE) | {"evaluability": "lost"}


def _read(specimen: dict[str, Any] | None = None, **reading: Any) -> Callable[[Patient], Any]:
    """A section of the patient, read once."""
    return lambda patient: IhcReadingFactory(specimen=SpecimenFactory(patient=patient, **(specimen or {})), **reading)


def _core(patient: Patient) -> Any:
    return CoreFactory(specimen=SpecimenFactory(patient=patient), microarray__study=patient.study)


def core_that_became(status: str) -> Callable[[Patient], Any]:
    """A core that was read and whose status changed afterwards."""

    def make(patient: Patient) -> None:
        core = _core(patient)
        IhcReadingFactory(core=core, specimen=core.specimen)
        core.status = status
        core.save()

    return make


def read_twice(
    first: dict[str, Any], second: dict[str, Any], *, on_core: bool = True, **third: Any
) -> Callable[[Patient], Any]:
    """A core, or a section, read by MK and by TS, and once more where ``third`` says how."""

    def make(patient: Patient) -> None:
        core = _core(patient)
        place = {"specimen": core.specimen, "antibody": AntibodyFactory(study=patient.study)}
        place |= {"core": core} if on_core else {}
        for reading in ({"reader": "MK"} | first, {"reader": "TS"} | second, *([third] if third else [])):
            IhcReadingFactory(**place, **reading)

    return make


RECORDS = {
    "ihc-on-lost-core": (core_that_became("lost"), core_that_became("evaluable")),
    "ihc-intensity-without-cells": (_read(intensity=2, **NEGATIVE), _read(intensity=0, **NEGATIVE)),
    "ihc-cells-without-intensity": (_read(intensity=0), _read(intensity=1)),
    "ihc-readers-far-apart": (read_twice({}, STRONG), read_twice({}, STRONG, reader="MK+TS", is_consensus=True)),
    "ihc-before-collection": (
        _read({"collection_date": "2020-06"}, read_on="2020-05-31"),
        _read({"collection_date": "2020-06"}, read_on="2020"),
    ),
    "ihc-antibody-without-rrid": (_read(), _read(antibody__rrid="AB_2714189")),
}
