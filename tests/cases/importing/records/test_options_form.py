"""The questions about sheets and columns, and how a person corrects the guesses."""

from typing import Any

import pytest

from cases.importing.records.options_form import RecordTableForm
from cases.models import Study
from tests.factories import StudyFactory

pytestmark = pytest.mark.django_db

OUTLINE = {
    "sheets": [
        {
            "name": "",
            "place": "table",
            "target": "lesion",
            "row_count": 1,
            "columns": [
                {"heading": heading, "examples": ["x"]} for heading in ("patient", "code", "tissue", "procedure")
            ],
        }
    ]
}
SHOWN = {
    "sheet-0": "lesion",
    "shown-0": "lesion",
    "column-0-0": "patient",
    "column-0-1": "code",
    "column-0-2": "tissue",
}


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def form(study: Study, data: Any = None, options: Any = None) -> RecordTableForm:
    return RecordTableForm(study=study, outline=OUTLINE, options=options, data=data)


def test_it_starts_with_the_guesses(study: Study) -> None:
    asked = form(study)
    assert [asked[f"column-0-{place}"].value() for place in range(4)] == ["patient", "code", "tissue", ""]


def test_what_needs_no_look_is_known(study: Study) -> None:
    [question] = form(study).sheet_questions
    assert (question.recognised, len(question.columns), question.is_settled) == (3, 4, False)
    assert form(study, SHOWN | {"column-0-3": "site_detail"}).is_settled
    assert not form(study, SHOWN | {"column-0-3": "code"}).is_settled


def test_it_starts_with_earlier_answers(study: Study) -> None:
    answered = form(study, SHOWN)
    assert answered.is_valid()
    asked = form(study, options=answered.options)
    assert [asked[f"column-0-{place}"].value() for place in range(4)] == ["patient", "code", "tissue", ""]


def test_another_kind_has_its_columns_guessed_anew_and_shown_once_more(study: Study) -> None:
    asked = form(study, SHOWN | {"sheet-0": "specimen"})
    assert not asked.is_valid()
    assert "guessed for this choice" in str(asked.errors["sheet-0"])
    assert [asked[f"column-0-{place}"].value() for place in range(4)] == ["patient", "code", "", "procedure"]
    again = {name: asked[name].value() or "" for name in asked.fields}
    seen = form(study, again)
    assert seen.is_valid(), seen.errors
    assert seen.options["sheets"] == [{"target": "specimen", "columns": ["patient", "code", "", "procedure"]}]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"column-0-0": ""}, "sheet-0"),
        ({"column-0-2": "code"}, "column-0-2"),
        ({"column-0-2": "birth_year"}, "column-0-2"),
        ({"sheet-0": ""}, "__all__"),
        ({"sheet-0": "no-such-kind"}, "sheet-0"),
        ({"reason": "call 03-1234-5678"}, "reason"),
    ],
)
def test_wrong_answers(study: Study, answers: dict[str, str], field: str) -> None:
    asked = form(study, SHOWN | answers)
    assert not asked.is_valid()
    assert field in asked.errors
