"""What in a text could identify a person: telephone numbers, e-mail addresses, full dates, record numbers.

Names are not detected: no list and no rule tells them from words of the field. Screening finds candidates, a person
decides.
"""

import re
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_TEXT = 5000
"""Characters that are screened: longer texts are screened piece by piece."""
OVERLAP = 100

MOST_WAYS = 1000
"""In how many ways a record-number pattern may match at one place; bounds the time a search takes."""
MOST_REPEATS = 50
"""How often a pattern may repeat one part."""

HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−ー", "-"))


class Suspicion(models.TextChoices):
    """What a piece of text looks like."""

    TELEPHONE = "telephone", gettext_lazy("a telephone number")
    E_MAIL = "e_mail", gettext_lazy("an e-mail address")
    FULL_DATE = "full_date", gettext_lazy("a full date")
    RECORD_NUMBER = "record_number", gettext_lazy("a record number")


YEAR, MONTH, DAY = r"(?:19|20)[0-9]{2}", r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12][0-9]|0?[1-9])"
ENGLISH_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
ERA = r"(?:(?:明治|大正|昭和|平成|令和)[ ]?|(?<![a-z0-9])[mtshr][ ]?)(?:元|[0-9]{1,2})"

E_MAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")
TELEPHONES = (
    re.compile(r"\+[0-9]{1,3}(?:[ ().-]{0,2}[0-9]){6,14}(?![0-9])"),
    re.compile(r"(?<![0-9])\(?0[0-9]{1,4}[ )-]{1,2}[0-9]{1,4}[ -][0-9]{3,4}(?![0-9])"),
    re.compile(r"(?<![0-9])0[1-9][0-9]{8,9}(?![0-9])"),
)
DATES = (
    re.compile(rf"(?<![0-9]){YEAR}[ ]?[年./-][ ]?{MONTH}[ ]?[月./-][ ]?{DAY}(?![0-9])日?"),
    re.compile(rf"(?<![0-9]){DAY}[./-][ ]?{MONTH}[./-][ ]?{YEAR}(?![0-9])"),
    re.compile(rf"(?<![0-9]){MONTH}/{DAY}/{YEAR}(?![0-9])"),
    re.compile(rf"(?<![0-9]){YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"),
    re.compile(rf"{ERA}[ ]?[年./][ ]?{MONTH}[ ]?[月./][ ]?{DAY}(?![0-9])日?"),
    re.compile(rf"(?<![0-9]){DAY}(?:st|nd|rd|th)?[ .-]{{1,2}}{ENGLISH_MONTH}[ ,-]{{1,2}}{YEAR}(?![0-9])"),
    re.compile(rf"(?<![a-z]){ENGLISH_MONTH}[ ]{DAY}(?:st|nd|rd|th)?[, ]{{1,2}}{YEAR}(?![0-9])"),
)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A piece of text, in half width, and what it looks like."""

    text: str
    looks_like: Suspicion


def screen(text: str, *, record_number: re.Pattern[str] | None = None) -> list[Hit]:
    """What in the text could identify a person. ``record_number`` comes from :func:`compile_record_number`.

    >>> [hit.text for hit in screen("Tel. ０３-１２３４-５６７８, 昭和36年5月17日生")]
    ['03-1234-5678', '昭和36年5月17日']
    """
    hits: dict[tuple[str, Suspicion], Hit] = {}
    for piece in _pieces(normal(text)):
        for suspicion, pattern in _patterns(record_number):
            for match in pattern.finditer(piece):
                if found := match.group().strip():
                    hits[(found, suspicion)] = Hit(text=found, looks_like=suspicion)
    return list(hits.values())


def normal(text: str) -> str:
    """Half width, lower case, one kind of hyphen."""
    return unicodedata.normalize("NFKC", text).translate(HYPHENS).lower()


def compile_record_number(pattern: str) -> re.Pattern[str] | None:
    """The pattern of a study's record numbers, to search with; None where there is none.

    Raises ``ValueError`` with a sentence for a pattern that is wrong, or that could take very long: repetitions have
    an end, and groups are not repeated.
    """
    if not pattern:
        return None
    try:
        with warnings.catch_warnings():
            # What a set within a set will mean in later versions of Python.
            warnings.simplefilter("ignore", FutureWarning)
            compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(_("This is no regular expression: %(error)s.") % {"error": error}) from error
    plain = re.sub(r"\[\^?\]?[^\]]*\]", "x", re.sub(r"\\.", "x", pattern))
    if re.search(r"[*+]|,\}", plain):
        raise ValueError(_("Say how many times a part is repeated, such as [0-9]{6,8}; not with * or +."))
    if re.search(r"\)[{?]|\(\?(?!:)", plain):
        raise ValueError(_("Repeat single characters or sets such as [0-9]{8}, no groups in parentheses."))
    if any(int(high) > MOST_REPEATS for high in re.findall(r"\{(?:[0-9]*,)?([0-9]+)\}", plain)):
        raise ValueError(_("Repeat a part %(most)s times at most.") % {"most": MOST_REPEATS})
    bounds = [int(high) - int(low or 0) + 1 for low, high in re.findall(r"\{([0-9]*),([0-9]+)\}", plain)]
    if prod([*bounds, *(2 for _mark in re.findall(r"[?|]", plain))]) > MOST_WAYS:
        raise ValueError(_("This pattern can match in too many ways. Make its repetitions narrower."))
    if compiled.search(""):
        raise ValueError(_("This pattern matches every text. Say which characters a record number has."))
    return compiled


def _patterns(record_number: re.Pattern[str] | None) -> Iterator[tuple[Suspicion, re.Pattern[str]]]:
    yield Suspicion.E_MAIL, E_MAIL
    yield from ((Suspicion.TELEPHONE, pattern) for pattern in TELEPHONES)
    yield from ((Suspicion.FULL_DATE, pattern) for pattern in DATES)
    if record_number is not None:
        yield Suspicion.RECORD_NUMBER, record_number


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that overlap, so that nothing is cut in two."""
    for start in range(0, max(len(text), 1), LONGEST_TEXT):
        yield text[start : start + LONGEST_TEXT + OVERLAP]
