"""Western blots of the demonstration: phosphorylated over total AKT1, ERK1 and STAT3 in frozen tissue (F11).

Eight lanes a blot, the first one with the same lysate on all of them, the calibrator; the phosphorylated proteins on
one membrane and the total ones on another, each with its own GAPDH. The log2 ratio of STAT3 rises by
``STAT3_PER_RANKL`` for each doubling of RANKL; those of AKT1 and ERK1 do not depend on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.demonstration.records import SyntheticPatient
from analytics.demonstration.writing import write
from cases.models import Specimen, Study
from expression.models import Band, BandForm, CellLine, Lane, Marker, Membrane, PhosphoSite, WesternBlot

SITES = {"AKT1": "S473", "MAPK3": "T202/Y204", "STAT3": "Y705"}
LANES = 8
MOST_BLOTS = 6
STAT3_PER_RANKL = 0.5
RANKL_CENTRE = 3.0
NOISE = 0.35
SATURATED_ABOVE = 60_000.0
CONTROL = "GAPDH"
CALIBRATOR = "U-2 OS"


@dataclass(frozen=True, kw_only=True)
class Blots:
    """Writes the blots of the first batch of patients."""

    study: Study
    markers: dict[str, Marker]
    random: np.random.Generator

    def write(self, *, specimens: dict[str, Specimen], cohort: list[SyntheticPatient]) -> None:
        frozen = [
            specimen
            for one in cohort
            if one.diagnosis.category != "bone_marrow"
            for specimen in one.specimens
            if specimen.kind == "fresh_frozen"
        ][: (LANES - 1) * MOST_BLOTS]
        gels = [[None, *frozen[start : start + LANES - 1]] for start in range(0, len(frozen), LANES - 1)]
        lysate = CellLine.objects.get(study=self.study, name=CALIBRATOR)
        blots = write(
            WesternBlot(study=self.study, code=f"DEMO-BLOT-{number:02d}", detection="Synthetic imager, 30 s")
            for number, _gel in enumerate(gels, start=1)
        )
        membranes = write(
            Membrane(blot=blot, name=name, loading_control=CONTROL) for blot in blots for name in ("1", "2")
        )
        lanes = write(
            Lane(
                blot=blot,
                study=self.study,
                number=number,
                specimen=specimens[one.code] if one else None,
                line=None if one else lysate,
                is_calibrator=one is None,
            )
            for blot, gel in zip(blots, gels, strict=True)
            for number, one in enumerate(gel, start=1)
        )
        rankl = [one.level["TNFSF11"] if one else RANKL_CENTRE for gel in gels for one in gel]
        pairs = zip(membranes[::2], membranes[1::2], strict=True)
        membranes_of = {pair[0].blot_id: pair for pair in pairs}
        sites = {
            site.marker_id: site
            for site in PhosphoSite.objects.filter(marker__symbol__in=SITES, residue__in=SITES.values())
        }
        write(
            band
            for lane, level in zip(lanes, rankl, strict=True)
            for band in self._bands(lane=lane, rankl=level, membranes=membranes_of[lane.blot_id], sites=sites)
        )

    def _bands(
        self,
        *,
        lane: Lane,
        rankl: float,
        membranes: tuple[Membrane, Membrane],
        sites: dict[int, PhosphoSite],
    ) -> Iterator[Band]:
        """Three phosphorylated and three total proteins, and the control of each membrane."""
        loads = [float(2 ** self.random.normal(13.5, 0.3)) for _membrane in membranes]
        for membrane, load in zip(membranes, loads, strict=True):
            yield self._band(lane, membrane, form=BandForm.LOADING_CONTROL, volume=load)
        for symbol in SITES:
            marker = self.markers[symbol]
            rise = STAT3_PER_RANKL * (rankl - RANKL_CENTRE) if symbol == "STAT3" else 0.0
            ratio = 2 ** (rise - 1 + self.random.normal(0, NOISE))
            total = 0.8 * 2 ** self.random.normal(0, NOISE)
            phospho = {"form": BandForm.PHOSPHO, "marker": marker, "phospho_site": sites[marker.pk]}
            yield self._band(lane, membranes[0], **phospho, volume=loads[0] * total * ratio)
            yield self._band(lane, membranes[1], form=BandForm.TOTAL, marker=marker, volume=loads[1] * total)

    def _band(self, lane: Lane, membrane: Membrane, *, volume: float, **what: Any) -> Band:
        return Band(
            blot_id=lane.blot_id,
            lane=lane,
            membrane=membrane,
            volume=round(min(volume, SATURATED_ABOVE), 1),
            saturated=volume >= SATURATED_ABOVE,
            **what,
        )
