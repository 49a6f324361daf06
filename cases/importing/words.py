"""What the words in a table's cells mean, in English and Japanese."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from cases.models import Sex

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


def terms_by_word(terms: Iterable[Any]) -> dict[str, Any]:
    """Every name, code, short name and synonym of coded terms in :func:`plain` writing.

    Where two terms share a word, a name wins over a code, that over a short name, that over a synonym; a code of an
    international classification counts where it stands for one term only.
    """
    terms = list(terms)
    found: dict[str, Any] = {}
    for words_of in (*map(_attribute, ("name", "name_ja", "code", "short_name", "with_code")), _synonyms):
        for term in terms:
            for word in words_of(term):
                found.setdefault(plain(word), term)
    for name in ("oncotree", "morphology"):
        codes = Counter(getattr(term, name, "") for term in terms)
        for term in terms:
            code = getattr(term, name, "")
            if code and codes[code] == 1:
                found.setdefault(plain(code), term)
    return found


def _attribute(name: str) -> Callable[[Any], list[str]]:
    return lambda term: [text] if (text := getattr(term, name, "")) else []


def _synonyms(term: Any) -> list[str]:
    return list(getattr(term, "synonyms", []))
