"""What a page says about a check."""

from typing import Any

from django.utils import translation

from cases.importing.reading import check_of_stored
from cases.sentences import render, sentence


def finding(row: int | None, *, sheet: str = "", value: str = "P1") -> dict[str, Any]:
    text = sentence("Patient {patient} withdrew consent.", patient=value)
    return {"severity": "error", "sheet": sheet, "row": row, "column": "patient", "sentence": text}


def places(*found: dict[str, Any]) -> list[str]:
    check = check_of_stored({"rows": [], "findings": found, "total": {"error": len(found), "note": 0}})
    assert len(check.findings) == len(found)
    assert check.asks_for_answers
    return [shown.place for shown in check.together]


def test_rows_of_which_the_same_is_said_are_named_together() -> None:
    assert places(finding(2), finding(4), finding(3, value="P2"), finding(None)) == ["rows 2, 4", "row 3"]
    assert places(finding(7, sheet="IHC"), finding(8)) == ["IHC, row 7", "row 8"]
    assert places(*(finding(row, sheet="IHC") for row in range(2, 202))) == [
        "IHC, rows 2, 3, 4, 5, 6, 7, 8, 9 and 192 more"
    ]


def test_findings_come_as_one_goes_through_the_file() -> None:
    note = finding(1, sheet="B") | {"severity": "note"}
    found = [
        note,
        finding(9, sheet="B"),
        finding(4, value="P2", sheet="B"),
        finding(7, sheet="A"),
        finding(None, sheet="B"),
    ]
    check = check_of_stored({"rows": [], "findings": found, "total": {"error": 4, "note": 1}})
    assert [one.place for one in check.findings] == ["B", "B, row 4", "B, row 9", "A, row 7", "B, row 1"]


def test_values_of_a_column_are_told_in_the_language_of_the_reader() -> None:
    stored = sentence("Write one of: {codes}.", codes=["Female", "Male"])
    assert render(stored) == "Write one of: Female; Male."
    with translation.override("ja"):
        assert "女性" in render(stored)


def test_a_changed_choice_is_told_in_the_language_of_the_reader() -> None:
    fields = [
        {"name": name, "count": 1, "row": 2, "before": "Female", "after": "–"} for name in ("sex", "cause_of_death")
    ]
    counts = {"new": 0, "changed": 1, "unchanged": 0, "refused": 0}
    sheet = {"sheet": "", "what": "patient", "fields": fields, "problems": {"header": [], "rows": []}, **counts}
    with translation.override("ja"):
        check = check_of_stored({"rows": [], "findings": [], "sheets": [sheet], "total": {"error": 0, "note": 0}})
    assert [(field.before, field.after) for field in check.sheets[0].fields] == [("女性", "–"), ("Female", "–")]
