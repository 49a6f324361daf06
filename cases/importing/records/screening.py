"""Texts and codes of a file that could identify somebody: refused until a person says that they do not."""

from collections.abc import Collection

from django.utils.translation import gettext_noop

from cases.importing.records.statement import Statement
from cases.importing.records.targets import Target
from cases.importing.screening import TEXTS
from cases.models import Study
from cases.privacy import declared
from cases.screened_form import SCREENED, record_number_of
from cases.screening import screen
from cases.sentences import sentence

TO_ANSWER = gettext_noop("Change it, or tick “I have checked: this identifies nobody” among the answers.")


class Screening:
    """``confirmed``: the person has checked that nothing in the file identifies anybody."""

    def __init__(self, *, study: Study, confirmed: bool) -> None:
        self._pattern = record_number_of(study)
        self._confirmed = confirmed

    def check(self, statement: Statement, target: Target, changed: Collection[str]) -> None:
        """Only what is new is screened, as on a form."""
        if self._confirmed:
            return
        categories = declared(target.model)
        for name, value in statement.values.items():
            if categories.get(name) not in SCREENED or name not in changed:
                continue
            for suspicion in dict.fromkeys(hit.looks_like for hit in screen(str(value), record_number=self._pattern)):
                statement.error(sentence(TEXTS[suspicion]), column=name)
                statement.error(sentence(TO_ANSWER), column=name)
