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

UNUSABLE = {
    Reason.TARGET_NOT_READ: sentence("Not read"),
    Reason.TARGET_UNDETERMINED: sentence("Undetermined"),
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
    genes = _common_reference_genes(runs)
    values, rejected = [], []
    for repeats in rows.values():
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
    return Measurements(
        values=pd.DataFrame(values, columns=columns),
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
