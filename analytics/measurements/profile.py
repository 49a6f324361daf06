"""The values of expression profiles."""

from collections.abc import Collection
from typing import Any

import pandas as pd
from django.db.models import QuerySet

from analytics.groupings import in_all_languages
from analytics.measurements.measured import Measurements
from analytics.spec import Measure
from cases import access
from cases.access import Person
from expression.models import ExpressionDataset, ExpressionValue


def profile_values(*, study: str, by: Person) -> QuerySet[ExpressionValue]:
    """The values of expression profiles in the study that this person may see."""
    values = ExpressionValue.objects.filter(study__code=study)
    return access.rows(user=by, queryset=values, patient="specimen__patient")


def profiled_patients(*, measure: Measure, by: Person) -> QuerySet[Any, Any]:
    """The keys of patients with a value, as a subquery."""
    values = profile_values(study=measure.study, by=by)
    return values.filter(dataset__code=measure.dataset, marker__symbol=measure.marker).values("specimen__patient")


def profile_measurements(*, measure: Measure, by: Person, patients: Collection[int] | None = None) -> Measurements:
    """The values of one dataset, so that there is one unit."""
    dataset = ExpressionDataset.objects.get(study__code=measure.study, code=measure.dataset)
    rows = profile_values(study=measure.study, by=by).filter(dataset=dataset, marker__symbol=measure.marker)
    if patients is not None:
        rows = rows.filter(specimen__patient__in=patients)
    found = rows.values_list("specimen__patient_id", "specimen__code", "value")
    values = pd.DataFrame(list(found), columns=["patient_id", "sample", "value"])
    unit = in_all_languages(dataset.get_unit_display())
    return Measurements(values=values, unit=unit, difference_unit=unit)
