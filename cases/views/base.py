"""What every page of a study has in common."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.db import models
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from cases.access import StudyRights, study_rights
from cases.forms import RowForm
from cases.models import Patient, Study
from cases.quality.findings import Finding
from cases.quality.record import caused
from cases.quality.statements import of_patient
from cases.tables import ROWS_PER_PAGE, TablePaginator

Text = str | Promise


class StudyPage(LoginRequiredMixin, View):
    """A page below ``/studies/<study_code>/``: signed in, member, and with ``required_right``.

    A stranger gets 404; a member without the right gets 403 with a sentence. Templates find ``study`` and
    ``study_rights``.
    """

    required_right: ClassVar[str] = "sees_rows"
    user: User
    study: Study
    rights: StudyRights

    def dispatch(self, request: HttpRequest, *args: Any, study_code: str, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        self.rights = study_rights(user=self.user, code=study_code)
        self.rights.require(self.required_right)
        self.study = self.rights.study
        return super().dispatch(request, *args, study_code=study_code, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(study=self.study, study_rights=self.rights, **kwargs)  # type: ignore[misc]


class TablePage(StudyPage, SingleTableMixin, FilterView):
    """A list of the study with facets: sorted, cut into pages, filtered."""

    table_pagination: ClassVar[dict[str, Any]] = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.filterset.count_facets()
        return super().get_context_data(**kwargs)


class RowFormPage(StudyPage, FormView):
    """Adds or changes one row. ``row`` is the instance the form fills; errors are sentences on the form."""

    required_right = "enters"
    template_name = "cases/row_form.html"
    title: ClassVar[Text]
    _saved_back_url = ""

    @cached_property
    def row(self) -> models.Model:
        raise NotImplementedError

    @property
    def back_url(self) -> str:
        """Where Cancel leads."""
        raise NotImplementedError

    def saved_url(self, row: Any) -> str:
        """Where a saved form leads."""
        return self.back_url

    def get_form_kwargs(self) -> dict[str, Any]:
        # A refused form leaves on the row what was typed, such as a code of which no address can be made.
        self._saved_back_url = self.back_url
        return {"instance": self.row, **self._with_choices(super().get_form_kwargs())}

    def _with_choices(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """After a conflict: fields for which the other person's value was chosen get that value."""
        theirs = [name.removeprefix("choice_") for name, value in self.request.POST.items() if value == "theirs"]
        if not theirs or "data" not in kwargs:
            return kwargs
        data = kwargs["data"].copy()
        fields = self.get_form_class().base_fields
        for name, value in model_to_dict(self.row, fields=[name for name in theirs if name in fields]).items():
            data[name] = fields[name].prepare_value("" if value is None else value)
        return kwargs | {"data": data}

    def form_valid(self, form: RowForm) -> HttpResponse:
        before = self._findings()
        row = form.saved(by=self.user)
        if form.conflicts:
            messages.warning(
                self.request, _("Somebody else changed this record meanwhile. Choose below what shall stand.")
            )
        if row is None:
            return self.form_invalid(form)
        messages.success(self.request, _("%(row)s is saved.") % {"row": row})
        for finding in caused(before=before, after=self._findings(), row=row):
            messages.warning(self.request, f"{finding.text} {finding.check.advice}")
        return redirect(self.saved_url(row))

    def _findings(self) -> list[Finding]:
        """What the checks object to in the record of the patient the row belongs to."""
        patient = self.row if isinstance(self.row, Patient) else getattr(self.row, "patient", None)
        return of_patient(patient, user=self.user) if patient is not None and patient.pk else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back_url = self._saved_back_url or self.back_url
        return super().get_context_data(title=self.title, back_url=back_url, **kwargs)
