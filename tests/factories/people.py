"""Rows of ``cases``. Rows made together belong together: a specimen's study is its patient's."""

import hashlib
from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from cases.models import (
    Administration,
    AdverseEvent,
    AdverseEventTerm,
    AlterationKind,
    Category,
    CheckRun,
    Core,
    Criterion,
    DataQuery,
    DateShift,
    Diagnosis,
    ExportJob,
    Histology,
    ImportJob,
    ImportMapping,
    ImportUndo,
    LaboratoryResult,
    LaboratoryTest,
    Lesion,
    ListExport,
    Membership,
    MolecularAlteration,
    Patient,
    ResponseAssessment,
    Role,
    SavedFilter,
    Site,
    SkeletalEvent,
    Specimen,
    Study,
    TissueMicroarray,
    Topography,
    Treatment,
    TreatmentAgent,
    TreatmentClass,
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


class ImportUndoFactory(DjangoModelFactory[ImportUndo]):
    """The undoing of an import of its own, or ``ImportUndoFactory(import_job=job)``, waiting for a worker."""

    class Meta:
        model = ImportUndo

    import_job = factory.SubFactory(ImportJobFactory)
    study = factory.SelfAttribute("import_job.study")
    requested_by = factory.SubFactory(UserFactory)


class ImportMappingFactory(DjangoModelFactory[ImportMapping]):
    """A mapping of a table of expression values."""

    class Meta:
        model = ImportMapping

    study = factory.SubFactory(StudyFactory)
    format = "expression_table"
    name = factory.Sequence(lambda number: f"Mapping {number}")
    answers = factory.LazyFunction(lambda: {"columns": {"sample": "sample", "TNFSF11": "marker:TNFSF11"}})
    saved_by = factory.SubFactory(UserFactory)


class TreatmentAgentFactory(DjangoModelFactory[TreatmentAgent]):
    """Denosumab, or the agent of another code."""

    class Meta:
        model = TreatmentAgent
        django_get_or_create = ("code",)

    code = "denosumab"
    name = factory.LazyAttribute(lambda agent: agent.code.replace("-", " ").capitalize())
    treatment_class = TreatmentClass.ANTIRESORPTIVE


class AdverseEventTermFactory(DjangoModelFactory[AdverseEventTerm]):
    class Meta:
        model = AdverseEventTerm
        django_get_or_create = ("code",)

    code = "osteonecrosis-of-jaw"
    name = factory.LazyAttribute(lambda term: term.code.replace("-", " ").capitalize())


class LaboratoryTestFactory(DjangoModelFactory[LaboratoryTest]):
    class Meta:
        model = LaboratoryTest
        django_get_or_create = ("code",)

    code = "alp"
    name = factory.LazyAttribute(lambda test: f"Test {test.code}")
    usual_unit = "U/L"


class LesionFactory(DjangoModelFactory[Lesion]):
    """A lytic index lesion of a patient of its own."""

    class Meta:
        model = Lesion

    patient = factory.SubFactory(PatientFactory)
    code = factory.Sequence(lambda number: f"L{number}")
    radiographic_type = "lytic"


class TreatmentFactory(DjangoModelFactory[Treatment]):
    """Denosumab 120 mg every four weeks from 2 January 2020, going on."""

    class Meta:
        model = Treatment

    patient = factory.SubFactory(PatientFactory)
    agent = factory.SubFactory(TreatmentAgentFactory)
    dose_mg = 120
    interval_days = 28
    start = "2020-01-02"


class AdministrationFactory(DjangoModelFactory[Administration]):
    class Meta:
        model = Administration

    treatment = factory.SubFactory(TreatmentFactory)
    patient = factory.SelfAttribute("treatment.patient")
    date = "2020-01-02"
    dose_mg = 120


class ResponseAssessmentFactory(DjangoModelFactory[ResponseAssessment]):
    """A CT with partial sclerosis, by marginal or internal sclerosis."""

    class Meta:
        model = ResponseAssessment

    lesion = factory.SubFactory(LesionFactory)
    patient = factory.SelfAttribute("lesion.patient")
    date = "2020-04-02"
    criterion = Criterion.SCLEROSIS
    sclerosis = "partial"


class SkeletalEventFactory(DjangoModelFactory[SkeletalEvent]):
    class Meta:
        model = SkeletalEvent

    patient = factory.SubFactory(PatientFactory)
    date = "2020-03-02"
    type = "pathological_fracture"


class AdverseEventFactory(DjangoModelFactory[AdverseEvent]):
    class Meta:
        model = AdverseEvent

    patient = factory.SubFactory(PatientFactory)
    term = factory.SubFactory(AdverseEventTermFactory)
    date = "2020-06"
    grade = 2


class LaboratoryResultFactory(DjangoModelFactory[LaboratoryResult]):
    class Meta:
        model = LaboratoryResult

    patient = factory.SubFactory(PatientFactory)
    test = factory.SubFactory(LaboratoryTestFactory)
    date = "2020-01-02"
    value = 80
    unit = "U/L"


class TissueMicroarrayFactory(DjangoModelFactory[TissueMicroarray]):
    """A block of four rows and six columns."""

    class Meta:
        model = TissueMicroarray

    study = factory.SubFactory(StudyFactory)
    code = factory.Sequence(lambda number: f"TMA-{number}")
    rows = 4
    columns = 6


class CoreFactory(DjangoModelFactory[Core]):
    """The first place of a block, of a specimen of the block's study."""

    class Meta:
        model = Core

    microarray = factory.SubFactory(TissueMicroarrayFactory)
    study = factory.SelfAttribute("microarray.study")
    row = 1
    column = 1
    specimen = factory.SubFactory(
        "tests.factories.people.SpecimenFactory", patient__study=factory.SelfAttribute("...microarray.study")
    )


class DataQueryFactory(DjangoModelFactory[DataQuery]):
    """A question about a patient, opened by a person."""

    class Meta:
        model = DataQuery

    patient = factory.SubFactory(PatientFactory)
    study = factory.SelfAttribute("patient.study")
    subject_model = "cases.Patient"
    subject_pk = factory.SelfAttribute("patient.pk")
    question = {"text": "Is the birth year right?", "values": {}}


class CheckRunFactory(DjangoModelFactory[CheckRun]):
    """A run that waits for a worker."""

    class Meta:
        model = CheckRun

    study = factory.SubFactory(StudyFactory)
    requested_by = factory.SubFactory(UserFactory)


class ExportJobFactory(DjangoModelFactory[ExportJob]):
    class Meta:
        model = ExportJob

    study = factory.SubFactory(StudyFactory)
    requested_by = factory.SubFactory(UserFactory)
    kind = "audit"


class DateShiftFactory(DjangoModelFactory[DateShift]):
    class Meta:
        model = DateShift

    study = factory.SubFactory(StudyFactory)


class ListExportFactory(DjangoModelFactory[ListExport]):
    class Meta:
        model = ListExport

    study = factory.SubFactory(StudyFactory)
    exported_by = factory.SubFactory(UserFactory)
    list_name = "patient"
    format = "csv"
    rows = 3


class SavedFilterFactory(DjangoModelFactory[SavedFilter]):
    class Meta:
        model = SavedFilter

    study = factory.SubFactory(StudyFactory)
    owner = factory.SubFactory(UserFactory)
    list_name = "patient"
    name = factory.Sequence(lambda number: f"Filter {number}")
