"""How something is found that may be known already."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class LookUp(Protocol):
    """Gives what is wanted by its name; ``find`` finds it where it is not known yet."""

    def __call__(self, name: str, find: Callable[[], T], /) -> T: ...


def look_up_anew(name: str, find: Callable[[], T], /) -> T:
    """Nothing is known yet."""
    return find()
