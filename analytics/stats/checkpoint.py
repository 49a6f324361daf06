"""Where a long computation looks up: whether it is still wanted, and how far it has come.

The engine knows nobody who waits. Whoever runs it may watch a block; between its pieces, a computation inside that
block calls the watcher, who may raise to end it there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Watcher = Callable[[float | None], None]
"""Called with the share of the present loop that is done, from 0 to 1, or ``None`` where nobody knows it."""

_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Computations in this block call the watcher; what it raises ends them.

    >>> shares = []
    >>> with watched(shares.append):
    ...     checkpoint(done=1, total=4)
    >>> shares
    [0.25]
    """
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def checkpoint(*, done: int = 0, total: int = 0) -> None:
    """Between two pieces of a long computation. ``total`` pieces, ``done`` of them done; both left out if unknown."""
    watcher = _watcher.get()
    if watcher is not None:
        watcher(done / total if total else None)
