"""Rows of ``expression``."""

import factory
from factory.django import DjangoModelFactory

from expression.models import (
    ExpressionDataset,
    ExpressionValue,
    Marker,
    MarkerRole,
    ProfileUnit,
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
    WellReading,
)
from tests.factories.people import SpecimenFactory, StudyFactory


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
