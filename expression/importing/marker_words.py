"""Study markers by the names that laboratories write."""

import re
from collections.abc import Iterable, Mapping

from cases.importing.words import plain
from expression.models import Marker


def markers_by_word(markers: Iterable[Marker]) -> Mapping[str, Marker]:
    """Markers by symbol, common name and synonym without case and punctuation; a symbol wins over a synonym."""
    found: dict[str, Marker] = {}
    markers = list(markers)
    for words_of in (lambda marker: [marker.symbol], lambda marker: [marker.name], lambda marker: marker.synonyms):
        for marker in markers:
            for word in words_of(marker):
                found.setdefault(gene_word(word), marker)
    return found


def gene_word(text: str) -> str:
    """The name of a gene without case and punctuation.

    >>> gene_word("IL-6 ")
    'il6'
    """
    return re.sub(r"[\W_]+", "", plain(text))
