"""A file that was made for somebody."""

from dataclasses import dataclass, field
from typing import Any

from django.core.files import File


@dataclass(frozen=True, kw_only=True)
class MadeFile:
    """The open file, how many rows it holds, and what is said about it in its manifest."""

    file: File
    rows: int
    manifest: dict[str, Any] = field(default_factory=dict)
