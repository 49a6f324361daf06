from analytics.models.analysis import Analysis
from analytics.models.cohort import Cohort, CohortKind, CohortPatient
from analytics.models.family import Correction, Family, FamilyMember
from analytics.models.release import DashboardRelease

__all__ = [
    "Analysis",
    "Cohort",
    "CohortKind",
    "CohortPatient",
    "Correction",
    "DashboardRelease",
    "Family",
    "FamilyMember",
]
