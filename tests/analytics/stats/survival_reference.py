"""The public data sets of the time-to-event tests, and what R answers on them."""

from typing import Any

import numpy as np
import pytest

from tests.reference.answers import reference

ANSWERS = reference("survival")
DATA = {
    name: {column: np.array(values) for column, values in columns.items()}
    for name, columns in reference("survival_data").items()
}


def select(data: dict[str, Any], rows: Any) -> dict[str, Any]:
    """Those rows of every column."""
    return {column: values[rows] for column, values in data.items()}


def near(values: Any, *, rel: float = 1e-9, absolute: float = 1e-12) -> Any:
    """Agreement with R: relative 1e-9, and ``None`` only where R has none."""
    if isinstance(values, list):
        return Near(values, rel, absolute)
    return pytest.approx(values, rel=rel, abs=absolute)


class Near:
    """Compares columns that may hold ``None``."""

    def __init__(self, values: list[float | None], rel: float, absolute: float) -> None:
        self.values, self.rel, self.absolute = values, rel, absolute

    def __eq__(self, other: object) -> bool:
        found = list(other)  # type: ignore[call-overload]
        return len(found) == len(self.values) and all(
            (value is None and expected is None)
            or (
                value is not None
                and expected is not None
                and value == pytest.approx(expected, rel=self.rel, abs=self.absolute)
            )
            for value, expected in zip(found, self.values, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"near {self.values}"
