"""What pages of blots, cell experiments and cell lines have in common: taking one away, its history, its file."""

import logging
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from cases.deletion import delete
from cases.list_files import csv_of
from cases.views.base import StudyPage
from cases.views.history import HistoryPage
from cases.views.records import ReasonForm

logger = logging.getLogger(__name__)


class OwnedByStudy(StudyPage):
    """A page about ``row``, which has a page of its own; ``list_url`` lists its like."""

    list_label: ClassVar[Any]

    @cached_property
    def row(self) -> Any:
        raise NotImplementedError

    @property
    def list_url(self) -> str:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(row=self.row, list_url=self.list_url, list_label=self.list_label, **kwargs)


class RowDelete(OwnedByStudy, FormView):
    """Asks once, with what will be lost; the history keeps what was there."""

    required_right = "enters_everywhere"
    template_name = "expression/row_delete.html"
    form_class = ReasonForm

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """What will be lost, by name."""
        raise NotImplementedError

    @property
    def back_url(self) -> str:
        return str(self.row.get_absolute_url())

    def refuse(self) -> None:
        """Raise ``ValidationError`` with a sentence where the row must stay."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"study": self.study, **super().get_form_kwargs()}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        name = str(self.row)
        try:
            self.refuse()
            delete(self.row, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("%(row)s is deleted.") % {"row": name})
        return redirect(self.list_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(facts=self.facts, back_url=self.back_url, **kwargs)


class RowHistory(OwnedByStudy, HistoryPage):
    """Everything that happened to the row and to what is part of it."""

    template_name = "expression/row_history.html"

    @property
    def parts(self) -> dict[type[models.Model], Any]:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=_("History of %(record)s") % {"record": self.row}, back_url=self.row.get_absolute_url(), **kwargs
        )


class RowCsv(OwnedByStudy, View):
    """A file for those who may export. Exports are logged."""

    required_right = "exports"
    file_ending: ClassVar[str]

    @property
    def lines(self) -> Iterable[list[Any]]:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        lines = list(self.lines)
        logger.info(
            "%s %s: %s rows exported by user %s",
            self.row._meta.verbose_name,
            self.row.pk,
            len(lines) - 1,
            request.user.pk,
        )
        answer = HttpResponse("".join(csv_of(lines)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.row}-{self.file_ending}.csv"'
        return answer
