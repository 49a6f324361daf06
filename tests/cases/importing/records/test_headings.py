"""Sheets and columns are recognised by names, by labels in both languages, and by other words."""

import pytest
from django.utils import translation

from cases.importing.records.headings import guess_columns, guess_target
from cases.importing.records.targets import Target, target_named, targets


@pytest.mark.parametrize("target", list(targets()), ids=lambda target: target.name)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_names_and_labels_of_every_field(target: Target, language: str) -> None:
    assert guess_columns(target, target.columns) == list(target.columns)
    with translation.override(language):
        labels = [target.label(name) for name in target.columns]
    assert guess_columns(target, labels) == list(target.columns)


def test_every_kind_has_a_key_of_its_own_fields() -> None:
    for target in targets():
        assert target.key
        assert set(target.key) <= set(target.fields)


@pytest.mark.parametrize(
    ("name", "header", "found"),
    [
        ("病変", ["x"], "lesion"),
        ("Sheet1", ["症例番号", "性別", "生年", "転帰"], "patient"),
        ("Sheet1", ["Patient ID", "Test", "Date", "Result", "Unit"], "laboratory-result"),
        ("Sheet1", ["患者", "薬剤", "投与開始日", "投与量（mg）"], "treatment"),
        ("Sheet1", ["a", "b"], None),
        ("Patients", ["patient", "specimen", "antibody", "1+", "2+", "3+"], "ihc-reading"),
        ("Patients", ["code", "lesion", "agent", "start"], "treatment"),
        ("Specimens", ["patient", "date"], "specimen"),
    ],
)
def test_what_a_sheet_holds(name: str, header: list[str], found: str | None) -> None:
    target = guess_target(names=[name], header=header)
    assert (target and target.name) == found


def test_units_in_brackets_do_not_matter() -> None:
    assert guess_columns(target_named("lesion"), ["Patient", "Size [mm]", "径（mm）"]) == [
        "patient",
        "largest_diameter_mm",
        "",
    ]
