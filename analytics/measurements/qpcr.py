"""−ΔCq of qPCR."""

from collections import defaultdict
from collections.abc import Collection
from statistics import fmean
from typing import Any

import pandas as pd
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from analytics.groupings import in_all_languages
from analytics.measurements.measured import Measurements, Rejected
from analytics.spec import Measure
from analytics.stats import NotComparable
from analytics.stats.result import gettext_noop as _
from cases import access
from cases.access import Person
from cases.sentences import sentence
from expression.measurements import SpecimenDeltaCq, delta_cq_values
from expression.models import Marker, QpcrRun, QpcrTarget, QpcrWell, TargetRole, WellReading, WellTask
from expression.scoring import DeltaCq, Reason, UndeterminedPolicy

QPCR_UNIT = gettext_lazy("−ΔCq (log2)")
QPCR_DIFFERENCE = gettext_lazy("cycles")

UNDETERMINED = sentence("Undetermined")
UNUSABLE = {
    Reason.TARGET_NOT_READ: sentence("Not read"),
    Reason.TARGET_UNDETERMINED: UNDETERMINED,
    Reason.NO_REFERENCE_GENE: sentence("No reference gene in the run"),
    Reason.REFERENCE_NOT_READ: sentence("Reference gene not read"),
    Reason.REFERENCE_UNDETERMINED: sentence("Reference gene undetermined"),
}


def qpcr_wells(*, study: str, by: Person) -> QuerySet[QpcrWell]:
    """The sample wells of study markers in the study that this person may see."""
    wells = QpcrWell.objects.filter(
        run__study__code=study,
        task=WellTask.UNKNOWN,
        target__role=TargetRole.TARGET,
        target__marker__isnull=False,
        omitted=False,
    ).exclude(reading=WellReading.NOT_READ)
    return access.rows(user=by, queryset=wells, patient="sample__specimen__patient")


def assayed_patients(*, measure: Measure, by: Person) -> QuerySet[Any, Any]:
    """The keys of patients with at least one well that was read, as a subquery."""
    wells = qpcr_wells(study=measure.study, by=by).filter(target__marker__symbol=measure.marker)
    return wells.values("sample__specimen__patient")


def qpcr_measurements(*, measure: Measure, by: Person, patients: Collection[int] | None = None) -> Measurements:
    """−ΔCq, so that up means more. A specimen measured in several wells or runs has the mean of them.

    Raises :class:`NotComparable` where runs use different reference genes.
    """
    policy = UndeterminedPolicy(measure.undetermined)
    found, genes = _delta_cqs(measure=measure, by=by, policy=policy, patients=patients)
    values, rejected = [], []
    for repeats in found:
        specimen = repeats[0].specimen
        results = [row.result for row in repeats if row.result.value is not None]
        if known := [result.value for result in results if result.value is not None]:
            undetermined = any(_has_undetermined(row.result) for row in repeats)
            at_limit = undetermined and policy == UndeterminedPolicy.LIMIT
            left_out = undetermined and policy == UndeterminedPolicy.EXCLUDED
            differ = any(result.flags for result in results)
            values.append((specimen.patient_id, specimen.code, -fmean(known), at_limit, left_out, differ))
        elif reason := repeats[0].result.reason:
            rejected.append(Rejected(patient_id=specimen.patient_id, sample=specimen.code, reason=UNUSABLE[reason]))
    columns = ["patient_id", "sample", "value", "at_limit", "undetermined_left_out", "replicates_differ"]
    return _in_cycles(pd.DataFrame(values, columns=columns), rejected=rejected, genes=genes)


def censored_measurements(*, measure: Measure, by: Person) -> Measurements:
    """−ΔCq with the column ``detected``: where it is 0, the sample has an undetermined well and lies below the value.

    Of several wells or runs the mean is an upper limit, too, as soon as one of them is.

    Raises :class:`NotComparable` where runs use different reference genes.
    """
    found, genes = _delta_cqs(measure=measure, by=by, policy=UndeterminedPolicy.CENSORED)
    values, rejected = [], []
    for repeats in found:
        specimen = repeats[0].specimen
        bounds = [row.result.value if row.result.limit is None else row.result.limit for row in repeats]
        if known := [bound for bound in bounds if bound is not None]:
            detected = int(all(row.result.limit is None for row in repeats))
            differ = any(row.result.flags for row in repeats)
            values.append((specimen.patient_id, specimen.code, -fmean(known), detected, differ))
        elif reason := repeats[0].result.reason:
            rejected.append(Rejected(patient_id=specimen.patient_id, sample=specimen.code, reason=UNUSABLE[reason]))
    columns = ["patient_id", "sample", "value", "detected", "replicates_differ"]
    return _in_cycles(pd.DataFrame(values, columns=columns), rejected=rejected, genes=genes)


def _delta_cqs(
    *, measure: Measure, by: Person, policy: UndeterminedPolicy, patients: Collection[int] | None = None
) -> tuple[list[list[SpecimenDeltaCq]], list[str]]:
    """ΔCq of the marker, all results of a specimen together, and the reference genes."""
    marker = Marker.objects.get(symbol=measure.marker)
    wells = qpcr_wells(study=measure.study, by=by).filter(target__marker=marker)
    runs = QpcrRun.objects.filter(pk__in=wells.values("run"))
    if patients is not None:
        wells = wells.filter(sample__specimen__patient__in=patients)
    visible = set(wells.values_list("sample__specimen", flat=True))
    rows: dict[int, list[SpecimenDeltaCq]] = defaultdict(list)
    for row in delta_cq_values(runs=runs, marker=marker, undetermined=policy, patients=patients):
        if row.specimen.pk in visible:
            rows[row.specimen.pk].append(row)
    return list(rows.values()), _common_reference_genes(runs)


def _in_cycles(values: pd.DataFrame, *, rejected: list[Rejected], genes: list[str]) -> Measurements:
    return Measurements(
        values=values,
        unit=in_all_languages(QPCR_UNIT),
        difference_unit=in_all_languages(QPCR_DIFFERENCE),
        rejected=rejected,
        reference_genes=genes,
    )


def _has_undetermined(result: DeltaCq) -> bool:
    """Whether a well of the target stayed undetermined, also where the others gave a value."""
    return result.undetermined_wells > 0 or result.reason == Reason.TARGET_UNDETERMINED


def _common_reference_genes(runs: QuerySet[QpcrRun]) -> list[str]:
    """The reference genes of the runs. ΔCq against different genes are different quantities."""
    genes: dict[int, dict[str, str]] = {run: {} for run in runs.values_list("pk", flat=True)}
    for run, name in QpcrTarget.objects.filter(run__in=runs, role=TargetRole.REFERENCE).values_list("run", "name"):
        genes[run][name.casefold()] = name
    sets = {tuple(sorted(named)): sorted(named.values()) for named in genes.values()}
    if len(sets) > 1:
        raise NotComparable(
            _("The runs use different reference genes ({genes}), so their ΔCq cannot be compared."),
            code="reference-genes-differ",
            genes="; ".join(" + ".join(names) or "–" for names in sets.values()),
        )
    return next(iter(sets.values()), [])
