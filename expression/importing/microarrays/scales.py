"""Laboratory scales that a file speaks of: those of the study, and those an import adds."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError

from cases.importing.formats import Findings
from cases.models import Study
from cases.sentences import sentence, sentences_of
from expression.models import LaboratoryScale


class Scales:
    """Finds the study's scales by code, and makes unsaved ones. One query.

    ``new`` goes into :attr:`cases.importing.formats.ImportPlan.new`; ``matched`` are those of the study.
    """

    def __init__(self, *, study: Study, findings: Findings) -> None:
        self._study, self._findings = study, findings
        self._known = {scale.code: scale for scale in LaboratoryScale.objects.filter(study=study)}
        self.new: list[LaboratoryScale] = []
        self.matched: set[LaboratoryScale] = set()

    def existing(self, code: str) -> LaboratoryScale | None:
        return self._known.get(code)

    def scale(
        self, code: str, *, meanings: dict[str, str], not_assessable: Iterable[str], **place: Any
    ) -> LaboratoryScale | None:
        """The scale of that code, found or made; None after an error at ``place`` where it says something else."""
        scale = self._known.get(code)
        if scale is None:
            scale = LaboratoryScale(
                study=self._study, code=code, meanings=meanings, not_assessable=sorted(set(not_assessable))
            )
            if not self._is_sound(scale, **place):
                return None
            self._known[code] = scale
            self.new.append(scale)
            return scale
        if scale.meanings != meanings:
            self._findings.error(
                sentence(
                    "The study has a laboratory scale {code} already, with other meanings: {meanings}. Choose that "
                    "one, or give the new one another code.",
                    code=code,
                    meanings=scale.in_words,
                ),
                **place,
            )
            return None
        if scale.pk:
            self.matched.add(scale)
        return scale

    def _is_sound(self, scale: LaboratoryScale, **place: Any) -> bool:
        try:
            scale.clean_fields(exclude=["study"])
        except ValidationError as error:
            for one in chain.from_iterable(error.error_dict.values()):
                for stored in sentences_of(one):
                    self._findings.error(stored, **place)
            return False
        return True
