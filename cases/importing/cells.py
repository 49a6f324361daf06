"""What single cells about a case say. Each reader answers None where nothing is known."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cases.importing.words import SEXES, is_ambiguous, is_known, is_negative, plain
from cases.models import Histology, Sex
from cases.models.diagnosis import GENE_PATTERN
from cases.sentences import sentence

EARLIEST_BIRTH_YEAR = 1900
LONGEST_PARTNER = 30


class UnreadableCell(Exception):
    """The text cannot be what the column holds; ``sentence`` is a stored one that says what to write instead."""

    def __init__(self, stored: dict[str, Any]) -> None:
        super().__init__(stored["text"])
        self.sentence = stored


def read_sex(text: str) -> Sex | None:
    if not is_known(text):
        return None
    if (sex := SEXES.get(plain(text))) is None:
        raise UnreadableCell(sentence("“{value}” is no sex: write female or male, or leave it blank.", value=text))
    return sex


def read_birth_year(text: str) -> int | None:
    if not is_known(text):
        return None
    if not re.fullmatch(r"[0-9]{4}", text):
        raise UnreadableCell(
            sentence("“{value}” is no year. Write the birth year alone, such as 1961, never the full date.", value=text)
        )
    year, latest = int(text), timezone.localdate().year
    if not EARLIEST_BIRTH_YEAR <= year <= latest:
        raise UnreadableCell(
            sentence(
                "{value} cannot be a birth year: it lies outside {earliest} to {latest}.",
                value=year,
                earliest=EARLIEST_BIRTH_YEAR,
                latest=latest,
            )
        )
    return year


def read_histology(text: str, by_word: Mapping[str, Histology]) -> Histology | None:
    """``by_word`` is :func:`cases.importing.words.terms_by_word`."""
    if not is_known(text):
        return None
    if (histology := by_word.get(plain(text))) is None:
        raise UnreadableCell(
            sentence(
                "“{value}” is no histology of the portal. Write a name from its list, such as “Synovial sarcoma”, or "
                "ask for a synonym to be added.",
                value=text,
            )
        )
    return histology


def read_fusion_partner(text: str) -> str | None:
    """The partner's symbol; blank for tested and negative, which is not the same as not known."""
    if is_ambiguous(text):
        raise UnreadableCell(
            sentence(
                "“{value}” can mean “negative” or “not tested”. Write “negative”, or leave the cell blank.", value=text
            )
        )
    if not is_known(text):
        return None
    if is_negative(text):
        return ""
    if not re.fullmatch(GENE_PATTERN, text) or len(text) > LONGEST_PARTNER:
        raise UnreadableCell(
            sentence(
                "“{value}” is no gene. Write an HGNC symbol such as SSX1, or “negative”, or leave the cell blank when "
                "it is not known.",
                value=text,
            )
        )
    return text
