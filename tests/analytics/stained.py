"""Small studies with stains to ask about."""

from collections.abc import Sequence
from typing import Any

from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from cases.models import Core, Patient, Specimen, Study
from expression.models import Antibody, ConsolidationRule, IhcReading
from tests.factories import (
    AntibodyFactory,
    ConsolidationRuleFactory,
    CoreFactory,
    DiagnosisFactory,
    IhcReadingFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
    TissueMicroarrayFactory,
)

PERCENTAGES = {
    0: (100, 0, 0, 0),
    50: (50, 50, 0, 0),
    100: (0, 100, 0, 0),
    150: (0, 50, 50, 0),
    200: (0, 0, 100, 0),
    250: (0, 0, 50, 50),
}
"""H-score -> percentages of cells at 0, 1+, 2+ and 3+ that make it."""
WITH_GIANT_CELLS, WITHOUT = (250, 200, 150), (100, 50, 0)


class StainedStudy:
    """A study with one antibody against RANKL and the rule “Median v1”, which needs one evaluable core."""

    def __init__(self, study: Study | None = None) -> None:
        self.study = study or StudyFactory()
        self.antibody: Antibody = AntibodyFactory(study=self.study, code="AB-1")
        self.rule: ConsolidationRule = ConsolidationRuleFactory(study=self.study, name="Median")
        self.array = TissueMicroarrayFactory(study=self.study, rows=20, columns=20)

    def compared(self) -> "StainedStudy":
        """With three patients with giant cells and three without; every score of the first is higher."""
        for giant_cells, scores in (("present", WITH_GIANT_CELLS), ("absent", WITHOUT)):
            for score in scores:
                self.read(self.specimen(giant_cells=giant_cells), score)
        return self

    def specimen(self, *, giant_cells: str = "present", patient: Patient | None = None, **fields: Any) -> Specimen:
        """Of a new patient whose index diagnosis says whether there are giant cells, unless there is a patient."""
        if patient is None:
            patient = PatientFactory(study=self.study, **fields.pop("of_patient", {}))
            DiagnosisFactory(patient=patient, giant_cells=giant_cells)
        return SpecimenFactory(patient=patient, **fields)

    def read(self, specimen: Specimen, score: int | None, **fields: Any) -> IhcReading:
        """A reading of stromal cytoplasm; without a score one that says why not."""
        numbers: Sequence[int | None] = (None,) * 4 if score is None else PERCENTAGES[score]
        percentages = {f"percent_{level}": number for level, number in enumerate(numbers)}
        plain = {"antibody": self.antibody, "cell_type": "stromal", "compartment": "cytoplasm"}
        return IhcReadingFactory(specimen=specimen, **plain | percentages | fields)

    def cores(self, specimen: Specimen, *scores: int | None) -> list[Core]:
        """A core for each score; a lost one, and read as lost, where there is none."""
        cores = []
        for score in scores:
            place = self.array.cores.count()
            status = "lost" if score is None else "evaluable"
            core = CoreFactory(
                microarray=self.array, row=place // 20 + 1, column=place % 20 + 1, specimen=specimen, status=status
            )
            self.read(specimen, score, core=core, evaluability=status)
            cores.append(core)
        return cores

    def question(self, **changes: Any) -> ExpressionByGroup:
        """RANKL H-score by giant cells, with changes."""
        return ExpressionByGroup.from_mapping(self.body(**changes))

    def body(self, **changes: Any) -> dict[str, Any]:
        return {
            "study": self.study.code,
            "assay": "ihc",
            "marker": "TNFSF11",
            "cell_type": "stromal",
            "compartment": "cytoplasm",
            "scale": "h_score",
            "rule": "Median v1",
            "grouping": "giant_cells",
            **changes,
        }
