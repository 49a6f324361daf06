"""Rows of ``cases``. Rows made together belong together: a specimen's study is its patient's."""

import hashlib
from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from cases.models import (
    AlterationKind,
    Category,
    Diagnosis,
    Histology,
    ImportJob,
    Membership,
    MolecularAlteration,
    Patient,
    Role,
    Site,
    Specimen,
    Study,
    Topography,
)


class UserFactory(DjangoModelFactory[Any]):
    """A person who can sign in with the password ``correct horse``."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"person{number}")
    password = factory.django.Password("correct horse")


class StudyFactory(DjangoModelFactory[Study]):
    class Meta:
        model = Study

    code = factory.Sequence(lambda number: f"STUDY-{number}")
    title = factory.LazyAttribute(lambda study: f"Tumours of {study.code}")


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    study = factory.SubFactory(StudyFactory)
    code = factory.Sequence(lambda number: f"SITE-{number}")
    name = factory.LazyAttribute(lambda site: f"Hospital {site.code}")


class MembershipFactory(DjangoModelFactory[Membership]):
    """A researcher. ``site`` confines data entry: ``MembershipFactory(role=Role.DATA_ENTRY, site=site)``."""

    class Meta:
        model = Membership

    study = factory.Maybe("site", factory.SelfAttribute("site.study"), factory.SubFactory(StudyFactory))
    user = factory.SubFactory(UserFactory)
    role = Role.RESEARCHER
    site = None


class HistologyFactory(DjangoModelFactory[Histology]):
    """Giant cell tumour of bone, or the histology of another name."""

    class Meta:
        model = Histology
        django_get_or_create = ("name",)

    name = "Giant cell tumour of bone"
    usual_category = Category.PRIMARY_BONE


class TopographyFactory(DjangoModelFactory[Topography]):
    """Long bones of the lower limb, or the topography of another code."""

    class Meta:
        model = Topography
        django_get_or_create = ("code",)

    code = "C40.2"
    name = factory.LazyAttribute(lambda topography: f"Topography {topography.code}")


class PatientFactory(DjangoModelFactory[Patient]):
    class Meta:
        model = Patient

    study = factory.Maybe("site", factory.SelfAttribute("site.study"), factory.SubFactory(StudyFactory))
    code = factory.Sequence(lambda number: f"PATIENT-{number}")
    site = None


class DiagnosisFactory(DjangoModelFactory[Diagnosis]):
    class Meta:
        model = Diagnosis

    patient = factory.SubFactory(PatientFactory)
    category = Category.PRIMARY_BONE
    histology = factory.SubFactory(HistologyFactory)
    primary_site = factory.SubFactory(TopographyFactory)


class MolecularAlterationFactory(DjangoModelFactory[MolecularAlteration]):
    """A detected SS18::SSX1 fusion."""

    class Meta:
        model = MolecularAlteration

    patient = factory.SubFactory(PatientFactory)
    gene = "SS18"
    kind = AlterationKind.FUSION
    partner = "SSX1"


class SpecimenFactory(DjangoModelFactory[Specimen]):
    """Of a patient of its own, or ``SpecimenFactory(patient=patient)``."""

    class Meta:
        model = Specimen

    patient = factory.SubFactory(PatientFactory)
    study = factory.SelfAttribute("patient.study")
    code = factory.Sequence(lambda number: f"SPECIMEN-{number}")


class ImportJobFactory(DjangoModelFactory[ImportJob]):
    """A file waiting to be previewed; ``content`` is its bytes."""

    class Meta:
        model = ImportJob
        exclude = ("content",)

    content = b"sample,value\n"
    study = factory.SubFactory(StudyFactory)
    requested_by = factory.SubFactory(UserFactory)
    format = "expression_table"
    file_name = "cases.csv"
    file = factory.LazyAttribute(lambda job: ContentFile(job.content, name=job.file_name))
    file_sha256 = factory.LazyAttribute(lambda job: hashlib.sha256(job.content).hexdigest())
