"""The question as a value: what can be parsed, what is refused and in which words."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from analytics.kinds.expression_by_group.spec import MOST_GROUPS, ExpressionByGroup
from analytics.spec import Assay, Consolidation, SpecError, Undetermined

PLAIN = {"study": "S", "assay": "profile", "dataset": "RNA", "marker": "TNFSF11", "grouping": "histology"}


def refused(**changes: Any) -> dict[str, str]:
    with pytest.raises(SpecError) as caught:
        ExpressionByGroup.from_mapping({**PLAIN, **changes})
    return caught.value.errors


def test_json_there_and_back() -> None:
    spec = ExpressionByGroup.from_mapping({**PLAIN, "groups": ["b", "a"], "reference": "a", "consolidation": "mean"})
    assert spec.groups == ("b", "a")
    assert spec.consolidation is Consolidation.MEAN
    assert ExpressionByGroup.from_mapping(spec.as_json()) == spec


def test_query_names_what_differs_from_the_usual() -> None:
    spec = ExpressionByGroup.from_mapping({**PLAIN, "groups": ["x & y", "ü"], "population": {"sex": ["female"]}})
    query = QueryDict(spec.as_query())
    assert query.getlist("groups") == ["x & y", "ü"]
    assert query.dict() == {
        "assay": "profile",
        "dataset": "RNA",
        "marker": "TNFSF11",
        "grouping": "histology",
        "groups": "ü",
        "only-sex": "female",
    }


def test_digest_is_of_the_question_and_the_scope() -> None:
    spec = ExpressionByGroup.from_mapping(PLAIN)
    again = ExpressionByGroup.from_mapping(dict(reversed(PLAIN.items())))
    assert spec.digest("all") == again.digest("all")
    others = {spec.digest("site:1"), ExpressionByGroup.from_mapping({**PLAIN, "study": "T"}).digest("all")}
    assert len(others | {spec.digest("all")}) == 3


def test_what_cannot_matter_does_not_change_the_digest() -> None:
    limited = ExpressionByGroup.from_mapping({**PLAIN, "undetermined": "limit"})
    assert limited.undetermined is Undetermined.EXCLUDED
    assert limited.digest("all") == ExpressionByGroup.from_mapping(PLAIN).digest("all")


def test_qpcr_has_no_dataset() -> None:
    assert ExpressionByGroup.from_mapping({**PLAIN, "assay": "qpcr", "dataset": ""}).assay is Assay.QPCR
    assert refused(assay="qpcr")["dataset"] == "Only expression profiles come in datasets. Leave this out."


STAIN = {"cell_type": "stromal", "compartment": "cytoplasm", "scale": "h_score", "rule": "Median v1"}


def test_a_stain_there_and_back() -> None:
    spec = ExpressionByGroup.from_mapping({**PLAIN, "assay": "ihc", "dataset": "", "antibody": "AB-1", **STAIN})
    assert (spec.cell_type, spec.rule, spec.antibody) == ("stromal", "Median v1", "AB-1")
    assert ExpressionByGroup.from_mapping(spec.as_json()) == spec
    assert QueryDict(spec.as_query())["rule"] == "Median v1"
    others = {spec.digest("all"), *(replace(spec, **{name: "other"}).digest("all") for name in (*STAIN, "antibody"))}
    assert len(others) == 6


def test_a_stain_is_named_in_full_and_only_of_immunohistochemistry() -> None:
    assert set(refused(assay="ihc", dataset="")) == {"cell_type", "compartment", "scale", "rule"}
    assert refused(**STAIN)["rule"] == "Only immunohistochemistry has this. Leave it out."


def test_the_rule_of_a_stain_takes_the_place_of_the_consolidation() -> None:
    stained = {**PLAIN, "assay": "ihc", "dataset": "", **STAIN}
    mean = ExpressionByGroup.from_mapping({**stained, "consolidation": "mean"})
    assert mean.digest("all") == ExpressionByGroup.from_mapping(stained).digest("all")


def test_a_question_stored_before_there_were_stains_is_read() -> None:
    old = {name: value for name, value in ExpressionByGroup.from_mapping(PLAIN).as_json().items() if name not in STAIN}
    del old["antibody"], old["criterion"]
    assert ExpressionByGroup.from_mapping(old) == ExpressionByGroup.from_mapping(PLAIN)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"marker": ""}, "marker", "Choose one."),
        ({"study": None}, "study", "Choose one."),
        ({"assay": "elisa"}, "assay", "There is no “elisa” here. Choose one of: profile, qpcr, ihc, western."),
        ({"dataset": ""}, "dataset", "Choose the dataset whose values are compared."),
        ({"marker": 7}, "marker", "Write a text of at most 200 characters."),
        ({"marker": "A\0B"}, "marker", "Write a text of at most 200 characters."),
        ({"marker": "A" * 201}, "marker", "Write a text of at most 200 characters."),
        ({"groups": "SSX1"}, "groups", "Send a list of codes."),
        ({"groups": ["SSX1"]}, "groups", "A comparison needs at least two groups."),
        ({"groups": ["SSX1", "SSX1"]}, "groups", "Name each one once."),
        ({"groups": ["SSX1", {}]}, "groups", "Write a text of at most 200 characters."),
        ({"groups": [str(n) for n in range(MOST_GROUPS + 1)]}, "groups", "Choose at most 40 at once."),
        ({"groups": ["a", "b"], "reference": "c"}, "reference", "The reference is one of the compared groups."),
        ({"groups": ["a", "b", "c"], "method": "mann_whitney"}, "method", "This method compares two groups."),
        ({"grupping": "x"}, "grupping", "There is no such field. Fields are: antibody, assay, cell_type"),
        ({"kind": "survival"}, "kind", "This is read as a question of the kind “expression_by_group”."),
    ],
)
def test_refusals_say_what_to_do(changes: dict[str, Any], field: str, words: str) -> None:
    assert refused(**changes)[field].startswith(words)


def test_every_field_at_fault_is_named() -> None:
    assert set(refused(assay="", marker="", groups=["a"], method="t")) == {"assay", "marker", "groups", "method"}


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_no_object_at_all(data: Any) -> None:
    with pytest.raises(SpecError, match="Send the question as an object"):
        ExpressionByGroup.from_mapping(data)


def test_refusals_survive_a_change_of_language() -> None:
    with translation.override("ja"):
        assert refused(marker="")["marker"]
