"""qPCR plates of the demonstration study: RANKL, RANK and OPG against GAPDH and ACTB, in duplicate.

Sixteen samples, five targets and two replicates fill 160 wells of a 384-well plate, columns 1 to 10. ΔCq is
``DELTA_CQ_AT_ZERO`` minus log2(TPM+1) plus noise of 0.3 cycles, so a cycle is one doubling. Columns 11 and 12 hold the
no-template controls, one row a target, all undetermined. Columns 13 to 22 of the first plate hold its standards: five
tenfold dilutions, one a row, two columns a target.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.demonstration.records import Specimen as SyntheticSpecimen
from analytics.demonstration.records import SyntheticPatient
from analytics.demonstration.writing import write
from cases.models import Specimen, Study
from expression.models import Marker, QpcrRun, QpcrSample, QpcrTarget, QpcrWell, TargetRole, WellReading, WellTask

HISTOLOGIES = (
    "Giant cell tumour of bone",
    "Aneurysmal bone cyst",
    "Fibrous dysplasia",
    "Breast carcinoma",
    "Tenosynovial giant cell tumour, localised",
    "Tenosynovial giant cell tumour, diffuse",
    "Leiomyosarcoma",
    "Undifferentiated pleomorphic sarcoma",
)
SAMPLES_PER_PLATE = 16
REPLICATES = 2
CYCLES = 40
DELTA_CQ_AT_ZERO = 12.0
TARGETS = {"RANKL": "TNFSF11", "RANK": "TNFRSF11A", "OPG": "TNFRSF11B"}
REFERENCES = ("GAPDH", "ACTB")
PLATE_CODE = "DEMO-PLATE-{:02d}"
FIRST_PLATE = PLATE_CODE.format(1)
STANDARD_COPIES = (1e6, 1e5, 1e4, 1e3, 1e2)
CQ_OF_ONE_COPY = 37.0
CONTROL_COLUMN = 11
STANDARD_COLUMN = 13
REPLICATE_SD = 0.12
PLATE_ROWS = "ABCDEFGHIJKLMNOP"


@dataclass(kw_only=True)
class Plates:
    """Writes the runs of one batch after the other; ``made`` counts them."""

    study: Study
    markers: dict[str, Marker]
    random: np.random.Generator
    made: int = 0

    def write(self, *, specimens: dict[str, Specimen], cohort: list[SyntheticPatient]) -> None:
        """One run per sixteen measured specimens of the histologies the published comparison is about."""
        measured = [
            specimen
            for one in cohort
            if one.diagnosis.histology in HISTOLOGIES
            for specimen in one.specimens
            if specimen.expression
        ]
        plates = [measured[start : start + SAMPLES_PER_PLATE] for start in range(0, len(measured), SAMPLES_PER_PLATE)]
        runs = write(self._run() for _plate in plates)
        samples = write(
            QpcrSample(run=run, study=self.study, name=one.code, specimen=specimens[one.code], is_calibrator=index == 0)
            for run, plate in zip(runs, plates, strict=True)
            for index, one in enumerate(plate)
        )
        targets = {(target.run_id, target.name): target for target in write(self._targets(runs))}
        by_name = {(sample.run_id, sample.name): sample for sample in samples}
        write(
            well
            for run, plate in zip(runs, plates, strict=True)
            for row, one in zip(PLATE_ROWS, plate, strict=False)
            for well in self._wells(
                sample=by_name[run.pk, one.code],
                row=row,
                one=one,
                targets={name: targets[run.pk, name] for name in (*TARGETS, *REFERENCES)},
            )
        )
        write(
            well
            for run in runs
            for index, name in enumerate((*TARGETS, *REFERENCES))
            for well in self._controls(run=run, target=targets[run.pk, name], index=index)
        )

    def _run(self) -> QpcrRun:
        self.made += 1
        return QpcrRun(
            study=self.study,
            code=PLATE_CODE.format(self.made),
            instrument="Synthetic 384-well cycler",
            chemistry="TAQMAN",
            experiment_type="Comparative Cq",
            cq_method="Cq",
            cycles=CYCLES,
        )

    def _targets(self, runs: list[QpcrRun]) -> Iterator[QpcrTarget]:
        for run in runs:
            for name, symbol in TARGETS.items():
                yield QpcrTarget(run=run, name=name, marker=self.markers[symbol])
            for name in REFERENCES:
                yield QpcrTarget(run=run, name=name, role=TargetRole.REFERENCE)

    def _wells(
        self, *, sample: QpcrSample, row: str, one: SyntheticSpecimen, targets: dict[str, QpcrTarget]
    ) -> Iterator[QpcrWell]:
        loading = float(self.random.normal(18.5, 0.8))
        column = 0
        for name, target in targets.items():
            true_cq = self._true_cq(name=name, one=one, loading=loading)
            for _replicate in range(REPLICATES):
                column += 1
                cq = round(true_cq + float(self.random.normal(0, REPLICATE_SD)), 4) if true_cq < CYCLES else None
                yield QpcrWell(
                    run_id=sample.run_id,
                    position=f"{row}{column}",
                    target=target,
                    sample=sample,
                    reading=WellReading.UNDETERMINED if cq is None else WellReading.DETECTED,
                    cq=cq,
                    reporter="FAM",
                )

    def _controls(self, *, run: QpcrRun, target: QpcrTarget, index: int) -> Iterator[QpcrWell]:
        """The wells without template of the target in place ``index``, and on the first plate its standards."""
        for replicate in range(REPLICATES):
            yield QpcrWell(
                run=run,
                position=f"{PLATE_ROWS[index]}{CONTROL_COLUMN + replicate}",
                target=target,
                task=WellTask.NO_TEMPLATE,
                reading=WellReading.UNDETERMINED,
                reporter="FAM",
            )
        if run.code == FIRST_PLATE:
            yield from self._standards(run=run, target=target, index=index)

    def _standards(self, *, run: QpcrRun, target: QpcrTarget, index: int) -> Iterator[QpcrWell]:
        for row, copies in zip(PLATE_ROWS, STANDARD_COPIES, strict=False):
            for replicate in range(REPLICATES):
                cq = CQ_OF_ONE_COPY - math.log2(copies) + float(self.random.normal(0, REPLICATE_SD))
                yield QpcrWell(
                    run=run,
                    position=f"{row}{STANDARD_COLUMN + REPLICATES * index + replicate}",
                    target=target,
                    task=WellTask.STANDARD,
                    quantity=copies,
                    reading=WellReading.DETECTED,
                    cq=round(cq, 4),
                    reporter="FAM",
                )

    def _true_cq(self, *, name: str, one: SyntheticSpecimen, loading: float) -> float:
        if name in REFERENCES:
            return loading + REFERENCES.index(name) * 0.9
        return loading + DELTA_CQ_AT_ZERO - one.expression[TARGETS[name]] + float(self.random.normal(0, 0.3))
