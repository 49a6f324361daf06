"""Terms of the vocabularies: listed, added, corrected while no record names them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cases.models.vocabulary import CodedTerm
from cases.views.base import RowFormPage, StudyPage, TablePage
from cases.vocabularies import VOCABULARIES, Vocabulary


class OfVocabulary(StudyPage):
    """A page about one vocabulary, for managers."""

    required_right = "manages"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["vocabulary"] not in VOCABULARIES:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return VOCABULARIES[self.kwargs["vocabulary"]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(vocabulary=self.vocabulary, vocabularies=VOCABULARIES.values(), **kwargs)


class TermList(OfVocabulary, TablePage):
    template_name = "cases/vocabulary.html"

    def get_queryset(self) -> QuerySet[CodedTerm]:
        return self.vocabulary.terms()

    def get_filterset_class(self) -> Any:
        return self.vocabulary.filter_set

    def get_table_class(self) -> Any:
        return self.vocabulary.table

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"study": self.study, "changes_used": self.user.is_superuser}


class TermAdd(OfVocabulary, RowFormPage):
    required_right = "manages"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Add: %(kind)s") % {"kind": self.vocabulary.title}

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        return self.vocabulary.form

    @cached_property
    def row(self) -> CodedTerm:
        return self.vocabulary.model()

    @property
    def back_url(self) -> str:
        return reverse("cases:vocabulary", args=[self.study.code, self.vocabulary.name])


class TermEdit(TermAdd):
    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Change: %(kind)s") % {"kind": self.vocabulary.title}

    @cached_property
    def row(self) -> CodedTerm:
        term: Any = get_object_or_404(self.vocabulary.terms(), pk=self.kwargs["pk"])
        if term.is_used and not self.user.is_superuser:
            raise PermissionDenied(_("Records name this term already. An administrator can change it for all studies."))
        return term
