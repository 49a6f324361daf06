"""What the words in a table's cells mean, in English and Japanese."""

import re
import unicodedata
from collections.abc import Iterable

from cases.models import Histology, Sex

NOT_KNOWN = frozenset(
    {"", "-", ".", "?", "na", "n/a", "#n/a", "nan", "null", "unknown", "not known", "not available", "[not available]"}
    | {"not tested", "not done", "missing", "不明", "未検", "未検査", "未実施"}
)
"""No value was recorded. That is not the same as a negative result."""

NEGATIVE = frozenset({"negative", "neg", "not detected", "no fusion", "wild type", "wt", "陰性", "検出せず"})
"""Tested, and not found."""

AMBIGUOUS = frozenset({"none", "no", "-", "(-)", "−", "0", "なし", "無し", "無"})
"""Tested and negative, or not tested: only the person knows."""

SEXES = {
    **dict.fromkeys(("f", "female", "woman", "女", "女性"), Sex.FEMALE),
    **dict.fromkeys(("m", "male", "man", "男", "男性"), Sex.MALE),
}


def plain(text: str) -> str:
    """For comparison: full width becomes half width, no case, single blanks for underscores, hyphens and blanks.

    >>> plain("Histological_Type ")
    'histological type'
    """
    normal = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_-]+", " ", normal).strip()


def is_known(text: str) -> bool:
    """Whether a value was recorded."""
    return text.strip().casefold() not in NOT_KNOWN


def is_negative(text: str) -> bool:
    """Whether the text says: tested, and not found."""
    return text.strip().casefold() in NEGATIVE


def is_ambiguous(text: str) -> bool:
    """Whether the text may mean negative as well as not tested."""
    return text.strip().casefold() in AMBIGUOUS


def histologies_by_word(histologies: Iterable[Histology]) -> dict[str, Histology]:
    """Every name, short name and synonym in :func:`plain` writing, and OncoTree codes that stand for one term only.

    Where two terms share a word, a name wins over a short name, that over a synonym, that over a code.
    """
    histologies = list(histologies)
    codes = [histology.oncotree for histology in histologies]
    found: dict[str, Histology] = {}
    words = [
        lambda histology: [histology.name, histology.name_ja],
        lambda histology: [histology.short_name],
        lambda histology: histology.synonyms,
        lambda histology: [histology.oncotree] if codes.count(histology.oncotree) == 1 else [],
    ]
    for words_of in words:
        for histology in histologies:
            for word in words_of(histology):
                if word:
                    found.setdefault(plain(word), histology)
    return found
