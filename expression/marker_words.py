"""Study markers by the names that laboratories write."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from cases.importing.words import plain
from expression.models import Marker


def markers_by_word(markers: Iterable[Marker]) -> Mapping[str, Marker]:
    """Markers by symbol, common name and synonym without case and punctuation; a symbol wins over a synonym.

    A synonym of several markers, such as ERK1/2, names none of them.
    """
    markers = list(markers)
    bearers = Counter(word for marker in markers for word in set(map(gene_word, marker.synonyms)))
    synonyms = {word: marker for marker in markers for word in map(gene_word, marker.synonyms) if bearers[word] == 1}
    names = {gene_word(marker.name): marker for marker in reversed(markers)}
    symbols = {gene_word(marker.symbol): marker for marker in reversed(markers)}
    return synonyms | names | symbols


def called(text: str, markers: Iterable[Marker]) -> list[Marker]:
    """The markers one of whose names is ``text`` without case, width and punctuation.

    Where there is none, those with a name that contains it: ODF is RANKL alone, although RANK is called ODFR.
    """
    word = gene_word(text)
    if not word:
        return []
    words_of = {marker: set(map(gene_word, marker.names)) for marker in markers}
    exactly = [marker for marker, words in words_of.items() if word in words]
    return exactly or [marker for marker, words in words_of.items() if any(word in name for name in words)]


def gene_word(text: str) -> str:
    """The name of a gene without case and punctuation.

    >>> gene_word("IL-6 ")
    'il6'
    """
    return re.sub(r"[\W_]+", "", plain(text))
