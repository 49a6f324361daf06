"""What is scored on a block: on the page of the block, and what a higher app adds to the page of a stain."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from cases import access
from cases.access import Person, StudyRights
from cases.models import TissueMicroarray
from cases.sections import Section, Sections, microarray_sections
from expression.models import Antibody, BlindScoring, Compartment, IhcReading, StainedCell
from expression.stained_block import StainedBlock

stain_sections: Sections[StainedBlock] = Sections()
"""Filled by modules ``sections`` of higher apps, as those of :mod:`cases.sections`."""


@dataclass(frozen=True, kw_only=True)
class BegunScoring:
    """A stain of which this person sees readings: of how many cores their own, and by how many readers."""

    stain: StainedBlock
    own: int
    readers: int
    is_blind: bool

    @property
    def url(self) -> str:
        return self.stain.url("expression:scoring-grid")


def begun_scorings(*, user: Person, microarray: TissueMicroarray) -> list[BegunScoring]:
    """In the order of the antibodies; three queries."""
    readings = access.rows(
        user=user,
        queryset=IhcReading.objects.filter(core__microarray=microarray, is_consensus=False),
        patient="patient",
        study="study",
    )
    counted = list(
        readings.order_by("antibody__code", "cell_type", "compartment")
        .values_list("antibody", "cell_type", "compartment")
        .annotate(own=Count("pk", filter=Q(reader=user.get_username())), readers=Count("reader", distinct=True))
    )
    antibodies = Antibody.objects.select_related("marker").in_bulk({key for key, *_rest in counted})
    blind = set(
        BlindScoring.objects.filter(microarray=microarray, opened_at=None).values_list(
            "antibody", "cell_type", "compartment"
        )
    )
    return [
        BegunScoring(
            stain=StainedBlock(
                microarray=microarray,
                antibody=antibodies[antibody],
                cell_type=StainedCell(cell_type),
                compartment=Compartment(compartment),
            ),
            own=own,
            readers=readers,
            is_blind=(antibody, cell_type, compartment) in blind,
        )
        for antibody, cell_type, compartment, own, readers in counted
    ]


@microarray_sections.register
def scorings_of_microarray(*, user: Person, rights: StudyRights, subject: TissueMicroarray) -> Section:
    context: dict[str, Any] = {"scorings": begun_scorings(user=user, microarray=subject), "microarray": subject}
    return Section(template="expression/sections/scorings.html", context=context)
