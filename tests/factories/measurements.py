"""Rows of ``expression``."""

import factory
from factory.django import DjangoModelFactory

from expression.models import (
    Antibody,
    Band,
    BandForm,
    BlindScoring,
    CellExperiment,
    CellLine,
    ConsolidationRule,
    ExperimentCondition,
    ExperimentReading,
    ExpressionDataset,
    ExpressionValue,
    IhcReading,
    LaboratoryScale,
    Lane,
    Marker,
    MarkerRole,
    Membrane,
    PathologyFinding,
    PhosphoSite,
    PositivityCutoff,
    ProfileUnit,
    QpcrPrintedResult,
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
    Readout,
    Scale,
    Summary,
    WellReading,
    WesternBlot,
)
from tests.factories.people import SpecimenFactory, StudyFactory, TissueMicroarrayFactory


class MarkerFactory(DjangoModelFactory[Marker]):
    """RANKL, or the marker of another symbol."""

    class Meta:
        model = Marker
        django_get_or_create = ("symbol",)

    symbol = "TNFSF11"
    name = factory.LazyAttribute(lambda marker: {"TNFSF11": "RANKL"}.get(marker.symbol, marker.symbol))
    role = MarkerRole.LIGAND


class ExpressionDatasetFactory(DjangoModelFactory[ExpressionDataset]):
    class Meta:
        model = ExpressionDataset

    study = factory.SubFactory(StudyFactory)
    code = factory.Sequence(lambda number: f"DATASET-{number}")
    unit = ProfileUnit.LOG2_TPM
    platform = "RNA-seq"


class ExpressionValueFactory(DjangoModelFactory[ExpressionValue]):
    """A value of RANKL in a specimen; the dataset is of the specimen's study."""

    class Meta:
        model = ExpressionValue

    specimen = factory.SubFactory(SpecimenFactory)
    study = factory.SelfAttribute("specimen.study")
    dataset = factory.SubFactory(ExpressionDatasetFactory, study=factory.SelfAttribute("..study"))
    marker = factory.SubFactory(MarkerFactory)
    value = factory.Sequence(lambda number: number / 8)


class QpcrRunFactory(DjangoModelFactory[QpcrRun]):
    class Meta:
        model = QpcrRun

    study = factory.SubFactory(StudyFactory)
    code = factory.Sequence(lambda number: f"RUN-{number}")


class QpcrTargetFactory(DjangoModelFactory[QpcrTarget]):
    """The assay of RANKL in a run."""

    class Meta:
        model = QpcrTarget

    run = factory.SubFactory(QpcrRunFactory)
    name = factory.Sequence(lambda number: f"TARGET-{number}")
    marker = factory.SubFactory(MarkerFactory)


class QpcrSampleFactory(DjangoModelFactory[QpcrSample]):
    """A sample of a run and the specimen it came from, both of one study."""

    class Meta:
        model = QpcrSample

    run = factory.SubFactory(QpcrRunFactory)
    study = factory.SelfAttribute("run.study")
    name = factory.Sequence(lambda number: f"SAMPLE-{number}")
    specimen = factory.SubFactory(SpecimenFactory, patient__study=factory.SelfAttribute("...study"))


class QpcrWellFactory(DjangoModelFactory[QpcrWell]):
    """A well with a Cq; target and sample are of its run. Well after well, row after row of a 384-well plate."""

    class Meta:
        model = QpcrWell

    run = factory.SubFactory(QpcrRunFactory)
    position = factory.Sequence(lambda number: f"{'ABCDEFGHIJKLMNOP'[number // 24 % 16]}{number % 24 + 1}")
    target = factory.SubFactory(QpcrTargetFactory, run=factory.SelfAttribute("..run"))
    sample = factory.SubFactory(QpcrSampleFactory, run=factory.SelfAttribute("..run"))
    reading = WellReading.DETECTED
    cq = 24.5


class QpcrPrintedResultFactory(DjangoModelFactory[QpcrPrintedResult]):
    """What the instrument's software said about a target in a sample of one run."""

    class Meta:
        model = QpcrPrintedResult

    run = factory.SubFactory(QpcrRunFactory)
    sample = factory.SubFactory(QpcrSampleFactory, run=factory.SelfAttribute("..run"))
    target = factory.SubFactory(QpcrTargetFactory, run=factory.SelfAttribute("..run"))
    relative_quantity = 1.0


class PhosphoSiteFactory(DjangoModelFactory[PhosphoSite]):
    """A site of STAT3 no other test knows."""

    class Meta:
        model = PhosphoSite

    marker = factory.SubFactory(MarkerFactory, symbol="STAT3")
    residue = factory.Sequence(lambda number: f"S{1000 + number}")


class AntibodyFactory(DjangoModelFactory[Antibody]):
    """An antibody against RANKL."""

    class Meta:
        model = Antibody

    study = factory.SubFactory(StudyFactory)
    code = factory.Sequence(lambda number: f"AB-{number}")
    marker = factory.SubFactory(MarkerFactory)
    clone = "12A668"


class LaboratoryScaleFactory(DjangoModelFactory[LaboratoryScale]):
    """Negative, focal, diffuse; 9 and x are not assessable."""

    class Meta:
        model = LaboratoryScale

    study = factory.SubFactory(StudyFactory)
    code = factory.Sequence(lambda number: f"SCALE-{number}")
    meanings = factory.LazyFunction(lambda: {"0": "negative", "1": "focal", "2": "diffuse"})
    not_assessable = factory.LazyFunction(lambda: ["9", "x"])


class PositivityCutoffFactory(DjangoModelFactory[PositivityCutoff]):
    class Meta:
        model = PositivityCutoff

    study = factory.SubFactory(StudyFactory)
    name = factory.Sequence(lambda number: f"Cut-off {number}")
    marker = factory.SubFactory(MarkerFactory)
    scale = Scale.H_SCORE
    at_least = 50


class ConsolidationRuleFactory(DjangoModelFactory[ConsolidationRule]):
    class Meta:
        model = ConsolidationRule

    study = factory.SubFactory(StudyFactory)
    name = factory.Sequence(lambda number: f"Rule {number}")
    cores_to_specimen = Summary.MEDIAN
    specimens_to_patient = Summary.MEDIAN


class IhcReadingFactory(DjangoModelFactory[IhcReading]):
    """Of a section of a specimen; the antibody is of the specimen's study."""

    class Meta:
        model = IhcReading

    specimen = factory.SubFactory(SpecimenFactory)
    study = factory.SelfAttribute("specimen.study")
    patient = factory.SelfAttribute("specimen.patient")
    antibody = factory.SubFactory(AntibodyFactory, study=factory.SelfAttribute("..study"))
    percent_0 = 50
    percent_1 = 20
    percent_2 = 20
    percent_3 = 10
    reader = "MK"


class BlindScoringFactory(DjangoModelFactory[BlindScoring]):
    """RANKL in tumour cells, not opened; block and antibody are of one study."""

    class Meta:
        model = BlindScoring

    microarray = factory.SubFactory(TissueMicroarrayFactory)
    study = factory.SelfAttribute("microarray.study")
    antibody = factory.SubFactory(AntibodyFactory, study=factory.SelfAttribute("..study"))
    cell_type = "tumour"
    compartment = "membrane"


class PathologyFindingFactory(DjangoModelFactory[PathologyFinding]):
    class Meta:
        model = PathologyFinding

    specimen = factory.SubFactory(SpecimenFactory)
    study = factory.SelfAttribute("specimen.study")
    patient = factory.SelfAttribute("specimen.patient")
    giant_cells = "present"


class CellLineFactory(DjangoModelFactory[CellLine]):
    class Meta:
        model = CellLine

    study = factory.SubFactory(StudyFactory)
    name = factory.Sequence(lambda number: f"LINE-{number}")


class CellExperimentFactory(DjangoModelFactory[CellExperiment]):
    class Meta:
        model = CellExperiment

    study = factory.SubFactory(StudyFactory)
    code = factory.Sequence(lambda number: f"EXPERIMENT-{number}")
    line = factory.SubFactory(CellLineFactory, study=factory.SelfAttribute("..study"))
    readout = Readout.ELISA
    marker = factory.SubFactory(MarkerFactory)


class ExperimentConditionFactory(DjangoModelFactory[ExperimentCondition]):
    class Meta:
        model = ExperimentCondition

    experiment = factory.SubFactory(CellExperimentFactory)
    stimulus = "IL-6"
    concentration_ng_ml = factory.Sequence(lambda number: number)


class ExperimentReadingFactory(DjangoModelFactory[ExperimentReading]):
    class Meta:
        model = ExperimentReading

    experiment = factory.SubFactory(CellExperimentFactory)
    condition = factory.SubFactory(ExperimentConditionFactory, experiment=factory.SelfAttribute("..experiment"))
    biological_replicate = 1
    value = 12.5


class WesternBlotFactory(DjangoModelFactory[WesternBlot]):
    class Meta:
        model = WesternBlot

    study = factory.SubFactory(StudyFactory)
    code = factory.Sequence(lambda number: f"BLOT-{number}")


class MembraneFactory(DjangoModelFactory[Membrane]):
    class Meta:
        model = Membrane

    blot = factory.SubFactory(WesternBlotFactory)
    name = factory.Sequence(lambda number: f"{number}")
    loading_control = "GAPDH"


class LaneFactory(DjangoModelFactory[Lane]):
    class Meta:
        model = Lane

    blot = factory.SubFactory(WesternBlotFactory)
    study = factory.SelfAttribute("blot.study")
    number = factory.Sequence(lambda number: number + 1)
    specimen = factory.SubFactory(SpecimenFactory, patient__study=factory.SelfAttribute("...study"))


class BandFactory(DjangoModelFactory[Band]):
    """Total STAT3; membrane and lane are of the same blot."""

    class Meta:
        model = Band

    blot = factory.SubFactory(WesternBlotFactory)
    membrane = factory.SubFactory(MembraneFactory, blot=factory.SelfAttribute("..blot"))
    lane = factory.SubFactory(LaneFactory, blot=factory.SelfAttribute("..blot"))
    form = BandForm.TOTAL
    marker = factory.SubFactory(MarkerFactory, symbol="STAT3")
    volume = 1000.0
