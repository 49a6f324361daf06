"""Change on treatment: does a marker change from before denosumab to on it, in the same patients?"""

from dataclasses import dataclass
from typing import Any

from analytics.spec import FieldReader, Measure, Spec, read_measure


@dataclass(frozen=True, kw_only=True)
class ChangeOnTreatment(Measure, Spec):
    """What is measured, see :class:`analytics.spec.Measure`, on specimens before denosumab and on it."""

    kind = "change_on_treatment"

    @classmethod
    def read(cls, reader: FieldReader, *, study: str) -> dict[str, Any]:
        return read_measure(reader)
