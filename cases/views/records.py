"""Forms of a patient's records: add, change, delete."""

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from django_htmx.middleware import HtmxDetails

from cases import access
from cases.deletion import delete
from cases.forms import RowForm
from cases.models import Record, Specimen
from cases.models.study import CODE_PATTERN
from cases.records import BY_NAME, Kind
from cases.screened_form import ScreenedTexts
from cases.views.base import RowFormPage
from cases.views.patients import SHOWN_AGAIN, OfPatient


class OfKind(OfPatient):
    """A page about one kind of record of a patient."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["kind"] not in BY_NAME:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def kind(self) -> Kind:
        return BY_NAME[self.kwargs["kind"]]

    @property
    def rows(self) -> QuerySet[Any]:
        """The patient's records of this kind which the person may see."""
        return access.narrowed(user=self.user, queryset=self.kind.rows(self.patient))

    @property
    def section_url(self) -> str:
        """Where the patient's records of this kind are listed."""
        return f"{self.patient.get_absolute_url()}#{self.kind.name}"

    @property
    def back_url(self) -> str:
        return self.section_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kind=self.kind, **kwargs)


class RecordAdd(OfKind, RowFormPage):
    """A page of its own; on the patient's page the form alone opens in the section of its kind.

    ``?specimen=CODE`` is the form of a record of that specimen of the patient, asked for on the specimen's page.
    """

    template_name = "cases/record_form.html"
    may_add_another = True

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Add: %(kind)s") % {"kind": self.kind.title}

    @property
    def form_class(self) -> type[RowForm]:  # type: ignore[override]
        return self.kind.form

    @cached_property
    def row(self) -> Record:
        row = self.kind.new(self.patient)
        if self.specimen is not None:
            row.specimen = self.specimen
        return row

    @cached_property
    def specimen(self) -> Specimen | None:
        """The specimen the record is asked to be of."""
        code = self.request.GET.get("specimen", "")
        if not self.kind.is_of_specimen or not re.match(CODE_PATTERN, code):
            return None
        return self.patient.specimens.filter(code=code).select_related("study").first()

    @property
    def back_url(self) -> str:
        return self.section_url if self.specimen is None else self.specimen.get_absolute_url()

    def saved_url(self, row: Any) -> str:
        """The form again for the next record, if asked for."""
        another = self.may_add_another and "another" in self.request.POST
        if HtmxDetails(self.request):
            query = urlencode({"at": self.kind.name} | ({"another": 1} if another else {}))
            return f"{self.patient.get_absolute_url()}?{query}"
        return self.request.get_full_path() if another else self.back_url

    def get_form_kwargs(self) -> dict[str, Any]:
        # Several forms may be open on the patient's page: their fields differ by id.
        return {"auto_id": f"{self.kind.name}-%s", **super().get_form_kwargs()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        in_place = bool(HtmxDetails(self.request))
        return super().get_context_data(
            form_url=self.request.get_full_path(), in_place=in_place, shown_again=SHOWN_AGAIN, **kwargs
        )


class RecordEdit(RecordAdd):
    may_add_another = False

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Change: %(kind)s") % {"kind": self.kind.title}

    @cached_property
    def row(self) -> Record:
        return get_object_or_404(self.rows, pk=self.kwargs["pk"])

    @property
    def back_url(self) -> str:
        """Where the record is shown: its own page, its section of the patient's page, or its specimen's page."""
        row: Any = self.row
        if self.kind.has_pages:
            return str(row.get_absolute_url())
        return self.section_url if self.kind.on_patient_page else str(row.specimen.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = [self.study.code, self.patient.code, self.kind.name, self.kwargs["pk"]]
        return super().get_context_data(
            delete_url=reverse("cases:record-delete", args=address),
            history_url=reverse("cases:record-history", args=address),
            **kwargs,
        )


class ReasonForm(ScreenedTexts):
    """Why a record goes."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("It is kept in the history.")
    )


class RecordDelete(OfKind, FormView):
    """Asks once, with what will be lost; the history keeps what was there."""

    required_right = "enters"
    template_name = "cases/record_delete.html"
    form_class = ReasonForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"study": self.study, **super().get_form_kwargs()}

    @cached_property
    def row(self) -> Record:
        return get_object_or_404(self.rows, pk=self.kwargs["pk"])

    def form_valid(self, form: forms.Form) -> HttpResponse:
        name = str(self.row)
        try:
            delete(self.row, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("%(row)s is deleted.") % {"row": name})
        return redirect(self.section_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        texts = [text for _class, text in self.kind.cells(self.row)]
        facts = zip(self.kind.labels, texts, strict=True)
        return super().get_context_data(row=self.row, facts=facts, back_url=self.back_url, **kwargs)
