"""What an undoing leaves alone and a person should know: said by the apps whose rows it is.

An app registers a function when Django starts; it gets the import and gives sentences in the active language.
"""

from collections.abc import Callable, Iterable

from cases.models import ImportJob

Noting = Callable[[ImportJob], Iterable[str]]
_noting: list[Noting] = []


def register(noting: Noting) -> Noting:
    """Have the function asked before an import is undone."""
    _noting.append(noting)
    return noting


def notes(job: ImportJob) -> list[str]:
    """Everything worth knowing before this import is undone."""
    return [note for noting in _noting for note in noting(job)]
