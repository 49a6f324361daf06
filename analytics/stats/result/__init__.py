"""What a statistical method answers: frozen values that survive JSON unchanged.

Conventions for every method in this package:

* A result holds plain Python values only. No field is ever NaN or infinite; what cannot be estimated is ``None``.
* An estimate stands with its interval. ``interval=None`` means that no interval can be estimated; a bound that is
  ``None`` is open on that side.
* Names of methods and effects and the texts of notes are constant English templates, marked with
  :func:`gettext_noop`, so that an interface can translate them and then fill in the values.
* A method that cannot answer raises :class:`NotComparable`, which carries the reason as a :class:`Note`.
"""

from analytics.stats.result.estimate import Effect, HasEffects, Interval, PKind, Simulation, format_p, lines, number
from analytics.stats.result.groups import (
    GroupSummary,
    PairComparison,
    PairwiseResult,
    SeveralGroupsResult,
    TwoGroupResult,
)
from analytics.stats.result.note import NotComparable, Note, counted, gettext_noop
from analytics.stats.result.record import Record, Result

__all__ = [
    "Effect",
    "GroupSummary",
    "HasEffects",
    "Interval",
    "NotComparable",
    "Note",
    "PKind",
    "PairComparison",
    "PairwiseResult",
    "Record",
    "Result",
    "SeveralGroupsResult",
    "Simulation",
    "TwoGroupResult",
    "counted",
    "format_p",
    "gettext_noop",
    "lines",
    "number",
]
