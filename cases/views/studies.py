"""The start page, and a study at a glance."""

from copy import copy
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cases import access
from cases.disclosure import disclosed, disclosed_parts
from cases.forms import StudyForm
from cases.models import Diagnosis, Histology, Membership, Patient, Specimen, Study
from cases.sections import study_sections
from cases.views.base import RowFormPage, StudyPage


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The studies of this person; the only one at once."""
    user = cast(User, request.user)
    studies = list(access.studies(user))
    if len(studies) == 1:
        return redirect(studies[0])
    roles = {membership.study_id: membership for membership in Membership.objects.filter(user=user)}
    entries = [(study, roles.get(study.pk)) for study in studies]
    return render(request, "cases/home.html", {"entries": entries})


class StudyOverview(StudyPage, TemplateView):
    """Aggregates of the study: of the person's site where it is all they see, without small numbers for viewers."""

    required_right = "sees_aggregates"
    template_name = "cases/study.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sections = study_sections.of(self.study, user=self.user, rights=self.rights)
        return super().get_context_data(
            patients=(patients := self._shown(self._patients.count())),
            # The number of specimens would tell that of the patients.
            specimens=None if patients is None else self._shown(self._specimens.count()),
            histologies=[] if self.rights.sees_rows else self._histologies(),
            leading_sections=[section for section in sections if section.leads],
            sections=[section for section in sections if not section.leads],
            **kwargs,
        )

    @cached_property
    def _patients(self) -> Any:
        return access.countable(rights=self.rights, queryset=Patient.objects.all(), patient="")

    @cached_property
    def _specimens(self) -> Any:
        return access.countable(rights=self.rights, queryset=Specimen.objects.all(), patient="patient")

    def _shown(self, number: int) -> int | None:
        return number if self.rights.sees_rows else disclosed(number)

    def _histologies(self) -> list[tuple[str, int | None]]:
        """Histology of the index diagnosis and the number of patients, without small ones; the largest first."""
        numbers = dict(
            access.countable(rights=self.rights, queryset=Diagnosis.objects.filter(is_index=True), patient="patient")
            .order_by()
            .values_list("histology")
            .annotate(number=Count("pk"))
        )
        undiagnosed = self._patients.count() - sum(numbers.values())
        parts = numbers | ({None: undiagnosed} if undiagnosed else {})
        shown = disclosed_parts(parts)
        terms = Histology.objects.in_bulk([key for key in parts if key])
        largest_first = sorted(parts, key=lambda key: -parts[key])
        return [(str(terms[key]) if key else _("No index diagnosis"), shown[key]) for key in largest_first]


class StudyEdit(RowFormPage):
    required_right = "manages"
    form_class = StudyForm
    title = gettext_lazy("Study settings")

    @cached_property
    def row(self) -> Study:
        return copy(self.study)

    @property
    def back_url(self) -> str:
        return self.study.get_absolute_url()
