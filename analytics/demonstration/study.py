"""Writing the demonstration study by bulk writes."""

from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import Q

from analytics.demonstration.cohort import SEED, SITES, SyntheticPatient, synthetic_patients
from analytics.demonstration.plates import write_plates
from cases.models import (
    AlterationKind,
    ConsentStatus,
    Diagnosis,
    Histology,
    Membership,
    MolecularAlteration,
    Patient,
    Role,
    Site,
    Specimen,
    Study,
    Topography,
)
from expression.models import ExpressionDataset, ExpressionValue, Marker, ProfileUnit

STUDY_CODE = "DEMO"
ACCOUNTS = {
    "manager": Role.MANAGER,
    "researcher": Role.RESEARCHER,
    "technician": Role.DATA_ENTRY,
    "viewer": Role.VIEWER,
}


@transaction.atomic
def seed_demonstration(*, patients: int, password: str, seed: int = SEED) -> Study | None:
    """Make the study, its people and its accounts; None when the study is already there."""
    if Study.objects.filter(code=STUDY_CODE).exists():
        return None
    study = Study.objects.create(
        code=STUDY_CODE, title="Bone and soft-tissue tumours, demonstration", is_synthetic=True
    )
    sites = {code: Site.objects.create(study=study, code=code, name=code.title()) for code in SITES}
    _accounts(study=study, password=password)
    cohort = synthetic_patients(patients=patients, seed=seed)
    people = _people(study=study, sites=sites, cohort=cohort)
    specimens = _specimens(study=study, people=people, cohort=cohort)
    _profiles(study=study, specimens=specimens, cohort=cohort)
    write_plates(study=study, specimens=specimens, cohort=cohort, seed=seed)
    return study


def _accounts(*, study: Study, password: str) -> None:
    for name, role in ACCOUNTS.items():
        user = User.objects.filter(username=name).first() or User.objects.create_user(name, password=password)
        Membership.objects.create(study=study, user=user, role=role, may_export=role == Role.RESEARCHER)
        if role == Role.MANAGER:
            _open_administration(user)


def _open_administration(user: User) -> None:
    """The data manager corrects records in the Django admin, and reads imports and analyses there."""
    user.is_staff = True
    user.save()
    records = Q(content_type__app_label__in=("cases", "expression")) & ~Q(codename__startswith="delete_")
    reading = Q(content_type__app_label="analytics", codename__startswith="view_")
    user.user_permissions.add(*Permission.objects.filter(records | reading))


def _people(*, study: Study, sites: dict[str, Site], cohort: list[SyntheticPatient]) -> dict[str, Patient]:
    histologies = {histology.name: histology for histology in Histology.objects.all()}
    topographies = {topography.code: topography for topography in Topography.objects.all()}
    people = Patient.objects.bulk_create(
        Patient(
            study=study,
            code=one.code,
            site=sites[one.site],
            sex=one.sex,
            birth_year=one.birth_year,
            consent_status=ConsentStatus.GIVEN,
        )
        for one in cohort
    )
    by_code = {patient.code: patient for patient in people}
    Diagnosis.objects.bulk_create(
        Diagnosis(
            patient=by_code[one.code],
            category=histologies[one.histology].usual_category,
            histology=histologies[one.histology],
            primary_site=topographies[one.primary_site],
            date=one.diagnosis_date,
            giant_cells=one.giant_cells,
        )
        for one in cohort
    )
    MolecularAlteration.objects.bulk_create(
        MolecularAlteration(
            patient=by_code[one.code], gene="EGFR", kind=AlterationKind.MUTATION, result=one.egfr, method="NGS panel"
        )
        for one in cohort
        if one.egfr
    )
    return by_code


def _specimens(*, study: Study, people: dict[str, Patient], cohort: list[SyntheticPatient]) -> dict[str, Specimen]:
    specimens = Specimen.objects.bulk_create(
        Specimen(
            study=study,
            patient=people[one.code],
            code=specimen.code,
            kind=specimen.kind,
            collection_date=specimen.collection_date,
        )
        for one in cohort
        for specimen in one.specimens
    )
    return {specimen.code: specimen for specimen in specimens}


def _profiles(*, study: Study, specimens: dict[str, Specimen], cohort: list[SyntheticPatient]) -> None:
    dataset = ExpressionDataset.objects.create(
        study=study, code="DEMO-RNA", unit=ProfileUnit.LOG2_TPM, platform="Synthetic RNA-seq", source="Invented"
    )
    markers = {marker.symbol: marker for marker in Marker.objects.all()}
    ExpressionValue.objects.bulk_create(
        (
            ExpressionValue(
                study=study,
                dataset=dataset,
                specimen=specimens[specimen.code],
                marker=markers[symbol],
                value=value,
            )
            for one in cohort
            for specimen in one.specimens
            for symbol, value in specimen.expression.items()
        ),
        batch_size=2000,
    )
