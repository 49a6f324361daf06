"""What is to settle in the record of one patient, and where its records are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cases import access
from cases.access import Person, StudyRights
from cases.models import DataQuery, Patient, QueryStatus
from cases.quality.findings import Finding
from cases.quality.registry import by_code, title_of
from cases.quality.statements import of_patient
from cases.records import KINDS
from cases.sentences import render


@dataclass(frozen=True, kw_only=True)
class ToSettle:
    """A finding, a question, or a question about a finding; ``advice`` says what to do."""

    title: str
    text: str
    advice: str
    record_url: str
    query_url: str


def to_settle(*, patient: Patient, user: Person, rights: StudyRights) -> list[ToSettle]:
    """The findings of a patient and whatever else is asked about it. Two queries."""
    asked = DataQuery.objects.filter(patient=patient).exclude(status=QueryStatus.CLOSED).select_related("study")
    queries = list(access.rows(user=user, queryset=asked, patient="patient").order_by("opened_at"))
    found = of_patient(patient, user=user)
    still_found = {finding.query_key for finding in found}
    return [
        *(_of_finding(finding, rights=rights) for finding in found),
        *(_of_query(query, patient=patient, rights=rights) for query in queries if query.pk not in still_found),
    ]


def caused(*, before: list[Finding], after: list[Finding], row: Any) -> list[Finding]:
    """The findings that a save brought about, and those about the saved row itself."""
    known = {finding.key for finding in before}
    own = (type(row)._meta.label, row.pk)
    return [one for one in after if one.key not in known or (one.subject_model, one.subject_key) == own]


def record_url(*, rights: StudyRights, patient_code: str, subject_model: str, subject_key: int) -> str:
    """The form of the record for those who enter data, its place on the patient page for others."""
    kind = next((kind for kind in KINDS if kind.model._meta.label == subject_model), None)
    address = [rights.study.code, patient_code]
    if kind is not None and rights.enters:
        return reverse("cases:record-edit", args=[*address, kind.name, subject_key])
    if rights.enters and subject_model == Patient._meta.label:
        return reverse("cases:patient-edit", args=address)
    return reverse("cases:patient", args=address) + (f"#{kind.name}" if kind else "")


def page_url(*, study_code: str, check_code: str, found: Mapping[str, Any]) -> str:
    """The page of what a check of the whole study objects to; blank where there is none."""
    check = by_code(check_code)
    return reverse(check.page, args=[study_code, found["code"]]) if check is not None and check.page else ""


def _of_finding(finding: Finding, *, rights: StudyRights) -> ToSettle:
    query = reverse("cases:quality-query", args=[rights.study.code, finding.query_key]) if finding.query_key else ""
    return ToSettle(
        title=str(finding.title),
        text=finding.text,
        advice=str(finding.check.advice),
        record_url=record_url(
            rights=rights,
            patient_code=finding.patient_code or "",
            subject_model=finding.subject_model,
            subject_key=finding.subject_key,
        ),
        query_url=query,
    )


def _of_query(query: DataQuery, *, patient: Patient, rights: StudyRights) -> ToSettle:
    """Somebody's own question, or one about a finding that is gone and will be closed by the next run."""
    return ToSettle(
        title=str(title_of(query.check_code)),
        text=render(query.question),
        advice="",
        record_url=record_url(
            rights=rights,
            patient_code=patient.code,
            subject_model=query.subject_model,
            subject_key=query.subject_pk,
        ),
        query_url=query.get_absolute_url(),
    )
