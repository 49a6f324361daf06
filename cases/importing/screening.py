"""Cells of a file that could identify a person: warnings in the preview. The file itself is kept, too."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from cases.importing.formats import Findings
from cases.models import Study
from cases.screened_form import record_number_of
from cases.screening import Suspicion, screen
from cases.sentences import sentence

LISTED_PER_COLUMN = 20

TEXTS = {
    Suspicion.TELEPHONE: _("This looks like a telephone number."),
    Suspicion.E_MAIL: _("This looks like an e-mail address."),
    Suspicion.FULL_DATE: _("This looks like a full date, which may be a date of birth."),
    Suspicion.RECORD_NUMBER: _("This looks like a record number of this study’s hospital."),
}


def screen_cells(
    cells: Iterable[tuple[int, str]], *, study: Study, findings: Findings, sheet: str = "", column: str = ""
) -> None:
    """Note the cells, given as row number and text, of a column with codes or free text that look like identifiers.

    The first ones are named, the others counted.
    """
    record_number = record_number_of(study)
    suspicious = 0
    for row, text in cells:
        hits = screen(text, record_number=record_number)
        suspicious += bool(hits)
        if suspicious > LISTED_PER_COLUMN:
            continue
        for suspicion in dict.fromkeys(hit.looks_like for hit in hits):
            findings.note(sentence(TEXTS[suspicion]), sheet=sheet, row=row, column=column)
    if suspicious:
        findings.note(
            sentence(
                "Column “{column}” has {count} cells that could identify a person. If they do, cancel this import, "
                "correct the file and bring it again.",
                column=column,
                count=suspicious,
            ),
            sheet=sheet,
            column=column,
        )
