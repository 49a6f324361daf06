"""Checks of runs of quantitative PCR.

A question is about a patient, so a finding stands at a sample; one about a whole run at the first sample of it, once.
"""

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, StdDev, Subquery
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from cases.models import ConsentStatus
from cases.quality.registry import Severity, check
from cases.sentences import sentence
from expression.models import QpcrSample, QpcrTarget, QpcrWell, TargetRole, WellReading, WellTask
from expression.scoring import CONTROL_MARGIN, REPLICATE_SD_LIMIT, USUAL_EFFICIENCY

DECIMALS = 3
COUNTED = QpcrWell.objects.filter(omitted=False)


@check(
    code="qpcr-signal-in-control",
    title=_("Signal in a qPCR control"),
    finds=sentence(
        "In run {run} control well {well} reads {target} at Cq {cq}, less than 5 cycles after the weakest sample.",
        run="run__code",
        well="control_position",
        target="control_target",
        cq="control_cq",
    ),
    advice=_("The reagents may be contaminated: repeat the run, or omit the control with a reason."),
    patient="specimen__patient",
)
def qpcr_signal_in_control() -> QuerySet[QpcrSample]:
    weakest = COUNTED.filter(target=OuterRef("target"), task=WellTask.UNKNOWN).order_by().values("target")
    signals = (
        COUNTED.filter(task__in=[WellTask.NO_TEMPLATE, WellTask.NO_RT], reading=WellReading.DETECTED)
        .alias(weakest=Subquery(weakest.annotate(highest=Max("cq")).values("highest")))
        .filter(Q(weakest=None) | Q(cq__lt=F("weakest") + CONTROL_MARGIN))
        .filter(run=OuterRef("run"))
        .order_by("cq", "pk")
    )
    return (
        _first_of_runs()
        .annotate(
            control_position=Subquery(signals.values("position")[:1]),
            control_target=Subquery(signals.values("target__name")[:1]),
            control_cq=Round(Subquery(signals.values("cq")[:1]), DECIMALS),
        )
        .filter(control_position__isnull=False)
    )


@check(
    code="qpcr-replicates-differ",
    title=_("qPCR replicates that differ"),
    finds=sentence(
        "In run {run} the replicates of {target} in sample {sample} have a standard deviation of {sd} cycles.",
        run="run__code",
        target="worst_target",
        sample="name",
        sd="worst_sd",
    ),
    advice=_("More than half a cycle: look at the curves and omit a failed well with a reason, or measure again."),
    severity=Severity.HINT,
    patient="specimen__patient",
)
def qpcr_replicates_differ() -> QuerySet[QpcrSample]:
    deviating = (
        COUNTED.filter(sample=OuterRef("pk"), task=WellTask.UNKNOWN, reading=WellReading.DETECTED)
        .order_by()
        .values("target__name")
        .annotate(sd=StdDev("cq", sample=True))
        .filter(sd__gt=REPLICATE_SD_LIMIT)
        .order_by("-sd", "target__name")
    )
    return (
        _measured()
        .annotate(
            worst_target=Subquery(deviating.values("target__name")[:1]),
            worst_sd=Round(Subquery(deviating.values("sd")[:1]), DECIMALS),
        )
        .filter(worst_target__isnull=False)
    )


@check(
    code="qpcr-unusual-efficiency",
    title=_("Unusual qPCR efficiency"),
    finds=sentence(
        "In run {run} {target} is calculated with an efficiency of {efficiency}.",
        run="run__code",
        target="unusual_target",
        efficiency="unusual_efficiency",
    ),
    advice=_("A validated assay has 1.8 to 2.1: check the standard curve, or the number that was entered."),
    severity=Severity.HINT,
    patient="specimen__patient",
)
def qpcr_unusual_efficiency() -> QuerySet[QpcrSample]:
    unusual = (
        QpcrTarget.objects.exclude(efficiency__range=USUAL_EFFICIENCY).filter(run=OuterRef("run")).order_by("name")
    )
    return (
        _first_of_runs()
        .annotate(
            unusual_target=Subquery(unusual.values("name")[:1]),
            unusual_efficiency=Round(Subquery(unusual.values("efficiency")[:1]), DECIMALS),
        )
        .filter(unusual_target__isnull=False)
    )


@check(
    code="qpcr-without-template-control",
    title=_("qPCR run without no-template control"),
    finds=sentence("Run {run} has no control without template.", run="run__code"),
    advice=_("Contamination cannot be excluded: run a control, or say so where results are reported."),
    severity=Severity.HINT,
    patient="specimen__patient",
)
def qpcr_without_template_control() -> QuerySet[QpcrSample]:
    controls = COUNTED.filter(run=OuterRef("run"), task=WellTask.NO_TEMPLATE)
    return _first_of_runs().exclude(Exists(controls))


@check(
    code="qpcr-reference-undetermined",
    title=_("Undetermined qPCR reference gene"),
    finds=sentence(
        "In run {run} the reference gene {gene} is undetermined in sample {sample}, which has no ΔCq.",
        run="run__code",
        gene="undetermined_gene",
        sample="name",
    ),
    advice=_("Too little or degraded RNA: measure another extract, or omit a failed well with a reason."),
    patient="specimen__patient",
)
def qpcr_reference_undetermined() -> QuerySet[QpcrSample]:
    genes = COUNTED.filter(
        sample=OuterRef("pk"),
        task=WellTask.UNKNOWN,
        target__role=TargetRole.REFERENCE,
        reading=WellReading.UNDETERMINED,
    ).order_by("target__name")
    named = _measured().annotate(undetermined_gene=Subquery(genes.values("target__name")[:1]))
    return named.filter(undetermined_gene__isnull=False)


def _measured() -> QuerySet[QpcrSample]:
    """Samples of specimens that were measured as such."""
    measured = QpcrWell.objects.filter(sample=OuterRef("pk"), task=WellTask.UNKNOWN)
    return QpcrSample.objects.filter(Exists(measured), specimen__isnull=False)


def _first_of_runs() -> QuerySet[QpcrSample]:
    """Of each run the first sample of a patient who did not withdraw consent."""
    first = (
        _measured()
        .filter(run=OuterRef("run"))
        .exclude(specimen__patient__consent_status=ConsentStatus.WITHDRAWN)
        .order_by("pk")
    )
    return QpcrSample.objects.filter(pk=Subquery(first.values("pk")[:1]))
