"""Records of plain finite values, and their exact way to JSON and back."""

from __future__ import annotations

import math
from dataclasses import fields
from types import UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints


class Record:
    """Base of the frozen dataclasses that results are made of: finite numbers, and an exact way to JSON and back.

    >>> from analytics.stats.result import Interval
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
