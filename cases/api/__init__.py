"""The people over the API: studies, sites, vocabularies, patients and their records, imports, exports."""

from cases.api.addresses import AddressField
from cases.api.exports import ExportViewSet
from cases.api.imports import ImportViewSet, MappingViewSet
from cases.api.queries import DataQueryViewSet
from cases.api.reading import TERMS, RowsViewSet, SiteViewSet, StudyViewSet, asked_study, lists_rows
from cases.api.records import RECORDS, PatientViewSet

__all__ = [
    "RECORDS",
    "TERMS",
    "AddressField",
    "DataQueryViewSet",
    "ExportViewSet",
    "ImportViewSet",
    "MappingViewSet",
    "PatientViewSet",
    "RowsViewSet",
    "SiteViewSet",
    "StudyViewSet",
    "asked_study",
    "lists_rows",
]
