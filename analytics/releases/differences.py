"""Two releases side by side: who reads both must not learn about single patients by taking one from the other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models import DashboardRelease
from analytics.releases.tables import follows
from cases.disclosure import SMALLEST_SHOWN


def refusals(*, patients: set[int], earlier: Sequence[DashboardRelease]) -> list[str]:
    """Why a release about these patients cannot stand beside others of the study, a sentence for each of those.

    One that has the same patients and one to four more, or the other way round, tells about these few by difference;
    patients who were erased are in its numbers still. Where no single one does, several together may.
    """
    found = []
    for release in earlier:
        before = set(release.patients)
        more, fewer = len(patients - before), len(before - patients) + release.erased
        few = max(more, fewer)
        if few < SMALLEST_SHOWN and min(more, fewer) == 0 and few:
            text = ngettext(
                "“{title}”, released on {when}, is about the same patients but {count}: the difference would tell "
                "about that patient. Withdraw it first, or choose other patients.",
                "“{title}”, released on {when}, is about the same patients but {count}: the difference would tell "
                "about these patients. Withdraw it first, or choose other patients.",
                few,
            )
            found.append(text.format(title=release.title, when=_when(release), count=few))
    if not found and _told_by_several(patients, [set(release.patients) for release in earlier]):
        text = _(
            "Together with several releases that stand, this would tell about fewer than five patients by adding and "
            "subtracting. Withdraw one of them first, or choose other patients."
        )
        found.append(text)
    return found


def _told_by_several(patients: set[int], earlier: Sequence[set[int]]) -> bool:
    """Whether the number of one to four patients who are in the same releases follows from all, and not without the
    new one.
    """
    releases = [patients, *earlier]
    together: dict[tuple[bool, ...], set[str]] = defaultdict(set)
    for key in set().union(*releases):
        together[tuple(key in one for one in releases)].add(str(key))
    few = [frozenset(keys) for keys in together.values() if len(keys) < SMALLEST_SHOWN]
    new, *before = [frozenset(map(str, one)) for one in releases]
    if not follows(few, from_sets=[new, *before]):
        return False
    told = [one for one in few if follows([one], from_sets=[new, *before])]
    return any(not follows([one], from_sets=before) for one in told)


def doubts(*, dashboard: str, numbers: dict[str, Any], earlier: Iterable[DashboardRelease]) -> list[str]:
    """What a manager should know: counts of this dashboard that differ by one to four from those of another release."""
    found, now = [], dict(_counts(numbers))
    for release in earlier:
        if release.dashboard != dashboard:
            continue
        before = dict(_counts(release.numbers))
        close = sum(0 < abs(count - before[place]) < SMALLEST_SHOWN for place, count in now.items() if place in before)
        if close:
            text = ngettext(
                "{count} number differs by fewer than five patients from “{title}”, released on {when}. Who has read "
                "both may learn about single patients.",
                "{count} numbers differ by fewer than five patients from “{title}”, released on {when}. Who has read "
                "both may learn about single patients.",
                close,
            )
            found.append(text.format(count=close, title=release.title, when=_when(release)))
    return found


def _counts(numbers: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every whole number with its place; parts of a list are known by their code, where they have one."""
    if isinstance(numbers, dict):
        for name, inner in numbers.items():
            yield from _counts(inner, (*place, name))
    elif isinstance(numbers, list):
        for number, inner in enumerate(numbers):
            code = inner.get("code", number) if isinstance(inner, dict) else number
            yield from _counts(inner, (*place, str(code)))
    elif isinstance(numbers, int) and not isinstance(numbers, bool):
        yield place, numbers


def _when(release: DashboardRelease) -> str:
    return date_format(localtime(release.released_at), "SHORT_DATETIME_FORMAT")
