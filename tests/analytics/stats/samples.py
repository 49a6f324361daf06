"""Small samples for properties, and a look at intervals."""

import json

from hypothesis import strategies as st

from analytics.stats import Interval, Result

# Few distinct values give many ties; the wide range gives almost none.
TIED = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=10)
WIDE = st.lists(st.integers(-10_000, 10_000).map(lambda value: value / 8), min_size=1, max_size=10)
GROUP = TIED | WIDE
GROUP_OF_TWO = GROUP.filter(lambda values: len(values) > 1)


def bounds(interval: Interval | None) -> tuple[float | None, float | None]:
    assert interval is not None
    return interval.low, interval.high


def codes(result: Result) -> list[str]:
    return [note.code for note in result.warnings]


def survives_json(result: Result) -> bool:
    """Whether a result holds plain finite values only, and comes back unchanged."""
    return Result.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False))) == result
