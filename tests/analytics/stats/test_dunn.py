"""Dunn's comparisons against the published formula in R, and by their properties."""

import json

import numpy as np
import pytest

from analytics.stats import SHIFT, SUPERIORITY, NotComparable, Result, dunn, mann_whitney
from tests.reference.answers import reference

CASES = reference("kruskal_wallis")


@pytest.mark.parametrize("adjustment", ["holm", "bh"])
@pytest.mark.parametrize("pairs", ["all_pairs", "against_reference"])
@pytest.mark.parametrize("name", CASES)
def test_equals_r(name, pairs, adjustment):
    case = CASES[name]
    answer = case[pairs]
    result = dunn(case["groups"], adjustment, case["reference"] if pairs == "against_reference" else None)
    if isinstance(answer["first"], str):
        answer = answer | {"first": [answer["first"]], "second": [answer["second"]]}
    assert [pair.first for pair in result.pairs] == answer["first"]
    assert [pair.second for pair in result.pairs] == answer["second"]
    assert [pair.statistic for pair in result.pairs] == pytest.approx(answer["z"], abs=1e-12)
    assert [pair.p_value for pair in result.pairs] == pytest.approx(answer["p"], rel=1e-9)
    assert [pair.adjusted_p for pair in result.pairs] == pytest.approx(answer[adjustment], rel=1e-9)


def test_every_pair_carries_its_effects():
    groups = CASES["ozone"]["groups"]
    result = dunn(groups, unit="ppb")
    for pair in result.pairs:
        alone = mann_whitney(groups[pair.first], groups[pair.second], unit="ppb")
        assert pair.effect(SHIFT) == alone.effect(SHIFT)
        assert pair.effect(SUPERIORITY) == alone.effect(SUPERIORITY)
    assert [str(note) for note in result.warnings] == [
        "The p-values are adjusted for 10 comparisons, the intervals are not."
    ]


def test_reference_is_subtracted():
    result = dunn({"ABC": [4.9, 5.5, 6.0], "FD": [1.0, 1.2, 2.1], "GCTB": [5.1, 6.2, 7.0]}, reference="FD")
    assert [(pair.first, pair.second) for pair in result.pairs] == [("ABC", "FD"), ("GCTB", "FD")]
    assert all(pair.effect(SHIFT).estimate > 0 < pair.statistic for pair in result.pairs)
    assert result.reference == "FD"


def test_reversing_the_groups_changes_the_sign_only():
    groups = CASES["ozone"]["groups"]
    forwards = {(pair.first, pair.second): pair for pair in dunn(groups).pairs}
    for pair in dunn(dict(reversed(groups.items()))).pairs:
        other = forwards[pair.second, pair.first]
        assert pair.statistic == pytest.approx(-other.statistic)
        assert pair.adjusted_p == pytest.approx(other.adjusted_p)
        assert pair.effect(SHIFT).estimate == -other.effect(SHIFT).estimate


def test_no_variation():
    result = dunn({"a": [2, 2], "b": [2], "c": [2, 2, 2]})
    assert [(pair.statistic, pair.adjusted_p) for pair in result.pairs] == [(0, 1)] * 3
    assert all(effect.interval is None for pair in result.pairs for effect in pair.effects)


def test_small_pairs_say_what_their_intervals_are_worth():
    result = dunn({"a": [1, 2, 3], "b": [4, 5, 6], "c": [7]})
    assert [pair.effect(SHIFT).interval.level for pair in result.pairs] == pytest.approx([0.9, 0.5, 0.5])
    assert [note.code for note in result.warnings] == ["single-value", "intervals-unadjusted", "level-not-reached"]


def test_many_large_groups_share_the_work_of_one_exact_test():
    generator = np.random.default_rng(12)
    groups = {str(number): generator.normal(size=100) for number in range(6)}
    pair = dunn(groups).pairs[0]
    assert pair.effect(SHIFT) == mann_whitney(groups["0"], groups["1"], exact=False).effect(SHIFT)


def test_survives_json():
    result = dunn(CASES["singleton"]["groups"], reference="b")
    assert Result.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False))) == result


def test_refusals():
    with pytest.raises(NotComparable, match="The reference group FD has no values"):
        dunn({"a": [1], "b": [2]}, reference="FD")
    with pytest.raises(NotComparable, match="Group b has no values"):
        dunn({"a": [1], "b": []})
    with pytest.raises(NotComparable, match="at least two groups"):
        dunn({"a": [1]})
