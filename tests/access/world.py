"""The study that everybody tries, and how to ask for it."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.urls import reverse
from knox.models import AuthToken

from analytics.models import Cohort, CohortKind, CohortPatient, DashboardRelease, Family
from analytics.releases import services
from analytics.releases.dashboards import DASHBOARDS
from cases import access
from cases.models import JobStatus, Patient, Role, Study
from tests.analytics.cohort import HIGH, LOW, add_patient, answered, cohort
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    AntibodyFactory,
    BandFactory,
    CheckRunFactory,
    ConsolidationRuleFactory,
    CoreFactory,
    DataQueryFactory,
    DiagnosisFactory,
    ExperimentReadingFactory,
    ExportJobFactory,
    ExpressionDatasetFactory,
    IhcReadingFactory,
    ImportJobFactory,
    ImportMappingFactory,
    LaboratoryResultFactory,
    LaboratoryScaleFactory,
    LaneFactory,
    LesionFactory,
    MembershipFactory,
    MembraneFactory,
    PathologyFindingFactory,
    PositivityCutoffFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    ResponseAssessmentFactory,
    SavedFilterFactory,
    SiteFactory,
    SkeletalEventFactory,
    StudyFactory,
    TreatmentAgentFactory,
    TreatmentFactory,
    UserFactory,
    WesternBlotFactory,
)

SECRET_QUESTION = {"text": "Is {code} the index lesion?", "values": {"code": "L-SECRET"}}


@dataclass(frozen=True, kw_only=True)
class World:
    """A study with one patient of the south to be tried for, and everybody who tries."""

    study: Study
    people: dict[str, User | None]
    secrets: list[str]
    keys: dict[Any, Any]
    """Values for the parts of the addresses, of one address by its name and the part; ``pk`` by the first part of the
    name that is known.
    """

    def address(self, name: str, parameters: list[str]) -> str:
        values = {parameter: self._value(name, parameter) for parameter in parameters}
        return reverse(name, kwargs=values)

    def _value(self, name: str, parameter: str) -> Any:
        if (name, parameter) in self.keys:
            return self.keys[name, parameter]
        if parameter != "pk":
            return self.keys[parameter]
        keys = [part for part in self.keys if isinstance(part, str) and part.endswith("_pk")]
        return next(self.keys[part] for part in keys if part[:-3] in name)


def whole_world() -> World:
    """A study with a row of every kind, and one of everybody."""
    study = StudyFactory(code="HIDDEN-STUDY", title="Concealed tumours")
    north, south = SiteFactory(study=study, code="NORTH"), SiteFactory(study=study, code="SOUTH")
    cohort({"SSX1": HIGH, "SSX2": LOW}, study=study, site=south)
    patient = add_patient(study, 7.123456, site=south)
    specimen = patient.specimens.get()
    diagnosis = DiagnosisFactory(patient=patient)
    core = CoreFactory(microarray__study=study, specimen=specimen)
    scored = IhcReadingFactory(specimen=specimen, core=core, compartment="membrane", reader="SECRET-READER")
    IhcReadingFactory(specimen=specimen, core=core, antibody=scored.antibody, compartment="membrane", reader="TS")
    run = QpcrRunFactory(study=study)
    sample = QpcrSampleFactory(run=run, specimen=specimen)
    well = QpcrWellFactory(run=run, sample=sample, cq=31.337)
    QpcrWellFactory(run=run, sample=sample, target=QpcrTargetFactory(run=run, marker=None, role="reference"), cq=20)
    blot = WesternBlotFactory(study=study)
    lane = LaneFactory(blot=blot, specimen=specimen)
    membrane = MembraneFactory(blot=blot)
    BandFactory(blot=blot, lane=lane, membrane=membrane, volume=4711.25)
    reading = ExperimentReadingFactory(experiment__study=study)
    treatment = TreatmentFactory(patient=patient)
    assessment = ResponseAssessmentFactory(lesion=LesionFactory(patient=patient))
    adverse_event = AdverseEventFactory(patient=patient)
    laboratory_result = LaboratoryResultFactory(patient=patient)
    people = {
        "anonymous": None,
        "stranger": UserFactory(),
        "other": MembershipFactory(role=Role.MANAGER).user,
        "viewer": MembershipFactory(study=study, role=Role.VIEWER).user,
        "researcher": MembershipFactory(study=study, role=Role.RESEARCHER).user,
        "data_entry": MembershipFactory(study=study, role=Role.DATA_ENTRY).user,
        "confined": MembershipFactory(site=north, role=Role.DATA_ENTRY).user,
        "manager": MembershipFactory(study=study, role=Role.MANAGER).user,
    }
    member = MembershipFactory(study=study, role=Role.VIEWER)
    export = ExportJobFactory(study=study, status=JobStatus.SUCCEEDED)
    export.file.save("history.csv", ContentFile(patient.code.encode()))
    token, _text = AuthToken.objects.create(user=UserFactory())
    dataset = ExpressionDatasetFactory(study=study)
    antibody = AntibodyFactory(study=study, code="RANKL-1")
    ihc_reading = IhcReadingFactory(specimen=specimen, antibody=antibody)
    return World(
        study=study,
        people=people,
        secrets=[
            patient.code,
            "L-SECRET",
            specimen.code,
            "7.123",
            "31.337",
            "31.34",
            run.code,
            "4711.25",
            dataset.code,
            "SECRET-READER",
        ],
        keys={
            "study_code": study.code,
            "code": study.code,
            "patient_code": patient.code,
            "specimen_code": specimen.code,
            "run_code": run.code,
            "qpcr-run_pk": run.pk,
            "target_pk": well.target_id,
            "well_pk": well.pk,
            "blot_code": blot.code,
            "experiment_code": reading.experiment.code,
            "membrane_pk": membrane.pk,
            "western-blot_pk": blot.pk,
            "experiment-line_pk": reading.experiment.line_id,
            "cell-line_pk": reading.experiment.line_id,
            "cell-experiment_pk": reading.experiment_id,
            "dataset_code": dataset.code,
            "dataset_pk": dataset.pk,
            "microarray_code": core.microarray.code,
            "antibody_code": scored.antibody.code,
            "cell_type": scored.cell_type,
            "compartment": scored.compartment,
            "row": core.row,
            "column": core.column,
            "diagnosis_pk": diagnosis.pk,
            "alteration_pk": patient.alterations.get().pk,
            "record_pk": LesionFactory(patient=patient, code="L-SECRET").pk,
            "kind": "lesion",
            "job_pk": export.pk,
            "kind_code": "expression_by_group",
            "list_name": "lesion",
            "vocabulary": "agents",
            "vocabulary_pk": TreatmentAgentFactory(code="unused").pk,
            "format": "csv",
            "what": "records",
            "filter_pk": SavedFilterFactory(study=study, owner=people["manager"]).pk,
            "site_pk": south.pk,
            "histologies_pk": diagnosis.histology_id,
            "topographies_pk": diagnosis.primary_site_id,
            "agents_pk": treatment.agent_id,
            "adverse-event-terms_pk": adverse_event.term_id,
            "laboratory-tests_pk": laboratory_result.test_id,
            "treatment_pk": treatment.pk,
            "administration_pk": AdministrationFactory(treatment=treatment).pk,
            "lesion_pk": assessment.lesion_id,
            "assessment_pk": assessment.pk,
            "skeletal-event_pk": SkeletalEventFactory(patient=patient).pk,
            "adverse-event_pk": adverse_event.pk,
            "laboratory-result_pk": laboratory_result.pk,
            "patient_pk": patient.pk,
            "specimen_pk": specimen.pk,
            "pathology-finding_pk": PathologyFindingFactory(specimen=specimen).pk,
            "ihc-reading_pk": ihc_reading.pk,
            "antibody_pk": AntibodyFactory(study=study).pk,
            "cutoff_pk": PositivityCutoffFactory(study=study).pk,
            "rule_pk": ConsolidationRuleFactory(study=study).pk,
            "scale_pk": LaboratoryScaleFactory(study=study).pk,
            "import_pk": ImportJobFactory(study=study, file_name=f"{patient.code}.csv").pk,
            "mapping_pk": ImportMappingFactory(study=study, name=f"of {patient.code}").pk,
            "export_pk": export.pk,
            "member_pk": member.pk,
            "analysis_pk": answered(study, people["researcher"]).pk,
            "cohort_pk": cohort_with(patient, made_by=people["researcher"]).pk,
            "family_pk": family_of(study, declared_by=people["researcher"]).pk,
            "release_pk": released(study, people["manager"]).pk,
            "dashboard": "expression",
            "part": "groups",
            "query_pk": DataQueryFactory(patient=patient, question=SECRET_QUESTION).pk,
            "run_pk": CheckRunFactory(study=study).pk,
            "form": "lesion",
            "field": "no-record",
            ("cases:import-example", "code"): "expression_table",
            "figure": "boxes",
            "panel": "courses",
            **{(f"analytics:overview-{what}", "panel"): "histologies" for what in ("figure", "csv")},
            **{(f"analytics:explore-concordance-{what}", "panel"): "scatter" for what in ("figure", "csv")},
            "symbol": "TNFSF11",
            "digest": token.digest,
            "uidb36": "1",
            "key": "abc-def",
        },
    )


def cohort_with(patient: Patient, *, made_by: User) -> Cohort:
    """A shared cohort of the one patient."""
    made = Cohort.objects.create(
        study=patient.study, name="One", kind=CohortKind.FROZEN, is_shared=True, made_by=made_by
    )
    CohortPatient.objects.create(cohort=made, patient=patient)
    return made


def family_of(study: Study, *, declared_by: User) -> Family:
    return Family.objects.create(study=study, name="RANKL", question="Does it differ?", declared_by=declared_by)


def released(study: Study, manager: User) -> DashboardRelease:
    """The explorer of RANKL by fusion partner."""
    rights = access.rights(user=manager, study=study)
    asked = QueryDict("assay=profile&dataset=RNA&marker=TNFSF11&grouping=fusion_partner&gene=SS18")
    drafted = services.draft(dashboard=DASHBOARDS["expression"], asked=asked, by=manager, rights=rights)
    return services.release(drafted=drafted, title="RANKL", doubts_read=True, by=manager, rights=rights)
