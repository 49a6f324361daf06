"""What the database accepts and refuses of the clinical record, as tables for ``test_models``."""

from typing import Any

from django.utils import timezone

from cases.models import JobStatus
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    AdverseEventTermFactory,
    CheckRunFactory,
    CoreFactory,
    DataQueryFactory,
    DateShiftFactory,
    ExportJobFactory,
    LaboratoryResultFactory,
    LesionFactory,
    ListExportFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SavedFilterFactory,
    SkeletalEventFactory,
    StudyFactory,
    TissueMicroarrayFactory,
    TreatmentAgentFactory,
    TreatmentFactory,
)

NO_DATE = "2019-13"

CHECKS: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "study_event_window_plausible": (
        StudyFactory,
        {"skeletal_event_window_days": 1},
        {"skeletal_event_window_days": 0},
    ),
    "study_response_rule_known": (StudyFactory, {"response_rule": "all"}, {"response_rule": "most"}),
    "patient_death_not_before_follow_up": (
        PatientFactory,
        {"vital_status": "dead", "death_date": "2019-05", "last_follow_up_date": "2019-05-17"},
        {"death_date": "2019-04"},
    ),
    "agent_treatment_class_known": (
        TreatmentAgentFactory,
        {"treatment_class": "surgery"},
        {"treatment_class": "magic"},
    ),
    "adverse_event_dictionary_known": (AdverseEventTermFactory, {"dictionary": "meddra"}, {"dictionary": "own"}),
    "date_shift_secret_is_long": (DateShiftFactory, {"secret": "a" * 64}, {"secret": "abc"}),
    "date_shift_days_plausible": (DateShiftFactory, {"most_days": 30}, {"most_days": 0}),
    "list_export_format_known": (ListExportFactory, {"format": "xlsx"}, {"format": "pdf"}),
    "lesion_code_shape": (LesionFactory, {"code": "L1"}, {"code": "L 1"}),
    "lesion_laterality_known": (LesionFactory, {"laterality": "left"}, {"laterality": "up"}),
    "lesion_tissue_known": (LesionFactory, {"tissue": "soft_tissue"}, {"tissue": "blood"}),
    "lesion_radiographic_type_known": (
        LesionFactory,
        {"radiographic_type": "blastic"},
        {"radiographic_type": "moth-eaten"},
    ),
    "lesion_diameter_plausible": (LesionFactory, {"largest_diameter_mm": 2000}, {"largest_diameter_mm": 2000.1}),
    "treatment_route_known": (TreatmentFactory, {"route": "oral"}, {"route": "nasal"}),
    "treatment_stopping_reason_known": (
        TreatmentFactory,
        {"stopping_reason": "progression"},
        {"stopping_reason": "cost"},
    ),
    "treatment_dose_positive": (TreatmentFactory, {"dose_mg": 0.5}, {"dose_mg": 0}),
    "treatment_interval_positive": (TreatmentFactory, {"interval_days": 1}, {"interval_days": 0}),
    "treatment_start_shape": (TreatmentFactory, {"start": "2019"}, {"start": NO_DATE}),
    "treatment_end_shape": (TreatmentFactory, {"end": "2021-05"}, {"end": "2021-5"}),
    "treatment_end_not_before_start": (
        TreatmentFactory,
        {"start": "2019-05-17", "end": "2019"},
        {"end": "2019-05-16"},
    ),
    "administration_dose_positive": (AdministrationFactory, {"dose_mg": 60}, {"dose_mg": 0}),
    "administration_date_shape": (AdministrationFactory, {"date": "2020-02"}, {"date": NO_DATE}),
    "administration_has_date": (AdministrationFactory, {"date": "2020"}, {"date": ""}),
    "assessment_modality_known": (ResponseAssessmentFactory, {"modality": "mri"}, {"modality": "eye"}),
    "assessment_criterion_known": (ResponseAssessmentFactory, {"criterion": "recist"}, {"criterion": ""}),
    "assessment_sclerosis_known": (ResponseAssessmentFactory, {"sclerosis": ""}, {"sclerosis": "some"}),
    "assessment_category_known": (ResponseAssessmentFactory, {"category": "PR"}, {"category": "XX"}),
    "assessment_attenuation_plausible": (
        ResponseAssessmentFactory,
        {"mean_attenuation_hu": -1100},
        {"mean_attenuation_hu": -1101},
    ),
    "assessment_region_positive": (ResponseAssessmentFactory, {"region_mm2": 0.1}, {"region_mm2": 0}),
    "assessment_date_shape": (ResponseAssessmentFactory, {"date": "2020-04"}, {"date": NO_DATE}),
    "assessment_has_date": (ResponseAssessmentFactory, {"date": "2020"}, {"date": ""}),
    "skeletal_event_type_known": (
        SkeletalEventFactory,
        {"type": "hypercalcaemia"},
        {"type": "atypical_femoral_fracture"},
    ),
    "skeletal_event_date_shape": (SkeletalEventFactory, {"date": "2020-04"}, {"date": NO_DATE}),
    "skeletal_event_has_date": (SkeletalEventFactory, {"date": "2020"}, {"date": ""}),
    "adverse_event_grade_1_to_5": (AdverseEventFactory, {"grade": 5}, {"grade": 6}),
    "adverse_event_version_known": (AdverseEventFactory, {"ctcae_version": "4.03"}, {"ctcae_version": "7"}),
    "adverse_event_grade_has_version": (AdverseEventFactory, {"grade": 1}, {"ctcae_version": ""}),
    "adverse_event_date_shape": (AdverseEventFactory, {"date": "2020-04"}, {"date": NO_DATE}),
    "adverse_event_resolved_shape": (AdverseEventFactory, {"resolved_date": "2021"}, {"resolved_date": "2021-13"}),
    "adverse_event_has_date": (AdverseEventFactory, {"date": "2020"}, {"date": ""}),
    "adverse_event_resolved_not_before_date": (
        AdverseEventFactory,
        {"date": "2020-06", "resolved_date": "2020-06-01"},
        {"resolved_date": "2020-05-31"},
    ),
    "laboratory_result_comparator_known": (LaboratoryResultFactory, {"comparator": "<"}, {"comparator": "~"}),
    "laboratory_result_not_negative": (LaboratoryResultFactory, {"value": 0}, {"value": -1}),
    "laboratory_result_has_unit": (LaboratoryResultFactory, {"value": 1, "unit": "mg/dL"}, {"unit": ""}),
    "laboratory_result_date_shape": (LaboratoryResultFactory, {"date": "2020-04"}, {"date": NO_DATE}),
    "laboratory_result_has_date": (LaboratoryResultFactory, {"date": "2020"}, {"date": ""}),
    "microarray_code_shape": (TissueMicroarrayFactory, {"code": "TMA-1"}, {"code": "TMA 1"}),
    "microarray_grid_plausible": (TissueMicroarrayFactory, {"rows": 26, "columns": 60}, {"rows": 27}),
    "microarray_diameter_plausible": (
        TissueMicroarrayFactory,
        {"core_diameter_mm": 0.6},
        {"core_diameter_mm": 10.1},
    ),
    "core_status_known": (CoreFactory, {"status": "lost"}, {"status": "gone"}),
    "core_place_from_one": (CoreFactory, {"row": 1}, {"row": 0}),
    "core_of_specimen_or_control": (
        CoreFactory,
        {"specimen": None, "control_tissue": "Tonsil"},
        {"control_tissue": ""},
    ),
    "query_status_known": (DataQueryFactory, {"status": "open"}, {"status": "asleep"}),
    "query_answered_has_answer": (DataQueryFactory, {"status": "answered", "answer": "Yes."}, {"answer": ""}),
    "query_closed_has_time": (
        DataQueryFactory,
        {"status": "closed", "closed_at": timezone.now()},
        {"closed_at": None},
    ),
    "exportjob_status_known": (ExportJobFactory, {"status": JobStatus.QUEUED}, {"status": "asleep"}),
    "exportjob_running_has_lease": (
        ExportJobFactory,
        {"status": JobStatus.RUNNING, "lease_until": timezone.now()},
        {"lease_until": None},
    ),
    "checkrun_status_known": (CheckRunFactory, {"status": JobStatus.QUEUED}, {"status": "asleep"}),
    "checkrun_running_has_lease": (
        CheckRunFactory,
        {"status": JobStatus.RUNNING, "lease_until": timezone.now()},
        {"lease_until": None},
    ),
    "exportjob_kind_known": (ExportJobFactory, {"kind": "audit"}, {"kind": "everything"}),
}

UNIQUE: dict[str, tuple[Any, dict[str, Any]]] = {
    "lesion_code_once_per_patient": (LesionFactory, {"code": "OTHER"}),
    "administration_once_per_date": (AdministrationFactory, {"date": "2020-02-02"}),
    "assessment_once_per_reading": (ResponseAssessmentFactory, {"reader": "KT"}),
    "laboratory_result_once_per_date": (LaboratoryResultFactory, {"date": "2020-02-02"}),
    "microarray_code_once_per_study": (TissueMicroarrayFactory, {"code": "OTHER"}),
    "core_once_per_place": (CoreFactory, {"column": 2}),
    "query_once_per_finding": (
        lambda **values: DataQueryFactory(**{"check_code": "dead-without-date"} | values),
        {"check_code": "alive-without-follow-up"},
    ),
    "saved_filter_name_once": (SavedFilterFactory, {"name": "Other"}),
}

OWNED: dict[str, tuple[Any, dict[str, Any]]] = {
    "Lesion": (LesionFactory, {"site_detail": "L3 vertebra"}),
    "Treatment": (TreatmentFactory, {"route": "subcutaneous"}),
    "Administration": (AdministrationFactory, {"dose_mg": 60}),
    "ResponseAssessment": (ResponseAssessmentFactory, {"reader": "KT"}),
    "SkeletalEvent": (SkeletalEventFactory, {"date": "2020-05"}),
    "AdverseEvent": (AdverseEventFactory, {"grade": 3}),
    "LaboratoryResult": (LaboratoryResultFactory, {"value": 90}),
    "TissueMicroarray": (TissueMicroarrayFactory, {"core_diameter_mm": 1}),
    "Core": (CoreFactory, {"status": "lost"}),
    "DataQuery": (DataQueryFactory, {"answer": "Yes."}),
}

SAME_PARENT = {
    ("Specimen", "same_patient_lesion"),
    ("Treatment", "same_patient_lesion"),
    ("Administration", "same_patient_treatment"),
    ("ResponseAssessment", "same_patient_lesion"),
    ("SkeletalEvent", "same_patient_lesion"),
    ("AdverseEvent", "same_patient_treatment"),
    ("Core", "same_study_microarray"),
    ("Core", "same_study_specimen"),
    ("DataQuery", "same_study_patient"),
}
"""Tried in ``test_record_rules``."""
