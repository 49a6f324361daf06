"""Pages on which a reader scores the cores of a tissue microarray."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django_htmx.middleware import HtmxDetails

from cases import access
from cases.models import Core, CoreStatus
from cases.views.base import RowFormPage
from cases.views.microarrays import OfMicroarray
from expression.core_score import in_words
from expression.models import Antibody, Compartment, IhcReading, StainedCell
from expression.score_forms import CoreScoreForm, StainForm
from expression.scoring_grid import Place, Progress, grid, progress
from expression.stain_sections import begun_scorings, stain_sections
from expression.stained_block import StainedBlock


class ScoringStart(OfMicroarray, TemplateView):
    """What of the block is scored: a choice of the stain, and what has begun."""

    template_name = "expression/scoring_start.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form.is_bound and self.form.is_valid():
            chosen = self.form.cleaned_data
            stain = StainedBlock(
                microarray=self.microarray,
                antibody=chosen["antibody"],
                cell_type=StainedCell(chosen["cell_type"]),
                compartment=Compartment(chosen["compartment"]),
            )
            return redirect(stain.url("expression:scoring-grid"))
        return super().get(request, *args, **kwargs)

    @cached_property
    def form(self) -> StainForm:
        antibodies = Antibody.objects.filter(study=self.study).select_related("marker").order_by("code")
        return StainForm(self.request.GET or None, antibodies=antibodies)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form,
            antibodies=self.form.fields["antibody"].queryset.exists(),  # type: ignore[attr-defined]
            scorings=begun_scorings(user=self.user, microarray=self.microarray),
            **kwargs,
        )


class OfStainedBlock(OfMicroarray):
    """A page below ``scoring/<antibody_code>/<cell_type>/<compartment>/``."""

    @cached_property
    def stain(self) -> StainedBlock:
        antibodies = Antibody.objects.filter(study=self.study).select_related("marker")
        antibody = get_object_or_404(antibodies, code=self.kwargs["antibody_code"])
        try:
            cell_type, compartment = StainedCell(self.kwargs["cell_type"]), Compartment(self.kwargs["compartment"])
        except ValueError as error:
            raise Http404(_("Nothing is scored in such a cell or compartment.")) from error
        return StainedBlock(microarray=self.microarray, antibody=antibody, cell_type=cell_type, compartment=compartment)

    @property
    def readings(self) -> QuerySet[IhcReading]:
        """Those this person may see."""
        rows = access.rows(user=self.user, queryset=self.stain.readings, patient="patient", study="study")
        return rows.select_related("core", "laboratory_scale")

    @property
    def own_readings(self) -> QuerySet[IhcReading]:
        return self.readings.filter(reader=self.user.get_username(), is_consensus=False)

    @property
    def cores(self) -> QuerySet[Core]:
        return super().cores.select_related("specimen__patient")

    def is_within(self, core: Core) -> bool:
        """Cores of control tissues belong to the whole study."""
        return core.specimen_id is not None or self.rights.site_id is None

    def may_score(self, core: Core) -> bool:
        return self.rights.enters and self.is_within(core)

    def core_url(self, core: Core) -> str:
        """Where the core is scored."""
        return self.stain.url("expression:scoring-core", core.row, core.column)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(stain=self.stain, **kwargs)


class ScoringGrid(OfStainedBlock, TemplateView):
    """The block with one reader's scores: one's own, to be entered, or ``?reader=`` somebody's one is not blind to."""

    template_name = "expression/scoring_grid.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        readings = list(self.readings.filter(is_consensus=False))
        readers = sorted({reading.reader for reading in readings})
        reader = self._reader(readers)
        shown = [reading for reading in readings if reading.reader == reader]
        cores = list(self.cores)
        is_own = reader == self.user.get_username()
        return super().get_context_data(
            grid=grid(
                microarray=self.microarray,
                cores=cores,
                readings=shown,
                url_of=self._url if is_own else lambda core: "",
            ),
            columns=range(1, self.microarray.columns + 1),
            progress=progress(cores=filter(self.is_within, cores), readings=shown),
            number=len(cores),
            reader=reader,
            is_own=is_own and (self.rights.enters or bool(shown)),
            readers=self._offered(readers, reader),
            form=CoreScoreForm(instance=self.stain.new_reading(Core(study=self.study), reader=""), reader=""),
            verified=any(core.specimen and core.specimen.patient.verified_at for core in cores),
            sections=stain_sections.of(self.stain, user=self.user, rights=self.rights),
            **kwargs,
        )

    def _reader(self, readers: list[str]) -> str:
        """Whose scores are shown."""
        asked, own = self.request.GET.get("reader"), self.user.get_username()
        if asked in readers:
            return asked
        return own if self.rights.enters or own in readers or not readers else readers[0]

    def _offered(self, readers: list[str], shown: str) -> list[str]:
        """Whose scores can be chosen; nobody where there is no choice."""
        own = {self.user.get_username()} if self.rights.enters else set()
        offered = {*readers, shown} | own
        return sorted(offered) if len(offered) > 1 else []

    def _url(self, core: Core) -> str:
        return self.core_url(core) if self.may_score(core) else ""


class CoreOfStain(OfStainedBlock):
    """A page about the core in one place of a stained block."""

    @cached_property
    def core(self) -> Core:
        core = get_object_or_404(self.cores, row=self.kwargs["row"], column=self.kwargs["column"])
        if self.rights.enters and not self.may_score(core):
            raise PermissionDenied(_("A control tissue belongs to the whole study. You enter data of one site."))
        return core


class CoreScore(CoreOfStain, RowFormPage):
    """One core as the person reads it. The grid asks for the place alone; without scripts it is a page of its own."""

    form_class = CoreScoreForm
    template_name = "expression/core_score.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Score core %(position)s") % {"position": self.core.position}

    @cached_property
    def row(self) -> IhcReading:
        return self._stored() or self.stain.new_reading(self.core, reader=self.user.get_username())

    @property
    def back_url(self) -> str:
        return f"{self.stain.url('expression:scoring-grid')}#place-{self.core.row}-{self.core.column}"

    def saved_url(self, row: IhcReading) -> str:
        """The next core with tissue; the grid after the last one."""
        following = self.cores.filter(
            Q(row__gt=self.core.row) | Q(row=self.core.row, column__gt=self.core.column), status=CoreStatus.EVALUABLE
        )
        core = next((core for core in following.order_by("row", "column") if self.may_score(core)), None)
        return self.core_url(core) if core else self.back_url

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"reader": self.user.get_username(), **super().get_form_kwargs()}

    def form_valid(self, form: Any) -> HttpResponse:
        if not HtmxDetails(self.request):
            return super().form_valid(form)
        return self._in_grid() if form.saved(by=self.user) else self._in_grid(self._refusals(form))

    def form_invalid(self, form: Any) -> HttpResponse:
        if not HtmxDetails(self.request):
            return super().form_invalid(form)
        return self._in_grid(self._refusals(form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stored = self._stored()
        return super().get_context_data(core=self.core, recorded=in_words(stored) if stored else "", **kwargs)

    def _stored(self) -> IhcReading | None:
        return self.own_readings.filter(core=self.core).first()

    def _refusals(self, form: CoreScoreForm) -> tuple[str, ...]:
        stored = self._stored()
        if form.conflicts and stored:
            text = _("Somebody saved %(score)s meanwhile. What you typed is kept: Enter saves it all the same.")
            return (text % {"score": in_words(stored)},)
        return tuple(str(error) for errors in form.errors.values() for error in errors)

    def _in_grid(self, refusals: tuple[str, ...] = ()) -> HttpResponse:
        """The place as it is stored now, and how far the reader is."""
        place = Place(
            row=self.core.row,
            column=self.core.column,
            core=self.core,
            reading=self._stored(),
            url=self.core_url(self.core),
            saved=not refusals,
            refusals=refusals,
        )
        context = {"place": place, "progress": self._progress()}
        return render(self.request, "expression/scored_place.html", context)

    def _progress(self) -> Progress:
        return progress(cores=filter(self.is_within, self.cores), readings=self.own_readings)
