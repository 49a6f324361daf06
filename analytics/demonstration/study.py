"""Writing the demonstration study by bulk writes."""

import numpy as np
import pghistory
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import Q

from analytics.demonstration.assays import Assays
from analytics.demonstration.cohort import SEED, synthetic_patients
from analytics.demonstration.outcomes import HAZARD_RATIO
from analytics.demonstration.people import SITES
from analytics.demonstration.plates import Plates
from analytics.demonstration.rows import BatchWriter, Terms
from cases.models import Membership, Role, Site, Study
from cases.table_statistics import sample
from expression.models import ExpressionDataset, ProfileUnit

BATCH_SIZE = 500
STUDY_CODE = "DEMO"
ACCOUNTS = {
    "manager": Role.MANAGER,
    "researcher": Role.RESEARCHER,
    "technician": Role.DATA_ENTRY,
    "viewer": Role.VIEWER,
}


# Without a context the history's trigger function raises and catches an exception for every row.
@pghistory.context(command="seed_demo")
@transaction.atomic
def seed_demonstration(
    *, patients: int, password: str, seed: int = SEED, hazard_ratio: float = HAZARD_RATIO
) -> Study | None:
    """Make the study, its people and its accounts; None when the study is already there.

    Patients are simulated and written batch by batch, so that memory does not grow with their number.
    """
    if Study.objects.filter(code=STUDY_CODE).exists():
        return None
    study = Study.objects.create(
        code=STUDY_CODE, title="Bone and soft-tissue tumours, demonstration", is_synthetic=True
    )
    _accounts(study=study, password=password)
    writer = _writer(study=study, seed=seed)
    for first in range(1, patients + 1, BATCH_SIZE):
        size = min(BATCH_SIZE, patients + 1 - first)
        cohort = list(synthetic_patients(patients=size, seed=seed, hazard_ratio=hazard_ratio, first=first))
        writer.write(cohort)
        if first == 1:
            writer.write_arrays_and_blots(cohort, np.random.default_rng([seed, 0]))
    sample(model for model in apps.get_models() if model._meta.managed and not model._meta.proxy)
    return study


def _writer(*, study: Study, seed: int) -> BatchWriter:
    terms = Terms.read()
    return BatchWriter(
        study=study,
        sites={code: Site.objects.create(study=study, code=code, name=code.title()) for code in SITES},
        terms=terms,
        dataset=ExpressionDataset.objects.create(
            study=study, code="DEMO-RNA", unit=ProfileUnit.LOG2_TPM, platform="Synthetic RNA-seq", source="Invented"
        ),
        plates=Plates(study=study, markers=terms.markers, random=np.random.default_rng([seed, 0, 1])),
        assays=Assays.of_study(study=study, markers=terms.markers, seed=seed),
    )


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
