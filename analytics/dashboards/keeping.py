"""Numbers of dashboards that are kept until a row changes."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.cache import cache

from analytics.spec import Spec
from cases.access import Person, StudyRights
from cases.history import data_version

SECONDS_KEPT = 3600

T = TypeVar("T")


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
        return self.keep(name, compute, about=spec.as_json())

    def keep(self, name: str, compute: Callable[[], T], *, about: Mapping[str, Any]) -> T:
        """What ``compute`` gives about something in the study, computed where it is not kept; anything but ``None``."""
        scope = [self.rights.study.pk, self.rights.scope, self.rights.role, self.by.pk, self.version]
        text = json.dumps({"about": about, "scope": scope}, sort_keys=True, ensure_ascii=False)
        key = f"dashboards:{name}:{hashlib.sha256(text.encode()).hexdigest()}"
        found: T | None = cache.get(key)
        if found is None:
            found = compute()
            cache.set(key, found, SECONDS_KEPT)
        return found

    def look_up(self, name: str, find: Callable[[], T], /) -> T:
        """What there is in the whole study, by its name."""
        return self.keep(name, find, about={})
