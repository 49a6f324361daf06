"""Pages of the people: studies, patients, specimens, imports, members."""

from django.urls import path, register_converter

from cases.models.study import CODE_PATTERN
from cases.views import imports, members, microarrays, patients, records, specimens, studies


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
MICROARRAY = f"{STUDY}/microarrays/<code:microarray_code>"
MEMBER = f"{STUDY}/members/<int:pk>"

urlpatterns = [
    path(f"{STUDY}/", studies.StudyOverview.as_view(), name="study"),
    path(f"{STUDY}/settings/", studies.StudyEdit.as_view(), name="study-edit"),
    path(f"{STUDY}/patients/", patients.PatientList.as_view(), name="patient-list"),
    path(f"{STUDY}/new-patient/", patients.PatientAdd.as_view(), name="patient-add"),
    path(f"{PATIENT}/", patients.PatientPage.as_view(), name="patient"),
    path(f"{PATIENT}/edit/", patients.PatientEdit.as_view(), name="patient-edit"),
    path(f"{PATIENT}/verification/", patients.PatientVerification.as_view(), name="patient-verification"),
    path(f"{PATIENT}/records/<slug:kind>/new/", records.RecordAdd.as_view(), name="record-add"),
    path(f"{PATIENT}/records/<slug:kind>/<int:pk>/", records.RecordEdit.as_view(), name="record-edit"),
    path(f"{PATIENT}/records/<slug:kind>/<int:pk>/delete/", records.RecordDelete.as_view(), name="record-delete"),
    path(f"{STUDY}/specimens/", specimens.SpecimenList.as_view(), name="specimen-list"),
    path(f"{SPECIMEN}/", specimens.SpecimenPage.as_view(), name="specimen"),
    path(f"{STUDY}/microarrays/", microarrays.MicroarrayList.as_view(), name="microarray-list"),
    path(f"{STUDY}/new-microarray/", microarrays.MicroarrayAdd.as_view(), name="microarray-add"),
    path(f"{MICROARRAY}/", microarrays.MicroarrayPage.as_view(), name="microarray"),
    path(f"{MICROARRAY}/edit/", microarrays.MicroarrayEdit.as_view(), name="microarray-edit"),
    path(f"{MICROARRAY}/<int:row>/<int:column>/", microarrays.CoreEdit.as_view(), name="core-edit"),
    path(f"{STUDY}/imports/", imports.ImportList.as_view(), name="import-list"),
    path(f"{STUDY}/imports/new/", imports.ImportNew.as_view(), name="import-new"),
    path(f"{STUDY}/imports/examples/<slug:code>/", imports.ImportExample.as_view(), name="import-example"),
    path(f"{STUDY}/imports/<int:pk>/", imports.ImportPage.as_view(), name="import"),
    path(f"{STUDY}/imports/<int:pk>/progress/", imports.ImportProgress.as_view(), name="import-progress"),
    path(f"{STUDY}/imports/<int:pk>/confirm/", imports.ImportConfirm.as_view(), name="import-confirm"),
    path(f"{STUDY}/imports/<int:pk>/cancel/", imports.ImportCancel.as_view(), name="import-cancel"),
    path(f"{STUDY}/members/", members.MemberList.as_view(), name="member-list"),
    path(f"{STUDY}/members/add/", members.MemberAdd.as_view(), name="member-add"),
    path(f"{STUDY}/members/invite/", members.MemberInvite.as_view(), name="member-invite"),
    path(f"{MEMBER}/", members.MemberEdit.as_view(), name="member-edit"),
    path(f"{MEMBER}/link/", members.MemberLink.as_view(), name="member-link"),
    path(f"{MEMBER}/remove/", members.MemberRemove.as_view(), name="member-remove"),
]
