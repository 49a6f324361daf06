"""The people over the API: studies, sites, vocabularies, patients and their records."""

from cases.api.exports import ExportViewSet
from cases.api.queries import DataQueryViewSet
from cases.api.reading import TERMS, RowsViewSet, SiteViewSet, StudyViewSet, asked_study, lists_rows
from cases.api.records import RECORDS, PatientViewSet

__all__ = [
    "RECORDS",
    "TERMS",
    "DataQueryViewSet",
    "ExportViewSet",
    "PatientViewSet",
    "RowsViewSet",
    "SiteViewSet",
    "StudyViewSet",
    "asked_study",
    "lists_rows",
]
