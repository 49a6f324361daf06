"""Everybody tries every page and every endpoint.

The addresses come from the URL configuration itself: a new one without a row in ``EXPECTED`` fails here. A row says
what each of ``PEOPLE`` gets. Whoever may not see single patients finds no code and no value of them in any answer.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from knox.models import AuthToken

from analytics.models import Cohort, CohortKind, CohortPatient, DashboardRelease, Family
from analytics.releases import services
from analytics.releases.dashboards import DASHBOARDS
from cases import access
from cases.models import JobStatus, Patient, Role, Study
from cases.records import KINDS
from cases.vocabularies import VOCABULARIES
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

pytestmark = pytest.mark.django_db

PEOPLE = ("anonymous", "stranger", "other", "viewer", "researcher", "data_entry", "confined", "manager")
"""``stranger`` is in no study, ``other`` a manager of another one; ``confined`` enters data of the site to which the
tried patient does not belong."""

# The statuses of a GET, in the order of PEOPLE. LOGIN is a redirect to the sign-in page.
AGGREGATES = "LOGIN 404 404 200 200 200 200 200"
ROWS = "LOGIN 404 404 403 200 200 200 200"
PATIENT = "LOGIN 404 404 403 200 200 404 200"
ENTERS = "LOGIN 404 404 403 403 200 200 200"
ENTERS_POST = "LOGIN 404 404 403 403 405 405 405"
ENTERS_PATIENT = "LOGIN 404 404 403 403 200 404 200"
IMPORTS = "LOGIN 404 404 403 403 200 403 200"
IMPORTS_POST = "LOGIN 404 404 403 403 405 403 405"
MANAGES = "LOGIN 404 404 403 403 403 403 200"
MANAGES_POST = "LOGIN 404 404 403 403 403 403 405"
RUN = PATIENT
EXPORTS = "LOGIN 404 404 403 403 403 403 200"
ANALYSIS = "LOGIN 404 404 404 200 200 404 200"
ASKS = "LOGIN 404 404 403 200 200 200 200"
ASKS_POST = "LOGIN 404 404 403 405 405 405 405"
SIGNED_IN = "LOGIN 200 200 200 200 200 200 200"
EVERYBODY = "200 200 200 200 200 200 200 200"
ONLY_SIGNED_OUT = "200 302 302 302 302 302 302 302"
ONLY_SIGNED_IN = "LOGIN 302 302 302 302 302 302 302"

API_SIGNED_IN = "401 200 200 200 200 200 200 200"
API_LIST = "401 403 200 403 200 200 200 200"
API_PATIENT = "401 403 404 403 200 200 404 200"
API_OF_STUDY = "401 403 404 403 200 200 200 200"
API_STUDY = "401 404 404 200 200 200 200 200"
API_IMPORT = "401 404 404 403 403 200 403 200"
API_ANALYSIS = "401 404 404 404 200 200 404 200"
API_ANALYSIS_POST = "401 405 405 405 405 405 405 405"
API_EXPORT = "401 404 404 403 403 403 403 200"
API_EXPORTS = "401 404 404 404 403 403 404 200"

EXPECTED = {
    "home": "LOGIN 200 302 302 302 302 302 302",
    "cases:study": AGGREGATES,
    "cases:study-edit": MANAGES,
    "cases:patient-list": ROWS,
    "cases:patient-add": ENTERS,
    "cases:patient": PATIENT,
    "cases:patient-edit": ENTERS_PATIENT,
    "cases:patient-verification": MANAGES,
    "cases:patient-history": PATIENT,
    "cases:record-history": PATIENT,
    "cases:specimen-history": PATIENT,
    "cases:record-add": ENTERS_PATIENT,
    "cases:record-edit": ENTERS_PATIENT,
    "cases:record-delete": ENTERS_PATIENT,
    "cases:specimen-list": ROWS,
    "cases:list-index": ROWS,
    "cases:list": ROWS,
    "cases:list-file": EXPORTS,
    "cases:filter-save": "LOGIN 404 404 403 405 405 405 405",
    "cases:filter-delete": "LOGIN 404 404 403 405 405 405 405",
    "cases:specimen": PATIENT,
    "cases:microarray-list": ROWS,
    "cases:microarray-add": IMPORTS,
    "cases:microarray": ROWS,
    "cases:microarray-edit": IMPORTS,
    "cases:core-edit": ENTERS_PATIENT,
    "cases:import-list": IMPORTS,
    "cases:import-new": IMPORTS,
    "cases:import-example": IMPORTS,
    "cases:import-template": IMPORTS,
    # Of an import without refused rows there is no such file.
    "cases:import-problems": "LOGIN 404 404 403 403 404 403 404",
    "cases:import": IMPORTS,
    "cases:import-progress": IMPORTS,
    "cases:import-confirm": IMPORTS_POST,
    "cases:import-cancel": IMPORTS_POST,
    # Of an import that wrote nothing there is nothing to undo, nor any answers to keep.
    "cases:import-undo": "LOGIN 404 404 403 403 302 403 302",
    "cases:import-undo-cancel": IMPORTS_POST,
    "cases:import-mapping": "LOGIN 404 404 403 403 404 403 404",
    "cases:mapping-list": IMPORTS,
    "cases:mapping-edit": IMPORTS,
    "cases:mapping-delete": IMPORTS,
    "cases:mapping-file": IMPORTS,
    "cases:site-list": MANAGES,
    "cases:site-add": MANAGES,
    "cases:site-edit": MANAGES,
    "cases:vocabulary-list": MANAGES,
    "cases:vocabulary": MANAGES,
    "cases:vocabulary-add": MANAGES,
    "cases:vocabulary-edit": MANAGES,
    "cases:quality": ROWS,
    "cases:quality-check": ENTERS_POST,
    "cases:quality-run": PATIENT,
    "cases:quality-run-progress": PATIENT,
    "cases:quality-completeness": ROWS,
    "cases:quality-incomplete": ROWS,
    "cases:quality-queries": ROWS,
    "cases:quality-query": PATIENT,
    "cases:quality-query-answer": ENTERS_POST,
    "cases:quality-query-assign": MANAGES_POST,
    "cases:quality-query-close": MANAGES_POST,
    "cases:quality-query-reopen": MANAGES_POST,
    "cases:quality-ask": PATIENT,
    "cases:export-list": EXPORTS,
    "cases:export-new": EXPORTS,
    "cases:export-log": MANAGES,
    "cases:export": EXPORTS,
    "cases:export-progress": EXPORTS,
    "cases:export-file": EXPORTS,
    "cases:export-cancel": MANAGES_POST,
    "cases:member-list": MANAGES,
    "cases:member-add": MANAGES,
    "cases:member-invite": MANAGES,
    "cases:member-edit": MANAGES,
    "cases:member-link": MANAGES_POST,
    "cases:member-remove": MANAGES_POST,
    "expression:assay-index": AGGREGATES,
    "expression:marker-list": AGGREGATES,
    "expression:marker": AGGREGATES,
    "expression:dataset-list": ROWS,
    "expression:dataset": PATIENT,
    "expression:run-list": ROWS,
    "expression:run": RUN,
    "expression:run-wells": RUN,
    "expression:run-plate": RUN,
    "expression:run-well": RUN,
    "expression:run-history": RUN,
    "expression:run-edit": IMPORTS,
    "expression:run-target": IMPORTS,
    "expression:run-adopt": IMPORTS_POST,
    "expression:run-csv": EXPORTS,
    "expression:blot-list": ROWS,
    "expression:blot-add": IMPORTS,
    "expression:blot": ROWS,
    "expression:blot-edit": IMPORTS,
    "expression:blot-bands": IMPORTS,
    "expression:blot-csv": EXPORTS,
    "expression:blot-history": ROWS,
    "expression:blot-delete": IMPORTS,
    "expression:blot-membrane-add": IMPORTS,
    "expression:blot-membrane-edit": IMPORTS,
    "expression:blot-membrane-delete": IMPORTS,
    "expression:experiment-line-list": ROWS,
    "expression:experiment-line-add": IMPORTS,
    "expression:experiment-line-edit": IMPORTS,
    "expression:experiment-line-delete": IMPORTS,
    "expression:experiment-list": ROWS,
    "expression:experiment-add": IMPORTS,
    "expression:experiment": ROWS,
    "expression:experiment-edit": IMPORTS,
    "expression:experiment-conditions": IMPORTS,
    "expression:experiment-readings": IMPORTS,
    "expression:experiment-csv": EXPORTS,
    "expression:experiment-history": ROWS,
    "expression:experiment-delete": IMPORTS,
    "expression:antibody-list": ROWS,
    "expression:antibody-add": IMPORTS,
    "expression:antibody-edit": IMPORTS,
    "expression:antibody-delete": IMPORTS,
    "expression:antibody-history": ROWS,
    "expression:cutoff-list": ROWS,
    "expression:cutoff-add": IMPORTS,
    "expression:cutoff-new-version": IMPORTS,
    "expression:cutoff-history": ROWS,
    "expression:rule-list": ROWS,
    "expression:rule-add": IMPORTS,
    "expression:rule-new-version": IMPORTS,
    "expression:rule-history": ROWS,
    "expression:scale-list": ROWS,
    "expression:scale-add": IMPORTS,
    "expression:scale-copy": IMPORTS,
    "expression:scale-delete": IMPORTS,
    "expression:scale-history": ROWS,
    "expression:scoring": ROWS,
    "expression:scoring-grid": ROWS,
    "expression:scoring-core": ENTERS_PATIENT,
    "analytics:agreement": ROWS,
    "analytics:agreement-open": MANAGES_POST,
    "analytics:consensus": ENTERS_PATIENT,
    "analytics:analysis-list": AGGREGATES,
    "analytics:findings": ASKS,
    "analytics:findings-run": ASKS_POST,
    "analytics:analysis-new": ASKS,
    "analytics:analysis-ask": ASKS,
    "analytics:analysis": ANALYSIS,
    "analytics:analysis-progress": ANALYSIS,
    "analytics:analysis-figure": ANALYSIS,
    "analytics:analysis-result": ANALYSIS,
    "analytics:analysis-input": EXPORTS,
    "analytics:analysis-script": PATIENT,
    "analytics:analysis-report": ANALYSIS,
    "analytics:analysis-cancel": ASKS_POST,
    "analytics:analysis-release": MANAGES_POST,
    "analytics:analysis-withdraw": MANAGES_POST,
    "analytics:cohort-list": ASKS,
    "analytics:cohort-new": ASKS,
    "analytics:cohort": ASKS,
    # The researcher made the shared cohort; a manager may change it, too.
    "analytics:cohort-edit": "LOGIN 404 404 403 200 403 403 200",
    "analytics:cohort-history": ASKS,
    "analytics:cohort-archive": ASKS_POST,
    "analytics:cohort-restore": ASKS_POST,
    "analytics:cohort-delete": ASKS_POST,
    "analytics:family-list": ASKS,
    "analytics:family-new": ASKS,
    "analytics:family": ASKS,
    "analytics:family-delete": ASKS_POST,
    "analytics:release-list": AGGREGATES,
    "analytics:release-new": MANAGES,
    "analytics:release": AGGREGATES,
    "analytics:release-figure": AGGREGATES,
    "analytics:release-csv": AGGREGATES,
    "analytics:release-withdraw": MANAGES_POST,
    "analytics:explore-expression": ROWS,
    "analytics:explore-expression-csv": EXPORTS,
    "analytics:overview": ROWS,
    # At the site of the confined member there is nobody to be drawn.
    "analytics:overview-figure": PATIENT,
    "analytics:overview-csv": EXPORTS,
    "analytics:explore-concordance": ROWS,
    # Of one patient with both there is no association, so nothing is drawn.
    "analytics:explore-concordance-figure": "LOGIN 404 404 403 404 404 404 404",
    "analytics:explore-concordance-csv": EXPORTS,
    "analytics:explore-response": ROWS,
    "analytics:explore-response-figure": PATIENT,
    "analytics:explore-response-csv": EXPORTS,
    "analytics:explore-skeletal-events": ROWS,
    # This dashboard has no part of that name.
    "analytics:explore-skeletal-events-figure": "LOGIN 404 404 403 404 404 404 404",
    "analytics:explore-skeletal-events-csv": "LOGIN 404 404 403 403 403 403 404",
    "analytics:course": PATIENT,
    "analytics:course-figure": PATIENT,
    "analytics:course-csv": EXPORTS,
    "api:api-root": API_SIGNED_IN,
    "api:schema": API_SIGNED_IN,
    "api:docs": SIGNED_IN,
    "api:study-list": API_SIGNED_IN,
    "api:study-detail": API_STUDY,
    # Nothing was measured at the site of the confined member.
    "api:study-explore-expression": "401 404 404 403 200 200 404 200",
    "api:patient-list": API_LIST,
    "api:patient-detail": API_PATIENT,
    **{f"api:{kind.name}-list": API_LIST for kind in KINDS},
    **{f"api:{kind.name}-detail": API_PATIENT for kind in KINDS},
    "api:site-list": API_LIST,
    "api:site-detail": API_OF_STUDY,
    **{f"api:{name}-list": API_SIGNED_IN for name in VOCABULARIES},
    **{f"api:{name}-detail": API_SIGNED_IN for name in VOCABULARIES},
    "api:specimen-list": API_LIST,
    "api:specimen-detail": API_PATIENT,
    "api:query-list": API_LIST,
    "api:query-detail": API_PATIENT,
    "api:import-list": API_SIGNED_IN,
    "api:import-detail": API_IMPORT,
    "api:import-answers": API_ANALYSIS_POST,
    "api:import-write": API_ANALYSIS_POST,
    "api:import-cancel": API_ANALYSIS_POST,
    "api:import-undo": "401 404 404 403 403 409 403 409",
    "api:import-problems": "401 404 404 403 403 404 403 404",
    "api:mapping-list": API_SIGNED_IN,
    "api:mapping-detail": API_IMPORT,
    "api:marker-list": API_SIGNED_IN,
    "api:marker-detail": API_SIGNED_IN,
    "api:dataset-list": API_LIST,
    "api:dataset-detail": API_PATIENT,
    "api:antibody-list": API_LIST,
    "api:antibody-detail": API_OF_STUDY,
    "api:positivity-cutoff-list": API_LIST,
    "api:positivity-cutoff-detail": API_OF_STUDY,
    "api:consolidation-rule-list": API_LIST,
    "api:consolidation-rule-detail": API_OF_STUDY,
    "api:laboratory-scale-list": API_LIST,
    "api:laboratory-scale-detail": API_OF_STUDY,
    "api:measurement-list": API_LIST,
    "api:qpcr-run-list": API_LIST,
    "api:qpcr-run-detail": API_PATIENT,
    "api:qpcr-run-targets": API_PATIENT,
    "api:qpcr-run-delta-cq": API_PATIENT,
    "api:western-blot-list": API_LIST,
    "api:western-blot-detail": API_OF_STUDY,
    "api:cell-line-list": API_LIST,
    "api:cell-line-detail": API_OF_STUDY,
    "api:cell-experiment-list": API_LIST,
    "api:cell-experiment-detail": API_OF_STUDY,
    "api:export-list": API_SIGNED_IN,
    "api:export-detail": API_EXPORT,
    "api:export-file": API_EXPORT,
    "api:export-cancel": API_ANALYSIS_POST,
    # Without a study there is none to choose in.
    "api:export-choices": "401 404 404 404 404 404 404 404",
    # Without a study it asks for one, in EXPECTED_OF_STUDY it has one.
    "api:finding-list": "401 400 400 400 400 400 400 400",
    "api:analysis-list": API_SIGNED_IN,
    "api:analysis-detail": API_ANALYSIS,
    "api:analysis-cancel": API_ANALYSIS_POST,
    "api:analysis-figure": API_ANALYSIS,
    "api:analysis-input": API_EXPORTS,
    "api:study-overview": "401 404 404 403 200 200 200 200",
    "api:study-explore-concordance": "401 404 404 403 200 200 200 200",
    "api:cohort-list": API_LIST,
    "api:cohort-detail": API_OF_STUDY,
    "api:family-list": API_LIST,
    "api:family-detail": API_OF_STUDY,
    "api:dashboard-release-list": API_SIGNED_IN,
    "api:dashboard-release-detail": API_STUDY,
    "api:study-explore-response": "401 404 404 403 200 200 200 200",
    "api:study-explore-skeletal-events": "401 404 404 403 200 200 200 200",
    "account": SIGNED_IN,
    "api:job-list": API_SIGNED_IN,
    "my-jobs": SIGNED_IN,
    "my-job-cancel": "405 405 405 405 405 405 405 405",
    "account-token-revoke": "405 405 405 405 405 405 405 405",
    "account_login": ONLY_SIGNED_OUT,
    "account_logout": "302 200 200 200 200 200 200 200",
    "account_inactive": EVERYBODY,
    "account_signup": ONLY_SIGNED_OUT,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": ONLY_SIGNED_IN,
    "account_reset_password": EVERYBODY,
    "account_reset_password_from_key": EVERYBODY,
    "account_reset_password_from_key_done": EVERYBODY,
    "status": SIGNED_IN,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "set_language": "302 302 302 302 302 302 302 302",
}

EXPECTED_OF_STUDY = {
    "api:patient-list": "401 404 404 403 200 200 200 200",
    "api:site-list": "401 404 404 403 200 200 200 200",
    **{f"api:{kind.name}-list": "401 404 404 403 200 200 200 200" for kind in KINDS},
    "api:specimen-list": "401 404 404 403 200 200 200 200",
    "api:query-list": "401 404 404 403 200 200 200 200",
    "api:import-list": "401 404 404 403 403 200 403 200",
    "api:mapping-list": "401 404 404 403 403 200 403 200",
    "api:dataset-list": "401 404 404 403 200 200 200 200",
    "api:antibody-list": "401 404 404 403 200 200 200 200",
    "api:positivity-cutoff-list": "401 404 404 403 200 200 200 200",
    "api:consolidation-rule-list": "401 404 404 403 200 200 200 200",
    "api:laboratory-scale-list": "401 404 404 403 200 200 200 200",
    "api:measurement-list": "401 404 404 403 200 200 200 200",
    "api:qpcr-run-list": "401 404 404 403 200 200 200 200",
    "api:western-blot-list": "401 404 404 403 200 200 200 200",
    "api:cell-line-list": "401 404 404 403 200 200 200 200",
    "api:cell-experiment-list": "401 404 404 403 200 200 200 200",
    "api:finding-list": "401 404 404 403 200 200 200 200",
    "api:analysis-list": "401 404 404 200 200 200 200 200",
    "api:cohort-list": "401 404 404 403 200 200 200 200",
    "api:family-list": "401 404 404 403 200 200 200 200",
    "api:dashboard-release-list": "401 404 404 200 200 200 200 200",
    "api:export-choices": "401 404 404 403 403 403 403 200",
}
"""With ``?study=CODE``."""

SECRET_QUESTION = {"text": "Is {code} the index lesion?", "values": {"code": "L-SECRET"}}
SEES_PATIENT = {"researcher", "data_entry", "manager"}


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


@pytest.fixture
def world() -> World:
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


def addresses(
    resolver: URLResolver, namespace: str = "", outer: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    """Name and parameters of every address of the portal."""
    for part in resolver.url_patterns:
        parameters = (*outer, *part.pattern.regex.groupindex)
        if isinstance(part, URLPattern):
            yield f"{namespace}{part.name}", list(parameters)
        else:
            inner = f"{namespace}{part.namespace}:" if part.namespace else namespace
            yield from addresses(part, inner, parameters)


ADDRESSES = list(addresses(get_resolver()))
PORTAL = [(name, parameters) for name, parameters in ADDRESSES if not name.startswith("admin:")]


def signed_in(person: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person)
    return client


def outcome(answer: HttpResponse) -> str:
    to_login = answer.status_code == HTTPStatus.FOUND and answer["Location"].startswith("/accounts/login/?next=")
    return "LOGIN" if to_login else str(answer.status_code)


def body(answer: HttpResponse, address: str) -> str:
    """What was answered, without the address itself, which the person already knew."""
    content = answer.getvalue()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as workbook:
            content = b"".join(map(workbook.read, workbook.namelist()))
    return content.decode().replace(address, "")


def test_every_address_is_in_the_table() -> None:
    assert {name for name, _parameters in PORTAL} == EXPECTED.keys()


def test_everybody_tries(world: World, subtests: pytest.Subtests) -> None:
    clients = {person: signed_in(user) for person, user in world.people.items()}
    for name, parameters in PORTAL:
        address = world.address(name, parameters)
        with subtests.test(name):
            answers = {person: client.get(address) for person, client in clients.items()}
            found = [outcome(answer) for answer in answers.values()]
            assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, EXPECTED[name].split(), strict=True))
            for person, answer in answers.items():
                leaked = [secret for secret in world.secrets if secret in body(answer, address)]
                assert person in SEES_PATIENT or not leaked, f"{person} reads {leaked}"


def test_what_cannot_be_read_cannot_be_written(world: World, subtests: pytest.Subtests) -> None:
    """A POST is refused where a GET is, and is never answered by a failure of the portal. Nothing is kept."""
    sessions = {person: signed_in(user).cookies for person, user in world.people.items()}
    for name, parameters in PORTAL:
        address = world.address(name, parameters)
        for person, expected in zip(PEOPLE, EXPECTED[name].split(), strict=True):
            client = Client()
            client.cookies = deepcopy(sessions[person])
            with subtests.test(name, person=person), transaction.atomic():
                answer = client.post(address)
                transaction.set_rollback(True)
                assert answer.status_code < 500
                if expected in ("LOGIN", "401", "403", "404"):
                    assert outcome(answer) in (expected, "405")


def test_everybody_asks_for_the_study(world: World, subtests: pytest.Subtests) -> None:
    for name, expected in EXPECTED_OF_STUDY.items():
        with subtests.test(name):
            found = {}
            for person, user in world.people.items():
                answer = signed_in(user).get(reverse(name), {"study": world.study.code})
                found[person] = outcome(answer)
                if person not in SEES_PATIENT:
                    assert not [secret for secret in world.secrets if secret in body(answer, "")], person
            assert found == dict(zip(PEOPLE, expected.split(), strict=True))


def test_secrets_are_shown_to_those_who_may_see_them(world: World) -> None:
    """Otherwise their absence would prove nothing."""
    client = signed_in(world.people["researcher"])
    patient_code, _lesion, specimen_code, *_others = world.secrets
    assert patient_code in client.get(reverse("cases:patient-list", args=[world.study.code])).content.decode()
    page = client.get(reverse("cases:patient", args=[world.study.code, patient_code])).content.decode()
    assert specimen_code in page
    assert "7.123" in page
    measurements = client.get(reverse("api:measurement-list"), {"patient": patient_code}).content.decode()
    assert "7.123456" in measurements
    assert "31.337" in measurements
    blot = world.keys["blot_code"]
    assert "4711.25" in client.get(reverse("expression:blot", args=[world.study.code, blot])).content.decode()


def test_confined_data_entry_sees_and_changes_its_own_site(world: World) -> None:
    site = world.study.sites.get(code="NORTH")
    patient = add_patient(world.study, 3.25, site=site)
    client = signed_in(world.people["confined"])
    for name in ("patient", "patient-edit"):
        assert client.get(reverse(f"cases:{name}", args=[world.study.code, patient.code])).status_code == 200
    listed = client.get(reverse("api:patient-list")).json()
    assert [row["code"] for row in listed["results"]] == [patient.code]
    assert client.get(reverse("api:measurement-list")).json()["count"] == 1


def test_superuser_sees_everything_and_an_inactive_account_nothing(world: World) -> None:
    superuser = UserFactory(is_superuser=True)
    address = reverse("cases:patient-list", args=[world.study.code])
    assert signed_in(superuser).get(address).status_code == 200
    manager = world.people["manager"]
    client = signed_in(manager)
    manager.is_active = False
    manager.save()
    assert outcome(client.get(address)) == "LOGIN"


def test_administration_is_for_staff(world: World) -> None:
    values = {"object_id": "1", "content_type_id": "1", "app_label": "cases", "url": "x", "id": "1"}
    for name, parameters in ADDRESSES:
        if not name.startswith("admin:") or name in ("admin:login", "admin:logout"):
            continue
        if name == "admin:None":
            address = "/admin/nowhere"
        else:
            address = reverse(name, kwargs={parameter: values[parameter] for parameter in parameters})
        for person in ("anonymous", "stranger", "manager"):
            answer = signed_in(world.people[person]).get(address)
            assert answer.status_code == HTTPStatus.FOUND, (name, person)


def test_refusals_of_the_api_say_how_to_sign_in(world: World) -> None:
    answer = Client().get(reverse("api:patient-list"))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    answer = Client().get(reverse("api:patient-list"), headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401


def test_strange_queries_are_no_failure(world: World) -> None:
    """Nonsense in the query of any page a manager may open."""
    client = signed_in(world.people["manager"])
    nonsense = {"page": "-1", "per_page": "0", "page_size": "x", "sort": "nothing", "code": "\x00", "study": "\x00"}
    for name, parameters in PORTAL:
        address = world.address(name, parameters)
        answer = client.get(address, nonsense)
        assert answer.status_code < 500, name
        answer.getvalue()


NONSENSE = (
    "\x00nonsense",
    "=HYPERLINK(1)<script>alert(1)</script>",
    "NaN",
    "1e999999999",
    "-1",
    "9" * 40,
    "長" * 5000,
)
NAME_OF_FIELD = re.compile(r'<(?:input|select|textarea)[^>]*? name="([^"]+)"')


def test_nonsense_in_a_form_is_no_failure(world: World, subtests: pytest.Subtests) -> None:
    """In every field of every page of the assays a manager may open, by GET and by POST."""
    client = signed_in(world.people["manager"])
    for name, parameters in PORTAL:
        if not name.startswith(("expression:", "analytics:agreement", "analytics:consensus")):
            continue
        address = world.address(name, parameters)
        if EXPECTED[name].split()[-1] != "200":
            continue
        page = client.get(address).getvalue().decode()
        fields = set(NAME_OF_FIELD.findall(page)) - {"csrfmiddlewaretoken", "version"}
        for nonsense in NONSENSE:
            with subtests.test(name, nonsense=nonsense[:20]), transaction.atomic():
                for method in (client.get, client.post):
                    answer = method(address, dict.fromkeys(fields, nonsense))
                    assert answer.status_code < 500
                    assert "<script>alert" not in answer.getvalue().decode()
                if answer.status_code == HTTPStatus.FOUND:
                    shown = client.get(answer["Location"])
                    assert shown.status_code == 200
                    assert "<script>alert" not in shown.getvalue().decode()
                transaction.set_rollback(True)


def test_a_form_offers_what_is_of_its_own_study(world: World) -> None:
    other = StudyFactory()
    marker = AntibodyFactory(study=other).marker
    cutoff = PositivityCutoffFactory(study=other, marker=marker)
    ConsolidationRuleFactory(study=other, cutoff=cutoff)
    ExperimentReadingFactory(experiment__study=other)
    BandFactory(blot=WesternBlotFactory(study=other))
    client = signed_in(world.people["manager"])
    offered = 0
    for name, parameters in PORTAL:
        if not name.startswith(("expression:", "analytics:", "cases:core", "cases:record")):
            continue
        for kind in [each.name for each in KINDS] if name == "cases:record-add" else [world.keys["kind"]]:
            world.keys["kind"] = kind
            answer = client.get(world.address(name, parameters))
            form = (getattr(answer, "context", None) or {}).get("form")
            for field in form.fields.values() if isinstance(form, forms.BaseForm) else ():
                queryset = getattr(field, "queryset", None)
                if queryset is not None and hasattr(queryset.model, "study_id"):
                    offered += queryset.count()
                    assert not queryset.exclude(study=world.study).exists(), (name, kind, queryset.model)
    assert offered
