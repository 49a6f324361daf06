"""What cells say: the same value in many writings, and never an exception but a sentence."""

from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cases.importing.cells import UnreadableCell
from cases.importing.records.targets import targets
from cases.importing.records.values import read_date, read_value
from cases.models import Diagnosis, LaboratoryResult, Lesion, MolecularAlteration, Patient, Treatment


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
    ("text", "date"),
    [
        ("令和5年4月1日", "2023-04-01"),
        ("R5.4.1", "2023-04-01"),
        ("r5/04/01", "2023-04-01"),
        ("Ｒ５．４．１", "2023-04-01"),
        ("㋿5年4月", "2023-04"),
        ("H30/4/1", "2018-04-01"),
        ("平成元年", "1989"),
        ("平成 元 年 1 月 8 日", "1989-01-08"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成31年", "2019"),
        ("令和元年", "2019"),
        ("平成31年4月30日", "2019-04-30"),
        ("令元.5", "2019-05"),
        ("大正15年12月25日", "1926-12-25"),
        ("昭和元年12月25日", "1926-12-25"),
        ("明治45年", "1912"),
    ],
)
def test_dates_of_eras(text: str, date: str) -> None:
    assert read_value(field(Treatment, "start"), text) == date


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("平成32年", "does not lie in 平成, which was from 1989-01-08 to 2019-04-30"),
        ("平成31年5月1日", "Write the right era, or the year as 2019-05-01"),
        ("令和元年4月", "which was from 2019-05-01 to …"),
        ("昭和64年1月8日", "does not lie in 昭和"),
        ("H1.1.7", "does not lie in 平成"),
        ("令和5年2月29日", "does not exist"),
        ("R5.13.1", "does not exist"),
        ("令和0年", "does not lie in 令和"),
        ("明治5年", "lies too far back"),
        ("X5.4.1", "is no date"),
        ("令和", "is no date"),
    ],
)
def test_days_outside_their_era_are_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(UnreadableCell) as refusal:
        read_date(text)
    assert said in refusal.value.sentence["text"].format(**refusal.value.sentence["values"])


def test_a_birth_year_is_never_a_full_date() -> None:
    born = field(Patient, "birth_year")
    assert [read_value(born, text) for text in ("昭和３６年", "S36", "1961年", "平成元年")] == [1961, 1961, 1961, 1989]
    for text in ("昭和36年4月1日", "S36.4"):
        with pytest.raises(UnreadableCell) as refusal:
            read_value(born, text)
        assert "never the full date" in refusal.value.sentence["text"]


@pytest.mark.parametrize(
    ("model", "name", "text", "value"),
    [
        (MolecularAlteration, "hgvs", "ｐ．Ｌ８５８Ｒ", "p.L858R"),
        (Treatment, "start", "２０１９／５／１７", "2019-05-17"),
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
