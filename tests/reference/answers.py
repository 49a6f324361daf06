"""The frozen answers of R beside this file; README.md says where they come from."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def reference(name: str) -> dict[str, Any]:
    """The cases of one file, by name."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
