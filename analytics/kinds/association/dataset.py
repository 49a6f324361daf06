"""Both values of each patient who has both, and why the others have not."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from django.db.models import QuerySet

from analytics.dataset import Dataset, exclusions_of, frozen_frame
from analytics.groupings import GROUPINGS, Labels
from analytics.kinds.association.spec import Association
from analytics.measurements import Measuring, PatientValues, measurements, patient_values, tissues, two_names
from analytics.population import everybody, patients_of
from analytics.stats import Note
from analytics.stats.result import gettext_noop as _
from cases.access import Person
from cases.models import Patient
from cases.sentences import sentence

COLUMNS = ["patient", "x", "y", "x_samples", "y_samples", "group"]


@dataclass(frozen=True, kw_only=True)
class Pairs(Dataset):
    """``pairs`` has one row per patient with both values, by code: see ``COLUMNS``; ``group`` may be ``None``.
    ``groups`` are those of these patients, in order, with their names. ``measures`` describes both by “x” and
    “y”, ``names`` are what messages call them.
    """

    pairs: pd.DataFrame
    groups: dict[str, Labels]
    measures: dict[str, Any]
    names: tuple[str, str]

    def frozen(self) -> dict[str, Any]:
        return frozen_frame(self.pairs, COLUMNS)

    def described(self) -> dict[str, Any]:
        return {**super().described(), "measures": self.measures}


def load(*, spec: Association, by: Person, measured_by: Measuring = measurements) -> Pairs:
    """The values of a question, as ``measured_by`` gives them; possibly none.

    Raises ``NotComparable`` where they are no common quantity.
    """
    patients = patients_of(spec=spec, by=by)
    codes = dict(patients.values_list("pk", "code"))
    x, y = (
        patient_values(measure=measure, codes=codes, by=by, measured_by=measured_by) for measure in (spec.x, spec.y)
    )
    both = x.values.keys() & y.values.keys()
    of_patient: dict[int, str] = {}
    names: dict[str, Labels] = {}
    if spec.grouping:
        grouping = GROUPINGS[spec.grouping]
        of_patient = grouping.assign(patients.filter(pk__in=both), spec.detail).groups
        names = grouping.ordered(set(of_patient.values()), patients)
    first, second = two_names(spec.x, spec.y)
    rows = [
        (codes[one], x.values[one], y.values[one], len(x.codes[one]), len(y.codes[one]), of_patient.get(one))
        for one in sorted(both, key=codes.__getitem__)
    ]
    return Pairs(
        pairs=pd.DataFrame(rows, columns=COLUMNS),
        groups=names,
        names=(first["en"], second["en"]),
        measures={"x": _described(x, both), "y": _described(y, both)},
        flow={
            "in_scope": everybody(study=spec.study, by=by).count(),
            **({"selected": len(codes)} if spec.population else {}),
            "first": len(x.values),
            "second": len(y.values),
            "analysed": len(both),
        },
        exclusions=exclusions_of(_without_both(x, y, both)),
        notes=[
            *_once([*x.notes(both), *y.notes(both)]),
            *_other_tissue(x, y, both),
            *([] if spec.grouping else _several_histologies(patients.filter(pk__in=both))),
        ],
    )


def _described(values: PatientValues, patients: set[int]) -> dict[str, Any]:
    return {
        "unit": values.measured.unit,
        "difference_unit": values.measured.difference_unit,
        "reference_genes": values.measured.reference_genes,
        "antibodies": [asdict(antibody) for antibody in values.antibodies(patients)],
    }


def _without_both(x: PatientValues, y: PatientValues, both: set[int]) -> Iterable[dict[str, Any]]:
    """The reason of each patient who was measured and lacks a value."""
    for patient in sorted(set().union(x.values, y.values, x.reasons, y.reasons) - both):
        lacking = y if patient in x.values else x
        if patient in lacking.reasons:
            yield lacking.reasons[patient]
        elif lacking is y:
            yield sentence("Only the first of the two measured")
        elif patient in y.values:
            yield sentence("Only the second of the two measured")
        else:
            yield y.reasons[patient]


def _other_tissue(x: PatientValues, y: PatientValues, both: set[int]) -> list[dict[str, Any]]:
    """How many patients have no piece of tissue on which both were measured."""
    origin = tissues(both)

    def of(values: PatientValues, patient: int) -> set[str]:
        return {origin[code] for code in values.codes[patient]}

    count = sum(not of(x, patient) & of(y, patient) for patient in both)
    text = _("Patients whose two values come from different pieces of tissue: {count}.")
    return [Note("other-tissue", text, {"count": count}).to_dict()] if count else []


def _several_histologies(patients: QuerySet[Patient]) -> list[dict[str, Any]]:
    if len(set(GROUPINGS["histology"].assign(patients, "").groups.values())) < 2:
        return []
    text = _(
        "The patients have different histologies, which the coefficient takes together: where both measures differ "
        "between them, it tells of these differences, too. Ask for groups by histology to see each, and what is left "
        "within them."
    )
    return [Note("several-histologies", text).to_dict()]


def _once(notes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for note in notes:
        if note not in kept:
            kept.append(note)
    return kept
