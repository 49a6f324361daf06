"""Writing what was measured on tissue: stains, pathology findings, blots, and experiments on cells."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.demonstration import stains
from analytics.demonstration.blots import Blots
from analytics.demonstration.cultures import Cultures
from analytics.demonstration.pathology import finding
from analytics.demonstration.records import SyntheticPatient
from analytics.demonstration.stains import ANTIBODIES, FIRST_READER, ON_SECTIONS, READ_IN, SECOND_READER, Stain
from analytics.demonstration.writing import write
from cases.models import Core, Specimen, Study
from expression.models import (
    Antibody,
    ConsolidationRule,
    IhcReading,
    Marker,
    PathologyFinding,
    PositivityCutoff,
    Scale,
    Summary,
)


@dataclass(kw_only=True)
class Assays:
    """Writes batch after batch; what belongs to the study alone is written once."""

    study: Study
    markers: dict[str, Marker]
    random: np.random.Generator
    antibodies: dict[str, Antibody]

    @classmethod
    def of_study(cls, *, study: Study, markers: dict[str, Marker], seed: int) -> "Assays":
        """With the antibodies, the cut-off, the rules and the cell experiments."""
        antibodies = write(
            Antibody(
                study=study,
                code=code,
                marker=markers[symbol],
                clone=clone,
                vendor=vendor,
                dilution=dilution,
                retrieval=retrieval,
            )
            for symbol, (code, clone, vendor, dilution, retrieval) in ANTIBODIES.items()
        )
        cutoff = PositivityCutoff.objects.create(
            study=study,
            name="RANKL H-score 50",
            marker=markers["TNFSF11"],
            scale=Scale.H_SCORE,
            at_least=50,
            source="Invented for the demonstration",
        )
        ConsolidationRule.objects.create(
            study=study,
            name="Median of two cores",
            cores_to_specimen=Summary.MEDIAN,
            specimens_to_patient=Summary.MEDIAN,
            minimum_evaluable_cores=2,
        )
        ConsolidationRule.objects.create(
            study=study,
            name="Any core positive",
            cores_to_specimen=Summary.ANY_POSITIVE,
            specimens_to_patient=Summary.ANY_POSITIVE,
            cutoff=cutoff,
        )
        Cultures(study=study, markers=markers, random=np.random.default_rng([seed, 0, 3])).write()
        return cls(
            study=study,
            markers=markers,
            random=np.random.default_rng([seed, 0, 2]),
            antibodies={antibody.marker.symbol: antibody for antibody in antibodies},
        )

    def write(self, *, specimens: dict[str, Specimen], cohort: list[SyntheticPatient]) -> None:
        """What was read on sections, and what pathologists found in blocks."""
        write(self._sections(specimens, cohort))
        write(self._findings(specimens, cohort))

    def write_first(self, *, specimens: dict[str, Specimen], cohort: list[SyntheticPatient], cores: list[Core]) -> None:
        """What the first batch has alone: blots and cores."""
        Blots(study=self.study, markers=self.markers, random=self.random).write(specimens=specimens, cohort=cohort)
        levels = {specimen.code: specimen.level for one in cohort for specimen in one.specimens}
        write(self._cores(cores, levels))

    def _sections(self, specimens: dict[str, Specimen], cohort: list[SyntheticPatient]) -> Iterator[IhcReading]:
        for one in cohort:
            for specimen in one.specimens:
                if specimen.kind != "section":
                    continue
                for symbol in ON_SECTIONS:
                    read = stains.readings(self.random, level=specimen.level[symbol], readers=(FIRST_READER,))
                    for reader, stain in read:
                        yield self._reading(symbol, stain, reader=reader, specimen=specimens[specimen.code])

    def _cores(self, cores: list[Core], levels: dict[str, dict[str, float]]) -> Iterator[IhcReading]:
        """Every marker by one reader, RANKL by two."""
        for core in cores:
            if core.specimen is None:
                continue
            for symbol in READ_IN:
                readers = (FIRST_READER, SECOND_READER) if symbol == "TNFSF11" else (FIRST_READER,)
                level = levels[core.specimen.code][symbol]
                for reader, stain in stains.readings(self.random, level=level, readers=readers, status=core.status):
                    yield self._reading(symbol, stain, reader=reader, specimen=core.specimen, core=core)

    def _reading(
        self, symbol: str, stain: Stain, *, reader: str, specimen: Specimen, core: Core | None = None
    ) -> IhcReading:
        cell_type, compartment = READ_IN[symbol]
        shares: dict[str, Any] = {f"percent_{number}": share for number, share in enumerate(stain.percentages)}
        return IhcReading(
            study=self.study,
            patient_id=specimen.patient_id,
            specimen=specimen,
            core=core,
            antibody=self.antibodies[symbol],
            cell_type=cell_type,
            compartment=compartment,
            evaluability=stain.evaluability,
            reader=reader,
            **shares,
        )

    def _findings(self, specimens: dict[str, Specimen], cohort: list[SyntheticPatient]) -> Iterator[PathologyFinding]:
        for one in cohort:
            blocks = [specimen for specimen in one.specimens if specimen.kind == "ffpe_block"]
            for number, block in enumerate(blocks):
                found = finding(self.random, patient=one, specimen=block, is_first=number == 0)
                row = specimens[block.code]
                yield PathologyFinding(
                    study=self.study,
                    patient_id=row.patient_id,
                    specimen=row,
                    giant_cells=found.giant_cells,
                    osteoclasts_per_field=found.osteoclasts_per_field,
                    marrow_fibrosis=found.marrow_fibrosis,
                    necrosis_percent=found.necrosis_percent,
                    reader=FIRST_READER,
                )
