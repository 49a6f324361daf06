"""What was measured on specimens, assay by assay, and the latest value of each marker."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from cases import access
from cases.access import Person
from cases.models import Specimen
from expression.assays import ASSAYS, IHC, PROFILE, QPCR, WESTERN
from expression.measurements import SampleDeltaCq, delta_cqs_by_run
from expression.models import (
    Band,
    Evaluability,
    ExpressionValue,
    IhcReading,
    Marker,
    QpcrRun,
    Scale,
)
from expression.result_row import MINUS
from expression.scoring import Status


@dataclass(frozen=True, kw_only=True)
class Latest:
    """The latest value of a marker by an assay, and how many there are."""

    text: str
    number: int


@dataclass(frozen=True, kw_only=True)
class MarkerRow:
    """A marker with its latest value by each assay, None where it was not measured so."""

    marker: Marker
    cells: list[Latest | None]


@dataclass(frozen=True, kw_only=True)
class SpecimenValues:
    """What this person may see of everything measured on these specimens; a query or two an assay."""

    user: Person
    specimens: QuerySet[Specimen]

    def rows(self, code: str) -> QuerySet[Any]:
        """The single measurements by the assay of this code."""
        kind = ASSAYS[code]
        own = kind.rows().filter(**{f"{kind.specimen}__in": self.specimens})
        return access.rows(user=self.user, queryset=own, patient=kind.patient, study=kind.study)

    @cached_property
    def stains(self) -> list[IhcReading]:
        rows = self.rows(IHC).select_related(
            "specimen", "core__microarray__study", "antibody__marker", "antibody__phospho_site", "laboratory_scale"
        )
        return list(rows.order_by("antibody__marker__position", "specimen__code", "core", "cell_type", "read_on", "pk"))

    @cached_property
    def bands(self) -> list[Band]:
        """Without loading controls, which belong to no marker."""
        rows = self.rows(WESTERN).select_related("lane__specimen", "membrane", "marker", "phospho_site__marker", "blot")
        return list(rows.order_by("marker__position", "blot__code", "membrane__name", "lane__number", "form"))

    @cached_property
    def profile(self) -> list[ExpressionValue]:
        rows = self.rows(PROFILE).select_related("specimen", "marker", "dataset__study")
        return list(rows.order_by("dataset__code", "marker__position", "specimen__code"))

    @cached_property
    def qpcr(self) -> list[tuple[QpcrRun, SampleDeltaCq]]:
        """ΔCq of the study markers, run by run."""
        wells = (
            self.rows(QPCR)
            .select_related("run__study", "target__marker", "sample__specimen")
            .order_by("run__code", "sample__name", F("target__marker__position").asc(nulls_last=True), "position")
        )
        return [(run, row) for run, row in delta_cqs_by_run(wells=wells) if row.target.marker is not None]

    @property
    def any(self) -> bool:
        """Whether anything was measured."""
        return bool(self.stains or self.qpcr or self.bands or self.profile)

    @property
    def assays(self) -> list[Any]:
        """The titles of the assays that were used."""
        return [ASSAYS[code].title for code in self._latest]

    @property
    def markers(self) -> list[MarkerRow]:
        """Markers × assays, with the latest values."""
        columns = self._latest.values()
        markers = {marker.pk: marker for column in columns for marker in column}
        in_order = sorted(markers.values(), key=lambda marker: (marker.position, marker.symbol))
        return [MarkerRow(marker=marker, cells=[column.get(marker) for column in columns]) for marker in in_order]

    @cached_property
    def _latest(self) -> dict[str, dict[Marker, Latest]]:
        """By assay and marker: what was read last, of stains a consensus before what it settles."""
        stains = sorted(self.stains, key=lambda row: (_has_score(row), row.is_consensus, row.read_on, row.pk))
        qpcr = sorted(self.qpcr, key=lambda found: (found[1].result.status == Status.EVALUABLE, found[0].pk))
        bands = sorted(self.bands, key=lambda band: band.pk)
        profile = sorted(self.profile, key=lambda value: value.pk)
        found = {
            IHC: _last(stains, marker=lambda row: row.antibody.marker, text=_stain_text),
            QPCR: _last(qpcr, marker=lambda found: found[1].target.marker, text=lambda found: delta_text(found[1])),
            WESTERN: _last(bands, marker=lambda band: band.marker, text=band_text),
            PROFILE: _last(profile, marker=lambda value: value.marker, text=profile_text),
        }
        return {code: column for code, column in found.items() if column}


def score_text(reading: IhcReading) -> str:
    """“H-score 70”, “Immunoreactive score 6” as recorded, or why there is no score."""
    if not _has_score(reading):
        return reading.get_evaluability_display()
    if reading.recorded_score is not None:
        return reading.recorded_in_words
    return f"{Scale.H_SCORE.label} {_plain(reading.score(Scale.H_SCORE))}"


def delta_text(row: SampleDeltaCq) -> str:
    """“ΔCq 6.90”, “ΔCq ≥ 15.20” for a limit, or “not evaluable”."""
    result = row.result
    if result.value is not None:
        return f"ΔCq {result.value:.2f}".replace("-", MINUS)
    return f"ΔCq ≥ {result.limit:.2f}" if result.limit is not None else _("not evaluable")


def profile_text(value: ExpressionValue) -> str:
    return f"{value.value:.2f} {value.dataset.get_unit_display()}".replace("-", MINUS)


def band_text(band: Band) -> str:
    """“Phosphorylated S473”, “Total”: the volume of a band says nothing beside those of other blots."""
    if band.phospho_site is None:
        return band.get_form_display()
    return f"{band.get_form_display()} {band.phospho_site.residue}"


def _stain_text(reading: IhcReading) -> str:
    """The score with the cells and, of an antibody against one, the phospho-site."""
    site = reading.antibody.phospho_site
    parts = [score_text(reading), reading.get_cell_type_display(), *([site.residue] if site else [])]
    return " · ".join(map(str, parts))


def _has_score(reading: IhcReading) -> bool:
    return reading.evaluability == Evaluability.EVALUABLE


def _plain(score: Any) -> str:
    """With one decimal where there is one."""
    return f"{score:.1f}".removesuffix(".0")


def _last(rows: Iterable[Any], *, marker: Callable[[Any], Any], text: Callable[[Any], str]) -> dict[Marker, Latest]:
    rows_of: dict[Marker, list[Any]] = defaultdict(list)
    for row in rows:
        rows_of[marker(row)].append(row)
    return {key: Latest(text=text(own[-1]), number=len(own)) for key, own in rows_of.items()}
