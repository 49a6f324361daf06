"""Who may settle what readers saw differently: a manager or somebody who did not read it, nobody who reads blind."""

from typing import Any

from django.utils.functional import cached_property

from cases.access import Person, rights
from cases.models import Study
from cases.objections import OBJECTIONS, Objection
from cases.sentences import sentence
from expression.blinding import closed_to
from expression.models import IhcReading

PLACE = ("specimen_id", "core_id", "antibody_id", "cell_type", "compartment")
"""What tells apart what is read: a core, or a whole section, in one stain."""


class Settling:
    """By one person in one study; what the person read, and is blind to, is looked up once."""

    def __init__(self, user: Person, study: Study) -> None:
        self._user, self._study = user, study

    def __call__(self, reading: IhcReading) -> dict[str, Any] | None:
        """Why this reading may not be the person's consensus, as a stored sentence; None where it is none, or may."""
        if not reading.is_consensus:
            return None
        place = tuple(getattr(reading, name) for name in PLACE)
        if reading.core is not None and (reading.core.microarray_id, *place[2:]) in self._closed:
            return sentence("You score this stain blind yourself. Read all its cores first.")
        if place in self._own and not self._manages:
            return sentence("You read this yourself. A manager or a third reader settles it.")
        return None

    @cached_property
    def _manages(self) -> bool:
        return rights(user=self._user, study=self._study).manages

    @cached_property
    def _own(self) -> set[tuple[Any, ...]]:
        own = IhcReading.objects.filter(study=self._study, reader=self._user.get_username(), is_consensus=False)
        return set(own.values_list(*PLACE))

    @cached_property
    def _closed(self) -> set[tuple[Any, ...]]:
        closed = closed_to(self._user).filter(study=self._study)
        return set(closed.values_list("microarray_id", *PLACE[2:]))


OBJECTIONS[IhcReading] = Objection(to="is_consensus", judge=Settling)
