"""The ways in which a study measures markers in specimens, and where their measurements are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from expression.models import Band, BandForm, ExpressionValue, IhcReading, QpcrWell, WellTask

IHC = "ihc"
QPCR = "qpcr"
WESTERN = "western"
PROFILE = "profile"


@dataclass(frozen=True, kw_only=True)
class AssayKind:
    """``rows`` makes the queryset of all single measurements of markers in specimens, controls left out.

    ``study``, ``specimen``, ``marker`` and ``source`` are ORM paths from there. A source is what measurements share
    and has a code: an antibody, a run, a blot, a dataset. ``source_page`` is the URL name of its page.
    """

    code: str
    title: str | Promise
    rows: Callable[[], QuerySet[Any]]
    study: str
    specimen: str
    marker: str
    source: str
    sources: str | Promise
    source_page: str = ""

    @property
    def patient(self) -> str:
        """The ORM path from a measurement to its patient."""
        return f"{self.specimen}__patient"


ASSAYS = {
    kind.code: kind
    for kind in (
        AssayKind(
            code=IHC,
            title=_("IHC"),
            rows=lambda: IhcReading.objects.filter(specimen__isnull=False),
            study="study",
            specimen="specimen",
            marker="antibody__marker",
            source="antibody",
            sources=_("Antibodies"),
        ),
        AssayKind(
            code=QPCR,
            title=_("qPCR"),
            rows=lambda: QpcrWell.objects.filter(task=WellTask.UNKNOWN, sample__specimen__isnull=False),
            study="run__study",
            specimen="sample__specimen",
            marker="target__marker",
            source="run",
            sources=_("qPCR runs"),
            source_page="expression:run",
        ),
        AssayKind(
            code=WESTERN,
            title=_("Western blot"),
            rows=lambda: Band.objects.filter(lane__specimen__isnull=False).exclude(form=BandForm.LOADING_CONTROL),
            study="blot__study",
            specimen="lane__specimen",
            marker="marker",
            source="blot",
            sources=_("Western blots"),
            source_page="expression:blot",
        ),
        AssayKind(
            code=PROFILE,
            title=_("Expression profile"),
            rows=lambda: ExpressionValue.objects.all(),
            study="study",
            specimen="specimen",
            marker="marker",
            source="dataset",
            sources=_("Expression datasets"),
            source_page="expression:dataset",
        ),
    )
}

SECTIONS_AND_CORES = (
    replace(
        ASSAYS[IHC], title=_("IHC, sections"), rows=lambda: IhcReading.objects.filter(specimen__isnull=False, core=None)
    ),
    replace(
        ASSAYS[IHC],
        title=_("IHC, cores"),
        rows=lambda: IhcReading.objects.filter(specimen__isnull=False, core__isnull=False),
    ),
)
"""Immunohistochemistry told apart by what was stained."""

SECTIONS_AND_CORES_APART = (*SECTIONS_AND_CORES, *(kind for kind in ASSAYS.values() if kind.code != IHC))
"""All assays, immunohistochemistry told apart."""
