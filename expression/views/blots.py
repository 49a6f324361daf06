"""Pages of western blots: the list, a blot with its ratios, its table to fill in, its membranes."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.postgres.aggregates import StringAgg
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cases import access
from cases.chronicle import events_of
from cases.views.base import RowFormPage, StudyPage
from cases.views.microarrays import MOST_OFFERED
from expression.blot_forms import BlotForm, ColumnsForm, MembraneForm, NewBlotForm, refused
from expression.blot_ratios import Probe, in_order, probe_of, visible_lanes
from expression.blot_report import BlotReport
from expression.blot_table import MOST_LANES, MOST_PROBES, BlotTable
from expression.models import Band, BandForm, Lane, Membrane, WesternBlot
from expression.table_cells import number_text
from expression.target_words import Target, Targets
from expression.views.rows import OwnedByStudy, RowCsv, RowDelete, RowHistory

FEW_LANES, FIRST_LANES = 2, 10
"""Rows offered for new lanes of a blot that has lanes, and of one that has none."""


class BlotList(StudyPage, TemplateView):
    template_name = "expression/blot_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lanes = visible_lanes(user=self.user, study=self.study)
        blots = WesternBlot.objects.filter(study=self.study).annotate(
            lane_count=Count("lanes", filter=Q(lanes__in=lanes), distinct=True),
            membrane_count=Count("membranes", distinct=True),
            markers=StringAgg("bands__marker__name", delimiter=", ", distinct=True),
        )
        return super().get_context_data(blots=blots.order_by("code"), **kwargs)


class OfBlot(OwnedByStudy):
    """A page below ``blots/<blot_code>/``."""

    list_label = gettext_lazy("Western blots")

    @cached_property
    def blot(self) -> WesternBlot:
        blots = WesternBlot.objects.filter(study=self.study).select_related("study")
        return get_object_or_404(blots, code=self.kwargs["blot_code"])

    @cached_property
    def row(self) -> Any:
        return self.blot

    @property
    def list_url(self) -> str:
        return reverse("expression:blot-list", args=[self.study.code])

    @cached_property
    def lanes(self) -> list[Lane]:
        """Those this person may see."""
        own = visible_lanes(user=self.user, study=self.study).filter(blot=self.blot)
        return list(own.select_related("specimen__patient", "line").order_by("number"))

    @cached_property
    def hidden(self) -> list[Lane]:
        """The other lanes: how many there are may be said, what is in them not."""
        return list(self.blot.lanes.exclude(pk__in=[lane.pk for lane in self.lanes]))

    @cached_property
    def bands(self) -> list[Band]:
        own = Band.objects.filter(lane__in=self.lanes)
        return list(own.select_related("membrane", "marker", "phospho_site__marker"))

    @cached_property
    def report(self) -> BlotReport:
        return BlotReport(blot=self.blot, lanes=self.lanes, bands=self.bands, hidden=len(self.hidden))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(blot=self.blot, **kwargs)


class BlotPage(OfBlot, TemplateView):
    """What the blot says, and the bands it rests on."""

    template_name = "expression/blot.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        probes = in_order(probe_of(band) for band in self.bands)
        bands = {(band.lane_id, probe_of(band)): band for band in self.bands}
        table = [(lane, [_shown(bands.get((lane.pk, probe))) for probe in probes]) for lane in self.lanes]
        return super().get_context_data(
            report=self.report,
            heads=by_membrane(probes),
            table=table,
            membranes=self.blot.membranes.order_by("name"),
            **kwargs,
        )


class BlotAdd(RowFormPage):
    required_right = "enters_everywhere"
    form_class: Any = NewBlotForm
    title = gettext_lazy("Add a western blot")

    @cached_property
    def row(self) -> Any:
        return WesternBlot(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("expression:blot-list", args=[self.study.code])

    def form_valid(self, form: Any) -> HttpResponse:
        self.probed: Sequence[tuple[Membrane, Target]] = form.probed
        return super().form_valid(form)

    def saved_url(self, row: Any) -> str:
        """The table of the blot, with the columns that were named."""
        return bands_url(row, [(membrane.pk, str(target)) for membrane, target in self.probed])


class BlotEdit(RowFormPage):
    required_right = "enters_everywhere"
    form_class = BlotForm
    title = gettext_lazy("Change the western blot")

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(WesternBlot, study=self.study, code=self.kwargs["blot_code"])

    @property
    def back_url(self) -> str:
        return str(self.row.get_absolute_url())

    def saved_url(self, row: Any) -> str:
        return str(row.get_absolute_url())


class BlotBands(OfBlot, TemplateView):
    """The table to fill in. ``?column=MEMBRANE:TARGET`` adds a column, ``?lanes=`` is how many new ones are offered."""

    required_right = "enters_everywhere"
    template_name = "expression/blot_bands.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        columns = ColumnsForm(request.GET if "targets" in request.GET else None, blot=self.blot)
        if columns.is_bound and columns.is_valid():
            membrane = columns.cleaned_data["membrane"]
            more = [(membrane.pk, str(target)) for target in columns.cleaned_data["targets"]]
            return redirect(bands_url(self.blot, [*self.columns, *more]))
        return self.render_to_response(self.get_context_data(table=self._table(), columns_form=columns))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            WesternBlot.objects.select_for_update().get(pk=self.blot.pk)
            table = self._table(request.POST)
            if table.is_valid() and table.save():
                messages.success(request, _("%(row)s is saved.") % {"row": self.blot})
                return redirect(self.blot.get_absolute_url())
        return self.render_to_response(self.get_context_data(table=table, columns_form=ColumnsForm(blot=self.blot)))

    @property
    def columns(self) -> list[tuple[int, str]]:
        """The asked columns: key of the membrane, words of the target."""
        parts = [column.partition(":") for column in self.request.GET.getlist("column")]
        return [(int(key), words) for key, _colon, words in parts if key.isdecimal() and len(key) < 10][:MOST_PROBES]

    @cached_property
    def asked(self) -> list[Probe]:
        """The loading control of each membrane, and the columns asked for that make sense."""
        membranes = {membrane.pk: membrane for membrane in self.blot.membranes.all()}
        probes = [Probe(membrane=membrane, form=BandForm.LOADING_CONTROL) for membrane in membranes.values()]
        targets = Targets()
        for key, words in self.columns:
            try:
                target = targets.target(words)
            except ValidationError as error:
                messages.warning(self.request, refused(error))
                continue
            if key in membranes:
                probes.append(Probe(membrane=membranes[key], form=target.form, marker=target.marker, site=target.site))
        return probes

    def _table(self, data: Any = None) -> BlotTable:
        wanted = (data or self.request.GET).get("lanes", "")
        blanks = min(int(wanted), MOST_LANES) if wanted.isdecimal() and len(wanted) < 4 else None
        return BlotTable(
            blot=self.blot,
            lanes=self.lanes,
            bands=self.bands,
            asked=self.asked,
            specimens=access.specimens(self.user).filter(study=self.study),
            hidden=self.hidden,
            blanks=(FEW_LANES if self.lanes else FIRST_LANES) if blanks is None else blanks,
            data=data,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        specimens = access.specimens(self.user).filter(study=self.study)
        table: BlotTable = kwargs["table"]
        return super().get_context_data(
            heads=by_membrane(table.probes),
            specimen_codes=specimens.order_by("code").values_list("code", flat=True)[:MOST_OFFERED],
            sites=Targets().sites,
            columns=self.columns,
            more_lanes_url=bands_url(self.blot, self.columns, lanes=table.blanks + FIRST_LANES),
            **kwargs,
        )


class BlotCsv(OfBlot, RowCsv):
    file_ending = "ratios"

    @property
    def lines(self) -> Any:
        return self.report.lines


class BlotHistory(OfBlot, RowHistory):
    """Without lanes that hold, or once held, a specimen this person may not see."""

    @property
    def parts(self) -> dict[type[models.Model], Any]:
        own = {"blot_id": self.blot.pk}
        specimens = access.specimens(self.user).filter(study=self.study)
        lanes = events_of(Lane).filter(**own)
        unseen = lanes.exclude(specimen_id=None).exclude(specimen_id__in=specimens.values("pk")).values("pgh_obj_id")
        return {
            WesternBlot: events_of(WesternBlot).filter(pgh_obj_id=self.blot.pk),
            Membrane: events_of(Membrane).filter(**own),
            Lane: lanes.exclude(pgh_obj_id__in=unseen),
            Band: events_of(Band).filter(**own).exclude(lane_id__in=unseen),
        }


class BlotDelete(OfBlot, RowDelete):
    @property
    def facts(self) -> list[tuple[str, Any]]:
        return [
            (_("Membranes"), self.blot.membranes.count()),
            (_("Lanes"), self.blot.lanes.count()),
            (_("of which with specimens you may not see"), len(self.hidden)),
            (_("Bands"), self.blot.bands.count()),
        ]


class MembraneAdd(OfBlot, RowFormPage):
    required_right = "enters_everywhere"
    form_class = MembraneForm
    title = gettext_lazy("Add a membrane")

    @cached_property
    def row(self) -> Any:
        return Membrane(blot=self.blot, name=str(self.blot.membranes.count() + 1))

    @property
    def back_url(self) -> str:
        return str(self.blot.get_absolute_url())


class MembraneEdit(MembraneAdd):
    title = gettext_lazy("Change the membrane")

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(Membrane, blot=self.blot, pk=self.kwargs["pk"])


class MembraneDelete(OfBlot, RowDelete):
    """A membrane goes when nothing is left on it, also nothing that is not shown."""

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(Membrane, blot=self.blot, pk=self.kwargs["pk"])

    @property
    def list_url(self) -> str:
        return str(self.blot.get_absolute_url())

    @property
    def back_url(self) -> str:
        return self.list_url

    @property
    def facts(self) -> list[tuple[str, Any]]:
        return [(_("Loading control"), self.row.loading_control), (_("Bands"), self.row.bands.count())]

    def refuse(self) -> None:
        if self.row.bands.exists():
            raise ValidationError(_("There are bands on this membrane. Empty their cells in the table first."))


def _shown(band: Band | None) -> tuple[Band | None, str]:
    """A band with all digits of its volume."""
    return band, number_text(band.volume) if band else ""


def by_membrane(probes: Sequence[Probe]) -> list[tuple[Membrane, list[Probe]]]:
    """The columns under the head of their membrane."""
    heads: dict[Membrane, list[Probe]] = {}
    for probe in probes:
        heads.setdefault(probe.membrane, []).append(probe)
    return list(heads.items())


def bands_url(blot: WesternBlot, columns: Sequence[tuple[int, str]], **more: Any) -> str:
    """The table of the blot with these columns besides those it has."""
    address = reverse("expression:blot-bands", args=[blot.study.code, blot.code])
    query = urlencode({"column": [f"{key}:{words}" for key, words in columns], **more}, doseq=True)
    return f"{address}?{query}" if query else address
