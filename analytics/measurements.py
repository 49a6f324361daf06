"""The values of one marker by one assay, specimen by specimen, in one unit."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Any

import pandas as pd
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from analytics.groupings import Labels, in_all_languages
from analytics.spec import AnalysisSpec, Assay
from analytics.stats import NotComparable, Note
from analytics.stats.result import gettext_noop as _
from cases import access
from cases.access import Person
from cases.sentences import sentence
from expression.measurements import SpecimenDeltaCq, delta_cq_values
from expression.models import (
    ExpressionDataset,
    ExpressionValue,
    Marker,
    QpcrRun,
    QpcrTarget,
    QpcrWell,
    TargetRole,
    WellReading,
    WellTask,
)
from expression.scoring import REPLICATE_SD_LIMIT, DeltaCq, Reason, UndeterminedPolicy

QPCR_UNIT = gettext_lazy("−ΔCq (log2)")
QPCR_DIFFERENCE = gettext_lazy("cycles")

UNUSABLE = {
    Reason.TARGET_NOT_READ: sentence("Not read"),
    Reason.TARGET_UNDETERMINED: sentence("Undetermined"),
    Reason.NO_REFERENCE_GENE: sentence("No reference gene in the run"),
    Reason.REFERENCE_NOT_READ: sentence("Reference gene not read"),
    Reason.REFERENCE_UNDETERMINED: sentence("Reference gene undetermined"),
}


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A specimen that was measured and has no usable value."""

    patient_id: int
    reason: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Measurements:
    """``values`` has one row per specimen: patient_id, sample (the specimen's code), value; all in ``unit``, and
    differences between them in ``difference_unit``.

    Where it has them, more columns are true for specimens to doubt: at_limit, undetermined_left_out, replicates_differ.
    """

    values: pd.DataFrame
    unit: Labels
    difference_unit: Labels
    rejected: list[Rejected] = field(default_factory=list)
    reference_genes: list[str] = field(default_factory=list)

    def of(self, patients: set[int]) -> "Measurements":
        """Only those of the given patients."""
        return replace(
            self,
            values=self.values[self.values["patient_id"].isin(patients)],
            rejected=[item for item in self.rejected if item.patient_id in patients],
        )


def doubts(samples: pd.DataFrame) -> list[dict[str, Any]]:
    """What to doubt about these rows of ``Measurements.values``."""
    notes = []
    if at_limit := int(samples.get("at_limit", pd.Series(dtype=bool)).sum()):
        text = _("{count} samples have undetermined wells that were set to the cycle limit; the true values are lower.")
        notes.append(Note("at-limit", text, {"count": at_limit}))
    if left_out := int(samples.get("undetermined_left_out", pd.Series(dtype=bool)).sum()):
        text = _("{count} samples have a value from their other wells only: undetermined ones were left out.")
        notes.append(Note("undetermined-left-out", text, {"count": left_out}))
    if differing := int(samples.get("replicates_differ", pd.Series(dtype=bool)).sum()):
        text = _("{count} samples have technical replicates with a standard deviation above {limit} cycles.")
        notes.append(Note("replicates-differ", text, {"count": differing, "limit": REPLICATE_SD_LIMIT}))
    return [note.to_dict() for note in notes]


def measurements(*, spec: AnalysisSpec, by: Person) -> Measurements:
    """What was measured and the asker may see. Raises :class:`NotComparable` where there is no common unit."""
    return _profile(spec=spec, by=by) if spec.assay == Assay.PROFILE else _qpcr(spec=spec, by=by)


def profile_values(*, study: str, by: Person) -> QuerySet[ExpressionValue]:
    """The values of expression profiles in the study that this person may see."""
    values = ExpressionValue.objects.filter(study__code=study)
    return access.rows(user=by, queryset=values, patient="specimen__patient")


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


def measured_patients(*, spec: AnalysisSpec, by: Person) -> QuerySet[Any, Any]:
    """The keys of patients with at least one measurement, as a subquery."""
    if spec.assay == Assay.PROFILE:
        values = profile_values(study=spec.study, by=by)
        return values.filter(dataset__code=spec.dataset, marker__symbol=spec.marker).values("specimen__patient")
    wells = qpcr_wells(study=spec.study, by=by).filter(target__marker__symbol=spec.marker)
    return wells.values("sample__specimen__patient")


def _profile(*, spec: AnalysisSpec, by: Person) -> Measurements:
    dataset = ExpressionDataset.objects.get(study__code=spec.study, code=spec.dataset)
    rows = profile_values(study=spec.study, by=by).filter(dataset=dataset, marker__symbol=spec.marker)
    found = rows.values_list("specimen__patient_id", "specimen__code", "value")
    values = pd.DataFrame(list(found), columns=["patient_id", "sample", "value"])
    unit = in_all_languages(dataset.get_unit_display())
    return Measurements(values=values, unit=unit, difference_unit=unit)


def _qpcr(*, spec: AnalysisSpec, by: Person) -> Measurements:
    """−ΔCq, so that up means more. A specimen measured in several wells or runs has the mean of them."""
    policy = UndeterminedPolicy(spec.undetermined)
    marker = Marker.objects.get(symbol=spec.marker)
    wells = qpcr_wells(study=spec.study, by=by).filter(target__marker=marker)
    runs = QpcrRun.objects.filter(pk__in=wells.values("run"))
    visible = set(wells.values_list("sample__specimen", flat=True))
    rows: dict[int, list[SpecimenDeltaCq]] = defaultdict(list)
    for row in delta_cq_values(runs=runs, marker=marker, undetermined=policy):
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
            rejected.append(Rejected(patient_id=specimen.patient_id, reason=UNUSABLE[reason]))
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
