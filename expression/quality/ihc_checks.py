"""Checks of immunohistochemistry."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Abs, Cast, Chr, Coalesce, Concat
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from cases.models import ConsentStatus, CoreStatus
from cases.quality.conditions import surely_before
from cases.quality.registry import Severity, check
from cases.sentences import sentence
from expression.blinding import still_blind
from expression.models import Evaluability, IhcReading, Scale

FAR_APART = 50
"""H-score points between two readers from which on they settle what they saw."""

POSITIVE = F("percent_1") + F("percent_2") + F("percent_3")
H_SCORE = F("percent_1") + 2 * F("percent_2") + 3 * F("percent_3")


def _place() -> Any:
    """The core as pathologists write it, A-1; a section has none."""
    row = Chr(F("core__row") + (ord("A") - 1))
    core = Concat("core__microarray__code", Value(" "), row, Value("-"), Cast("core__column", CharField()))
    return Coalesce(core, "specimen__code", output_field=CharField())


def _readings() -> QuerySet[IhcReading]:
    """With ``place`` for sentences."""
    return IhcReading.objects.alias(place=_place())


@check(
    code="ihc-on-lost-core",
    title=_("IHC on a lost core"),
    finds=sentence(
        "{reader} scored {antibody} on {place}, which the array now records as lost or without tumour.",
        reader="reader",
        antibody="antibody__code",
        place="place",
    ),
    advice=_("Correct the status of the core, or the reading. Until then it makes no value."),
)
def ihc_on_lost_core() -> QuerySet[IhcReading]:
    scored = _readings().filter(core__isnull=False, evaluability=Evaluability.EVALUABLE)
    return scored.exclude(core__status=CoreStatus.EVALUABLE)


@check(
    code="ihc-intensity-without-cells",
    title=_("Intensity that no cell shows"),
    finds=sentence(
        "{reader} read intensity {intensity} in {antibody} on {place}, and all cells are at 0.",
        reader="reader",
        intensity="intensity",
        antibody="antibody__code",
        place="place",
    ),
    advice=_("Correct the intensity or the percentages."),
)
def ihc_intensity_without_cells() -> QuerySet[IhcReading]:
    return _readings().alias(positive=POSITIVE).filter(intensity__gt=0, positive=0)


@check(
    code="ihc-cells-without-intensity",
    title=_("Positive cells at intensity 0"),
    finds=sentence(
        "{reader} read intensity 0 in {antibody} on {place}, and some cells are positive.",
        reader="reader",
        antibody="antibody__code",
        place="place",
    ),
    advice=_("Correct the intensity or the percentages: at intensity 0 every combined score is 0."),
)
def ihc_cells_without_intensity() -> QuerySet[IhcReading]:
    return _readings().alias(positive=POSITIVE).filter(intensity=0, positive__gt=0)


@check(
    code="ihc-readers-far-apart",
    title=_("Two readers far apart without a consensus"),
    finds=sentence(
        "{reader} and {other} saw {antibody} on {place} differently: by more than 50 H-score points, or only one "
        "could score it.",
        reader="reader",
        other="other",
        antibody="antibody__code",
        place="place",
    ),
    advice=_("Look together and enter a consensus."),
)
def ihc_readers_far_apart() -> QuerySet[IhcReading]:
    """The later of two readings of one place in one stain. While readers are blind, it would tell each of the other."""
    single = _comparable().filter(is_consensus=False).exclude(pk__in=still_blind(IhcReading.objects.all()).values("pk"))
    same = {name: OuterRef(name) for name in ("specimen", "at", "antibody", "cell_type", "compartment")}
    here = _comparable().filter(**same)
    earlier = here.filter(is_consensus=False, pk__lt=OuterRef("pk")).exclude(reader=OuterRef("reader"))
    apart = GreaterThan(Abs(F("h") - OuterRef("h"), output_field=DecimalField()), FAR_APART)
    far = earlier.filter(Q(apart) | ~Q(could_score=OuterRef("could_score"))).order_by("pk")
    found = single.alias(other=Subquery(far.values("reader")[:1])).filter(other__isnull=False)
    return found.exclude(Exists(here.filter(is_consensus=True)))


@check(
    code="ihc-before-collection",
    title=_("IHC read before the specimen was collected"),
    finds=sentence(
        "{antibody} on {place} was read on {date}, and {specimen} was collected on {collected}.",
        antibody="antibody__code",
        place="place",
        date="read_on",
        specimen="specimen__code",
        collected="specimen__collection_date",
    ),
    advice=_("Correct one of the dates."),
)
def ihc_before_collection() -> QuerySet[IhcReading]:
    return _readings().filter(surely_before("read_on", "specimen__collection_date"))


@check(
    code="ihc-antibody-without-rrid",
    title=_("Antibody without RRID"),
    finds=sentence(
        "Antibody {antibody} (clone {clone}) has no research resource identifier; {reader} was the first to read it.",
        antibody="antibody__code",
        clone="antibody__clone",
        reader="reader",
    ),
    advice=_("Add the RRID on the antibody’s page: journals ask for it, and it names the product beyond doubt."),
    severity=Severity.HINT,
)
def ihc_antibody_without_rrid() -> QuerySet[IhcReading]:
    """Once for an antibody: at its first reading of a patient who did not withdraw consent."""
    of_patients = IhcReading.objects.filter(antibody=OuterRef("antibody"), patient__isnull=False)
    first = of_patients.exclude(patient__consent_status=ConsentStatus.WITHDRAWN).order_by("pk")
    return IhcReading.objects.filter(antibody__rrid="", pk=Subquery(first.values("pk")[:1]))


def _comparable() -> QuerySet[IhcReading]:
    """With ``at``, 0 for a section, the H-score ``h`` where there is one, and whether the reader could score it."""
    recorded = When(recorded_scale=Scale.H_SCORE, then=F("recorded_score"))
    return _readings().alias(
        at=Coalesce("core_id", 0),
        h=Case(recorded, default=H_SCORE, output_field=DecimalField()),
        could_score=Case(When(evaluability=Evaluability.EVALUABLE, then=1), default=0, output_field=IntegerField()),
    )
