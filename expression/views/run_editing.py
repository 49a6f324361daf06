"""What those who enter data of the whole study change about a run; everything computed follows."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.history import because
from cases.views.base import RowFormPage
from expression import run_reading
from expression.models import EfficiencySource, QpcrRun, QpcrSample, QpcrTarget, WellTask
from expression.run_forms import RunForm, TargetForm
from expression.views.runs import RunPage


class RunEdit(RunPage, RowFormPage):
    required_right = "enters_everywhere"
    form_class = RunForm
    template_name = "expression/run_form.html"
    title = gettext_lazy("How the run was done")

    @cached_property
    def row(self) -> QpcrRun:
        return self.run

    @property
    def back_url(self) -> str:
        return self.run.get_absolute_url()

    @property
    def samples(self) -> QuerySet[QpcrSample]:
        """Those this person may see that were measured as samples."""
        samples = run_reading.samples(user=self.user, run=self.run)
        return samples.filter(wells__task=WellTask.UNKNOWN).distinct().order_by("name")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"samples": self.samples, **super().get_form_kwargs()}


class OfTarget(RunPage):
    """A page about one target of the run."""

    required_right = "enters_everywhere"

    @cached_property
    def target(self) -> QpcrTarget:
        return get_object_or_404(self.run.targets.select_related("marker", "run"), pk=self.kwargs["target_pk"])


class TargetEdit(OfTarget, RowFormPage):
    required_right = "enters_everywhere"
    form_class = TargetForm
    template_name = "expression/run_form.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Target %(name)s") % {"name": self.target}

    @cached_property
    def row(self) -> QpcrTarget:
        return self.target

    @property
    def back_url(self) -> str:
        return self.run.get_absolute_url()


class AdoptEfficiency(OfTarget):
    """Calculate with the efficiency that the standards of this run show."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        curve = next((curve for curve in self.report.curves if curve.target == self.target), None)
        if curve is None or not curve.adoptable or curve.curve.efficiency is None:
            messages.warning(
                request, _("The standards of %(target)s show no efficiency to adopt.") % {"target": self.target}
            )
        else:
            self.target.efficiency = curve.curve.efficiency
            self.target.efficiency_source = EfficiencySource.CURVE
            with because(curve.sentence[:200]):
                self.target.save(update_fields=["efficiency", "efficiency_source"])
            messages.success(
                request,
                _("%(target)s is calculated with an efficiency of %(efficiency)s now.")
                % {"target": self.target, "efficiency": curve.efficiency_text},
            )
        return redirect(self.run.get_absolute_url())
