"""Pages of the people: studies, patients, specimens, imports, members."""

from django.urls import path, register_converter

from cases.models.study import CODE_PATTERN
from cases.views import (
    completeness,
    exports,
    history,
    import_mappings,
    import_undo,
    imports,
    lists,
    members,
    microarrays,
    patients,
    quality,
    queries,
    records,
    sites,
    specimens,
    studies,
    vocabularies,
)


class CodeConverter:
    """A code of a study, patient or specimen. Whatever cannot be one leads nowhere."""

    regex = CODE_PATTERN.strip("^$")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")

app_name = "cases"

STUDY = "studies/<code:study_code>"
PATIENT = f"{STUDY}/patients/<code:patient_code>"
SPECIMEN = f"{STUDY}/specimens/<code:specimen_code>"
QUERY = f"{STUDY}/quality/queries/<int:pk>"
MICROARRAY = f"{STUDY}/microarrays/<code:microarray_code>"
MEMBER = f"{STUDY}/members/<int:pk>"

urlpatterns = [
    path(f"{STUDY}/", studies.StudyOverview.as_view(), name="study"),
    path(f"{STUDY}/settings/", studies.StudyEdit.as_view(), name="study-edit"),
    path(f"{STUDY}/patients/", lists.ListPage.as_view(), {"list_name": "patient"}, name="patient-list"),
    path(f"{STUDY}/new-patient/", patients.PatientAdd.as_view(), name="patient-add"),
    path(f"{PATIENT}/", patients.PatientPage.as_view(), name="patient"),
    path(f"{PATIENT}/edit/", patients.PatientEdit.as_view(), name="patient-edit"),
    path(f"{PATIENT}/verification/", patients.PatientVerification.as_view(), name="patient-verification"),
    path(f"{PATIENT}/history/", history.PatientHistory.as_view(), name="patient-history"),
    path(f"{PATIENT}/records/<slug:kind>/<int:pk>/history/", history.RecordHistory.as_view(), name="record-history"),
    path(f"{PATIENT}/records/<slug:kind>/new/", records.RecordAdd.as_view(), name="record-add"),
    path(f"{PATIENT}/records/<slug:kind>/<int:pk>/", records.RecordEdit.as_view(), name="record-edit"),
    path(f"{PATIENT}/records/<slug:kind>/<int:pk>/delete/", records.RecordDelete.as_view(), name="record-delete"),
    path(f"{STUDY}/specimens/", lists.ListPage.as_view(), {"list_name": "specimen"}, name="specimen-list"),
    path(f"{SPECIMEN}/", specimens.SpecimenPage.as_view(), name="specimen"),
    path(f"{STUDY}/lists/", lists.ListIndex.as_view(), name="list-index"),
    path(f"{STUDY}/lists/<slug:list_name>/", lists.ListPage.as_view(), name="list"),
    path(f"{STUDY}/lists/<slug:list_name>/file/<slug:format>/", lists.ListDownload.as_view(), name="list-file"),
    path(f"{STUDY}/lists/<slug:list_name>/filters/", lists.FilterSave.as_view(), name="filter-save"),
    path(f"{STUDY}/filters/<int:pk>/delete/", lists.FilterDelete.as_view(), name="filter-delete"),
    path(f"{SPECIMEN}/history/", history.SpecimenHistory.as_view(), name="specimen-history"),
    path(f"{STUDY}/microarrays/", microarrays.MicroarrayList.as_view(), name="microarray-list"),
    path(f"{STUDY}/new-microarray/", microarrays.MicroarrayAdd.as_view(), name="microarray-add"),
    path(f"{MICROARRAY}/", microarrays.MicroarrayPage.as_view(), name="microarray"),
    path(f"{MICROARRAY}/edit/", microarrays.MicroarrayEdit.as_view(), name="microarray-edit"),
    path(f"{MICROARRAY}/<int:row>/<int:column>/", microarrays.CoreEdit.as_view(), name="core-edit"),
    path(f"{STUDY}/imports/", imports.ImportList.as_view(), name="import-list"),
    path(f"{STUDY}/imports/new/", imports.ImportNew.as_view(), name="import-new"),
    path(f"{STUDY}/imports/examples/<slug:code>/", imports.ImportExample.as_view(), name="import-example"),
    path(f"{STUDY}/imports/templates/<slug:kind>.xlsx", imports.ImportTemplate.as_view(), name="import-template"),
    path(f"{STUDY}/imports/<int:pk>/", imports.ImportPage.as_view(), name="import"),
    path(f"{STUDY}/imports/<int:pk>/progress/", imports.ImportProgress.as_view(), name="import-progress"),
    path(f"{STUDY}/imports/<int:pk>/problems.xlsx", imports.ImportProblems.as_view(), name="import-problems"),
    path(f"{STUDY}/imports/<int:pk>/confirm/", imports.ImportConfirm.as_view(), name="import-confirm"),
    path(f"{STUDY}/imports/<int:pk>/cancel/", imports.ImportCancel.as_view(), name="import-cancel"),
    path(f"{STUDY}/imports/<int:pk>/mapping/", import_mappings.MappingAdd.as_view(), name="import-mapping"),
    path(f"{STUDY}/imports/mappings/", import_mappings.MappingList.as_view(), name="mapping-list"),
    path(f"{STUDY}/imports/mappings/<int:pk>/", import_mappings.MappingEdit.as_view(), name="mapping-edit"),
    path(f"{STUDY}/imports/mappings/<int:pk>/delete/", import_mappings.MappingDelete.as_view(), name="mapping-delete"),
    path(f"{STUDY}/imports/mappings/<int:pk>/mapping.json", import_mappings.MappingFile.as_view(), name="mapping-file"),
    path(f"{STUDY}/imports/<int:pk>/undo/", import_undo.ImportUndoing.as_view(), name="import-undo"),
    path(f"{STUDY}/imports/<int:pk>/undo/cancel/", import_undo.ImportUndoCancel.as_view(), name="import-undo-cancel"),
    path(f"{STUDY}/sites/", sites.SiteList.as_view(), name="site-list"),
    path(f"{STUDY}/sites/add/", sites.SiteAdd.as_view(), name="site-add"),
    path(f"{STUDY}/sites/<int:pk>/", sites.SiteEdit.as_view(), name="site-edit"),
    path(
        f"{STUDY}/vocabularies/", vocabularies.TermList.as_view(), {"vocabulary": "histologies"}, name="vocabulary-list"
    ),
    path(f"{STUDY}/vocabularies/<slug:vocabulary>/", vocabularies.TermList.as_view(), name="vocabulary"),
    path(f"{STUDY}/vocabularies/<slug:vocabulary>/new/", vocabularies.TermAdd.as_view(), name="vocabulary-add"),
    path(f"{STUDY}/vocabularies/<slug:vocabulary>/<int:pk>/", vocabularies.TermEdit.as_view(), name="vocabulary-edit"),
    path(f"{STUDY}/quality/", quality.FindingsPage.as_view(), name="quality"),
    path(f"{STUDY}/quality/check/", quality.CheckStudy.as_view(), name="quality-check"),
    path(f"{STUDY}/quality/runs/<int:pk>/", quality.RunPage.as_view(), name="quality-run"),
    path(f"{STUDY}/quality/runs/<int:pk>/progress/", quality.RunProgress.as_view(), name="quality-run-progress"),
    path(f"{STUDY}/quality/completeness/", completeness.CompletenessPage.as_view(), name="quality-completeness"),
    path(
        f"{STUDY}/quality/completeness/<slug:form>/<slug:field>/",
        completeness.IncompletePatients.as_view(),
        name="quality-incomplete",
    ),
    path(f"{STUDY}/quality/queries/", queries.QueryList.as_view(), name="quality-queries"),
    path(f"{QUERY}/", queries.QueryPage.as_view(), name="quality-query"),
    path(f"{QUERY}/answer/", queries.QueryAnswer.as_view(), name="quality-query-answer"),
    path(f"{QUERY}/assign/", queries.QueryAssign.as_view(), name="quality-query-assign"),
    path(f"{QUERY}/close/", queries.QueryClose.as_view(), name="quality-query-close"),
    path(f"{QUERY}/reopen/", queries.QueryReopen.as_view(), name="quality-query-reopen"),
    path(f"{PATIENT}/query/", queries.QueryAsk.as_view(), name="quality-ask"),
    path(f"{STUDY}/exports/", exports.ExportList.as_view(), name="export-list"),
    path(f"{STUDY}/exports/new/<slug:what>/", exports.ExportNew.as_view(), name="export-new"),
    path(f"{STUDY}/exports/log/", exports.ExportLog.as_view(), name="export-log"),
    path(f"{STUDY}/exports/<int:pk>/", exports.ExportPage.as_view(), name="export"),
    path(f"{STUDY}/exports/<int:pk>/progress/", exports.ExportProgress.as_view(), name="export-progress"),
    path(f"{STUDY}/exports/<int:pk>/file/", exports.ExportFile.as_view(), name="export-file"),
    path(f"{STUDY}/exports/<int:pk>/cancel/", exports.ExportCancel.as_view(), name="export-cancel"),
    path(f"{STUDY}/members/", members.MemberList.as_view(), name="member-list"),
    path(f"{STUDY}/members/add/", members.MemberAdd.as_view(), name="member-add"),
    path(f"{STUDY}/members/invite/", members.MemberInvite.as_view(), name="member-invite"),
    path(f"{MEMBER}/", members.MemberEdit.as_view(), name="member-edit"),
    path(f"{MEMBER}/link/", members.MemberLink.as_view(), name="member-link"),
    path(f"{MEMBER}/remove/", members.MemberRemove.as_view(), name="member-remove"),
]
