"""What the overview is about: the patients of a study whom the filters choose."""

from dataclasses import dataclass
from typing import Any

from analytics.spec import FieldReader, Spec


@dataclass(frozen=True, kw_only=True)
class OverviewQuestion(Spec):
    """Nothing but a population: what is drawn of it is a matter of the page."""

    kind = "overview"

    @classmethod
    def read(cls, reader: FieldReader, *, study: str) -> dict[str, Any]:
        return {}
