"""Cell experiments of the demonstration: cytokines and co-culture change RANKL (F12).

IL-6 raises RANKL in the medium by ``DOUBLINGS_PER_DECADE`` for each tenfold concentration, more in co-culture with
osteoclasts; RANKL mRNA rises in time under IL-6 and levels off; without a stimulus nothing changes. Three biological
replicates of three technical ones; biological replicates differ by ``BETWEEN_REPLICATES`` log2 units.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from analytics.demonstration.writing import write
from cases.models import Histology, Study
from expression.models import CellExperiment, CellLine, Culture, ExperimentCondition, ExperimentReading, Marker, Readout

# Name, Cellosaurus accession.
LINES = (("U-2 OS", "CVCL_0042"), ("Saos-2", "CVCL_0548"), ("MG-63", "CVCL_0426"))
HISTOLOGY = "Osteosarcoma"
DOSES = (None, Decimal(1), Decimal(10), Decimal(100))
HOURS = (0, 6, 24, 48)
REPLICATES = 3
DOUBLINGS_PER_DECADE = 0.6
CO_CULTURE = 0.8
BETWEEN_REPLICATES, WITHIN = 0.3, 0.08
BASE = {Readout.ELISA: 7.0, Readout.QPCR: -8.0}


@dataclass(frozen=True, kw_only=True)
class Cultures:
    """Writes the experiments of the study."""

    study: Study
    markers: dict[str, Marker]
    random: np.random.Generator

    def write(self) -> None:
        histology = Histology.objects.filter(name=HISTOLOGY).first()
        lines = write(
            CellLine(study=self.study, name=name, accession=accession, histology=histology) for name, accession in LINES
        )
        experiments = write(experiment for line in lines for experiment in self._experiments(line))
        conditions = write(condition for experiment in experiments for condition in self._conditions(experiment))
        readout = {experiment.pk: experiment.readout for experiment in experiments}
        write(
            reading
            for condition in conditions
            for reading in self._readings(condition, readout=readout[condition.experiment_id])
        )

    def _experiments(self, line: CellLine) -> Iterator[CellExperiment]:
        name = line.name.replace(" ", "").upper()
        for part, readout in (("DOSE", Readout.ELISA), ("TIME", Readout.QPCR)):
            yield CellExperiment(
                study=self.study,
                code=f"DEMO-{name}-{part}",
                line=line,
                readout=readout,
                marker=self.markers["TNFSF11"],
                performed_on="2023-05",
            )

    def _conditions(self, experiment: CellExperiment) -> Iterator[ExperimentCondition]:
        if experiment.readout == Readout.ELISA:
            for culture in (Culture.MONO, Culture.OSTEOCLASTS):
                for dose in DOSES:
                    yield ExperimentCondition(
                        experiment=experiment,
                        culture=culture,
                        stimulus="IL-6" if dose else "",
                        concentration_ng_ml=dose,
                        hours=Decimal(48),
                    )
        else:
            for hours in HOURS:
                yield ExperimentCondition(experiment=experiment, hours=Decimal(hours))
                yield ExperimentCondition(
                    experiment=experiment, stimulus="IL-6", concentration_ng_ml=Decimal(10), hours=Decimal(hours)
                )

    def _readings(self, condition: ExperimentCondition, *, readout: str) -> Iterator[ExperimentReading]:
        # One generator for each replicate: it shifts all conditions of an experiment alike.
        for replicate in range(1, REPLICATES + 1):
            shift = np.random.default_rng([condition.experiment_id, replicate]).normal(0, BETWEEN_REPLICATES)
            level = BASE[Readout(readout)] + self._effect(condition, readout=readout) + shift
            for technical in range(1, REPLICATES + 1):
                log2 = level + self.random.normal(0, WITHIN)
                yield ExperimentReading(
                    experiment_id=condition.experiment_id,
                    condition=condition,
                    biological_replicate=replicate,
                    technical_replicate=technical,
                    value=round(float(log2 if readout == Readout.QPCR else 2**log2), 3),
                )

    def _effect(self, condition: ExperimentCondition, *, readout: str) -> float:
        """In doublings, against an untreated mono-culture."""
        if readout == Readout.QPCR:
            return 1.5 * float(-np.expm1(-float(condition.hours or 0) / 12)) if condition.stimulus else 0.0
        dose = float(condition.concentration_ng_ml or 0)
        stimulus = DOUBLINGS_PER_DECADE * np.log10(1 + dose * 10) if dose else 0.0
        return float(stimulus + (CO_CULTURE if condition.culture == Culture.OSTEOCLASTS else 0.0))
