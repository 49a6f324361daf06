"""What a statistical method answers: frozen values that survive JSON unchanged.

Conventions for every method in this package:

* A result holds plain Python values only. No field is ever NaN or infinite; what cannot be estimated is ``None``.
* An estimate stands with its interval. ``interval=None`` means that no interval can be estimated; a bound that is
  ``None`` is open on that side.
* Names of methods and effects and the texts of notes are constant English templates, marked with
  :func:`gettext_noop`, so that an interface can translate them and then fill in the values.
* A method that cannot answer raises :class:`NotComparable`, which carries the reason as a :class:`Note`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from functools import partial
from types import UnionType
from typing import Any, ClassVar, Literal, Self, Union, get_args, get_origin, get_type_hints

Plain = str | int | float | None
# Simulated: estimated from random arrangements, see :class:`Simulation`.
PKind = Literal["exact", "asymptotic", "simulated"]


def gettext_noop(text: str) -> str:
    """Mark a constant text for the message catalogue and return it unchanged."""
    return text


_ = gettext_noop


class Record:
    """Base of the frozen dataclasses of this module: finite numbers, and an exact way to JSON and back.

    >>> Interval.from_dict(Interval(-0.5, None, 0.95).to_dict())
    Interval(low=-0.5, high=None, level=0.95)
    """

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]
            _require_finite(getattr(self, item.name), where=f"{type(self).__name__}.{item.name}")

    def to_dict(self) -> dict[str, Any]:
        """Fields as JSON-ready values: tuples as lists, records as dictionaries."""
        return {item.name: _encode(getattr(self, item.name)) for item in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Rebuild what :meth:`to_dict` gave, also after a round trip through JSON."""
        hints = get_type_hints(cls)
        return cls(**{item.name: _decode(hints[item.name], data[item.name]) for item in fields(cls)})  # type: ignore[arg-type]


class Result(Record):
    """Base of the answers a method returns. Their dictionaries name their class under ``kind``.

    ``Result.from_dict`` rebuilds whichever class the dictionary names.
    """

    kinds: ClassVar[dict[str, type[Result]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Result.kinds[cls.__name__] = cls

    def to_dict(self) -> dict[str, Any]:
        return {"kind": type(self).__name__, **super().to_dict()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        kind = Result.kinds[data["kind"]]
        if not issubclass(kind, cls):
            raise ValueError(f"Expected {cls.__name__}, got {kind.__name__}.")
        return super(Result, kind).from_dict(data)


@dataclass(frozen=True)
class Note(Record):
    """One translatable sentence.

    ``code`` names it for programs, ``text`` is a constant English template with ``{name}`` places (the message to
    translate), ``values`` fills the places.

    >>> str(Note("empty-group", "Group {group} has no values.", {"group": "SSX2"}))
    'Group SSX2 has no values.'
    """

    code: str
    text: str
    values: dict[str, Plain] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.text.format(**self.values)

    def __str__(self) -> str:
        return self.text.format(**self.values)


class NotComparable(Exception):
    """The question has no answer on these data. ``note`` says why, in a sentence for the person who asked.

    >>> str(NotComparable("Group {group} has no values.", code="empty-group", group="SSX2"))
    'Group SSX2 has no values.'
    """

    def __init__(self, text: str, /, *, code: str = "not-comparable", **values: Plain) -> None:
        super().__init__(text)
        self.note = Note(code, text, values)

    def __str__(self) -> str:
        return str(self.note)

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is pickled by its positional arguments alone; the values have to come along.
        return partial(NotComparable, self.note.text, code=self.note.code, **self.note.values), ()


@dataclass(frozen=True)
class Interval(Record):
    """A closed confidence interval. ``level`` is the confidence it really has, as a fraction; ``None`` is open."""

    low: float | None
    high: float | None
    level: float

    def __str__(self) -> str:
        low = "−∞" if self.low is None else _number(self.low)
        high = "∞" if self.high is None else _number(self.high)
        return f"{self.level * 100:.3g}% CI {low} to {high}"


@dataclass(frozen=True)
class Simulation(Record):
    """How a simulated p-value was found: as often as ``seed`` and ``resamples`` are the same, it is the same.

    ``standard_error`` is that of the p-value.
    """

    seed: int
    resamples: int
    standard_error: float

    def __str__(self) -> str:
        return f"{self.resamples} random arrangements, seed {self.seed}, standard error {_number(self.standard_error)}"


@dataclass(frozen=True)
class Effect(Record):
    """The size of a difference or an association, with its interval (``None``: not estimable).

    ``estimate`` is ``None`` where it is infinite, as an odds ratio with an empty cell: its interval is open above.
    """

    name: str
    estimate: float | None
    interval: Interval | None
    unit: str = ""

    def __str__(self) -> str:
        estimate = "∞" if self.estimate is None else _number(self.estimate)
        unit = f" {self.unit}" if self.unit else ""
        interval = "interval not estimable" if self.interval is None else str(self.interval)
        return f"{self.name} {estimate}{unit} ({interval})"


class HasEffects:
    """Finds an effect by its name, such as :data:`analytics.stats.SHIFT`."""

    effects: tuple[Effect, ...]

    def effect(self, name: str) -> Effect:
        return next(effect for effect in self.effects if effect.name == name)


@dataclass(frozen=True)
class GroupSummary(Record):
    """One group's distribution. Quartiles interpolate linearly (Hyndman–Fan type 7, the default of R and NumPy)."""

    label: str
    n: int
    median: float
    q1: float
    q3: float
    minimum: float
    maximum: float

    def __str__(self) -> str:
        return (
            f"{self.label}: n = {self.n}, median {_number(self.median)} (IQR {_number(self.q1)} to {_number(self.q3)})"
        )


@dataclass(frozen=True)
class TwoGroupResult(HasEffects, Result):
    """Comparison of two groups.

    Every signed effect is the first group minus the second. ``asymptotic_p`` stands beside an exact ``p_value`` so that
    a reader can compare with software that has no exact test with ties. ``degrees_of_freedom`` belong to Student's t.
    """

    method: str
    groups: tuple[GroupSummary, GroupSummary]
    statistic_name: str
    statistic: float
    p_value: float
    p_kind: PKind
    asymptotic_p: float
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()
    degrees_of_freedom: float | None = None
    simulation: Simulation | None = None

    def __str__(self) -> str:
        first, second = self.groups
        degrees = "" if self.degrees_of_freedom is None else f"{_number(self.degrees_of_freedom)} df, "
        return _lines(
            self.method,
            str(first),
            str(second),
            f"Direction: {first.label} minus {second.label}",
            *map(str, self.effects),
            f"{self.statistic_name} = {_number(self.statistic)}, {degrees}p {format_p(self.p_value)} ({self.p_kind})",
            *([str(self.simulation)] if self.simulation else []),
            *map(str, self.warnings),
        )


@dataclass(frozen=True)
class SeveralGroupsResult(HasEffects, Result):
    """One question about two or more groups at once."""

    method: str
    groups: tuple[GroupSummary, ...]
    statistic_name: str
    statistic: float
    degrees_of_freedom: int
    p_value: float
    p_kind: PKind
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _lines(
            self.method,
            *map(str, self.groups),
            *map(str, self.effects),
            f"{self.statistic_name} = {_number(self.statistic)}, {self.degrees_of_freedom} df, "
            f"p {format_p(self.p_value)} ({self.p_kind})",
            *map(str, self.warnings),
        )


@dataclass(frozen=True)
class PairComparison(HasEffects, Record):
    """One pair of a :class:`PairwiseResult`: effects are the first group minus the second."""

    first: str
    second: str
    statistic: float
    p_value: float
    adjusted_p: float
    effects: tuple[Effect, ...]

    def __str__(self) -> str:
        effects = "; ".join(map(str, self.effects))
        return f"{self.first} minus {self.second}: {effects}; adjusted p {format_p(self.adjusted_p)}"


@dataclass(frozen=True)
class PairwiseResult(Result):
    """Several pairs of groups, their p-values adjusted as one family of ``len(pairs)`` questions.

    ``adjustment`` is a method of :func:`analytics.stats.multiplicity.adjust`; ``reference`` names the group that all
    others are compared with, or is ``None`` where every pair is compared.
    """

    method: str
    adjustment: str
    reference: str | None
    groups: tuple[GroupSummary, ...]
    statistic_name: str
    p_kind: PKind
    pairs: tuple[PairComparison, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _lines(self.method, *map(str, self.groups), *map(str, self.pairs), *map(str, self.warnings))


def format_p(p_value: float) -> str:
    """A p-value with its sign of relation, as a paper prints it.

    >>> format_p(0.15984), format_p(0.0123), format_p(2e-9), format_p(0.0), format_p(0.9999), format_p(1.0)
    ('= 0.160', '= 0.012', '< 0.001', '< 1e-300', '> 0.999', '= 1')
    """
    if p_value < 1e-300:
        return "< 1e-300"
    if p_value < 0.001:
        return "< 0.001"
    if p_value == 1:
        return "= 1"
    return "> 0.999" if p_value > 0.999 else f"= {p_value:.3f}"


def _number(value: float) -> str:
    return f"{value:.4g}"


def _lines(*lines: str) -> str:
    return "\n".join(lines)


def _require_finite(value: Any, *, where: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{where} is {value}; a result never holds NaN or infinity.")
    if isinstance(value, dict):
        for name, item in value.items():
            _require_finite(item, where=f"{where}[{name}]")
    if isinstance(value, tuple) and not all(map(math.isfinite, [item for item in value if isinstance(item, float)])):
        raise ValueError(f"{where} holds NaN or infinity; a result never does.")


def _encode(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    return dict(value) if isinstance(value, dict) else value


def _decode(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        return _decode(next(option for option in get_args(hint) if option is not type(None)), value)
    if get_origin(hint) is tuple:
        return tuple(_decode(get_args(hint)[0], item) for item in value)
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.from_dict(value)
    return value
