"""What happened to a patient, to one record, to a specimen."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from cases import access
from cases.chronicle import Chronicle, events_of, of_patient, of_specimen
from cases.views.base import StudyPage
from cases.views.patients import OfPatient
from cases.views.records import OfKind
from cases.views.specimens import OfSpecimen

HAPPENINGS_PER_PAGE = 50


class HistoryPage(StudyPage, TemplateView):
    """Events of some models, newest first, cut into pages; ``?kind=`` chooses one of the models."""

    template_name = "cases/history.html"

    @property
    def parts(self) -> dict[type[models.Model], QuerySet[Any]]:
        """The events by model."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts = {model: access.narrowed(user=self.user, queryset=events) for model, events in self.parts.items()}
        kinds = {model._meta.model_name: model for model in parts}
        chosen = kinds.get(self.request.GET.get("kind", ""))
        chronicle = Chronicle({chosen: parts[chosen]} if chosen else parts)
        page: Any = Paginator(cast(Any, chronicle), HAPPENINGS_PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page,
            kinds=[(name, capfirst(str(model._meta.verbose_name_plural))) for name, model in kinds.items()],
            chosen=chosen._meta.model_name if chosen else "",
            **kwargs,
        )


class PatientHistory(OfPatient, HistoryPage):
    """Everything that happened to the patient and all its records, deleted ones too."""

    @property
    def parts(self) -> dict[type[models.Model], QuerySet[Any]]:
        return of_patient(self.patient)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=_("History of %(record)s") % {"record": self.patient},
            back_url=self.patient.get_absolute_url(),
            **kwargs,
        )


class RecordHistory(OfKind, HistoryPage):
    """What happened to one record, also to one that was deleted."""

    @property
    def parts(self) -> dict[type[models.Model], QuerySet[Any]]:
        model = self.kind.model
        events = events_of(model).filter(pgh_obj_id=self.kwargs["pk"], patient_id=self.patient.pk)
        if not events.exists():
            raise Http404
        return {model: events}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = _("History: %(kind)s") % {"kind": self.kind.title}
        return super().get_context_data(title=title, back_url=self.section_url, **kwargs)


class SpecimenHistory(OfSpecimen, HistoryPage):
    """What happened to the specimen and to what was measured on it."""

    @property
    def parts(self) -> dict[type[models.Model], QuerySet[Any]]:
        return of_specimen(self.specimen)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=_("History of %(record)s") % {"record": self.specimen},
            back_url=reverse("cases:specimen", args=[self.study.code, self.specimen.code]),
            **kwargs,
        )
