"""Pages of expression datasets: the list, and one dataset with what it measured."""

from typing import Any

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from cases import access
from cases.views.base import StudyPage
from expression.models import ExpressionDataset, ExpressionValue, Marker


class OfDatasets(StudyPage):
    """A page about expression datasets, which may hold several sites' patients."""

    @property
    def datasets(self) -> QuerySet[ExpressionDataset]:
        datasets = ExpressionDataset.objects.filter(study=self.study)
        return access.rows(user=self.user, queryset=datasets, study="study").select_related("study")

    @property
    def values(self) -> QuerySet[ExpressionValue]:
        """Without those of patients who withdrew consent."""
        values = ExpressionValue.objects.filter(study=self.study)
        return access.rows(user=self.user, queryset=values, patient="specimen__patient").order_by()


class DatasetList(OfDatasets, TemplateView):
    template_name = "expression/dataset_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counted = self.values.values_list("dataset").annotate(
            Count("marker", distinct=True), Count("specimen", distinct=True)
        )
        numbers = {dataset: (markers, specimens) for dataset, markers, specimens in counted}
        datasets = [(each, *numbers.get(each.pk, (0, 0))) for each in self.datasets.order_by("code")]
        return super().get_context_data(datasets=datasets, **kwargs)


class DatasetPage(OfDatasets, TemplateView):
    template_name = "expression/dataset.html"

    @cached_property
    def dataset(self) -> ExpressionDataset:
        return get_object_or_404(self.datasets, code=self.kwargs["dataset_code"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        values = self.values.filter(dataset=self.dataset)
        counted = values.values_list("marker").annotate(
            Count("specimen", distinct=True), Count("specimen__patient", distinct=True)
        )
        numbers = {marker: (specimens, patients) for marker, specimens, patients in counted}
        markers = [(each, *numbers[each.pk]) for each in Marker.objects.filter(pk__in=numbers)]
        return super().get_context_data(dataset=self.dataset, markers=markers, **kwargs)
