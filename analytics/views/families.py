"""Pages of families of tests: declared, and looked at with everything that was asked in them."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from django_tables2 import SingleTableView

from analytics import access
from analytics.catalogue import marker_names
from analytics.families import services, wording
from analytics.families.forms import FamilyForm
from analytics.families.reading import Place, places_in
from analytics.kinds import KINDS
from analytics.models import Family
from analytics.plots.ratios import ratios_height
from analytics.tables import FamilyTable
from cases.tables import ROWS_PER_PAGE, TablePaginator
from cases.views.base import RowFormPage, StudyPage


class OfFamilies(StudyPage):
    """Whoever asks questions of the study declares families in it and sees all of them."""

    required_right: ClassVar[str] = "asks"

    @property
    def families(self) -> QuerySet[Family]:
        return Family.objects.filter(study=self.study).select_related("study", "declared_by")

    @cached_property
    def family(self) -> Family:
        """The family named by the address."""
        return get_object_or_404(self.families, pk=self.kwargs["pk"])

    @cached_property
    def places(self) -> list[Place]:
        return places_in(self.family)

    @cached_property
    def readable(self) -> set[int]:
        """The analyses of the family that this person may read in full."""
        asked = [place.analysis or place.member.analysis for place in self.places]
        found = access.analyses(self.user).filter(pk__in=[analysis.pk for analysis in asked])
        return {one.pk for one in found if access.reads_in_full(rights=self.rights, analysis=one)}


class FamilyList(OfFamilies, SingleTableView):
    template_name = "analytics/family_list.html"
    extra_context = {"heading": gettext_lazy("Families of tests")}
    table_class = FamilyTable
    table_pagination: ClassVar[dict[str, Any]] = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_queryset(self) -> QuerySet[Family]:
        return self.families.annotate(tests=Count("members"))


class FamilyNew(OfFamilies, RowFormPage):
    required_right: ClassVar[str] = "asks"
    form_class = FamilyForm
    template_name = "analytics/family_form.html"
    title = gettext_lazy("Declare a family of tests")

    @cached_property
    def row(self) -> Family:
        return Family(study=self.study, declared_by=self.user)

    @property
    def back_url(self) -> str:
        return reverse("analytics:family-list", args=[self.study.code])

    def saved_url(self, row: Family) -> str:
        return row.get_absolute_url()


class FamilyDetail(OfFamilies, TemplateView):
    """The members with estimates and p-values, raw and corrected, and a forest where it makes sense."""

    template_name = "analytics/family.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        markers = marker_names()
        drawn = [place for place in self.places if self._is_readable(place)]
        forest = wording.forest(drawn, markers)
        asking = [
            (
                kind.name,
                reverse("analytics:analysis-ask", args=[self.study.code, kind.code]) + f"?family={self.family.pk}",
            )
            for kind in KINDS.values()
        ]
        return super().get_context_data(
            family=self.family,
            sentence=wording.sentence(self.family, self.places),
            rows=[self._row(place, markers) for place in self.places],
            unanswered=sum(place.analysis is None for place in self.places),
            late=sum(place.member.is_late for place in self.places),
            forest=forest and forest[0].to_json(),
            forest_height=ratios_height(len(drawn)),
            asking=asking,
            is_answered=services.has_answer(self.family),
            **kwargs,
        )

    def _row(self, place: Place, markers: dict[str, str]) -> dict[str, Any]:
        """What may be read in full is told; of another member only that it counts."""
        analysis = place.analysis or place.member.analysis
        row: dict[str, Any] = {"place": place, "is_readable": self._is_readable(place)}
        if row["is_readable"]:
            row |= {
                "title": wording.title(place, markers),
                "url": reverse("analytics:analysis", args=[self.study.code, analysis.pk]),
                "of": place.tested.of if place.tested else "",
                "scale": place.tested.scale.label if place.tested and place.tested.scale else "",
                "estimate": wording.estimate(place.tested),
                "interval": wording.interval(place.tested),
            }
        return row

    def _is_readable(self, place: Place) -> bool:
        return (place.analysis or place.member.analysis).pk in self.readable


class FamilyDelete(OfFamilies, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if services.delete(family=self.family, by=self.user, rights=self.rights):
            messages.success(request, _("The declaration is taken back."))
            return redirect("analytics:family-list", self.study.code)
        messages.info(request, _("Questions were put into this family, so it stays."))
        return redirect(self.family)
