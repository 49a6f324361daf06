"""What cells say: the same value in many writings, and never an exception but a sentence."""

from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cases.importing.cells import UnreadableCell
from cases.importing.records.targets import targets
from cases.importing.records.values import read_date, read_value
from cases.models import Diagnosis, LaboratoryResult, Lesion, Patient, Treatment


def field(model: Any, name: str) -> Any:
    return model._meta.get_field(name)


@pytest.mark.parametrize("text", ["2019-05-17", "2019/05/17", "2019/5/17", "2019年5月17日", "20190517", "2019.5.17"])
def test_days(text: str) -> None:
    assert read_date(text) == "2019-05-17"


def test_dates_of_workbooks_and_partial_ones() -> None:
    assert [read_date(text) for text in ("2019-05-17T00:00:00", "2019年5月", "2019/05", "2019")] == [
        "2019-05-17",
        "2019-05",
        "2019-05",
        "2019",
    ]


@pytest.mark.parametrize("text", ["03/04/2019", "17.5.19", "2019-13", "2019-02-30", "43602", "May 2019", "1519-01-01"])
def test_no_dates(text: str) -> None:
    with pytest.raises(UnreadableCell):
        read_date(text)


@pytest.mark.parametrize(
    ("model", "name", "text", "value"),
    [
        (Patient, "sex", "M", "male"),
        (Patient, "sex", "男性", "male"),
        (Patient, "sex", "Female", "female"),
        (Patient, "birth_year", "１９６１", 1961),
        (Patient, "birth_year", "1961.0", 1961),
        (Patient, "code", "Ｐ０１", "P01"),
        (Patient, "cause_of_death", "Ｐ０１", "Ｐ０１"),
        (Lesion, "largest_diameter_mm", "12,5", Decimal("12.5")),
        (Lesion, "largest_diameter_mm", "0.30000000000000004", Decimal("0.3")),
        (Lesion, "is_index", "はい", True),
        (Lesion, "is_index", "0", False),
        (Lesion, "radiographic_type", "溶骨性", "lytic"),
        (Diagnosis, "category", "骨転移", "bone_metastasis"),
        (LaboratoryResult, "value", "1.234,5", Decimal("1234.5")),
        (LaboratoryResult, "value", "1,234.5", Decimal("1234.5")),
        (Treatment, "loading_days", "8; 15", [8, 15]),
    ],
)
def test_readable(model: Any, name: str, text: str, value: Any) -> None:
    assert read_value(field(model, name), text) == value


@pytest.mark.parametrize(
    ("model", "name", "text"),
    [
        (Patient, "sex", "x"),
        (Patient, "birth_year", "1961.5"),
        (Lesion, "largest_diameter_mm", "1,234"),
        (Lesion, "largest_diameter_mm", "12 mm"),
        (Lesion, "largest_diameter_mm", "#DIV/0!"),
        (Lesion, "largest_diameter_mm", "1e999"),
        (Lesion, "is_index", "perhaps"),
        (Treatment, "loading_days", "8 and 15"),
    ],
)
def test_unreadable(model: Any, name: str, text: str) -> None:
    with pytest.raises(UnreadableCell):
        read_value(field(model, name), text)


FIELDS = [target.field(name) for target in targets() for name in target.fields if not target.field(name).is_relation]
LIKE_VALUES = st.from_regex(r"[-+<>=0-9０-９.,/年月日eE ;aあ]{0,12}", fullmatch=True)


@given(st.sampled_from(FIELDS), st.one_of(st.text(max_size=40), LIKE_VALUES))
def test_any_text_is_a_value_or_a_sentence(declared: Any, text: str) -> None:
    said = "a value"
    try:
        read_value(declared, text)
    except UnreadableCell as error:
        said = error.sentence["text"].format(**error.sentence["values"])
    assert said
