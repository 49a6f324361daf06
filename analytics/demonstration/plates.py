"""qPCR plates of the demonstration study: RANKL, RANK and OPG against GAPDH and ACTB, in duplicate.

Sixteen samples, five targets and two replicates fill 160 wells of a 384-well plate, columns 1 to 10.
"""

from collections.abc import Iterator

import numpy as np

from analytics.demonstration.cohort import SyntheticPatient, SyntheticSpecimen, cq_of
from cases.models import Specimen, Study
from expression.models import Marker, QpcrRun, QpcrSample, QpcrTarget, QpcrWell, TargetRole, WellReading

HISTOLOGIES = ("Giant cell tumour of bone", "Aneurysmal bone cyst", "Fibrous dysplasia", "Breast carcinoma")
SAMPLES_PER_PLATE = 16
REPLICATES = 2
TARGETS = {"RANKL": "TNFSF11", "RANK": "TNFRSF11A", "OPG": "TNFRSF11B"}
REFERENCES = ("GAPDH", "ACTB")
ROWS = "ABCDEFGHIJKLMNOP"


def write_plates(*, study: Study, specimens: dict[str, Specimen], cohort: list[SyntheticPatient], seed: int) -> None:
    """One run per sixteen measured specimens of the histologies the published comparison is about."""
    random = np.random.default_rng(seed + 1)
    measured = [
        specimen for one in cohort if one.histology in HISTOLOGIES for specimen in one.specimens if specimen.expression
    ]
    for start in range(0, len(measured), SAMPLES_PER_PLATE):
        _plate(
            study=study,
            number=start // SAMPLES_PER_PLATE + 1,
            specimens=specimens,
            samples=measured[start : start + SAMPLES_PER_PLATE],
            random=random,
        )


def _plate(
    *,
    study: Study,
    number: int,
    specimens: dict[str, Specimen],
    samples: list[SyntheticSpecimen],
    random: np.random.Generator,
) -> None:
    run = QpcrRun.objects.create(
        study=study,
        code=f"DEMO-PLATE-{number:02d}",
        instrument="Synthetic 384-well cycler",
        chemistry="TAQMAN",
        experiment_type="Comparative Cq",
        cq_method="Cq",
        cycles=40,
    )
    rows = QpcrSample.objects.bulk_create(
        QpcrSample(run=run, study=study, name=sample.code, specimen=specimens[sample.code], is_calibrator=index == 0)
        for index, sample in enumerate(samples)
    )
    targets = _targets(run)
    QpcrWell.objects.bulk_create(
        well
        for plate_row, row, sample in zip(ROWS, rows, samples, strict=False)
        for well in _wells(run=run, plate_row=plate_row, row=row, sample=sample, targets=targets, random=random)
    )


def _targets(run: QpcrRun) -> dict[str, QpcrTarget]:
    markers = {marker.symbol: marker for marker in Marker.objects.filter(symbol__in=TARGETS.values())}
    targets = [QpcrTarget(run=run, name=name, marker=markers[symbol]) for name, symbol in TARGETS.items()]
    references = [QpcrTarget(run=run, name=name, role=TargetRole.REFERENCE) for name in REFERENCES]
    return {target.name: target for target in QpcrTarget.objects.bulk_create(targets + references)}


def _wells(
    *,
    run: QpcrRun,
    plate_row: str,
    row: QpcrSample,
    sample: SyntheticSpecimen,
    targets: dict[str, QpcrTarget],
    random: np.random.Generator,
) -> Iterator[QpcrWell]:
    loading = float(random.normal(18.5, 0.8))
    true_cq = {name: _true_cq(name=name, sample=sample, loading=loading, random=random) for name in targets}
    names = [name for name in targets for _replicate in range(REPLICATES)]
    for column, name in enumerate(names, start=1):
        cq = true_cq[name]
        if cq is not None:
            cq = round(cq + float(random.normal(0, 0.12)), 4)
        yield QpcrWell(
            run=run,
            position=f"{plate_row}{column}",
            target=targets[name],
            sample=row,
            reading=WellReading.UNDETERMINED if cq is None else WellReading.DETECTED,
            cq=cq,
            reporter="FAM",
        )


def _true_cq(*, name: str, sample: SyntheticSpecimen, loading: float, random: np.random.Generator) -> float | None:
    if name in REFERENCES:
        return loading + REFERENCES.index(name) * 0.9
    return cq_of(random=random, expression=sample.expression[TARGETS[name]], reference_cq=loading)
