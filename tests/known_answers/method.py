"""One method of the engine beside the same method in R, on the data sets of ``tests/reference``."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.stats import Interval

# What is asked of every method, unless a looser R is explained.
LIMIT = 1e-9


@dataclass(frozen=True, kw_only=True)
class KnownAnswer:
    """A row of docs/statistics.md.

    ``ours`` and ``theirs`` take a case and give the figures to compare, in the same order: numbers, ``None`` where
    there is none, intervals, or sequences of these. ``options`` is what the engine is told beside the data. Differences
    are relative unless ``absolute``. Where R itself is less accurate than :data:`LIMIT`, ``limit`` says what is
    accepted and ``because`` why.
    """

    method: str
    function: Callable[..., Any]
    r: str
    cases: Mapping[str, Any]
    ours: Callable[[Any], Any]
    theirs: Callable[[Any], Any]
    options: str = ""
    absolute: bool = False
    limit: float = LIMIT
    because: str = ""

    def __post_init__(self) -> None:
        if (self.limit > LIMIT) != bool(self.because):
            raise ValueError(f"{self.method}: a wider limit and its reason belong together.")

    def difference(self) -> float:
        """The largest difference of any figure in any case; infinite where only one of the two has an answer."""
        return max(
            apart(own, other, absolute=self.absolute)
            for case in self.cases.values()
            for own, other in zip(figures(self.ours(case)), figures(self.theirs(case)), strict=True)
        )

    @property
    def call(self) -> str:
        return f"{self.function.__name__}({self.options})" if self.options else self.function.__name__


def figures(answer: Any) -> Iterator[float | None]:
    """Every number of an answer, in order."""
    if isinstance(answer, Interval):
        yield from (answer.low, answer.high)
    elif answer is None or isinstance(answer, int | float):
        yield answer
    else:
        for item in answer:
            yield from figures(item)


def apart(ours: float | None, theirs: float | None, *, absolute: bool) -> float:
    """How far two figures lie apart: as a fraction of R's where that is not 0.

    >>> apart(1.01, 1.0, absolute=False), apart(None, None, absolute=False), apart(None, 1.0, absolute=False)
    (0.010000000000000009, 0.0, inf)
    """
    if ours is None or theirs is None:
        return 0.0 if ours is theirs else math.inf
    return abs(ours - theirs) / (1 if absolute or theirs == 0 else abs(theirs))
