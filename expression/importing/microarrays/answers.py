"""What a person typed or pasted about a block: whose its cases are, what numbers mean, which entries are no score."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from expression.models.laboratory_scale import HIGHEST_STEP, LONGEST_MEANING

SEPARATORS = re.compile(r"\s*[\t,;、]\s*")
MEANING = re.compile(r"([0-9]{1,2})\s*[=:：\t ]\s*(\S.*)")


class UnreadableLine(Exception):
    """``line`` is the line that cannot be what was asked for."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose a case is. A blank ``specimen`` leaves the code of its specimen to the portal."""

    patient: str
    specimen: str = ""


def owners_in(text: str) -> dict[str, Owner]:
    """A line for each case: case, patient and, if wanted, specimen, with tabs, commas or semicolons between them.

    Cases without a patient are left out. Raises :class:`UnreadableLine` for a case that is named twice.

    >>> owners_in("1, P-1\\n2; P-1; P-1-B")["2"]
    Owner(patient='P-1', specimen='P-1-B')
    """
    found: dict[str, Owner] = {}
    for line in _lines(text):
        case, patient, specimen = ([*SEPARATORS.split(line), "", ""])[:3]
        if not patient:
            continue
        owner = Owner(patient=patient, specimen=specimen)
        if found.setdefault(case, owner) != owner:
            raise UnreadableLine(line)
    return found


def controls_in(text: str) -> dict[str, str]:
    """A line for each control: what the map calls it, and the tissue, which is called the same where it is left out.

    >>> controls_in("K1, tonsil\\nliver")
    {'K1': 'tonsil', 'liver': 'liver'}
    """
    parts = ([*SEPARATORS.split(line), ""][:2] for line in _lines(text))
    return {name: tissue or name for name, tissue in parts}


def meanings_in(text: str) -> dict[str, str]:
    """A line for each score. Raises :class:`UnreadableLine`.

    >>> meanings_in("0 = negative\\n1 = focal (1-50%)")
    {'0': 'negative', '1': 'focal (1-50%)'}
    """
    found: dict[str, str] = {}
    for line in _lines(text):
        parts = MEANING.fullmatch(line)
        if parts is None or int(parts[1]) > HIGHEST_STEP or len(parts[2]) > LONGEST_MEANING:
            raise UnreadableLine(line)
        if found.setdefault(str(int(parts[1])), parts[2]) != parts[2]:
            raise UnreadableLine(line)
    return found


def entries_in(text: str) -> list[str]:
    """Entries of cells with commas or blanks between them.

    >>> entries_in("9, x  Unk")
    ['9', 'x', 'Unk']
    """
    return list(dict.fromkeys(filter(None, re.split(r"[\s,;、]+", unicodedata.normalize("NFKC", text)))))


def _lines(text: str) -> Iterator[str]:
    for line in unicodedata.normalize("NFKC", text).splitlines():
        if line.strip():
            yield line.strip()
