"""Numbers of dashboards that are kept until a row changes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache

from analytics.spec import Spec
from cases.access import Person, StudyRights
from cases.history import data_version

SECONDS_KEPT = 3600


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What one person was shown of the data as they are now.

    Nothing is shared between people: what a reader of stains sees depends on what this reader has scored.
    """

    by: Person
    rights: StudyRights
    version: str = field(default_factory=data_version)

    def get(self, name: str, spec: Spec, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The numbers of that name about the question, computed where they are not kept. They are plain JSON."""
        scope = f"{self.rights.scope} {self.rights.role} {self.by.pk} {self.version}"
        key = f"dashboards:{name}:{spec.digest(scope)}"
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = compute()
            cache.set(key, found, SECONDS_KEPT)
        return found
