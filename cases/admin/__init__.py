"""The people in the administration.

Staff who are no superusers find there what they find on the pages: rows of studies in which they see rows, changed
only where they enter data. Studies, sites and memberships are changed by superusers; managers have pages for it.
"""

from cases.admin import jobs, microarrays, quality, record, studies, vocabularies
from cases.admin.rights import EnteredRows, ReadOnlyAdmin, SeenRows, TrackedAdmin

__all__ = [
    "EnteredRows",
    "ReadOnlyAdmin",
    "SeenRows",
    "TrackedAdmin",
    "jobs",
    "microarrays",
    "quality",
    "record",
    "studies",
    "vocabularies",
]
