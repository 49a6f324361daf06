"""ΔCq of specimens from the wells of the database: one run's table, and a marker across runs."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from cases.models import ConsentStatus, Specimen
from expression.models import (
    Marker,
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
    ReferencePairing,
    TargetRole,
    WellReading,
    WellTask,
)
from expression.scoring import Assay, DeltaCq, Reading, UndeterminedPolicy, delta_cq


@dataclass(frozen=True, kw_only=True)
class SampleDeltaCq:
    """ΔCq of one target in one sample of a run."""

    sample: QpcrSample
    target: QpcrTarget
    result: DeltaCq


@dataclass(frozen=True, kw_only=True)
class SpecimenDeltaCq:
    """ΔCq of a marker in a specimen, by one sample and target of one run.

    ``result.status`` says whether there is a value, only a limit (undetermined: ΔCq is at least this), or a reason
    why there is neither. ``specimen`` comes with its patient.
    """

    specimen: Specimen
    run: QpcrRun
    sample: str
    target: str
    result: DeltaCq


def assay(*, target: QpcrTarget, wells: Iterable[QpcrWell], efficiency: float | None = None) -> Assay:
    """The readings of ``target`` among ``wells``; omitted and unread wells are none.

    ``efficiency`` instead of the target's own, to see what it does.
    """
    readings = [
        Reading(position=well.position, cq=well.cq)
        for well in wells
        if well.target_id == target.pk and not well.omitted and well.reading != WellReading.NOT_READ
    ]
    return Assay(name=target.name, readings=readings, efficiency=efficiency or target.efficiency)


def sample_delta_cqs(
    *,
    run: QpcrRun,
    wells: Iterable[QpcrWell],
    references: Iterable[QpcrTarget],
    undetermined: UndeterminedPolicy = UndeterminedPolicy.CENSORED,
    efficiency: float | None = None,
) -> list[SampleDeltaCq]:
    """Every sample × target of ``wells``, in the order in which they first occur.

    ``references`` are all reference genes of the run: a sample lacking one of them is not evaluable, because its ΔCq
    would mean something else than the other samples'. The wells come with their targets and samples. ``efficiency``
    is taken for all targets instead of their own.
    """
    genes = list(references)
    wells_of: dict[QpcrSample, list[QpcrWell]] = defaultdict(list)
    for well in wells:
        if well.sample is not None and well.task == WellTask.UNKNOWN:
            wells_of[well.sample].append(well)
    return [
        SampleDeltaCq(
            sample=sample,
            target=target,
            result=delta_cq(
                target=assay(target=target, wells=own, efficiency=efficiency),
                references=[assay(target=gene, wells=own, efficiency=efficiency) for gene in genes],
                cycles=run.cycles,
                same_well=run.reference_pairing == ReferencePairing.SAME_WELL,
                undetermined=undetermined,
            ),
        )
        for sample, own in wells_of.items()
        for target in dict.fromkeys(well.target for well in own)
        if target.role == TargetRole.TARGET
    ]


def delta_cqs_by_run(
    *, wells: Iterable[QpcrWell], undetermined: UndeterminedPolicy = UndeterminedPolicy.CENSORED
) -> list[tuple[QpcrRun, SampleDeltaCq]]:
    """Every sample × target of wells of several runs, run by run; one query for all reference genes.

    The wells come with their runs, targets and samples.
    """
    wells_of: dict[QpcrRun, list[QpcrWell]] = defaultdict(list)
    for well in wells:
        wells_of[well.run].append(well)
    references: dict[int, list[QpcrTarget]] = defaultdict(list)
    for gene in QpcrTarget.objects.filter(run__in=wells_of, role=TargetRole.REFERENCE):
        references[gene.run_id].append(gene)
    return [
        (run, row)
        for run, own in wells_of.items()
        for row in sample_delta_cqs(run=run, wells=own, references=references[run.pk], undetermined=undetermined)
    ]


def delta_cq_values(
    *,
    runs: Iterable[QpcrRun],
    marker: Marker,
    undetermined: UndeterminedPolicy = UndeterminedPolicy.CENSORED,
    patients: Collection[int] | None = None,
) -> list[SpecimenDeltaCq]:
    """ΔCq of the marker in every specimen of the runs, or of these patients, ordered by run, sample and target.

    A specimen in several runs, under several sample names or read by several targets has several rows. Patients
    who withdrew consent are left out. The number of queries does not depend on the number of runs.
    """
    wells = (
        QpcrWell.objects.filter(run__in=runs, task=WellTask.UNKNOWN, sample__specimen__isnull=False)
        .filter(Q(target__marker=marker) | Q(target__role=TargetRole.REFERENCE))
        .exclude(sample__specimen__patient__consent_status=ConsentStatus.WITHDRAWN)
        .select_related("run", "target", "sample__specimen__patient")
        .order_by("run__code", "sample__name", "target__name", "position")
    )
    if patients is not None:
        wells = wells.filter(sample__specimen__patient__in=patients)
    return [
        SpecimenDeltaCq(
            specimen=row.sample.specimen, run=run, sample=row.sample.name, target=row.target.name, result=row.result
        )
        for run, row in delta_cqs_by_run(wells=wells, undetermined=undetermined)
        if row.sample.specimen is not None
    ]
