"""What an assay gives: the values of one marker, specimen by specimen, in one unit."""

from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analytics.groupings import Labels
from analytics.stats import Note
from analytics.stats.result import counted
from analytics.stats.result import gettext_noop as _
from expression.consolidation import Counts
from expression.scoring import REPLICATE_SD_LIMIT


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A specimen, by its code, that was measured and has no usable value."""

    patient_id: int
    sample: str
    reason: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class UsedAntibody:
    """``in_words``: what it sees, its clone and its dilution."""

    code: str
    clone: str
    in_words: str


@dataclass(frozen=True, kw_only=True)
class Measurements:
    """``values`` has one row per specimen: patient_id, sample (the specimen's code), value; all in ``unit``, and
    differences between them in ``difference_unit``.

    Where the assay has a rule of its own for the value of a patient, the column patient_value has it, and the
    consolidation of the question does not apply. Where the column detected is 0, the value is an upper limit of it.
    Where it has them, more columns are true for specimens to doubt, those
    of ``DOUBTS``. Of immunohistochemistry, the columns evaluable_places and antibodies (codes, joined by “; ”) are kept
    with the values; ``antibodies`` says more of each code, and ``places`` counts the cores and sections read of each
    patient, by what could be said of them.
    """

    values: pd.DataFrame
    unit: Labels
    difference_unit: Labels
    rejected: list[Rejected] = field(default_factory=list)
    reference_genes: list[str] = field(default_factory=list)
    antibodies: dict[str, UsedAntibody] = field(default_factory=dict)
    places: dict[int, Counts] = field(default_factory=dict)

    def of(self, patients: set[int]) -> "Measurements":
        """Only those of the given patients."""
        return replace(
            self,
            values=self.values[self.values["patient_id"].isin(patients)],
            rejected=[item for item in self.rejected if item.patient_id in patients],
            places={patient: counts for patient, counts in self.places.items() if patient in patients},
        )


DOUBTS = {
    "at_limit": (
        _("{count} sample has undetermined wells that were set to the cycle limit; the true value is lower."),
        _("{count} samples have undetermined wells that were set to the cycle limit; the true values are lower."),
    ),
    "undetermined_left_out": (
        _("{count} sample has a value from its other wells only: undetermined ones were left out."),
        _("{count} samples have a value from their other wells only: undetermined ones were left out."),
    ),
    "replicates_differ": (
        _("{count} sample has technical replicates with a standard deviation above {limit} cycles."),
        _("{count} samples have technical replicates with a standard deviation above {limit} cycles."),
    ),
    "lanes_left_out": (
        _(
            "{count} sample has a value from its other lanes only: lanes without a usable ratio, saturated or below "
            "detection, were left out."
        ),
        _(
            "{count} samples have a value from their other lanes only: lanes without a usable ratio, saturated or "
            "below detection, were left out."
        ),
    ),
    "intensity_derived": (
        _("{count} sample was read without a predominant intensity; it was derived from the percentages."),
        _("{count} samples were read without a predominant intensity; it was derived from the percentages."),
    ),
    "ratio_approximate": (
        _(
            "The log2 ratio of {count} sample is approximate: 1 was added before the logarithm, which shifts small "
            "values."
        ),
        _(
            "The log2 ratio of {count} samples is approximate: 1 was added before the logarithm, which shifts small "
            "values."
        ),
    ),
    "decalcified_in_acid": (
        _("{count} sample was decalcified in acid, which shifts staining."),
        _("{count} samples were decalcified in acid, which shifts staining."),
    ),
}
"""Column of ``Measurements.values`` -> what to doubt of the one sample, or the samples, for which it is true."""


def doubts(samples: pd.DataFrame) -> list[dict[str, Any]]:
    """What to doubt about these rows of ``Measurements.values``."""
    notes = []
    for column, (one, several) in DOUBTS.items():
        if count := int(samples[column].sum()) if column in samples else 0:
            limit = {"limit": REPLICATE_SD_LIMIT} if column == "replicates_differ" else {}
            text = counted(count, one=one, several=several)
            notes.append(Note(column.replace("_", "-"), text, {"count": count, **limit}))
    return [note.to_dict() for note in notes]
