"""Queries: the list, one of them, and what people do about it."""

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from cases import access, queries
from cases.models import DataQuery, QueryStatus
from cases.quality.filters import QueryFilter
from cases.quality.record import page_url, record_url
from cases.quality.registry import by_code, title_of
from cases.quality.tables import TONES, QueryTable
from cases.queries import happened
from cases.screened_form import ScreenedTexts
from cases.sentences import render
from cases.views.base import StudyPage, TablePage
from cases.views.patients import OfPatient


class QueriesPage(StudyPage):
    """A page about the queries of the study, as far as this person may see their patients."""

    @property
    def queries(self) -> QuerySet[DataQuery]:
        queries = DataQuery.objects.filter(study=self.study)
        seen = access.rows(user=self.user, queryset=queries, patient="patient", study="study")
        return seen.select_related("study", "patient__study", "owner")

    @cached_property
    def query(self) -> DataQuery:
        """The query named by the address."""
        people = ("asked_by", "answered_by", "closed_by")
        return get_object_or_404(self.queries.select_related(*people), pk=self.kwargs["pk"])


class QueryList(QueriesPage, TablePage):
    template_name = "cases/quality_queries.html"
    filterset_class = QueryFilter
    table_class = QueryTable

    def get_queryset(self) -> QuerySet[DataQuery]:
        return self.queries

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(tab="queries", **kwargs)


class OwnerForm(ScreenedTexts):
    """Who shall answer: somebody who enters data and may see the patient."""

    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who shall answer"), required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = people


class QuestionForm(OwnerForm):
    question = forms.CharField(
        label=_("Question"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Without names or other identifying details."),
    )
    field_order = ["question", "owner"]


class AnswerForm(ScreenedTexts):
    answer = forms.CharField(
        label=_("Answer"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What you found, and what you changed. Without names or other identifying details."),
    )


class ClosingForm(ScreenedTexts):
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class QueryAsk(OfPatient, FormView):
    """A person's own question about a patient."""

    template_name = "cases/quality_ask.html"
    form_class = QuestionForm

    def get_form_kwargs(self) -> dict[str, Any]:
        people = queries.answerers(patient=self.patient, study_pk=self.study.pk)
        return {"people": people, "study": self.study, **super().get_form_kwargs()}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        asked = form.cleaned_data
        query = queries.ask(patient=self.patient, question=asked["question"], owner=asked["owner"], by=self.user)
        messages.success(self.request, gettext("The query is open."))
        return redirect(query)


class QueryPage(QueriesPage, TemplateView):
    """One query: what is asked, who answers, what was answered, and what happened to it."""

    template_name = "cases/quality_query.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.query
        check = by_code(query.check_code)
        is_closed = query.status == QueryStatus.CLOSED
        forms_of_people: dict[str, Any] = {}
        if self.rights.enters and not is_closed:
            forms_of_people["answer_form"] = AnswerForm(study=self.study, initial={"answer": query.answer})
        if self.rights.manages and not is_closed:
            people = queries.answerers(patient=query.patient, study_pk=self.study.pk)
            forms_of_people["owner_form"] = OwnerForm(
                study=self.study, people=people, initial={"owner": query.owner_id}
            )
            forms_of_people["closing_form"] = ClosingForm(study=self.study)
        return super().get_context_data(
            query=query,
            title=title_of(query.check_code),
            question=render(query.question),
            advice=check.advice if check else "",
            tone=TONES[QueryStatus(query.status)],
            record=self._record_url(),
            happened=happened(query),
            tab="queries",
            **{**forms_of_people, **kwargs},
        )

    def _record_url(self) -> str:
        if self.query.patient is None:
            return page_url(
                study_code=self.study.code, check_code=self.query.check_code, found=self.query.question["values"]
            )
        return record_url(
            rights=self.rights,
            patient_code=self.query.patient.code,
            subject_model=self.query.subject_model,
            subject_key=self.query.subject_pk,
        )


class QueryAction(QueryPage):
    """One thing done about a query by pressing a button; then its page again.

    ``form_name`` is what the page calls the form of the button.
    """

    http_method_names = ["post"]
    done: ClassVar[Any]
    form_name: ClassVar[str] = ""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(**{self.form_name: form}))
        if self.act(form.cleaned_data):
            messages.success(request, self.done)
        else:
            messages.warning(request, gettext("This query has moved on meanwhile. This is how it stands now."))
        return redirect(self.query)

    def form(self, data: Any) -> forms.Form:
        """What the button sends."""
        return forms.Form(data)

    def act(self, values: dict[str, Any]) -> bool:
        """Do it. False when the query has moved on."""
        raise NotImplementedError


class QueryAnswer(QueryAction):
    required_right = "enters"
    done = _("The query is answered.")
    form_name = "answer_form"

    def form(self, data: Any) -> forms.Form:
        return AnswerForm(data, study=self.study)

    def act(self, values: dict[str, Any]) -> bool:
        return queries.answer(query=self.query, text=values["answer"], by=self.user)


class QueryAssign(QueryAction):
    required_right = "manages"
    done = _("It is settled who shall answer.")
    form_name = "owner_form"

    def form(self, data: Any) -> forms.Form:
        return OwnerForm(
            data, study=self.study, people=queries.answerers(patient=self.query.patient, study_pk=self.study.pk)
        )

    def act(self, values: dict[str, Any]) -> bool:
        return queries.assign(query=self.query, owner=values["owner"])


class QueryClose(QueryAction):
    required_right = "manages"
    done = _("The query is closed.")
    form_name = "closing_form"

    def form(self, data: Any) -> forms.Form:
        return ClosingForm(data, study=self.study)

    def act(self, values: dict[str, Any]) -> bool:
        return queries.close(query=self.query, note=values["note"], by=self.user)


class QueryReopen(QueryAction):
    required_right = "manages"
    done = _("The query is open again.")

    def act(self, values: dict[str, Any]) -> bool:
        return queries.reopen(query=self.query)
