"""For each check of blots and cell experiments what it must find, and a like one it must leave alone."""

from collections.abc import Callable
from typing import Any

from cases.models import Patient
from tests.factories import (
    BandFactory,
    CellExperimentFactory,
    ExperimentConditionFactory,
    ExperimentReadingFactory,
    LaneFactory,
    MembraneFactory,
    PhosphoSiteFactory,
    SpecimenFactory,
    WesternBlotFactory,
)


def _blot(
    *, calibrator: bool = True, control: bool = True, phospho: bool = False, total: bool = True, saturated: bool = False
) -> Callable[[Patient], Any]:
    """A lane of the patient on one membrane."""

    def make(patient: Patient) -> None:
        blot = WesternBlotFactory(study=patient.study)
        own = {"blot": blot, "membrane": MembraneFactory(blot=blot)}
        lane = LaneFactory(blot=blot, specimen=SpecimenFactory(patient=patient), is_calibrator=calibrator)
        if control:
            BandFactory(**own, lane=lane, form="loading_control", marker=None)
        if phospho:
            site = PhosphoSiteFactory()
            BandFactory(**own, lane=lane, form="phospho", marker=site.marker, phospho_site=site)
        if total:
            BandFactory(**own, lane=lane, saturated=saturated)

    return make


def _experiment(*, replicates: int = 2, cultures: tuple[str, ...] = ("mono", "mono")) -> Callable[[Patient], Any]:
    """A stimulus in the first culture, none in the second."""

    def make(patient: Patient) -> None:
        experiment = CellExperimentFactory(study=patient.study)
        stimulated, plain = cultures
        ExperimentConditionFactory(experiment=experiment, culture=stimulated, stimulus="IL-6")
        control = ExperimentConditionFactory(
            experiment=experiment, culture=plain, stimulus="", concentration_ng_ml=None
        )
        for number in range(1, replicates + 1):
            ExperimentReadingFactory(experiment=experiment, condition=control, biological_replicate=number)

    return make


RECORDS = {
    "western-band-saturated": (_blot(saturated=True), _blot()),
    "western-phospho-without-total": (_blot(phospho=True, total=False), _blot(phospho=True)),
    "western-membrane-without-control": (_blot(control=False), _blot()),
    "western-blot-without-calibrator": (_blot(calibrator=False), _blot()),
    "experiment-single-biological-replicate": (_experiment(replicates=1), _experiment()),
    "experiment-condition-without-control": (_experiment(cultures=("marrow", "mono")), _experiment()),
}
