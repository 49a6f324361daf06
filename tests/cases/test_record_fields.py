"""Every field of the clinical record is entered, listed and filtered, and the documentation says so."""

from cases.management.commands.document_record import PAGE, places, study_tables, table

NOT_FILTERED = {("treatment", "loading_days")}
"""A list of days: nobody looks for one."""


def test_every_field_is_entered_and_listed() -> None:
    assert [(one.record, one.field) for one in places() if not (one.entered and one.listed)] == []


def test_every_field_is_filtered_or_searched() -> None:
    assert {(one.record, one.field) for one in places() if not one.filtered} == NOT_FILTERED


def test_the_page_is_up_to_date() -> None:
    assert table() in PAGE.read_text()
    assert study_tables() in PAGE.read_text()
