"""Small studies to ask questions of, and answers without a worker."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from django.utils import timezone

from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.models import Analysis
from analytics.runner import compute
from analytics.services import request_analysis
from cases import access
from cases.jobs import Progress
from cases.models import Patient, Study
from tests.factories import (
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    MarkerFactory,
    MolecularAlterationFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
)

HIGH = (2.25, 2.5, 3.125, 3.375, 4.0625, 4.4375)
LOW = (0.125, 0.25, 0.5, 0.8125, 1.0625, 1.1875)
_numbers = count(1)


def cohort(groups: Mapping[str, Sequence[float]] | None = None, *, study: Study | None = None, **patient: Any) -> Study:
    """A study with the dataset ``RNA``: for each SS18 fusion partner, one patient with one sample for each value."""
    study = study or StudyFactory()
    for partner, values in ({"SSX1": HIGH, "SSX2": LOW} if groups is None else groups).items():
        for value in values:
            add_patient(study, value, partner=partner, **patient)
    return study


def add_patient(study: Study, *values: float, partner: str = "SSX1", **patient: Any) -> Patient:
    """A patient with a sample for each value; without a fusion when ``partner`` is blank."""
    dataset = study.expression_datasets.filter(code="RNA").first() or ExpressionDatasetFactory(study=study, code="RNA")
    person = PatientFactory(study=study, code=f"P{next(_numbers):05}", **patient)
    if partner:
        MolecularAlterationFactory(patient=person, partner=partner)
    for number, value in enumerate(values, start=1):
        specimen = SpecimenFactory(patient=person, code=f"{person.code}-S{number}")
        ExpressionValueFactory(specimen=specimen, dataset=dataset, marker=MarkerFactory(), value=value)
    return person


def question(study: Study, **changes: Any) -> ExpressionByGroup:
    """RANKL by SS18 fusion partner, with changes."""
    plain = {"assay": "profile", "dataset": "RNA", "marker": "TNFSF11", "grouping": "fusion_partner", "gene": "SS18"}
    return ExpressionByGroup.from_mapping({"study": study.code, **plain, **changes})


def asked(study: Study, user: Any, **changes: Any) -> Analysis:
    """The question, queued; nobody is told."""
    rights = access.rights(user=user, study=study)
    analysis, _created = request_analysis(spec=question(study, **changes), by=user, rights=rights)
    return analysis


def answered(study: Study, user: Any, **changes: Any) -> Analysis:
    """The question with its answer, computed here and now."""
    analysis = asked(study, user, **changes)
    started = timezone.now()
    outcome = compute(analysis, Progress())
    fields = {"status": outcome.status, "started_at": started, "finished_at": timezone.now(), **outcome.fields}
    Analysis.objects.filter(pk=analysis.pk).update(**fields)
    analysis.refresh_from_db()
    return analysis
