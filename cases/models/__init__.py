from cases.models.diagnosis import AlterationKind, Detection, Diagnosis, GiantCells, MolecularAlteration
from cases.models.import_job import ImportJob, ImportPhase
from cases.models.job import Job, JobStatus, ServiceHeartbeat
from cases.models.patient import ConsentStatus, Patient, Sex, VitalStatus
from cases.models.specimen import Decalcification, Procedure, Specimen, SpecimenKind
from cases.models.study import Membership, Role, Site, Study, StudyStatus
from cases.models.vocabulary import Category, Histology, Topography

__all__ = [
    "AlterationKind",
    "Category",
    "ConsentStatus",
    "Decalcification",
    "Detection",
    "Diagnosis",
    "GiantCells",
    "Histology",
    "ImportJob",
    "ImportPhase",
    "Job",
    "JobStatus",
    "Membership",
    "MolecularAlteration",
    "Patient",
    "Procedure",
    "Role",
    "ServiceHeartbeat",
    "Sex",
    "Site",
    "Specimen",
    "SpecimenKind",
    "Study",
    "StudyStatus",
    "Topography",
    "VitalStatus",
]
