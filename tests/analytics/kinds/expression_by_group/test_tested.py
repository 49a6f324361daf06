"""What a comparison counts for in a family of tests: never a p-value without the effect it belongs to."""

from typing import Any

import pytest

from analytics.kinds.expression_by_group import tested as family
from analytics.kinds.tested import Scale
from analytics.stats import MEAN_DIFFERENCE, RISK_DIFFERENCE, SHIFT, SUPERIORITY

UNIT = {"en": "cycles"}


def result(*effects: str, groups: int = 2) -> dict[str, Any]:
    interval = {"low": 0.1, "high": 0.9, "level": 0.95}
    return {
        "difference_unit": UNIT,
        "groups": [{"code": code, "labels": {"en": code}} for code in "ABC"[:groups]],
        "comparison": {
            "p_value": 0.02,
            "effects": [{"name": name, "estimate": 0.5, "interval": interval} for name in effects],
        },
    }


@pytest.mark.parametrize(
    ("effects", "scale", "of", "unit"),
    [
        ((SHIFT, SUPERIORITY), Scale.SHIFT, "A − B", "cycles"),
        ((MEAN_DIFFERENCE,), Scale.MEAN_DIFFERENCE, "A − B", "cycles"),
        ((RISK_DIFFERENCE,), Scale.RISK_DIFFERENCE, "A − B", ""),
        ((SUPERIORITY,), Scale.SUPERIORITY, "A over B", ""),
    ],
)
def test_two_groups_have_the_effect_of_their_method(effects: tuple[str, ...], scale: Scale, of: str, unit: str) -> None:
    tested = family.tested_difference(result(*effects))
    assert tested is not None
    assert (tested.p_value, tested.scale, tested.of, tested.unit) == (0.02, scale, of, unit)
    assert (tested.value, tested.low, tested.high) == (0.5, 0.1, 0.9)


def test_several_groups_have_one_test_and_one_group_has_none() -> None:
    several = family.tested_difference(result(groups=3))
    assert several is not None
    assert (several.p_value, several.scale, several.of) == (0.02, None, "any difference between 3 groups")
    assert family.tested_difference(result(groups=1)) is None
