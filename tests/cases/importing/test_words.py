"""What words and names of laboratories mean."""

import pytest

from cases.importing.cells import UnreadableCell, read_fusion_partner, read_sex
from cases.importing.codes import as_code, before_separator
from cases.importing.words import terms_by_word
from cases.models import Histology, Sex


@pytest.mark.parametrize(
    ("name", "code"),
    [("Run 3 (RANKL)", "Run-3-RANKL"), ("_a.b-", "a.b"), ("滑膜肉腫", ""), ("x" * 70, "x" * 60)],
)
def test_as_code(name: str, code: str) -> None:
    assert as_code(name) == code


@pytest.mark.parametrize(
    ("sample", "patient"),
    [("TH03_0112_S01", "TH03_0112"), ("TCGA-DX-A7EO-01", "TCGA-DX-A7EO"), ("A1", "A1"), ("A.1", "A"), ("-1", "-1")],
)
def test_before_separator(sample: str, patient: str) -> None:
    assert before_separator(sample) == patient


@pytest.mark.parametrize(
    ("text", "partner"),
    [("SSX1", "SSX1"), ("negative", ""), ("Wild type", ""), ("陰性", ""), ("", None), ("NA", None), ("不明", None)],
)
def test_fusion_partner(text: str, partner: str | None) -> None:
    assert read_fusion_partner(text) == partner


@pytest.mark.parametrize("text", ["none", "-", "なし", "0", "SSX1/2", "ssx1", "X" * 31])
def test_no_fusion_partner(text: str) -> None:
    with pytest.raises(UnreadableCell):
        read_fusion_partner(text)


@pytest.mark.parametrize(("text", "sex"), [("F", Sex.FEMALE), ("男性", Sex.MALE), ("ｍ", Sex.MALE), ("unknown", None)])
def test_sex(text: str, sex: Sex | None) -> None:
    assert read_sex(text) == sex


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("giant cell tumor of bone", "Giant cell tumour of bone"),
        ("骨巨細胞腫", "Giant cell tumour of bone"),
        ("gctb", "Giant cell tumour of bone"),
        ("monophasic", "Synovial sarcoma, monophasic"),
        ("synovial sarcoma", "Synovial sarcoma"),
        ("pvns", "Tenosynovial giant cell tumour, diffuse"),
        ("no such thing", None),
        ("syns", None),
    ],
)
def test_histology_words(word: str, name: str | None) -> None:
    """SYNS is OncoTree's code of four terms, so it names none of them."""
    found = terms_by_word(Histology.objects.all()).get(word)
    assert (found.name if found else None) == name
