"""Every reading as the reader, the instrument or the file gave it: all assays as rows of one shape."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Case, CharField, F, FloatField, QuerySet, Value, When
from django.db.models.functions import Cast, Chr, Coalesce, Concat

from cases import access
from cases.access import Person
from expression.assays import ASSAYS, IHC, PROFILE, QPCR, WESTERN
from expression.models import BandForm, Evaluability, QpcrWell, Scale, WellReading

CQ = "cq"
"""The unit of a well's value: cycles. The smaller, the more there is: it is no expression value."""
LABORATORY_SCALE = "laboratory_scale"
"""The unit of a score whose meaning only its laboratory scale tells: a name more than a number."""
VOLUME = "band_volume"
"""The unit of a band's value: arbitrary, and comparable on one membrane only."""

COLUMNS = (
    "assay",
    "id",
    "study_code",
    "patient_code",
    "specimen_code",
    "marker_symbol",
    "target_name",
    "source_code",
    "position",
    "value",
    "unit",
    "detected",
    "omitted",
)
"""``marker_symbol`` is None for a target that is no study marker, ``target_name`` the name in the file, the cells and
compartment that were scored, or the form of the protein. ``source_code`` is that of the antibody, run, blot or dataset,
``position`` the core, well or lane. ``detected`` is None for what was not read: a well without a result, a core that
is lost or holds no tumour, a section that cannot be assessed. A saturated band is ``omitted``."""

Readings = QuerySet[Any, dict[str, Any]]

true, false = (Value(truth, output_field=BooleanField()) for truth in (True, False))

POSITION = Concat(
    Chr(F("core__row") + Value(ord("A") - 1)), Value("-"), Cast("core__column", CharField()), output_field=CharField()
)
"""Of a core, as :attr:`cases.models.Core.position` writes it."""
PHOSPHO_NAME = Concat(Value("p-"), F("marker__name"), Value(" "), F("phospho_site__residue"))
"""As :class:`expression.models.PhosphoSite` is written."""
H_SCORE = F("percent_1") + 2 * F("percent_2") + 3 * F("percent_3")
"""As :func:`expression.scoring.h_score` computes it."""


def readings_of_assays(user: Person) -> list[QuerySet[Any]]:
    """For each assay the readings of specimens this person may see, with ``COLUMNS`` to filter by."""
    makers = {IHC: _stains, QPCR: _wells, WESTERN: _bands, PROFILE: _values}
    return [
        access.rows(
            user=user,
            queryset=_of_study(make(), code).annotate(assay=Value(code)),
            patient=ASSAYS[code].patient,
            study=ASSAYS[code].study,
        )
        for code, make in makers.items()
    ]


def together(assays: Iterable[QuerySet[Any]]) -> Readings:
    """The readings of several assays as one list of dictionaries of ``COLUMNS``, in a stable order; one query."""
    first, *others = (rows.order_by().values(*COLUMNS) for rows in assays)
    return first.union(*others, all=True).order_by("assay", "id")


def _of_study(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """The columns that every assay has by its paths."""
    kind = ASSAYS[code]
    return rows.annotate(
        study_code=F(f"{kind.study}__code"),
        patient_code=F(f"{kind.patient}__code"),
        specimen_code=F(f"{kind.specimen}__code"),
        marker_symbol=F(f"{kind.marker}__symbol"),
        source_code=F(f"{kind.source}__code"),
    )


def _stains() -> QuerySet[Any]:
    """The H-score of the percentages, or the recorded score in its own scale."""
    evaluable = When(evaluability=Evaluability.EVALUABLE, then=true)
    return (
        ASSAYS[IHC]
        .rows()
        .annotate(
            target_name=Concat("cell_type", Value(" "), "compartment", output_field=CharField()),
            position=Case(When(core=None, then=Value("")), default=POSITION),
            value=Cast(Coalesce(H_SCORE, "recorded_score"), FloatField()),
            unit=Case(
                When(laboratory_scale__isnull=False, then=Value(LABORATORY_SCALE)),
                When(recorded_scale="", then=Value(Scale.H_SCORE)),
                default=F("recorded_scale"),
            ),
            detected=Case(evaluable),
            omitted=false,
        )
    )


def _wells() -> QuerySet[Any]:
    """Those of controls are no measurement, but stand in the file like any other."""
    return QpcrWell.objects.filter(sample__specimen__isnull=False).annotate(
        target_name=F("target__name"),
        value=F("cq"),
        unit=Value(CQ),
        detected=Case(
            When(reading=WellReading.DETECTED, then=true), When(reading=WellReading.UNDETERMINED, then=false)
        ),
    )


def _bands() -> QuerySet[Any]:
    return (
        ASSAYS[WESTERN]
        .rows()
        .annotate(
            target_name=Case(
                When(
                    form=BandForm.PHOSPHO,
                    then=Concat(Value("p-"), F("marker__name"), Value(" "), F("phospho_site__residue")),
                ),
                default=F("marker__name"),
            ),
            position=Cast("lane__number", CharField()),
            value=F("volume"),
            unit=Value(VOLUME),
            detected=true,
            omitted=F("saturated"),
        )
    )


def _values() -> QuerySet[Any]:
    return (
        ASSAYS[PROFILE]
        .rows()
        .annotate(
            target_name=F("marker__symbol"), position=Value(""), unit=F("dataset__unit"), detected=true, omitted=false
        )
    )
