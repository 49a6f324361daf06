"""A tissue microarray stained with one antibody, scored in one cell type and compartment."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from cases.models import Core, TissueMicroarray
from expression.models import Antibody, BlindScoring, Compartment, IhcReading, StainedCell


@dataclass(frozen=True, kw_only=True)
class StainedBlock:
    """``microarray`` and ``antibody`` are of one study."""

    microarray: TissueMicroarray
    antibody: Antibody
    cell_type: StainedCell
    compartment: Compartment

    def __str__(self) -> str:
        parts = [self.antibody.marker.name, self.antibody, self.cell_type.label, self.compartment.label]
        return " · ".join(map(str, parts))

    def url(self, name: str, *place: int) -> str:
        """The address of a page about the stained block, or about the core in a place of it."""
        stain = [self.antibody.code, self.cell_type.value, self.compartment.value]
        return reverse(name, args=[self.microarray.study.code, self.microarray.code, *stain, *place])

    @property
    def readings(self) -> QuerySet[IhcReading]:
        """By everybody; what a person may see of them goes through :func:`cases.access.rows`."""
        return IhcReading.objects.filter(
            core__microarray=self.microarray,
            antibody=self.antibody,
            cell_type=self.cell_type,
            compartment=self.compartment,
        )

    @property
    def blind_scorings(self) -> QuerySet[BlindScoring]:
        """The one scoring that keeps its readers blind, once somebody has begun."""
        return BlindScoring.objects.filter(
            microarray=self.microarray,
            antibody=self.antibody,
            cell_type=self.cell_type,
            compartment=self.compartment,
        )

    def new_reading(self, core: Core, *, reader: str, is_consensus: bool = False) -> IhcReading:
        """A reading of the core about which nothing is said yet; a core of a control tissue has no patient."""
        return IhcReading(
            study=core.study,
            patient=core.specimen.patient if core.specimen else None,
            specimen=core.specimen,
            core=core,
            antibody=self.antibody,
            cell_type=self.cell_type,
            compartment=self.compartment,
            reader=reader,
            is_consensus=is_consensus,
        )
