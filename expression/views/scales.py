"""The laboratory's own scales: what each number in its score sheets means. They are added, and never changed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.views.base import RowFormPage
from expression.ihc_tables import LaboratoryScaleTable
from expression.models import IhcReading, LaboratoryScale
from expression.scale_forms import LaboratoryScaleForm
from expression.views.antibodies import StainHistory, StainPage
from expression.views.rows import RowDelete


class ScaleList(StainPage):
    table_class = LaboratoryScaleTable
    heading = gettext_lazy("Laboratory scales")
    lead = gettext_lazy(
        "What the numbers of the laboratory’s own score sheets mean. Scores rest on a scale, so it stays as it is: add "
        "another one instead."
    )
    add_url_name = "expression:scale-add"
    add_label = gettext_lazy("Add a scale")

    def get_table_data(self) -> QuerySet[LaboratoryScale]:
        readings = access.rows(
            user=self.user, queryset=IhcReading.objects.filter(study=self.study), patient="patient", study="study"
        )
        counted = Count("ihc_readings", filter=Q(ihc_readings__in=readings))
        return self.study.laboratory_scales.annotate(reading_count=counted)


class ScaleAdd(RowFormPage):
    required_right = "enters_everywhere"
    form_class = LaboratoryScaleForm
    title = gettext_lazy("Add a scale")

    @cached_property
    def row(self) -> LaboratoryScale:
        return LaboratoryScale(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("expression:scale-list", args=[self.study.code])


class ScaleCopy(ScaleAdd):
    """Begins with what another scale says."""

    title = gettext_lazy("Add a scale like this one")

    @cached_property
    def row(self) -> LaboratoryScale:
        like = get_object_or_404(self.study.laboratory_scales, pk=self.kwargs["pk"])
        return LaboratoryScale(study=self.study, meanings=like.meanings, not_assessable=like.not_assessable)


class ScaleDelete(RowDelete):
    """One that no reading names, such as a slip; any other stays."""

    list_label = gettext_lazy("Laboratory scales")

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(self.study.laboratory_scales, pk=self.kwargs["pk"])

    @property
    def list_url(self) -> str:
        return reverse("expression:scale-list", args=[self.study.code])

    @property
    def back_url(self) -> str:
        return self.list_url

    @property
    def facts(self) -> list[tuple[str, Any]]:
        return [(_("Meanings"), self.row.in_words)]

    def refuse(self) -> None:
        if self.row.ihc_readings.exists():
            raise ValidationError(_("Readings have scores on this scale, so it stays. Only one without scores goes."))


class ScaleHistory(StainHistory):
    model = LaboratoryScale
    list_url_name = "expression:scale-list"
