"""Two readers of a stained block side by side, and what settles their disagreements."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from analytics.reader_agreement import ADJUDICATED_BEYOND, core_scores, measures
from cases.sentences import render
from cases.views.base import RowFormPage
from expression import blinding
from expression.models import IhcReading, Scale
from expression.models.scale import LARGEST
from expression.score_forms import CoreScoreForm
from expression.settling import Settling
from expression.views.scoring import CoreOfStain, OfStainedBlock


class AgreementForm(forms.Form):
    """Whom to compare, and which distance goes to adjudication."""

    first = forms.ChoiceField(label=gettext_lazy("First reader"))
    second = forms.ChoiceField(label=gettext_lazy("Second reader"))
    beyond = forms.DecimalField(
        label=gettext_lazy("To settle beyond"),
        validators=[MinValueValidator(0), MaxValueValidator(LARGEST[Scale.H_SCORE])],
    )

    def __init__(self, *args: Any, readers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].choices = [(reader, reader) for reader in readers]  # type: ignore[attr-defined]
        beyond: Any = self.fields["beyond"]
        beyond.unit = _("points")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first") and cleaned.get("first") == cleaned.get("second"):
            self.add_error("second", _("Choose two different readers."))
        return cleaned


class AgreementPage(OfStainedBlock, TemplateView):
    """``?first=&second=&beyond=``; by default the two who read most cores. Nothing for whoever still scores blind."""

    template_name = "analytics/agreement.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        scoring = self.stain.blind_scorings.select_related("opened_by").first()
        is_closed = scoring is not None and blinding.closed_to(self.user).filter(pk=scoring.pk).exists()
        compared = {} if is_closed else self._compared()
        return super().get_context_data(scoring=scoring, is_closed=is_closed, **compared, **kwargs)

    def _compared(self) -> dict[str, Any]:
        readings = list(self.readings)
        own = [reading.reader for reading in readings if not reading.is_consensus]
        readers = sorted(set(own), key=lambda reader: (-own.count(reader), reader))
        if len(readers) < 2:
            return {"readers": readers}
        usual: dict[str, Any] = {"first": readers[0], "second": readers[1], "beyond": ADJUDICATED_BEYOND}
        form = AgreementForm({**usual, **self.request.GET.dict()}, readers=readers)
        asked = form.cleaned_data if form.is_valid() else usual
        scored = core_scores(
            cores=self.cores,
            readings=readings,
            readers=(asked["first"], asked["second"]),
            beyond=Decimal(asked["beyond"]),
        )
        to_settle = [one for one in scored if one.goes_to_adjudication]
        return {
            "readers": readers,
            "form": form,
            "asked": asked,
            "scored": scored,
            "both": sum(one.both for one in scored),
            "to_settle": len(to_settle),
            "settled": sum(one.consensus is not None for one in to_settle),
            "measures": measures(scored),
        }


class OpenScoring(OfStainedBlock, View):
    """A manager ends the blind part: readers see each other, and disagreements are settled."""

    required_right = "manages"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        closed = self.stain.blind_scorings.filter(opened_at=None)
        if closed.update(opened_at=timezone.now(), opened_by=self.user):
            messages.success(request, _("The scoring is open: readers see each other’s values."))
        return redirect(self.stain.url("analytics:agreement"))


class Consensus(CoreOfStain, RowFormPage):
    """What stands for a core on which readers disagree, by a manager or by somebody who did not read it."""

    form_class = CoreScoreForm
    template_name = "analytics/consensus.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Consensus on core %(position)s") % {"position": self.core.position}

    @cached_property
    def row(self) -> IhcReading:
        stored = self.readings.filter(core=self.core, is_consensus=True).first()
        row = stored or self.stain.new_reading(self.core, reader=self.user.get_username(), is_consensus=True)
        if objection := Settling(self.user, self.study)(row):
            raise PermissionDenied(render(objection))
        return row

    @property
    def back_url(self) -> str:
        return f"{self.stain.url('analytics:agreement')}#core-{self.core.row}-{self.core.column}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"reader": self.user.get_username(), **super().get_form_kwargs()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        read = self.readings.filter(core=self.core, is_consensus=False).order_by("reader")
        return super().get_context_data(core=self.core, read=read, **kwargs)
