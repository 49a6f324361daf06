"""The antibodies of a study: which stain a reading is of."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from django_tables2 import SingleTableMixin

from cases import access
from cases.chronicle import events_of
from cases.views.base import RowFormPage, StudyPage
from cases.views.history import HistoryPage
from expression.ihc_forms import AntibodyForm
from expression.ihc_tables import AntibodyTable
from expression.models import Antibody, IhcReading
from expression.views.rows import RowDelete


class StainPage(StudyPage, SingleTableMixin, TemplateView):
    """A list of what says how stains are read: antibodies, cut-offs, rules, scales."""

    template_name = "expression/stain_list.html"
    table_pagination = False
    heading: Any
    lead: Any
    add_url_name: str
    add_label: Any

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"study": self.study, "enters": self.rights.enters_everywhere}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.heading,
            lead=self.lead,
            add_url=reverse(self.add_url_name, args=[self.study.code]),
            add_label=self.add_label,
            here=self.request.resolver_match.view_name if self.request.resolver_match else "",
            **kwargs,
        )


class AntibodyList(StainPage):
    table_class = AntibodyTable
    heading = gettext_lazy("Antibodies")
    lead = gettext_lazy("A reading names the antibody with its clone and dilution; another dilution is another row.")
    add_url_name = "expression:antibody-add"
    add_label = gettext_lazy("Add an antibody")

    def get_table_data(self) -> QuerySet[Antibody]:
        readings = access.rows(
            user=self.user, queryset=IhcReading.objects.filter(study=self.study), patient="patient", study="study"
        )
        antibodies = self.study.antibodies.select_related("marker", "phospho_site__marker")
        return antibodies.annotate(reading_count=Count("ihc_readings", filter=Q(ihc_readings__in=readings)))


class AntibodyAdd(RowFormPage):
    required_right = "enters_everywhere"
    form_class = AntibodyForm
    title = gettext_lazy("Add an antibody")

    @cached_property
    def row(self) -> Antibody:
        return Antibody(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("expression:antibody-list", args=[self.study.code])


class AntibodyEdit(AntibodyAdd):
    title = gettext_lazy("Change the antibody")

    @cached_property
    def row(self) -> Antibody:
        return get_object_or_404(self.study.antibodies.select_related("marker"), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.row.ihc_readings.exists():
            messages.warning(
                request,
                _("Readings name this antibody already: correct a slip here, but add another dilution as another one."),
            )
        return super().get(request, *args, **kwargs)


class AntibodyDelete(RowDelete):
    """One that nothing names, such as a slip; any other stays."""

    list_label = gettext_lazy("Antibodies")

    @cached_property
    def row(self) -> Any:
        antibodies = self.study.antibodies.select_related("marker", "phospho_site__marker")
        return get_object_or_404(antibodies, pk=self.kwargs["pk"])

    @property
    def list_url(self) -> str:
        return reverse("expression:antibody-list", args=[self.study.code])

    @property
    def back_url(self) -> str:
        return self.list_url

    @property
    def facts(self) -> list[tuple[str, Any]]:
        return [(_("What it sees"), self.row.in_words), (_("Vendor"), self.row.vendor or "–")]

    def refuse(self) -> None:
        # Not which ones: a reading would name its reader to somebody who is blind to it.
        named_by = (self.row.ihc_readings, self.row.positivity_cutoffs, self.row.blind_scorings)
        if any(rows.exists() for rows in named_by):
            raise ValidationError(
                _("Readings, cut-offs or scorings name this antibody, so it stays. Only one that nothing names goes.")
            )


class StainHistory(HistoryPage):
    """What happened to one antibody, cut-off, rule or scale of the study."""

    model: type[models.Model]
    list_url_name: str

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(self.model._default_manager, study=self.study, pk=self.kwargs["pk"])

    @property
    def parts(self) -> dict[type[models.Model], QuerySet[Any]]:
        return {self.model: events_of(self.model).filter(pgh_obj_id=self.row.pk)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=_("History of %(record)s") % {"record": self.row},
            back_url=reverse(self.list_url_name, args=[self.study.code]),
            **kwargs,
        )


class AntibodyHistory(StainHistory):
    model = Antibody
    list_url_name = "expression:antibody-list"
