"""When a score counts as positive, and how cores make the value of a patient: by name and version, never changed."""

from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.views.base import RowFormPage
from expression.ihc_forms import ConsolidationRuleForm, PositivityCutoffForm
from expression.ihc_tables import ConsolidationRuleTable, PositivityCutoffTable
from expression.models import ConsolidationRule, PositivityCutoff
from expression.views.antibodies import StainHistory, StainPage


def with_newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    """``row.newest_version``: that of the rows of the same name."""
    same = rows.model._default_manager.filter(study=OuterRef("study"), name=OuterRef("name")).order_by()
    newest = same.values("name").annotate(newest=Max("version")).values("newest")
    return rows.annotate(newest_version=Subquery(newest))


class CutoffList(StainPage):
    table_class = PositivityCutoffTable
    heading = _("Positivity cut-offs")
    lead = _("“Positive” is never said without one of these. A version stays as it is: add a new one instead.")
    add_url_name = "expression:cutoff-add"
    add_label = _("Add a cut-off")

    def get_table_data(self) -> QuerySet[PositivityCutoff]:
        related = ("study", "marker", "antibody__marker", "antibody__phospho_site__marker")
        return with_newest(self.study.positivity_cutoffs.select_related(*related))


class CutoffAdd(RowFormPage):
    required_right = "enters_everywhere"
    form_class = PositivityCutoffForm
    title = _("Add a cut-off")

    @cached_property
    def row(self) -> PositivityCutoff:
        return PositivityCutoff(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("expression:cutoff-list", args=[self.study.code])


class CutoffNewVersion(CutoffAdd):
    title = _("Add a new version of the cut-off")

    @cached_property
    def row(self) -> PositivityCutoff:
        return _next_version(get_object_or_404(self.study.positivity_cutoffs, pk=self.kwargs["pk"]))


class CutoffHistory(StainHistory):
    model = PositivityCutoff
    list_url_name = "expression:cutoff-list"


class RuleList(StainPage):
    table_class = ConsolidationRuleTable
    heading = _("Consolidation rules")
    lead = _("How cores make the value of a specimen and specimens that of a patient, who is what answers count.")
    add_url_name = "expression:rule-add"
    add_label = _("Add a rule")

    def get_table_data(self) -> QuerySet[ConsolidationRule]:
        related = ("study", "cutoff__marker", "cutoff__antibody__marker", "cutoff__antibody__phospho_site__marker")
        return with_newest(self.study.consolidation_rules.select_related(*related))


class RuleAdd(RowFormPage):
    required_right = "enters_everywhere"
    form_class = ConsolidationRuleForm
    title = _("Add a rule")

    @cached_property
    def row(self) -> ConsolidationRule:
        return ConsolidationRule(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("expression:rule-list", args=[self.study.code])


class RuleNewVersion(RuleAdd):
    title = _("Add a new version of the rule")

    @cached_property
    def row(self) -> ConsolidationRule:
        return _next_version(get_object_or_404(self.study.consolidation_rules, pk=self.kwargs["pk"]))


class RuleHistory(StainHistory):
    model = ConsolidationRule
    list_url_name = "expression:rule-list"


def _next_version(row: Any) -> Any:
    """A new row that says the same until the form changes it."""
    row.pk, row._state.adding = None, True
    return row
