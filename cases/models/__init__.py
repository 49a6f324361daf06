from cases.models.check_run import CheckRun
from cases.models.data_query import DataQuery, QueryStatus
from cases.models.date_shift import DateShift
from cases.models.diagnosis import AlterationKind, Detection, Diagnosis, GiantCells, MolecularAlteration
from cases.models.erasure import Erasure
from cases.models.export_job import ExportJob, ExportKind
from cases.models.import_job import ImportJob, ImportPhase
from cases.models.import_mapping import ImportMapping
from cases.models.import_undo import ImportUndo
from cases.models.job import Job, JobStatus, ServiceHeartbeat
from cases.models.lesion import Laterality, Lesion, RadiographicType, Tissue
from cases.models.list_export import ListExport, ListFormat
from cases.models.missing import Missing, Record
from cases.models.outcome import (
    AdverseEvent,
    Comparator,
    Criterion,
    LaboratoryResult,
    Modality,
    ResponseAssessment,
    ResponseCategory,
    Sclerosis,
    SkeletalEvent,
    SkeletalEventType,
)
from cases.models.patient import ConsentStatus, Patient, Sex, VitalStatus
from cases.models.saved_filter import SavedFilter
from cases.models.specimen import Decalcification, Procedure, Specimen, SpecimenKind
from cases.models.study import Membership, ResponseRule, Role, Site, Study, StudyStatus
from cases.models.tissue_microarray import Core, CoreStatus, TissueMicroarray
from cases.models.treatment import Administration, Route, StoppingReason, Treatment
from cases.models.vocabulary import (
    AdverseEventTerm,
    Category,
    Dictionary,
    Histology,
    LaboratoryTest,
    Topography,
    TreatmentAgent,
    TreatmentClass,
)

__all__ = [
    "Administration",
    "AdverseEvent",
    "AdverseEventTerm",
    "AlterationKind",
    "Category",
    "CheckRun",
    "Comparator",
    "ConsentStatus",
    "Core",
    "CoreStatus",
    "Criterion",
    "DataQuery",
    "DateShift",
    "Decalcification",
    "Detection",
    "Diagnosis",
    "Dictionary",
    "Erasure",
    "ExportJob",
    "ExportKind",
    "GiantCells",
    "Histology",
    "ImportJob",
    "ImportMapping",
    "ImportPhase",
    "ImportUndo",
    "Job",
    "JobStatus",
    "LaboratoryResult",
    "LaboratoryTest",
    "Laterality",
    "Lesion",
    "ListExport",
    "ListFormat",
    "Membership",
    "Missing",
    "Modality",
    "MolecularAlteration",
    "Patient",
    "Procedure",
    "QueryStatus",
    "RadiographicType",
    "Record",
    "ResponseAssessment",
    "ResponseCategory",
    "ResponseRule",
    "Role",
    "Route",
    "SavedFilter",
    "Sclerosis",
    "ServiceHeartbeat",
    "Sex",
    "Site",
    "SkeletalEvent",
    "SkeletalEventType",
    "Specimen",
    "SpecimenKind",
    "StoppingReason",
    "Study",
    "StudyStatus",
    "Tissue",
    "TissueMicroarray",
    "Topography",
    "Treatment",
    "TreatmentAgent",
    "TreatmentClass",
    "VitalStatus",
]
