"""Pages of specimens."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from cases import access
from cases.models import Specimen
from cases.records import BY_NAME, KINDS, Kind
from cases.sections import specimen_sections
from cases.views.base import StudyPage


class OfSpecimen(StudyPage):
    """A page below ``specimens/<specimen_code>/``."""

    @cached_property
    def specimen(self) -> Specimen:
        specimens = access.specimens(self.user).filter(study=self.study)
        return get_object_or_404(
            specimens.select_related("study", "patient__study", "parent__study"), code=self.kwargs["specimen_code"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(specimen=self.specimen, patient=self.specimen.patient, **kwargs)


class SpecimenPage(OfSpecimen, TemplateView):
    """One specimen, what was made from it and what was measured on it."""

    template_name = "cases/specimen.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = [kind for kind in KINDS if kind.is_of_specimen]
        return super().get_context_data(
            specimen_kind=BY_NAME["specimen"],
            kinds=[] if self.specimen.is_extract else kinds,
            records=[(kind, self._records(kind)) for kind in kinds if kind.on_patient_page],
            children=self.specimen.children.select_related("study").order_by("code"),
            cores=self.specimen.cores.select_related("microarray__study"),
            sections=specimen_sections.of(self.specimen, user=self.user, rights=self.rights),
            **kwargs,
        )

    def _records(self, kind: Kind) -> QuerySet[Any]:
        """Those of the specimen that this person may see."""
        own = kind.rows(self.specimen.patient).filter(specimen=self.specimen)
        return access.rows(user=self.user, queryset=own, patient="patient")
