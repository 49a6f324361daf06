"""Asking, inside Django: called by :mod:`benchmarks.workers` through ``manage.py shell``."""

from tests.analytics.cohort import asked, cohort
from tests.analytics.permutations import offered, permutations_asked
from tests.factories import MembershipFactory


def ask(*, long: int, resamples: int, quick: int = 0) -> None:
    """Ask so many long questions, no two the same, and so many quick ones behind them, of a small new study."""
    study = cohort()
    user = MembershipFactory(study=study).user
    with offered():
        for number in range(long):
            permutations_asked(study, user, resamples=resamples + number)
    for group in ("", "SSX1", "SSX2")[:quick]:
        asked(study, user, reference=group)
