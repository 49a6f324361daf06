"""What a reviewer asks of the words: degrees of freedom, what a fit at the border means, and a median below limits."""

from typing import Any

import pytest

from analytics.kinds.expression_by_group.report import basis, group_table, methods_paragraph
from analytics.kinds.expression_by_group.spec import ExpressionByGroup

MIXED = ExpressionByGroup.from_mapping(
    {
        "study": "S",
        "assay": "profile",
        "dataset": "RNA",
        "marker": "TNFSF11",
        "grouping": "histology",
        "method": "mixed",
    }
)


def mixed(between: float) -> dict[str, Any]:
    interval = {"low": 0.0, "high": 0.6, "level": 0.95}
    return {
        "population": {"flow": [], "samples": 9, "exclusions": []},
        "groups": [],
        "pairs": None,
        "comparison": {
            "method": "Linear mixed model",
            "statistic_name": "F",
            "statistic": 4.25,
            "degrees_of_freedom": 1,
            "denominator_degrees": 6.54,
            "p_value": 0.08,
            "p_kind": "asymptotic",
            "variation": {"between_variance": between, "effects": [{"estimate": 0.3, "interval": interval}]},
        },
    }


def test_an_f_has_its_degrees_of_freedom() -> None:
    assert any("F(1, 6.54) = 4.25" in words for words in basis(mixed(0.5)))


@pytest.mark.parametrize(
    ("between", "words"), [(0.5, "the patient is the unit"), (0.0, "estimated as 0, so that samples counted")]
)
def test_a_fit_without_variance_between_patients_says_what_counts(between: float, words: str) -> None:
    assert words in methods_paragraph(spec=MIXED, result=mixed(between))


def test_a_median_beyond_the_limits_is_below_them() -> None:
    shared = {**dict.fromkeys(("q1", "q3", "minimum", "maximum", "median_interval")), "samples": 4, "patients": 4}
    groups = [
        {"code": "A", "labels": {"en": "A"}, "median": None, "detected": 1, **shared},
        {"code": "B", "labels": {"en": "B"}, "median": -3.0, "detected": 4, **shared},
    ]
    result = {"groups": groups, "unit": {"en": "cycles"}, "question": {"grouping": {"en": "Histology"}}}
    rows = group_table(result, reference="", in_full=True).rows
    assert [row[3] for row in rows] == ["below the limits", "−3.00"]
