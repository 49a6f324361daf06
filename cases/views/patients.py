"""Pages of patients: one patient, and forms for what belongs to a patient."""

from copy import copy
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from django_htmx.http import trigger_client_event
from django_htmx.middleware import HtmxDetails

from cases import access
from cases.course_facts import facts
from cases.derived.course import courses
from cases.forms import PatientForm
from cases.history import because
from cases.models import ConsentStatus, Patient
from cases.patient_description import description
from cases.quality.record import to_settle
from cases.records import BY_NAME, KINDS
from cases.screened_form import ScreenedTexts
from cases.sections import patient_sections
from cases.views.base import RowFormPage, StudyPage

SAVED = "record-saved"
"""The event in the browser after a record was saved in place; the timeline goes by it."""
SHOWN_AGAIN = ",".join(
    ["#description", "#contents", "#course", "#to-settle", *(f"#{kind.name}-rows" for kind in KINDS)]
)
"""What of the patient's page follows from its records and is exchanged when one was saved in place."""


class OfPatient(StudyPage):
    """A page below ``patients/<patient_code>/``."""

    @cached_property
    def patient(self) -> Patient:
        patients = access.patients(self.user).filter(study=self.study)
        return get_object_or_404(patients.select_related("study", "site"), code=self.kwargs["patient_code"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(patient=self.patient, **kwargs)


class PatientPage(OfPatient, TemplateView):
    """Everything the study knows about one patient.

    ``?at=lesion`` is the page after a lesion was saved in place: it says so there, with ``&another`` in a form for the
    next one.
    """

    template_name = "cases/patient.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = super().get(request, *args, **kwargs)
        return trigger_client_event(page, SAVED) if HtmxDetails(request) and "at" in request.GET else page

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        course = courses([self.patient])[self.patient.pk]
        records = [
            (kind, list(access.narrowed(user=self.user, queryset=kind.rows(self.patient))))
            for kind in KINDS
            if kind.on_patient_page
        ]
        sections = patient_sections.of(self.patient, user=self.user, rights=self.rights)
        return super().get_context_data(
            description=description(course, alterations=self.patient.alterations.all()),
            facts=facts(course),
            records=records,
            consent_given=self.patient.consent_status in (ConsentStatus.GIVEN, ConsentStatus.NOT_REQUIRED),
            to_settle=to_settle(patient=self.patient, user=self.user, rights=self.rights),
            leading_sections=[section for section in sections if section.leads],
            sections=[section for section in sections if not section.leads],
            at=self.request.GET.get("at", ""),
            entry=self._entry(),
            **kwargs,
        )

    def _entry(self) -> dict[str, Any]:
        """The form for the next record of the kind that was saved, if it was asked for."""
        kind = BY_NAME.get(self.request.GET.get("at", ""))
        if kind is None or "another" not in self.request.GET or not self.rights.enters:
            return {}
        return {
            "form": kind.form(instance=kind.new(self.patient), auto_id=f"{kind.name}-%s"),
            "title": gettext("Add: %(kind)s") % {"kind": kind.title},
            "url": reverse("cases:record-add", args=[self.study.code, self.patient.code, kind.name]),
            "back_url": self.patient.get_absolute_url(),
            "shown_again": SHOWN_AGAIN,
        }


class PatientAdd(RowFormPage):
    form_class = PatientForm
    title = _("Add a patient")

    @cached_property
    def row(self) -> Patient:
        return Patient(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("cases:patient-list", args=[self.study.code])

    def saved_url(self, row: Patient) -> str:
        """The patient; the list after a withdrawal, for then the patient is seen no more."""
        withdrawn = row.consent_status == ConsentStatus.WITHDRAWN
        return self.back_url if withdrawn else row.get_absolute_url()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"rights": self.rights, **super().get_form_kwargs()}


class PatientEdit(OfPatient, PatientAdd):
    title = _("Change the patient")

    @cached_property
    def row(self) -> Patient:
        return copy(self.patient)


class VerificationForm(ScreenedTexts):
    """Opening a verified patient again needs a reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("It is kept in the history.")
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class PatientVerification(OfPatient, FormView):
    """A manager verifies that the record is right, or opens it again."""

    required_right = "manages"
    template_name = "cases/patient_verification.html"
    form_class = VerificationForm

    def get_form_kwargs(self) -> dict[str, Any]:
        needs_reason = self.patient.verified_at is not None
        return {"needs_reason": needs_reason, "study": self.study, **super().get_form_kwargs()}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        patients = Patient.objects.filter(pk=self.patient.pk)
        if self.patient.verified_at is None:
            patients.update(verified_at=timezone.now(), verified_by=self.user)
            messages.success(self.request, gettext("The patient is verified."))
        else:
            with because(form.cleaned_data["reason"]):
                patients.update(verified_at=None, verified_by=None)
            messages.success(self.request, gettext("The patient is open for changes again."))
        return redirect(self.patient)
