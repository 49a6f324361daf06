"""A small study of treated patients, and questions about their responses with answers."""

from typing import Any

from django.utils import timezone

from analytics.kinds.response_proportions.spec import ResponseProportions
from analytics.models import Analysis
from analytics.runner import compute
from analytics.services import request_analysis
from cases import access
from cases.jobs import Progress
from cases.models import Patient, Study
from tests.factories import (
    DiagnosisFactory,
    LesionFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    TreatmentFactory,
)


def treated(study: Study, sclerosis: str = "partial", *, sex: str = "female", **lesion: Any) -> Patient:
    """Denosumab, and one lesion that was assessed three months later; no assessment where ``sclerosis`` is blank."""
    patient = PatientFactory(study=study, sex=sex, birth_year=1950)
    DiagnosisFactory(patient=patient, date="2019-12")
    TreatmentFactory(patient=patient)
    followed = LesionFactory(patient=patient, **lesion)
    if sclerosis:
        ResponseAssessmentFactory(lesion=followed, sclerosis=sclerosis)
    return patient


def cohort(study: Study) -> Study:
    """Seven women who all responded, eight men of whom three did, and whoever is in no proportion."""
    for _woman in range(7):
        treated(study)
    for number in range(8):
        treated(study, "partial" if number < 3 else "none", sex="male")
    treated(study, "not_evaluable", sex="male")
    treated(study, sex="unknown")
    treated(study, radiographic_type="blastic")
    treated(study, "")
    DiagnosisFactory(patient=PatientFactory(study=study, sex="male"))
    return study


def question(study: Study, **changes: Any) -> ResponseProportions:
    """Sclerosis by sex, with changes."""
    plain = {"criterion": "sclerosis", "grouping": "sex"}
    return ResponseProportions.from_mapping({"study": study.code, **plain, **changes})


def answered(study: Study, user: Any, **changes: Any) -> Analysis:
    """The question with its answer, computed here and now."""
    rights = access.rights(user=user, study=study)
    analysis, _created = request_analysis(spec=question(study, **changes), by=user, rights=rights)
    outcome = compute(analysis, Progress())
    fields = {"status": outcome.status, "finished_at": timezone.now(), **outcome.fields}
    Analysis.objects.filter(pk=analysis.pk).update(**fields)
    analysis.refresh_from_db()
    return analysis
