"""A marker is found by whatever a laboratory calls it."""

from collections import Counter

import pytest

from expression.marker_words import called, gene_word, markers_by_word
from expression.models import Marker

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    return [marker.symbol for marker in called(text, Marker.objects.order_by("position"))]


@pytest.mark.parametrize(
    "text",
    [
        "RANKL",
        "TNFSF11",
        "ODF",
        "TRANCE",
        "ＴＲＡＮＣＥ",
        "ＲＡＮＫＬ",
        "rankl",
        "RANK-L",
        " od‐f ",
        "CD254",
        "receptor activator of NF-κB ligand",
        "破骨細胞分化因子",
    ],
)
def test_rankl_by_every_name(text: str) -> None:
    assert found(text) == ["TNFSF11"]


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("rank", ["TNFRSF11A"]),
        ("ODFR", ["TNFRSF11A"]),
        ("IL6", ["IL6"]),
        ("ｉｌ－６", ["IL6"]),
        ("PTHRP", ["PTHLH"]),
        ("オステオプロテゲリン", ["TNFRSF11B"]),
        ("ｵｽﾃｵﾌﾟﾛﾃｹﾞﾘﾝ", ["TNFRSF11B"]),
        ("ERK1/2", ["MAPK3", "MAPK1"]),
        ("osteoclast", ["TNFSF11", "TNFRSF11B"]),
        ("no such thing", []),
        ("-", []),
    ],
)
def test_names(text: str, symbols: list[str]) -> None:
    assert found(text) == symbols


def test_no_name_is_that_of_two_markers_but_those_of_both_kinases() -> None:
    bearers = Counter(word for marker in Marker.objects.all() for word in {gene_word(name) for name in marker.names})
    assert {word for word, number in bearers.items() if number > 1} == {"erk12", "mapk31"}


def test_a_column_called_like_two_markers_is_of_neither() -> None:
    by_word = markers_by_word(Marker.objects.all())
    assert by_word[gene_word("ERK-1")].symbol == "MAPK3"
    assert "erk12" not in by_word
