"""Pages of tissue microarrays: the list, one array as a grid, and the core in one place."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count, ProtectedError, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cases import access
from cases.history import because
from cases.microarray_forms import CoreForm, MicroarrayForm
from cases.models import Core, CoreStatus, Study, TissueMicroarray
from cases.sections import microarray_sections
from cases.views.base import RowFormPage, StudyPage

MOST_OFFERED = 500
"""Codes of specimens the browser completes."""


def visible_cores(user: User, study: Study) -> QuerySet[Core]:
    """Cores of specimens this person may see, and of control tissues."""
    specimens = access.specimens(user).filter(study=study)
    return Core.objects.filter(Q(specimen=None) | Q(specimen__in=specimens), study=study)


class MicroarrayList(StudyPage, TemplateView):
    template_name = "cases/microarray_list.html"
    extra_context = {"heading": gettext_lazy("Tissue microarrays")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = Q(cores__in=visible_cores(self.user, self.study))
        arrays = TissueMicroarray.objects.filter(study=self.study).annotate(
            number=Count("cores", filter=own),
            evaluable=Count("cores", filter=own & Q(cores__status=CoreStatus.EVALUABLE)),
        )
        return super().get_context_data(arrays=arrays.order_by("code"), **kwargs)


class OfMicroarray(StudyPage):
    """A page below ``microarrays/<microarray_code>/``."""

    @cached_property
    def microarray(self) -> TissueMicroarray:
        return get_object_or_404(TissueMicroarray, study=self.study, code=self.kwargs["microarray_code"])

    @property
    def cores(self) -> QuerySet[Core]:
        """Those this person may see."""
        own = visible_cores(self.user, self.study).filter(microarray=self.microarray)
        return own.select_related("specimen", "microarray")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(microarray=self.microarray, **kwargs)


class MicroarrayPage(OfMicroarray, TemplateView):
    """The grid. Places with a core that this person may not see are shown as taken."""

    template_name = "cases/microarray.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cores = {(core.row, core.column): core for core in self.cores}
        taken = set(self.microarray.cores.values_list("row", "column")) - cores.keys()
        columns = range(1, self.microarray.columns + 1)
        grid = [
            (
                chr(ord("A") + row - 1),
                [(row, column, cores.get((row, column)), (row, column) in taken) for column in columns],
            )
            for row in range(1, self.microarray.rows + 1)
        ]
        numbers = [
            (status, status.label, sum(core.status == status for core in cores.values())) for status in CoreStatus
        ]
        sections = microarray_sections.of(self.microarray, user=self.user, rights=self.rights)
        return super().get_context_data(
            grid=grid, columns=columns, numbers=numbers, number=len(cores), sections=sections, **kwargs
        )


class MicroarrayAdd(RowFormPage):
    required_right = "enters_everywhere"
    form_class = MicroarrayForm
    title = gettext_lazy("Add a tissue microarray")

    @cached_property
    def row(self) -> TissueMicroarray:
        return TissueMicroarray(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("cases:microarray-list", args=[self.study.code])

    def saved_url(self, row: TissueMicroarray) -> str:
        return row.get_absolute_url()


class MicroarrayEdit(OfMicroarray, MicroarrayAdd):
    title = gettext_lazy("Change the tissue microarray")

    @cached_property
    def row(self) -> TissueMicroarray:
        return get_object_or_404(TissueMicroarray, study=self.study, code=self.kwargs["microarray_code"])

    @property
    def back_url(self) -> str:
        return self.microarray.get_absolute_url()


class CoreEdit(OfMicroarray, RowFormPage):
    """The core in one place of the grid: enter it, change it, or take it away."""

    form_class = CoreForm
    template_name = "cases/core_form.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Core %(place)s") % {"place": self.row}

    @cached_property
    def row(self) -> Core:
        row, column = self.kwargs["row"], self.kwargs["column"]
        if not (1 <= row <= self.microarray.rows and 1 <= column <= self.microarray.columns):
            raise Http404(_("There is no such place on this array."))
        found = self.cores.filter(row=row, column=column).first()
        if found is None and self.microarray.cores.filter(row=row, column=column).exists():
            raise Http404(_("The core in this place is of a patient you may not see."))
        if found is not None and found.specimen_id is None:
            self.rights.require("enters_everywhere")
        return found or Core(study=self.study, microarray=self.microarray, row=row, column=column)

    @property
    def back_url(self) -> str:
        return f"{self.microarray.get_absolute_url()}#place-{self.kwargs['row']}-{self.kwargs['column']}"

    def saved_url(self, row: Core) -> str:
        """The next empty place, if asked for."""
        if "another" not in self.request.POST:
            return self.back_url
        taken = set(self.microarray.cores.values_list("row", "column"))
        places = [(r, c) for r in range(1, self.microarray.rows + 1) for c in range(1, self.microarray.columns + 1)]
        free = [place for place in places if place > (row.row, row.column) and place not in taken]
        address = [self.study.code, self.microarray.code]
        return reverse("cases:core-edit", args=[*address, *free[0]]) if free else self.back_url

    def get_form_kwargs(self) -> dict[str, Any]:
        specimens = access.specimens(self.user).filter(study=self.study)
        return {"specimens": specimens, **super().get_form_kwargs()}

    def form_valid(self, form: Any) -> HttpResponse:
        if form.cleaned_data["specimen"] is None:
            self.rights.require("enters_everywhere")
        if "remove" not in self.request.POST or self.row.pk is None:
            return super().form_valid(form)
        try:
            with because(form.cleaned_data.get("reason", "")):
                self.cores.get(pk=self.row.pk).delete()
        except ProtectedError:
            form.add_error(None, _("Something was measured on this core. It cannot be taken away."))
            return self.form_invalid(form)
        messages.success(self.request, _("The place is empty."))
        return redirect(self.back_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        specimens = access.specimens(self.user).filter(study=self.study)
        codes = specimens.order_by("code").values_list("code", flat=True)[:MOST_OFFERED]
        return super().get_context_data(core=self.row, specimen_codes=codes, **kwargs)
