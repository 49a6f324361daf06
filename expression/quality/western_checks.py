"""Checks of western blots and cell experiments. They belong to a whole study, not to one patient."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from cases.models import ConsentStatus
from cases.quality.registry import Severity, check
from cases.sentences import sentence
from expression.models import Band, BandForm, CellExperiment, ExperimentCondition, Lane, Membrane, WesternBlot

BLOT, EXPERIMENT = "expression:blot", "expression:experiment"


@check(
    code="western-band-saturated",
    title=_("Saturated band"),
    finds=sentence("{code}: lane {lane} has a saturated band.", code="blot__code", lane="number"),
    advice=_("Enter the volume of a shorter exposure. Until then the ratio is shown, and left out of analyses."),
    severity=Severity.HINT,
    patient=None,
    page=BLOT,
)
def western_band_saturated() -> QuerySet[Lane]:
    return _lanes().filter(Exists(Band.objects.filter(lane=OuterRef("pk"), saturated=True)))


@check(
    code="western-phospho-without-total",
    title=_("Phosphorylated protein without its total"),
    finds=sentence(
        "{code}: lane {lane} has a phosphorylated band of {marker} without its total.",
        code="blot__code",
        lane="number",
        marker="marker",
    ),
    advice=_("Enter the total protein of the same lane: without it there is no ratio."),
    patient=None,
    page=BLOT,
)
def western_phospho_without_total() -> QuerySet[Lane]:
    total = Band.objects.filter(lane=OuterRef("lane"), marker=OuterRef("marker"), form=BandForm.TOTAL)
    alone = Band.objects.filter(lane=OuterRef("pk"), form=BandForm.PHOSPHO).exclude(Exists(total))
    named = alone.order_by("marker__position", "pk").values("marker__name")[:1]
    return _lanes().alias(marker=Subquery(named)).filter(marker__isnull=False)


@check(
    code="western-membrane-without-control",
    title=_("Membrane without loading control"),
    finds=sentence("{code}: membrane {membrane} has no band of its loading control.", code="code", membrane="membrane"),
    advice=_("Enter the bands of the loading control: ratios across membranes and totals need them."),
    patient=None,
    page=BLOT,
)
def western_membrane_without_control() -> QuerySet[WesternBlot]:
    bands = Band.objects.filter(membrane=OuterRef("pk"))
    bare = Membrane.objects.filter(Exists(bands), blot=OuterRef("pk"))
    bare = bare.exclude(Exists(bands.filter(form=BandForm.LOADING_CONTROL)))
    named = bare.order_by("name").values("name")[:1]
    return WesternBlot.objects.alias(membrane=Subquery(named)).filter(membrane__isnull=False)


@check(
    code="western-blot-without-calibrator",
    title=_("Blot without calibrator lane"),
    finds=sentence("{code} has bands and no calibrator lane.", code="code"),
    advice=_("Say which lane the others are given relative to: lanes of different blots are compared by it."),
    patient=None,
    page=BLOT,
)
def western_blot_without_calibrator() -> QuerySet[WesternBlot]:
    own = {"blot": OuterRef("pk")}
    with_bands = WesternBlot.objects.filter(Exists(Band.objects.filter(**own)))
    return with_bands.exclude(Exists(Lane.objects.filter(**own, is_calibrator=True)))


@check(
    code="experiment-single-biological-replicate",
    title=_("Cell experiment with a single biological replicate"),
    finds=sentence("{code} has one biological replicate.", code="code"),
    advice=_("Wells of one culture are no repetition: enter replicates of other days, or do not compare conditions."),
    severity=Severity.HINT,
    patient=None,
    page=EXPERIMENT,
)
def experiment_single_biological_replicate() -> QuerySet[CellExperiment]:
    number = Count("readings__biological_replicate", distinct=True)
    return CellExperiment.objects.alias(replicates=number).filter(replicates=1)


@check(
    code="experiment-condition-without-control",
    title=_("Condition without its control"),
    finds=sentence(
        "{code}: a condition with {stimulus} has no condition without stimulus in the same culture.",
        code="code",
        stimulus="stimulus",
    ),
    advice=_("Add the unstimulated condition of that culture, or say why there is none."),
    severity=Severity.HINT,
    patient=None,
    page=EXPERIMENT,
)
def experiment_condition_without_control() -> QuerySet[CellExperiment]:
    control = ExperimentCondition.objects.filter(
        experiment=OuterRef("experiment"), culture=OuterRef("culture"), stimulus=""
    )
    alone = ExperimentCondition.objects.filter(experiment=OuterRef("pk")).exclude(stimulus="").exclude(Exists(control))
    named = alone.order_by("culture", "stimulus").values("stimulus")[:1]
    return CellExperiment.objects.alias(stimulus=Subquery(named)).filter(stimulus__isnull=False)


def _lanes() -> QuerySet[Lane]:
    """Without those of patients who withdrew consent."""
    return Lane.objects.filter(Q(specimen=None) | ~Q(specimen__patient__consent_status=ConsentStatus.WITHDRAWN))
