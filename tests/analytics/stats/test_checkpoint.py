"""Long computations let themselves be ended, and say how far they are, without another answer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analytics.stats import (
    fisher_exact,
    kendall,
    mann_whitney,
    maximally_selected_rank,
    pairings,
    permutation_test,
    spearman,
    wilcoxon_signed_rank,
)
from analytics.stats.checkpoint import checkpoint, watched

VALUES = np.random.default_rng(20_260_101).normal(size=(2, 40))
FEW = VALUES[:, :8]

LONG: dict[str, Callable[[], Any]] = {
    "simulated permutation test": lambda: permutation_test(*VALUES, resamples=30_000),
    "exact permutation test": lambda: permutation_test(*FEW),
    "simulated Fisher test": lambda: fisher_exact(np.full((4, 6), 40), resamples=200_000),
    "exact Fisher test": lambda: fisher_exact([[3, 1, 2], [0, 2, 4], [5, 1, 1]]),
    "maximally selected rank": lambda: maximally_selected_rank(*VALUES, resamples=30_000),
    "exact rank sums": lambda: mann_whitney(*FEW),
    "exact signed ranks": lambda: wilcoxon_signed_rank(*FEW),
    "exact rank correlation": lambda: spearman(*FEW),
    "exact concordance with ties": lambda: kendall(np.rint(FEW[0]), np.rint(FEW[1])),
}
SIMULATED = [name for name in LONG if name.startswith("simulated") or "maximally" in name]


class NotWanted(Exception):
    """Nobody waits any more."""


@pytest.mark.parametrize("name", LONG)
def test_ends_at_a_checkpoint(name: str) -> None:
    def end(_share: float | None) -> None:
        raise NotWanted

    # An earlier answer may be remembered: then there is nothing long to end.
    for remembered in ("_product_ways", "_concordance_ways"):
        getattr(pairings, remembered).cache_clear()
    with watched(end), pytest.raises(NotWanted):
        LONG[name]()


@pytest.mark.parametrize("name", LONG)
def test_has_the_same_answer_when_watched(name: str) -> None:
    plain = LONG[name]()
    with watched(lambda _share: None):
        assert LONG[name]() == plain


@pytest.mark.parametrize("name", SIMULATED)
def test_says_how_far_a_simulation_is(name: str) -> None:
    shares: list[float | None] = []
    with watched(shares.append):
        LONG[name]()
    known = [share for share in shares if share is not None]
    assert len(known) > 1
    assert known == sorted(known)
    assert known[-1] == 1


def test_nobody_watches_after_the_block() -> None:
    shares: list[float | None] = []
    with pytest.raises(NotWanted), watched(shares.append):
        raise NotWanted
    checkpoint(done=1, total=2)
    assert shares == []
