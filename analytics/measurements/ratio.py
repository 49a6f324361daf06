"""The log2 ratio of two markers on the same samples, such as RANKL/OPG: a difference of log2 values."""

from dataclasses import replace

import pandas as pd
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from analytics.groupings import in_all_languages
from analytics.measurements.measured import Measurements, Rejected
from analytics.measurements.named import marker_or_ratio
from analytics.spec import Assay, Measure
from analytics.stats import NotComparable
from analytics.stats.result import gettext_noop as _
from cases.sentences import sentence
from expression.models import ExpressionDataset, Marker, ProfileUnit

RATIO_UNIT = gettext_lazy("log2 ratio {ratio}")
WITHOUT_OTHER = sentence("Only one marker of the ratio has a usable value")
LOGARITHMS = {
    ProfileUnit.LOG2_TPM: True,
    ProfileUnit.LOG2_FPKM: True,
    ProfileUnit.LOG2_RSEM: True,
    ProfileUnit.LOG2_INTENSITY: False,
}
"""Units whose difference is a log2 ratio, and whether only nearly so: the 1 in log2(TPM+1) shifts small values."""
DOUBTED = ("at_limit", "undetermined_left_out", "replicates_differ")


def denominator(measure: Measure) -> Measure:
    """The measure of the marker that is divided by."""
    fields = {**measure.measure_json(), "marker": measure.per_marker, "per_marker": ""}
    return Measure(study=measure.study, **fields)


def ratio(first: Measurements, other: Measurements, *, measure: Measure) -> Measurements:
    """The differences of two markers, sample by sample. A sample with one of them has no value.

    Raises :class:`NotComparable` where the values are no logarithms.
    """
    approximate = _is_approximate(measure)
    both = first.values.merge(other.values, on=["patient_id", "sample"], suffixes=("", "_other"))
    values = both.assign(value=both["value"] - both["value_other"])
    for name in DOUBTED:
        if name in values:
            values[name] = values[name] | values[f"{name}_other"]
    values = values[list(first.values.columns)]
    if approximate:
        values = values.assign(ratio_approximate=True)
    unit = in_all_languages(format_lazy(RATIO_UNIT, ratio=ratio_name(measure)))
    rejected = [*first.rejected, *other.rejected, *_alone(first, values), *_alone(other, values)]
    return replace(first, values=values, unit=unit, rejected=rejected)


def ratio_name(measure: Measure) -> str:
    """“RANKL/OPG”."""
    return marker_or_ratio(measure, dict(Marker.objects.values_list("symbol", "name")))


def _alone(one: Measurements, both: pd.DataFrame) -> list[Rejected]:
    rest = one.values[~one.values["sample"].isin(both["sample"])]
    return [
        Rejected(patient_id=patient, sample=sample, reason=WITHOUT_OTHER)
        for patient, sample in zip(rest["patient_id"], rest["sample"], strict=True)
    ]


def _is_approximate(measure: Measure) -> bool:
    """Whether the ratio is only nearly one. Raises :class:`NotComparable` for units that are no logarithms."""
    if measure.assay != Assay.PROFILE:
        return False
    unit = ExpressionDataset.objects.get(study__code=measure.study, code=measure.dataset).unit
    if unit not in LOGARITHMS:
        raise NotComparable(
            _("The values of {dataset} are no logarithms, so their difference is no log2 ratio. Choose another."),
            code="no-logarithms",
            dataset=measure.dataset,
        )
    return LOGARITHMS[ProfileUnit(unit)]
