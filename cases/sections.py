"""Parts of a page of people which a higher app fills: the markers of a patient, the analyses of a study.

An app that has something to show has a module ``sections``; it is loaded when Django starts::

    @patient_sections.register
    def marker_values(*, user, rights, subject):
        return Section(template="expression/sections/marker_values.html", context={...})
"""

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from cases.access import Person, StudyRights
from cases.models import Patient, Specimen, Study, TissueMicroarray

S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A template, which finds ``context`` as ``section.context`` beside what the page itself supplies.

    One that ``leads`` stands before what the page itself has to show.
    """

    template: str
    context: dict[str, Any]
    leads: bool = False


class SectionMaker(Protocol[S_contra]):
    """Makes a section about ``subject`` for a person who may see it, or nothing."""

    def __call__(self, *, user: Person, rights: StudyRights, subject: S_contra) -> Section | None: ...


class Sections(Generic[S]):
    """The sections of one page, in the order in which they were registered."""

    def __init__(self) -> None:
        self._makers: list[SectionMaker[S]] = []

    def register(self, maker: SectionMaker[S]) -> SectionMaker[S]:
        self._makers.append(maker)
        return maker

    def of(self, subject: S, *, user: Person, rights: StudyRights) -> list[Section]:
        """What there is to show about the subject."""
        made = (maker(user=user, rights=rights, subject=subject) for maker in self._makers)
        return [section for section in made if section is not None]


study_sections: Sections[Study] = Sections()
"""Aggregates only: viewers see this page too, so counts pass :mod:`cases.disclosure`."""

patient_list_sections: Sections[Study] = Sections()
"""Beside the buttons of the list of patients; the template finds the filters of the address as ``query``."""

patient_sections: Sections[Patient] = Sections()
specimen_sections: Sections[Specimen] = Sections()
microarray_sections: Sections[TissueMicroarray] = Sections()
