"""Pages of patients: one patient, and forms for what belongs to a patient."""

from copy import copy
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from cases import access
from cases.course_facts import facts
from cases.derived.course import courses
from cases.forms import PatientForm
from cases.history import because
from cases.models import ConsentStatus, Patient
from cases.quality.record import to_settle
from cases.records import KINDS
from cases.sections import patient_sections
from cases.views.base import RowFormPage, StudyPage


class OfPatient(StudyPage):
    """A page below ``patients/<patient_code>/``."""

    @cached_property
    def patient(self) -> Patient:
        patients = access.patients(self.user).filter(study=self.study)
        return get_object_or_404(patients.select_related("study", "site"), code=self.kwargs["patient_code"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(patient=self.patient, **kwargs)


class PatientPage(OfPatient, TemplateView):
    """Everything the study knows about one patient."""

    template_name = "cases/patient.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        course = courses([self.patient])[self.patient.pk]
        return super().get_context_data(
            index_diagnosis=next((diagnosis for diagnosis in course.diagnoses if diagnosis.is_index), None),
            facts=facts(course),
            records=[(kind, kind.rows(self.patient)) for kind in KINDS],
            consent_given=self.patient.consent_status in (ConsentStatus.GIVEN, ConsentStatus.NOT_REQUIRED),
            to_settle=to_settle(patient=self.patient, user=self.user, rights=self.rights),
            sections=patient_sections.of(self.patient, user=self.user, rights=self.rights),
            **kwargs,
        )


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


class VerificationForm(forms.Form):
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
        return {"needs_reason": self.patient.verified_at is not None, **super().get_form_kwargs()}

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


class OfPatientForm(OfPatient, RowFormPage):
    """A form about something that belongs to the patient."""

    @property
    def back_url(self) -> str:
        return self.patient.get_absolute_url()
