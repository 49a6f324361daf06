"""What an entry of a score sheet says: a score on its scale, or why a core has none. Never a guess."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cases.importing.formats import Findings
from cases.importing.words import plain
from cases.sentences import sentence
from expression.importing.microarrays.readings import Read
from expression.models import Evaluability, LaboratoryScale, Scale
from expression.models.scale import LARGEST

NUMBER = re.compile(r"[0-9]{1,3}([.,][0-9])?")
"""A recorded score has one decimal at most."""


class Entries:
    """Reads the entries of one sheet. What is not understood is an error at its cell."""

    def __init__(
        self,
        *,
        scale: Scale | LaboratoryScale,
        not_assessable: Iterable[str],
        lost: Iterable[str],
        no_tumour: Iterable[str],
        findings: Findings,
    ) -> None:
        self._scale, self._findings = scale, findings
        reasons = {
            Evaluability.NOT_ASSESSABLE: not_assessable,
            Evaluability.LOST: lost,
            Evaluability.NO_TUMOUR: no_tumour,
        }
        self._reasons = {plain(entry): why for why, entries in reasons.items() for entry in entries}

    def read(self, text: str, **place: Any) -> Read | None:
        """None after an error at ``place``."""
        if (why := self._reasons.get(plain(text))) is not None:
            return Read(evaluability=why)
        if not NUMBER.fullmatch(text):
            self._findings.error(
                sentence(
                    "“{value}” is neither a score with at most one decimal nor one of the entries for cores without a "
                    "score. Correct the cell, or say what it means with the answers.",
                    value=text,
                ),
                **place,
            )
            return None
        score = Decimal(text.replace(",", "."))
        if isinstance(self._scale, LaboratoryScale):
            return self._on_laboratory_scale(self._scale, score, text, **place)
        if score > LARGEST[self._scale]:
            self._findings.error(
                sentence(
                    "“{value}” does not lie on the scale, which ends at {largest}.",
                    value=text,
                    largest=LARGEST[self._scale],
                ),
                **place,
            )
            return None
        return Read(values={"recorded_score": score, "recorded_scale": self._scale.value})

    def _on_laboratory_scale(self, scale: LaboratoryScale, score: Decimal, text: str, **place: Any) -> Read | None:
        if scale.meaning(score) is not None:
            return Read(values={"recorded_score": score}, laboratory_scale=scale)
        self._findings.error(
            sentence(
                "“{value}” has no meaning on the scale {scale} ({meanings}). Add it there, or say with the answers "
                "that it is not assessable.",
                value=text,
                scale=scale.code,
                meanings=scale.in_words,
            ),
            **place,
        )
        return None
