"""Pages of markers: found by any of their names, and what a study knows about one."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cases.access import StudyRights
from cases.models import Histology
from cases.views.base import StudyPage, TablePage
from expression.assays import ASSAYS
from expression.coverage import histology_coverage, sources
from expression.exclusion_flow import FlowQuestion, discloses_nobody, exclusion_flow
from expression.filters import MarkerFilter
from expression.models import ConsolidationRule, Marker
from expression.tables import MarkerTable


class MarkerList(TablePage):
    required_right = "sees_aggregates"
    template_name = "expression/marker_list.html"
    table_class = MarkerTable
    filterset_class = MarkerFilter

    def get_queryset(self) -> QuerySet[Marker]:
        return Marker.objects.prefetch_related("phospho_sites").order_by("position", "symbol")

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"study": self.study}


class FlowForm(forms.Form):
    """Of which assay the exclusion flow is shown; whoever sees rows narrows it to a histology and names a rule."""

    assay = forms.ChoiceField(label=_("Assay"), choices=[(code, kind.title) for code, kind in ASSAYS.items()])
    histology = forms.ModelChoiceField(
        label=_("Histology"),
        queryset=Histology.objects.none(),
        to_field_name="name",
        required=False,
        empty_label=_("All histologies"),
    )
    rule = forms.ModelChoiceField(
        label=_("Consolidation rule"),
        queryset=ConsolidationRule.objects.none(),
        required=False,
        empty_label=_("No rule: every evaluable reading counts"),
    )

    def __init__(self, *args: Any, rights: StudyRights, marker: Marker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        histology: Any = self.fields["histology"]
        rule: Any = self.fields["rule"]
        if not rights.sees_rows:
            del self.fields["histology"], self.fields["rule"]
            return
        of_study = Histology.objects.filter(diagnoses__is_index=True, diagnoses__patient__study=rights.study)
        histology.queryset = of_study.distinct()
        rule.queryset = rights.study.consolidation_rules.filter(Q(cutoff=None) | Q(cutoff__marker=marker))
        if not rule.queryset:
            del self.fields["rule"]


class MarkerPage(StudyPage, TemplateView):
    """What the marker is, in which histologies it was measured, by what, and who has no value and why."""

    required_right = "sees_aggregates"
    template_name = "expression/marker.html"

    @cached_property
    def marker(self) -> Marker:
        markers = Marker.objects.prefetch_related("phospho_sites")
        return get_object_or_404(markers, symbol=self.kwargs["symbol"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        measured = histology_coverage(rights=self.rights, marker=self.marker)
        return super().get_context_data(
            marker=self.marker,
            coverage=measured,
            sources=sources(user=self.user, rights=self.rights, marker=self.marker) if self.rights.sees_rows else [],
            **self._flow(measured.assays),
            **kwargs,
        )

    def _flow(self, assays: list[str]) -> dict[str, Any]:
        """The exclusion flow of the assay that was asked for, or of the first by which the marker was measured."""
        if not assays:
            return {}
        form = FlowForm(rights=self.rights, marker=self.marker, data={"assay": assays[0]} | self.request.GET.dict())
        chosen = form.cleaned_data if form.is_valid() else {}
        question = FlowQuestion(
            user=self.user,
            rights=self.rights,
            marker=self.marker,
            assay=ASSAYS[chosen.get("assay", assays[0])],
            histology=chosen.get("histology"),
            rule=chosen.get("rule"),
        )
        steps = exclusion_flow(question)
        may_see = self.rights.sees_rows or discloses_nobody(steps)
        return {"flow_form": form, "question": question, "steps": steps if may_see else [], "hidden": not may_see}
