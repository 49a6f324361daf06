"""What a grouping is: each patient's group, or the reason why there is none."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise

from cases.models import Patient

Labels = dict[str, str]
"""A name in every language of the portal: ``{"en": "Female", "ja": "女性"}``."""

Sentence = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Each patient's group, or the reason why there is none. Keys are the patients' primary keys."""

    groups: dict[int, str] = field(default_factory=dict)
    reasons: dict[int, Sentence] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Grouping(ABC):
    """One way to group patients.

    ``needs`` is the field of the question that makes it precise: the ``gene`` of an alteration, the ``criterion`` of a
    response, or none. Its value is the ``detail`` below.
    """

    code: str
    name: str | Promise
    needs: str = ""

    def label(self, detail: str) -> str | Promise:
        """What the groups have in common, as an axis or a title says it."""
        return self.name

    @abstractmethod
    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        """The group of each of these patients."""

    @abstractmethod
    def ordered(self, codes: set[str], patients: QuerySet[Patient]) -> dict[str, Labels]:
        """The codes in the order in which they are shown, each with its names."""


@dataclass(frozen=True, kw_only=True)
class CodedGrouping(Grouping):
    """Groups of which all codes are known beforehand: ``choices`` gives them in order, each with its name."""

    choices: Mapping[str, str | Promise]

    def ordered(self, codes: set[str], patients: QuerySet[Patient]) -> dict[str, Labels]:
        return {code: in_all_languages(label) for code, label in self.choices.items() if code in codes}


def in_all_languages(text: object) -> Labels:
    """What a text of the message catalogue, or a term of a vocabulary, is called in every language of the portal."""
    labels = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            labels[language] = str(text)
    return labels
